"""What an answer says of being archived and mined, for the metadata record of its capture.

Signals are written down, not obeyed: who reads the archive later may have to know them, and finds
them without parsing a page. (robots.txt is a capture of its own.)
"""

from __future__ import annotations

import re

from archive.warc import content
from crawler.wire.head import Head
from crawler.wire.spool import Spool

#: Robots in the answer's head, and the TDM Reservation Protocol (W3C Community Group, 2024).
_FIELDS = frozenset({b"x-robots-tag", b"tdm-reservation", b"tdm-policy"})
_NAMES = frozenset({b"robots", b"tdm-reservation", b"tdm-policy"})
#: Of a page no more than this is looked at, decoded.
_DECODED = 64 * 1024
#: So much of it as received is decoded, and so much if its head does not end in that.
_RECEIVED = (4 * 1024, _DECODED)
_MAX_VALUE = 200
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
        if b"robots" in tag or b"tdm-" in tag:
            values = {
                match[1].lower(): match[2] or match[3] or match[4] or b""
                for match in _ATTRIBUTE.finditer(page[at:close])
            }
            if (name := values.get(b"name", b"").strip().lower()) in _NAMES:
                found.append((name, values.get(b"content", b"")))
        at = folded.find(b"<meta", close, end if end >= 0 else len(folded))
    return found


def _add(found: dict[str, str], name: bytes, value: bytes) -> None:
    """Add a value to what that name has said before."""
    key = name.decode("ascii")
    text = value.decode("utf-8", "replace").strip()
    if not text:
        return
    found[key] = ", ".join(filter(None, [found.get(key), text]))[:_MAX_VALUE]
