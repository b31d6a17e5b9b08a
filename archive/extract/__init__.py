"""From the stored bytes of a page to an article: a pure function, to be improved and run again."""

from archive.extract.extractor import EXTRACTOR, MAX_SIZE, extract
from archive.extract.fingerprint import text_digest

__all__ = ["EXTRACTOR", "MAX_SIZE", "extract", "text_digest"]
