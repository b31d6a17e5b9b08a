"""An Atom feed of edits (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from archive import timestamp
from archive.model import Edit
from archive.terminal import UNPRINTABLE
from archive.versions.comparison import compare
from archive.wording.diff import Piece

_ATOM = "http://www.w3.org/2005/Atom"
#: Makes ids of what an edit is; another collection that saw the same edit gives it the same id.
_SPACE = uuid.UUID("6f0c2b1e-6f3a-5f0b-9d59-3d7c0c8f4a11")
#: No more of a summary is given, in characters, and so much around each change.
_MAX_SUMMARY = 4000
_AROUND = 60


def atom(edits: Sequence[Edit], *, title: str, now: datetime) -> bytes:
    """Return a feed of edits as XML in UTF-8.

    The id of an entry depends on the article, the text and when it was first seen, on nothing
    else: a reader that polls the feed sees each edit once.

    Args:
        edits: the newest first.
        title: of the feed.
        now: says when the feed was made, where there is no edit to say it.
    """
    feed = Element("feed", xmlns=_ATOM)
    SubElement(feed, "id").text = f"urn:uuid:{uuid.uuid5(_SPACE, title)}"
    SubElement(feed, "title").text = _clean(title)
    newest = max((edit.after.first_capture for edit in edits), default=None)
    SubElement(feed, "updated").text = _date(newest) if newest else f"{now:%Y-%m-%dT%H:%M:%SZ}"
    author = SubElement(feed, "author")
    SubElement(author, "name").text = "newswarc"
    for edit in edits:
        feed.append(_entry(edit))
    indent(feed)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(edit: Edit) -> Element:
    after = edit.after
    entry = Element("entry")
    name = f"{edit.url} {after.digest} {after.first_capture}"
    SubElement(entry, "id").text = f"urn:uuid:{uuid.uuid5(_SPACE, name)}"
    label = f"stealth, {after.kind}" if after.stealth else after.kind
    SubElement(entry, "title").text = _clean(f"[{label}] {after.article.title}")
    SubElement(entry, "updated").text = _date(after.first_capture)
    SubElement(entry, "link", rel="alternate", href=_clean(edit.url))
    for term in filter(None, (after.kind, "stealth" if after.stealth else None)):
        SubElement(entry, "category", term=term)
    SubElement(entry, "summary").text = _clean(summary(edit))
    return entry


def summary(edit: Edit) -> str:
    """Return what was removed, in ``[-…-]``, and added, in ``{+…+}``, with a few words around."""
    found = compare(edit.url, edit.before, edit.after)
    parts = [_excerpt(pieces) for pieces in (found.title, found.body)]
    text = "\n".join(filter(None, parts))
    return text if len(text) <= _MAX_SUMMARY else text[: _MAX_SUMMARY - 2] + " …"


def _excerpt(pieces: tuple[Piece, ...]) -> str:
    if all(piece.kind == "same" for piece in pieces):
        return ""
    shown: list[str] = []
    for piece in pieces:
        text = " ".join(piece.text.split("\n"))
        if piece.kind == "removed":
            text = f"[-{text}-]"
        elif piece.kind == "added":
            text = f"{{+{text}+}}"
        elif len(text) > 2 * _AROUND:
            text = f"{text[:_AROUND]} … {text[-_AROUND:]}"
        shown.append(text)
    return "".join(shown)


def _date(stamp: str) -> str:
    return f"{timestamp.to_datetime(stamp):%Y-%m-%dT%H:%M:%SZ}"


def _clean(text: str) -> str:
    """Return `text` without what XML 1.0 or a terminal does not take."""
    return UNPRINTABLE.sub("", text).replace("\ufffe", "").replace("\uffff", "")
