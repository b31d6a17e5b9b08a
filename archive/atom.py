"""Atom feeds (RFC 4287), written in one place for all that tell of something new."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from archive.terminal import UNPRINTABLE

_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something new.

    Attributes:
        id: that a reader knows it by, for ever.
        title: of it.
        updated: when it came.
        link: where it can be read.
        summary: a few lines, plain.
        published: when it was made, or None.
        author: a name, or None.
        categories: what kind it is of.
    """

    id: str
    title: str
    updated: datetime
    link: str
    summary: str
    published: datetime | None = None
    author: str | None = None
    categories: Sequence[str] = ()


def feed(
    entries: Iterable[Entry],
    *,
    feed_id: str,
    title: str,
    updated: datetime,
    own_url: str | None = None,
) -> bytes:
    """Return a feed as XML in UTF-8.

    Args:
        entries: the newest first.
        feed_id: of the feed, the same whenever it is made.
        title: of the feed.
        updated: when the newest entry came or, without any, when the feed was made.
        own_url: where the feed itself is, if it is anywhere.
    """
    root = Element("feed", xmlns=_ATOM)
    SubElement(root, "id").text = feed_id
    SubElement(root, "title").text = _clean(title)
    SubElement(root, "updated").text = _date(updated)
    if own_url:
        SubElement(root, "link", rel="self", href=_clean(own_url))
    SubElement(SubElement(root, "author"), "name").text = "newswarc"
    for entry in entries:
        root.append(_element(entry))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def urn(space: uuid.UUID, name: str) -> str:
    """Return the id that stands for a name.

    >>> urn(uuid.NAMESPACE_URL, "https://www.example.com/a")
    'urn:uuid:8ce8c5b6-3e77-5e90-986b-d3e5cc4c2acb'
    """
    return f"urn:uuid:{uuid.uuid5(space, name)}"


def _element(entry: Entry) -> Element:
    element = Element("entry")
    SubElement(element, "id").text = entry.id
    SubElement(element, "title").text = _clean(entry.title)
    SubElement(element, "updated").text = _date(entry.updated)
    if entry.published:
        SubElement(element, "published").text = _date(entry.published)
    SubElement(element, "link", rel="alternate", href=_clean(entry.link))
    if entry.author:
        SubElement(SubElement(element, "author"), "name").text = _clean(entry.author)
    for term in entry.categories:
        SubElement(element, "category", term=term)
    SubElement(element, "summary").text = _clean(entry.summary)
    return element


def _date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _clean(text: str) -> str:
    """Return `text` without what XML 1.0 or a terminal does not take."""
    return UNPRINTABLE.sub("", text).replace("\ufffe", "").replace("\uffff", "")
