"""Sitemaps, sitemap indexes and news sitemaps (sitemaps.org; Google News, namespace 0.9)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from archive import timestamp
from crawler.model import Candidate, Kind

#: What stands in these elements counts; the namespace does not, sites get it wrong.
_TEXTS = ("loc", "lastmod", "publication_date")
_ENTRIES = {"url": Kind.ARTICLE, "sitemap": Kind.SITEMAP}


def sitemap_candidates(body: bytes, url: str) -> Iterator[Candidate]:
    """Return the articles, or the further sitemaps, that a sitemap names.

    An ill-formed one is read as far as libxml2 can follow it: a raw ``&`` in a title does no harm.
    """
    entries = _Entries(url)
    target: Any = entries  # the stubs ask for more than lxml does
    parser = etree.XMLParser(
        target=target, recover=True, resolve_entities=False, no_network=True, huge_tree=True
    )
    with suppress(etree.XMLSyntaxError):  # nothing can be recovered behind that place
        etree.XML(body, parser)  # in one piece: fed in several, it does not recover
    return iter(entries.found)


def text_sitemap_candidates(body: bytes) -> Iterator[Candidate]:
    """Yield the URLs of a text sitemap: one a line (sitemaps.org)."""
    for line in body.decode("utf-8-sig", "replace").splitlines():
        text = line.strip()
        if text.startswith(("http://", "https://")):
            yield Candidate(text, Kind.ARTICLE, "M")


class _Entries:
    """Takes lxml's events and makes candidates of them; no tree is built."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._path: list[str] = []
        self._text: list[str] = []
        self._entry: dict[str, str] = {}
        self.found: list[Candidate] = []

    def start(self, tag: str, attributes: object) -> None:
        """Take the beginning of an element."""
        self._path.append(tag.rpartition("}")[2])
        self._text.clear()
        if self._path[-1] in _ENTRIES:
            self._entry.clear()

    def data(self, text: str) -> None:
        """Take text."""
        if self._path and self._path[-1] in _TEXTS:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = tag.rpartition("}")[2]
        if name in _TEXTS and (name != "loc" or self._path[-2:-1] != ["image"]):
            self._entry.setdefault(name, "".join(self._text).strip())
        elif name in _ENTRIES and self._entry.get("loc"):
            candidate = Candidate(self._location(), _ENTRIES[name], "M", _moment(self._entry))
            self.found.append(candidate)
            self._entry.clear()
        if self._path:
            self._path.pop()

    def close(self) -> None:
        """Take the end of the document."""

    def _location(self) -> str:
        try:
            return urljoin(self._base, self._entry["loc"])
        except ValueError:
            return self._entry["loc"]


def _moment(entry: dict[str, str]) -> datetime | None:
    """Return when an article was published, or else when it was changed last."""
    for name in ("publication_date", "lastmod"):
        with suppress(KeyError, ValueError):
            return timestamp.from_warc_date(entry[name])
    return None
