"""An Atom feed of alerts (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from archive import timestamp
from archive.terminal import UNPRINTABLE
from archive.watch.watches import Alert, Watch

#: Makes ids of names; whoever polls the feed sees each alert once.
_SPACE = uuid.UUID("5be0e6a5-2f0a-5d3f-8d1c-0e5c8a6f7d42")


def atom(watch: Watch, alerts: Sequence[Alert]) -> bytes:
    """Return a feed as XML in UTF-8.

    Args:
        watch: that found them.
        alerts: the newest first.
    """
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    SubElement(feed, "id").text = f"urn:uuid:{uuid.uuid5(_SPACE, watch.name)}"
    SubElement(feed, "title").text = _clean(f"newswarc: {watch.query}")
    newest = alerts[0].content["found"] if alerts else _date(watch.looked)
    SubElement(feed, "updated").text = newest
    SubElement(SubElement(feed, "author"), "name").text = "newswarc"
    for alert in alerts:
        feed.append(_entry(watch, alert))
    indent(feed)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(watch: Watch, alert: Alert) -> Element:
    content = alert.content
    entry = Element("entry")
    SubElement(entry, "id").text = f"urn:uuid:{uuid.uuid5(_SPACE, f'{watch.name} {alert.name}')}"
    label = "[edited] " if content["edited"] else ""
    SubElement(entry, "title").text = _clean(label + content["title"])
    SubElement(entry, "updated").text = content["found"]
    seen = timestamp.to_datetime(content["timestamp"])
    SubElement(entry, "published").text = _date(seen)
    SubElement(entry, "link", rel="alternate", href=_clean(content["url"]))
    if content["site"]:
        SubElement(SubElement(entry, "author"), "name").text = _clean(content["site"])
    SubElement(entry, "summary").text = _clean(content["snippet"])
    return entry


def _date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _clean(text: str) -> str:
    """Return `text` without what XML 1.0 or a terminal does not take."""
    return UNPRINTABLE.sub("", text).replace("\ufffe", "").replace("\uffff", "")
