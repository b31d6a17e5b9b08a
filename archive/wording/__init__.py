"""The words of texts: how two texts differ, what kind of change that is, what they have in common.

Pure functions over text, without a network, a file or an index.
"""
