"""The index: one SQLite file that tells where everything is and what the articles say.

Everything in it is derived from the WARC files. It holds text for search and display, no payload.
"""
