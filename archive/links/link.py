"""A link: one URL in a page or style sheet, and the place where it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_WIDE = re.compile(r"utf[-_]?(?:16|32)", re.IGNORECASE)
_STRIPPED = "".join(map(chr, range(0x21)))
_DROPPED = str.maketrans("", "", "\t\n\r")


class Kind(StrEnum):
    """What a browser does with the URL."""

    NAVIGATION = "navigation"  #: goes there when the reader says so
    FORM = "form"  #: sends a form there
    REFRESH = "refresh"  #: goes there by itself, from ``<meta http-equiv=refresh>``
    BASE = "base"  #: resolves the page's other URLs against it
    IMAGE = "image"
    ICON = "icon"
    STYLE = "style"
    FONT = "font"
    SCRIPT = "script"
    FRAME = "frame"
    MEDIA = "media"
    OBJECT = "object"  #: ``object`` and ``embed``: a document, image or plug-in
    MANIFEST = "manifest"
    HINT = "hint"  #: connects or fetches ahead of need: preconnect, prefetch …
    OTHER = "other"  #: loads nothing: canonical, alternate, the card images of social networks


@dataclass(frozen=True, slots=True)
class Link:
    """One URL and where it stands.

    Attributes:
        start: where it begins in the input, in bytes: after the quote and any white space.
        end: where it ends.
        url: as the browser reads it: entities or escapes undone, stripped; may be relative.
        kind: what a browser does with it.
        tag: the element's name, lower case; empty in a style sheet.
        attribute: its name, lower case; empty inside ``<style>`` and in a style sheet.
        rel: of a ``link`` element, lower case; of a ``meta`` element, its name or property.
        descriptor: of a ``srcset`` candidate: ``2x``, ``640w``.
    """

    start: int
    end: int
    url: str
    kind: Kind
    tag: str = ""
    attribute: str = ""
    rel: str = ""
    descriptor: str = ""


def clean(url: str) -> str:
    """Return `url` without the white space that a browser ignores in it (URL Standard, 4.4)."""
    stripped = url.strip(_STRIPPED)
    return stripped if stripped.isprintable() else stripped.translate(_DROPPED)


def leads_somewhere(url: str) -> bool:
    """Tell whether a cleaned `url` is relative or http(s), and more than a fragment.

    >>> [leads_somewhere(url) for url in ("a.png", "//cdn/a", "#top", "data:,", "mailto:a@b")]
    [True, True, False, False, False]
    """
    if not url or url[0] == "#":
        return False
    scheme = _SCHEME.match(url)
    return not scheme or scheme[0].lower() in ("http:", "https:")


def decode(raw: str, charset: str | None) -> str:
    """Return the characters that `raw`, bytes read as latin-1, stand for in `charset`.

    Without a charset, or in one that does not fit, it is UTF-8 if it can be, else windows-1252.
    UTF-16 and UTF-32 do not fit: what is read as latin-1 keeps ASCII.
    """
    if raw.isascii():
        return raw
    try:
        data = raw.encode("latin-1")
    except UnicodeEncodeError:  # there were entities in it
        return raw
    for name in (charset or "utf-8", "utf-8"):
        if not _WIDE.match(name):
            try:
                return data.decode(name)
            except (LookupError, ValueError):
                continue
    return data.decode("windows-1252", "replace")
