"""Memento (RFC 7089): which capture answers, and what stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from itertools import islice
from urllib.parse import urlsplit, urlunsplit

from archive.collection import Collection
from archive.errors import UsageError
from archive.index.cdxj import Span
from archive.model import Capture
from archive.replay import address
from archive.timestamp import from_datetime, now, to_datetime
from archive.urlkey import urlkey

#: Arguments that only keep caches from answering; and a query that is nothing but a number.
_BUSTER = re.compile(r"(?:_|cb|cachebust(?:er)?|nocache|rnd|rand|t|ts|v|ver|version)=[^=]*|[0-9.]+")
#: How many directories above a missing URL are looked at.
_MAX_ABOVE = 8
#: Captures that are read at once where one is wanted, as a rule.
_FEW = 4
#: So many redirects to the same key are passed over on the way to a capture.
_MAX_LOOPS = 100
#: Media type of links in a document of their own (RFC 6690).
LINK_FORMAT = "application/link-format"


@dataclass(frozen=True, slots=True)
class Around:
    """The captures of a URL around a time.

    Attributes:
        first: of all.
        previous: the last one before that time, or None.
        following: the first one after it, or None.
        last: of all.
        count: how many there are.
    """

    first: Capture
    previous: Capture | None
    following: Capture | None
    last: Capture
    count: int


def find(collection: Collection, url: str, timestamp: str) -> Capture | None:
    """Return the capture of `url` that is nearest to a time, or None.

    A redirect to the same key (http to https, bare host to www) gives way to what it leads to.
    Where there is no capture of the exact URL, one without its cache busters will do.

    Args:
        collection: where to look.
        url: the original's.
        timestamp: 4 to 14 digits; of a short one the earliest moment counts.

    Raises:
        UsageError: it is no timestamp.
    """
    found = collection.closest(url, timestamp)
    if found is None and (plain := _without_busters(url)) != url:
        found = collection.closest(plain, timestamp)
    return found


def accepted(header: str | None) -> str:
    """Return the timestamp that an Accept-Datetime header asks for; the present without one.

    Raises:
        UsageError: it is no date in the form of RFC 9110.
    """
    if header is None:
        return from_datetime(now())
    try:
        moment: datetime = parsedate_to_datetime(header)
        return from_datetime(moment)
    except (ValueError, OverflowError):
        raise UsageError(f"not an Accept-Datetime: {header[:60]!r}") from None


def is_loop(capture: Capture) -> bool:
    """Tell whether a capture redirects to its own key: replayed, it would come back for ever."""
    return capture.redirect is not None and urlkey(capture.redirect) == capture.urlkey


def around(collection: Collection, url: str, timestamp: str) -> Around | None:
    """Return what stands around a time; None without any capture of `url`.

    A few rows of the index are read, however many captures there are. Captures that redirect to
    their own key count for nothing where there are others.

    Args:
        collection: where to look.
        url: the original's.
        timestamp: 14 digits.
    """
    whole = Span.exact(url)
    at = int(timestamp)
    earlier, later = replace(whole, until=f"{at - 1:014}"), replace(whole, since=f"{at + 1:014}")
    for loops in (False, True):
        first = _first(collection, whole, loops=loops)
        last = _first(collection, whole, loops=loops, backwards=True)
        if first and last:
            previous = _first(collection, earlier, loops=loops, backwards=True)
            following = _first(collection, later, loops=loops)
            return Around(first, previous, following, last, collection.count_captures(whole))
    return None


def _first(
    collection: Collection, span: Span, *, loops: bool, backwards: bool = False
) -> Capture | None:
    """Return the first capture of a span; redirects to their own key only if `loops` says so."""
    found = islice(collection.walk(span, backwards=backwards, piece=_FEW), _MAX_LOOPS)
    return next((one for one in found if loops or not is_loop(one)), None)


def alternatives(collection: Collection, url: str) -> list[Capture]:
    """Return captures near to a missing URL: without its query, or of a directory above it."""
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name][:_MAX_ABOVE]
    paths = [parts.path] if parts.query else []
    paths += ["/".join(["", *names[:count], ""]) for count in reversed(range(len(names)))]
    found: list[Capture] = []
    for path in paths:
        there = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        if capture := collection.closest(there, from_datetime(now())):
            found.append(capture)
    return found


def http_date(timestamp: str) -> str:
    """Return a timestamp as Memento-Datetime writes it: ``Wed, 23 Oct 2024 08:15:00 GMT``."""
    return format_datetime(to_datetime(timestamp), usegmt=True)


def links(origin: str, url: str, beside: Around | None = None, shown: Capture | None = None) -> str:
    """Return the Link header of a memento or a TimeGate (RFC 7089, clause 2.2).

    Args:
        origin: scheme and host of this server.
        url: the original's.
        beside: the captures around the one that is shown.
        shown: the memento; None at a TimeGate.
    """
    parts = [
        f'<{address.escape(url)}>; rel="original"',
        f'<{origin}{address.timegate(url)}>; rel="timegate"',
        f'<{origin}{address.timemap(url)}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]
    rels: dict[str, tuple[Capture, list[str]]] = {}
    named = [("", shown)]
    if beside:
        named += [
            ("first", beside.first),
            ("prev", beside.previous),
            ("next", beside.following),
            ("last", beside.last),
        ]
    for rel, capture in named:
        if capture:
            _, words = rels.setdefault(capture.timestamp, (capture, []))
            words += [rel] if rel else []
    for capture, words in sorted(rels.values(), key=lambda item: item[0].timestamp):
        parts.append(memento_link(origin, capture, " ".join([*words, "memento"])))
    return ", ".join(parts)


def memento_link(origin: str, capture: Capture, rels: str) -> str:
    """Return a memento as a link with its relations: ``<URI-M>; rel="…"; datetime="…"``."""
    uri = origin + address.path(capture.url, capture.timestamp)
    return f'<{uri}>; rel="{rels}"; datetime="{http_date(capture.timestamp)}"'


def _without_busters(url: str) -> str:
    address_, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if part and not _BUSTER.fullmatch(part)]
    return address_ + (mark + "&".join(kept) if kept else "")
