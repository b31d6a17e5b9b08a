"""CDXJ: captures as lines that other programs read, and the CDX API that finds them."""

from archive.cdx.answers import answer
from archive.cdx.line import line
from archive.cdx.query import Query, parse

__all__ = ["Query", "answer", "line", "parse"]
