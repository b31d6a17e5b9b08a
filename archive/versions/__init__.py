"""The versions of articles: which article a page shows, how versions differ, who is told of it."""

from archive.versions.comparison import Comparison, compare
from archive.versions.feed import atom
from archive.versions.identity import article_url

__all__ = ["Comparison", "article_url", "atom", "compare"]
