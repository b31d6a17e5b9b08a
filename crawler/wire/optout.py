"""What an answer says of being archived and mined, for the metadata record of its capture.

Signals are written down: who reads the archive later may have to know them, and finds them without
parsing a page. One is obeyed where a source asks for it: ``noarchive``. (robots.txt is a capture of
its own.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from archive.warc import content
from crawler.wire.head import Head
from crawler.wire.spool import Spool

#: Robots in the answer's head, the TDM Reservation Protocol (W3C Community Group, 2024), and the
#: usage preferences of the IETF's AI Preferences group.
_FIELDS = frozenset({b"x-robots-tag", b"tdm-reservation", b"tdm-policy", b"content-usage"})
#: Names of meta elements; the robots beside ``robots`` are those that news sites address.
_NAMES = frozenset(
    {
        b"robots",
        b"newswarc",
        b"googlebot",
        b"googlebot-news",
        b"bingbot",
        b"msnbot",
        b"slurp",
        b"yandex",
        b"archive.org_bot",
        b"tdm-reservation",
        b"tdm-policy",
    }
)
#: The product token that we are called by.
_OURS = "newswarc"
#: Directives that have a value behind a colon; before any other colon stands a robot's name.
_WITH_VALUE = frozenset(
    {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
)
#: Of a page no more than this is looked at, decoded.
_DECODED = 64 * 1024
#: So much of it as received is decoded, and so much if its head does not end in that.
_RECEIVED = (4 * 1024, _DECODED)
_MAX_VALUE = 500
_ATTRIBUTE = re.compile(
    rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)


def signals(head: Head, entity: Spool) -> dict[str, str]:
    """Return what head and page say, by name; what a page says has a name that begins ``meta-``.

    Args:
        head: of the answer.
        entity: its body, transfer-coding removed.
    """
    found: dict[str, str] = {}
    media, codings = b"", []
    for name, value in head.headers:
        folded = name.lower()
        if folded in _FIELDS:
            _add(found, folded, value)
        elif folded == b"content-type":
            media = value.lower()
        elif folded == b"content-encoding":
            codings += [part.strip() for part in value.decode("latin-1").lower().split(",")]
    if head.status == 200 and b"html" in media:
        for folded, value in _meta(_beginning(entity, codings)):
            _add(found, b"meta-" + folded, value)
    return found


def forbids_archiving(found: Mapping[str, str]) -> bool:
    """Tell whether signals say ``noarchive`` to every robot, or to ours.

    What is said to another robot, as in ``<meta name="googlebot" content="noarchive">``, is about
    the copy that a search engine shows, and is not ours to obey.

    Args:
        found: by `signals`.

    >>> forbids_archiving({"x-robots-tag": "googlebot: noarchive; noindex"})
    False
    """
    for name in ("meta-robots", f"meta-{_OURS}"):
        if "noarchive" in _words(found.get(name, "").replace(";", ",")):
            return True
    for value in found.get("x-robots-tag", "").split(";"):
        ours = True  # what stands behind a robot's name is for that robot
        for word in _words(value):
            name, colon, rest = word.partition(":")
            if colon and name.strip() not in _WITH_VALUE:
                ours, said = name.strip() in (_OURS, "*"), rest.strip()
            else:
                said = word
            if ours and said == "noarchive":
                return True
    return False


def _words(value: str) -> list[str]:
    return [word.strip().lower() for word in value.split(",")]


def _beginning(entity: Spool, codings: list[str]) -> bytes:
    """Return the head of a page, decoded, and perhaps more; all that is looked at at the most."""
    page = b""
    for size in _RECEIVED:
        page = content.decode(entity.beginning(size), codings, _DECODED)
        if b"</head" in page or b"</HEAD" in page or entity.size <= size:
            break
    return page


def _meta(page: bytes) -> list[tuple[bytes, bytes]]:
    """Return name and content of the ``meta`` elements that are signals."""
    folded = page.lower()
    found = []
    end = folded.find(b"</head")
    at = folded.find(b"<meta", 0, end if end >= 0 else len(folded))
    while at >= 0:
        close = folded.find(b">", at)
        if close < 0:
            break
        tag = folded[at:close]
        if any(name in tag for name in _NAMES):
            values = {
                match[1].lower(): match[2] or match[3] or match[4] or b""
                for match in _ATTRIBUTE.finditer(page[at:close])
            }
            if (name := values.get(b"name", b"").strip().lower()) in _NAMES:
                found.append((name, values.get(b"content", b"")))
        at = folded.find(b"<meta", close, end if end >= 0 else len(folded))
    return found


def _add(found: dict[str, str], name: bytes, value: bytes) -> None:
    """Add a value to what that name has said before, with a semicolon between."""
    key = name.decode("ascii")
    text = value.decode("utf-8", "replace").strip()
    if not text:
        return
    found[key] = "; ".join(filter(None, [found.get(key), text]))[:_MAX_VALUE]
