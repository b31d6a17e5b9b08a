"""RSS 0.90 to 2.0, RDF, Atom and JSON Feed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from crawler.discovery import xml
from crawler.discovery.dates import moment
from crawler.discovery.encoding import text_of
from crawler.model import Candidate, Kind

#: No feed has more items; what has is a trap.
MAX_ITEMS = 20_000
_ENTRIES = frozenset({"item", "entry"})
#: The dates of an item, the first of which counts.
_DATES = ("pubdate", "published", "issued", "date", "created", "updated", "modified")
#: What an item may be called by, the first of which counts. ``origLink`` is what a service that
#: counts readers has replaced.
_NAMES = ("origlink", "link", "href", "guid", "id", "about", "other")
#: Of these only URLs count.
_IDENTIFIERS = frozenset({"guid", "id", "about"})
_TEXTS = frozenset({*_DATES, "origlink", "link", "guid", "id"})
#: Elements whose links are not the item's.
_OTHERS = frozenset({"source", "image", "textinput", "author", "contributor", "group", "content"})
_WEB = re.compile(r"https?://", re.IGNORECASE)
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ITEMS = re.compile(r'"(?:items|entries|articles|posts|stories)"\s*:\s*\[')
_COMMA = re.compile(r"[\s,]*")


def feed_candidates(body: bytes, url: str, charset: str | None = None) -> Iterator[Candidate]:
    """Return the articles that a feed names, in its order.

    Args:
        body: its bytes.
        url: where it came from.
        charset: of the bytes, as the HTTP header has it.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _json_feed(text_of(body, charset), url)
    items = _Items(url)
    xml.parse(body, items, charset)
    return iter(items.found)


class _Items:
    """Takes the events of a feed and makes candidates of them; no tree is built.

    An item ends where the next begins, if nothing else ends it: what is never closed, or closed
    twice, shifts everything behind it.
    """

    def __init__(self, url: str) -> None:
        self._bases = [url]
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._item: dict[str, str] | None = None
        self._base = url
        #: How deep the element lies that is none of the item's own; 0 outside of one.
        self._aside = 0
        self.found: list[Candidate] = []

    def start(self, tag: str, attributes: Any) -> None:
        """Take the beginning of an element."""
        name = xml.local(tag)
        self._path.append(name)
        base = attributes.get(_BASE)
        self._bases.append(_joined(self._bases[-1], base) if base else self._bases[-1])
        self._text = None
        if name in _OTHERS and self._item is not None:
            self._aside = self._aside or len(self._path)
        elif name in _ENTRIES and not self._aside:
            self._flush()
            if len(self.found) < MAX_ITEMS:
                self._item, self._base = {}, self._bases[-1]
                for key, value in attributes.items():
                    if xml.local(key) == "about":
                        self._item["about"] = value
        elif self._item is not None and name in _TEXTS and not self._aside:
            self._text = []
            if name == "link" and attributes.get("href"):
                self._base = self._bases[-1]
                self._link(attributes)
            if name == "guid" and attributes.get("isPermaLink", "").lower() == "true":
                self._item.setdefault("permalink", "true")

    def data(self, text: str) -> None:
        """Take text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = xml.local(tag)
        if self._text is not None and self._item is not None and self._path[-1:] == [name]:
            text = "".join(self._text).strip()
            if text:
                self._item.setdefault(name, text)
        self._text = None
        if self._path:
            self._path.pop()
            self._bases.pop()
        if len(self._path) < self._aside:
            self._aside = 0
        if name in _ENTRIES and not self._aside:
            self._flush()

    def close(self) -> None:
        """Take the end of the document."""
        self._flush()

    def _link(self, attributes: Any) -> None:
        """Take a link of Atom (RFC 4287, clause 4.2.7)."""
        assert self._item is not None
        rel = attributes.get("rel", "alternate").rpartition("/")[2].lower()
        if rel == "alternate":
            # Of alternates that are no page for people, better one than none.
            page = attributes.get("type", "text/html") in ("text/html", "application/xhtml+xml")
            self._item.setdefault("href" if page else "other", attributes["href"].strip())

    def _flush(self) -> None:
        """Make a candidate of the item that has ended."""
        item, self._item, self._aside = self._item, None, 0
        if item is None:
            return
        permalink = "permalink" in item
        for name in _NAMES:
            text = item.get(name, "")
            if not text or (name in _IDENTIFIERS and not (permalink or _WEB.match(text))):
                continue
            dated = next((item[date] for date in _DATES if date in item), "")
            self.found.append(_article(self._base, text, moment(dated)))
            return


def _json_feed(text: str, url: str) -> Iterator[Candidate]:
    """Read a JSON Feed (jsonfeed.org, versions 1 and 1.1), or what is left of one."""
    for item in _json_items(text):
        link = next(
            (
                item[name]
                for name in ("url", "link", "id", "external_url")
                if isinstance(item.get(name), str) and (name == "url" or _WEB.match(item[name]))
            ),
            "",
        )
        if link.strip():
            names = ("date_published", "published", "date", "date_modified")
            dated = next((str(item[name]) for name in names if item.get(name)), "")
            yield _article(url, link, moment(dated))


def _json_items(text: str) -> Iterator[dict[str, Any]]:
    """Yield the items of a list, one after the other, until something is no JSON."""
    text = text.lstrip("\ufeff \t\r\n")
    begin = _ITEMS.search(text)
    place = begin.end() if begin else 1 if text.startswith("[") else len(text)
    decoder = json.JSONDecoder(strict=False)
    for _ in range(MAX_ITEMS):
        gap = _COMMA.match(text, place)
        place = gap.end() if gap else place
        if not text.startswith("{", place):
            return
        try:
            item, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        if isinstance(item, dict):
            yield item


def _article(base: str, link: str, published: datetime | None) -> Candidate:
    target = _joined(base, "".join(link.split()) if "\n" in link else link.strip())
    return Candidate(target, Kind.ARTICLE, "M", published)


def _joined(base: str, link: str) -> str:
    # Escaped twice is what templates do, and no URL means it.
    link = link.strip().replace("&amp;", "&")
    try:
        return urljoin(base, link)
    except ValueError:
        return link
