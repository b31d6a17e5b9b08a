"""What a feed or a sitemap lists, for a reader: a browser shows neither as a page.

The files come from strangers, ill-formed as often as not: what can be read of them is taken, no
entity is resolved and nothing is loaded, and no more is shown than a page can hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from archive.entities import unescape
from archive.warc import content

#: No more entries are shown.
MAX_ENTRIES = 1000
#: Nor is more of a file read (bytes).
_MAX_SIZE = 8 * 1024 * 1024
_MAX_TITLE, _MAX_SUMMARY, _MAX_DATE = 300, 400, 40
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_XML = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<(?:\?xml|!--|!doctype|rss|feed|rdf|urlset|sitemapindex)",
    re.IGNORECASE,
)
#: In RSS 1.0, which is RDF, an item's address.
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_MARKUP = re.compile(r"<[^>]*>")
_ENTRIES = {"item": "feed", "entry": "feed", "url": "sitemap", "sitemap": "sitemaps"}
_ROOTS = frozenset({"rss", "feed", "rdf", "urlset", "sitemapindex"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        url: absolute, http or https; empty where there is none.
        title: as text; empty where there is none.
        date: as written.
        summary: as text.
    """

    url: str
    title: str = ""
    date: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a file lists.

    Attributes:
        kind: ``feed``, ``sitemap`` or ``sitemaps``.
        title: of a feed.
        entries: in their order.
        whole: False where there are more entries than are given.
    """

    kind: str
    title: str
    entries: Sequence[Entry]
    whole: bool


def listing(body: bytes, url: str, *, charset: str | None = None) -> Listing | None:
    """Return what a feed or sitemap lists, or None where the file is neither.

    RSS, Atom, RDF and JSON Feed, sitemaps and lists of them, also gzipped.

    Args:
        body: of the file, content-coding removed.
        url: of the file; relative addresses are resolved against it.
        charset: as the HTTP header has it.
    """
    if body.startswith(_GZIP):
        body = content.decode(body, ("gzip",), _MAX_SIZE)
    body = body[:_MAX_SIZE]
    if body.removeprefix(_BOM).lstrip()[:1] == b"{":
        return _of_json(body, url)
    if not (_XML.match(body) or body.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return None
    root = _parsed(body, charset)
    if root is None or _name(root) not in _ROOTS:
        return None
    kind, title = "", ""
    entries: list[Entry] = []
    for element in root.iter():
        name = _name(element)
        if name == "title" and not (title or entries) and _name(element.getparent()) != "image":
            title = _text(element, _MAX_TITLE)
        if name in _ENTRIES:
            kind = kind or _ENTRIES[name]
            entries.append(_entry(element, url))
            if len(entries) > MAX_ENTRIES:
                break
    plain = {"urlset": "sitemap", "sitemapindex": "sitemaps"}.get(_name(root), "feed")
    if plain != "feed":
        title = ""
    return Listing(kind or plain, title, entries[:MAX_ENTRIES], len(entries) <= MAX_ENTRIES)


def _parsed(body: bytes, charset: str | None) -> Any:
    """Return the root of an XML file, or None."""
    for encoding in (charset, None):
        try:
            parser = etree.XMLParser(
                recover=True, resolve_entities=False, no_network=True, encoding=encoding
            )
            return etree.fromstring(body, parser)
        except (etree.XMLSyntaxError, LookupError, ValueError):
            continue
    return None


def _entry(element: Any, url: str) -> Entry:
    """Return an entry of a feed or sitemap; of what it says twice, the first."""
    found: dict[str, str] = {}
    for child in islice(element.iter(), 1, 200):
        name = _name(child)
        if name == "link" and child.get("rel", "alternate") == "alternate":
            readable = child.get("type", "text/html") in ("text/html", "application/xhtml+xml")
            place = "url" if readable else "other"
            found.setdefault(place, child.get("href") or _text(child, 4096))
        elif name == "loc" and _name(child.getparent()) == _name(element):
            found.setdefault("url", _text(child, 4096))
        elif name == "guid" and child.get("ispermalink", child.get("isPermaLink")) != "false":
            found.setdefault("guid", _text(child, 4096))
        elif name == "title":
            found.setdefault("title", _text(child, _MAX_TITLE))
        elif name in ("pubdate", "published", "updated", "date", "lastmod", "publication_date"):
            found.setdefault("date", _text(child, _MAX_DATE))
        elif name in ("description", "summary"):
            found.setdefault("summary", _text(child, _MAX_SUMMARY))
    found.setdefault("guid", found.get("other") or element.get(_ABOUT, ""))
    return Entry(
        _absolute(url, found.get("url") or found["guid"]),
        found.get("title", ""),
        found.get("date", ""),
        found.get("summary", ""),
    )


def _of_json(body: bytes, url: str) -> Listing | None:
    """Return what a JSON Feed lists (jsonfeed.org, version 1.1)."""
    try:
        feed = json.loads(body.removeprefix(_BOM))
    except (ValueError, RecursionError):
        return None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        return None
    entries = [
        Entry(
            _absolute(url, _string(item, "url") or _string(item, "external_url") or _id(item)),
            _plain(_string(item, "title"), _MAX_TITLE),
            _plain(_string(item, "date_published"), _MAX_DATE),
            _plain(_string(item, "summary"), _MAX_SUMMARY),
        )
        for item in _dicts(items[:MAX_ENTRIES])
    ]
    title = _plain(_string(feed, "title"), _MAX_TITLE)
    return Listing("feed", title, entries, len(items) <= MAX_ENTRIES)


def _dicts(items: list[object]) -> Iterator[Mapping[str, object]]:
    return (item for item in items if isinstance(item, dict))


def _string(item: Mapping[str, object], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _id(item: Mapping[str, object]) -> str:
    """Return an entry's id where that is an address, as a rule it is one."""
    value = _string(item, "id")
    return value if "://" in value else ""


def _name(element: Any) -> str:
    """Return an element's name without its namespace, lower case; empty for a comment."""
    tag = element.tag if element is not None else None
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _text(element: Any, most: int) -> str:
    return _plain("".join(islice(element.itertext(), 100)), most)


def _plain(text: str, most: int) -> str:
    """Return text without markup, white space folded, cut to a length."""
    words = " ".join(unescape(_MARKUP.sub(" ", unescape(text[: most * 20]))).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _absolute(base: str, url: str) -> str:
    try:
        found = urljoin(base, url.strip()) if url.strip() else ""
    except ValueError:
        return ""
    return found if found.lower().startswith(("http://", "https://")) else ""
