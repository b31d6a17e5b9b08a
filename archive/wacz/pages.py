"""The list of pages in a WACZ: JSON lines, the first of which says what they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from archive import timestamp


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a reader may begin with.

    Attributes:
        url: as in the index.
        timestamp: of its capture, 14 digits.
        title: for the list; empty where none is known.
        text: for the search; empty where none is known.
    """

    url: str
    timestamp: str
    title: str = ""
    text: str = ""


def lines(pages: Iterable[Page], name: str, title: str) -> Iterator[bytes]:
    """Yield the lines of a list of pages.

    The id of a page is made of its URL and time, so that the same pages make the same lines.

    Args:
        pages: in the order in which they are to be shown.
        name: of the list, ``pages`` or ``extraPages``.
        title: of the list, for people.
    """
    yield _line({"format": "json-pages-1.0", "id": name, "title": title, "hasText": True})
    for page in pages:
        identity = hashlib.sha256(f"{page.timestamp} {page.url}".encode()).hexdigest()[:16]
        fields = {"id": identity, "url": page.url, "ts": rfc3339_of(page.timestamp)}
        fields |= {"title": page.title} if page.title else {}
        fields |= {"text": page.text} if page.text else {}
        yield _line(fields)


def rfc3339(moment: datetime) -> str:
    """Return the form of times in a WACZ: ``2024-10-23T08:15:00Z``."""
    return rfc3339_of(timestamp.from_datetime(moment))


def rfc3339_of(stamp: str) -> str:
    """Return the form of times in a WACZ.

    >>> rfc3339_of("20241023081500")
    '2024-10-23T08:15:00Z'
    """
    date, time = stamp[:8], stamp[8:]
    return f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"


def _line(fields: dict[str, object] | dict[str, str]) -> bytes:
    return (json.dumps(fields) + "\n").encode("ascii")
