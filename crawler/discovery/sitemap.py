"""Sitemaps, sitemap indexes and news sitemaps (sitemaps.org; Google News, namespace 0.9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from crawler.discovery import xml
from crawler.discovery.dates import moment
from crawler.discovery.encoding import text_of
from crawler.model import Candidate, Kind

#: No sitemap may name more (sitemaps.org).
MAX_URLS = 50_000
#: What stands in these elements counts; the namespace does not, sites get it wrong.
_TEXTS = frozenset({"loc", "lastmod", "publication_date"})
_ENTRIES = {"url": Kind.ARTICLE, "sitemap": Kind.SITEMAP}
#: A byte order mark counts as white space.
_BLANKS = " \t\r\n\ufeff"


def sitemap_candidates(body: bytes, url: str, charset: str | None = None) -> Iterator[Candidate]:
    """Return the articles, or the further sitemaps, that a sitemap names.

    Args:
        body: its bytes. An ill-formed one is read as far as libxml2 can follow it.
        url: where it came from.
        charset: of the bytes, as the HTTP header has it.
    """
    entries = _Entries(url)
    xml.parse(body, entries, charset)
    return iter(entries.found)


def text_sitemap_candidates(body: bytes, charset: str | None = None) -> Iterator[Candidate]:
    """Yield the URLs of a text sitemap: one a line (sitemaps.org)."""
    for line in text_of(body, charset).splitlines():
        text = line.strip(_BLANKS)
        if text.startswith(("http://", "https://")):
            yield Candidate(text, Kind.ARTICLE, "M")


class _Entries:
    """Takes lxml's events and makes candidates of them; no tree is built.

    An entry ends where the next begins, if nothing else ends it.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._kind = Kind.ARTICLE
        self._entry: dict[str, str] = {}
        self.found: list[Candidate] = []

    def start(self, tag: str, attributes: Any) -> None:
        """Take the beginning of an element."""
        name = xml.local(tag)
        # The images of a page have locations of their own.
        counts = name in _TEXTS and self._path[-1:] not in (["image"], ["video"])
        self._text = [] if counts else None
        self._path.append(name)
        if name in _ENTRIES:
            self._flush()
            self._kind = _ENTRIES[name]

    def data(self, text: str) -> None:
        """Take text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = xml.local(tag)
        if self._text is not None:
            text = "".join(self._text).strip(_BLANKS)
            if text:
                self._entry.setdefault(name, text)
            self._text = None
        if self._path:
            self._path.pop()
        if name in _ENTRIES:
            self._flush()

    def close(self) -> None:
        """Take the end of the document."""
        self._flush()

    def _flush(self) -> None:
        """Make a candidate of the entry that has ended."""
        entry, self._entry = self._entry, {}
        location = entry.get("loc")
        if location and len(self.found) <= MAX_URLS:
            # When it was published, or else when it was changed last.
            dated = entry.get("publication_date") or entry.get("lastmod") or ""
            published = moment(dated) if dated else None
            self.found.append(Candidate(self._resolved(location), self._kind, "M", published))

    def _resolved(self, location: str) -> str:
        if "&amp;" in location:  # escaped twice
            location = location.replace("&amp;", "&")
        if location.startswith(("http://", "https://")):
            return location
        try:
            return urljoin(self._base, location)
        except ValueError:
            return location
