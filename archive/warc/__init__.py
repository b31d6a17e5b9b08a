"""WARC files: written, read, closed after a crash (ISO 28500:2017, WARC 1.1)."""
