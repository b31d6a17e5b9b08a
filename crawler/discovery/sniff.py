"""What a document is, by its first bytes."""

from __future__ import annotations

import re
import zlib
from enum import StrEnum

from crawler.discovery import xml
from crawler.discovery.encoding import text_of

#: A sitemap may be 50 MiB uncompressed (sitemaps.org); what inflates further is cut.
MAX_INFLATED = 64 * 1024 * 1024
#: So much of a document is looked at (bytes).
_HEAD = 16_384
_PROLOGUE = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>|\s+)*", re.IGNORECASE | re.DOTALL
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_ELEMENTS = re.compile(r"<(?:html|head|body|div|p|a|article)\b", re.IGNORECASE)
#: What a page has before anything that it shows of a feed.
_PAGE = re.compile(r"<(?:!doctype\s+html|html|body|pre|code)\b", re.IGNORECASE)
_JSON = re.compile(r"\s*[\[{]")
_JSON_FEED = re.compile(r'\{.*?"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org', re.DOTALL)


class Format(StrEnum):
    """The formats that can name URLs."""

    FEED = "feed"
    SITEMAP = "sitemap"
    HTML = "html"
    TEXT = "text"
    JSON = "json"
    OTHER = "other"
    EMPTY = "empty"


_ROOTS = {
    "rss": Format.FEED,
    "rdf": Format.FEED,
    "feed": Format.FEED,
    "channel": Format.FEED,
    "urlset": Format.SITEMAP,
    "sitemapindex": Format.SITEMAP,
}


def plain(body: bytes) -> bytes:
    """Return `body` without the gzip around it, if there is one; a broken one as far as it goes."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    inflater = zlib.decompressobj(wbits=31)
    try:
        return inflater.decompress(body, MAX_INFLATED)
    except zlib.error:
        return b""


def sniff(body: bytes, content_type: str = "") -> Format:
    """Tell what a document is.

    >>> sniff(b"<?xml version='1.0'?><rss version='2.0'>", "text/html")
    <Format.FEED: 'feed'>
    """
    text = text_of(body[:_HEAD]).lstrip("\ufeff")
    if not text.strip():
        return Format.EMPTY
    prologue = _PROLOGUE.match(text)
    rest = text[prologue.end() :] if prologue else text
    root = _ROOT.match(rest)
    form = _ROOTS.get(root[1].lower()) if root else None
    if form is not None:
        return form
    if _JSON_FEED.match(text.lstrip()):
        return Format.FEED
    later = xml.ROOT.search(text)
    if later is not None and not _PAGE.search(text, 0, later.start()):
        # A server has written warnings before it.
        return _ROOTS[xml.local(later[0][1:])]
    if root is not None:
        return _markup(text, content_type)
    if "\x00" in text:
        return Format.OTHER
    if "html" in content_type and "<" in text:
        return Format.HTML  # a page may begin with text, and fragments do
    if _JSON.match(text):
        return Format.JSON
    if content_type.startswith("text/plain") or re.match(r"\s*https?://", text):
        return Format.TEXT
    return Format.OTHER


def _markup(text: str, content_type: str) -> Format:
    if "html" in content_type or _ELEMENTS.search(text):
        return Format.HTML
    return Format.OTHER
