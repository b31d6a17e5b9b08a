"""Memento (RFC 7089): which capture answers, what stands around it, and the lists of them all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from archive import cdx
from archive.collection import Collection
from archive.errors import UsageError
from archive.model import Capture
from archive.replay import address
from archive.timestamp import from_datetime, now, to_datetime
from archive.urlkey import urlkey

#: Media types of the TimeMaps, by form.
TIMEMAP_TYPES = {
    "link": "application/link-format",
    "json": "application/json",
    "cdxj": "text/x-cdxj; charset=utf-8",
}
#: Arguments that only keep caches from answering; and a query that is nothing but a number.
_BUSTER = re.compile(r"(?:_|cb|cachebust(?:er)?|nocache|rnd|rand|t|ts|v|ver|version)=[^=]*|[0-9.]+")
#: How many directories above a missing URL are looked at.
_MAX_ABOVE = 8


@dataclass(frozen=True, slots=True)
class Around:
    """The captures of a URL around one of them; `previous` and `following` may be missing."""

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


def around(captures: Sequence[Capture], timestamp: str) -> Around | None:
    """Return what stands around a time, of `captures` in the order of time; None without any."""
    shown = [capture for capture in captures if not is_loop(capture)] or captures
    if not shown:
        return None
    before = [capture for capture in shown if capture.timestamp < timestamp]
    after = [capture for capture in shown if capture.timestamp > timestamp]
    return Around(
        first=shown[0],
        previous=before[-1] if before else None,
        following=after[0] if after else None,
        last=shown[-1],
        count=len(shown),
    )


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
        f'<{origin}{address.timemap(url)}>; rel="timemap"; type="{TIMEMAP_TYPES["link"]}"',
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
        parts.append(_memento_link(origin, capture, " ".join([*words, "memento"])))
    return ", ".join(parts)


def timemap(origin: str, url: str, captures: Sequence[Capture], form: str) -> str:
    """Return the TimeMap of a URL.

    Args:
        origin: as for `links`.
        url: the original's.
        captures: of it, in the order of time.
        form: ``link`` (RFC 7089, clause 5), ``json`` or ``cdxj``.
    """
    if form == "cdxj":
        return "".join(map(cdx.line, captures))
    if form == "json":
        return json.dumps(_json(origin, url, captures), ensure_ascii=False, indent=2) + "\n"
    return ",\n".join(_link_format(origin, url, captures)) + "\n"


def _link_format(origin: str, url: str, captures: Sequence[Capture]) -> Iterator[str]:
    here = f'<{origin}{address.timemap(url)}>; rel="self"; type="{TIMEMAP_TYPES["link"]}"'
    if captures:
        here += f'; from="{http_date(captures[0].timestamp)}"'
        here += f'; until="{http_date(captures[-1].timestamp)}"'
    yield f'<{address.escape(url)}>; rel="original"'
    yield here
    yield f'<{origin}{address.timegate(url)}>; rel="timegate"'
    for place, capture in enumerate(captures):
        rels = ["first"] * (place == 0) + ["last"] * (place == len(captures) - 1) + ["memento"]
        yield _memento_link(origin, capture, " ".join(rels))


def _memento_link(origin: str, capture: Capture, rels: str) -> str:
    uri = origin + address.path(capture.url, capture.timestamp)
    return f'<{uri}>; rel="{rels}"; datetime="{http_date(capture.timestamp)}"'


def _json(origin: str, url: str, captures: Sequence[Capture]) -> dict[str, object]:
    mementos = [
        {
            "datetime": to_datetime(capture.timestamp).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "uri": origin + address.path(capture.url, capture.timestamp),
        }
        for capture in captures
    ]
    listed: dict[str, object] = {"list": mementos}
    if mementos:
        listed |= {"first": mementos[0], "last": mementos[-1]}
    return {
        "original_uri": url,
        "timegate_uri": origin + address.timegate(url),
        "timemap_uri": {
            f"{form}_format": origin + address.timemap(url, form) for form in TIMEMAP_TYPES
        },
        "mementos": listed,
    }


def _without_busters(url: str) -> str:
    address_, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if part and not _BUSTER.fullmatch(part)]
    return address_ + (mark + "&".join(kept) if kept else "")
