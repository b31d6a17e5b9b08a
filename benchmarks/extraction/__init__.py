"""Extraction measured: newswarc beside other extractors, on pages with checked answers."""
