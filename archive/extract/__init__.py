"""From the stored bytes of a page to an article: a pure function, to be improved and run again."""

from archive.extract.extractor import EXTRACTOR, extract
from archive.extract.fingerprint import text_digest
from archive.extract.page import MAX_SIZE
from archive.extract.rulebook import NO_RULES, RuleBook

__all__ = ["EXTRACTOR", "MAX_SIZE", "NO_RULES", "RuleBook", "extract", "text_digest"]
