"""TimeMaps (RFC 7089, clause 5): the list of all captures of a URL, for programs.

Given piece by piece, so that the list of a URL with a hundred thousand captures takes no memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from archive import cdx
from archive.model import Capture
from archive.replay import address
from archive.replay.memento import LINK_FORMAT, Around, http_date, memento_link
from archive.timestamp import to_datetime

#: Media types, by form.
TYPES = {
    "link": LINK_FORMAT,
    "json": "application/json",
    "cdxj": "text/x-cdxj; charset=utf-8",
}


def timemap(
    origin: str, url: str, captures: Iterable[Capture], ends: Around, form: str
) -> Iterator[str]:
    """Yield the TimeMap of a URL in pieces.

    Args:
        origin: scheme and host of this server.
        url: the original's.
        captures: all of it, in the order of time.
        ends: the first and the last of them.
        form: ``link`` (RFC 7089, clause 5), ``json`` or ``cdxj``.
    """
    if form == "cdxj":
        return map(cdx.line, captures)
    return (_json if form == "json" else _link_format)(origin, url, captures, ends)


def _link_format(origin: str, url: str, captures: Iterable[Capture], ends: Around) -> Iterator[str]:
    yield f'<{address.escape(url)}>; rel="original",\n'
    yield f'<{origin}{address.timemap(url)}>; rel="self"; type="{LINK_FORMAT}"'
    yield f'; from="{http_date(ends.first.timestamp)}"'
    yield f'; until="{http_date(ends.last.timestamp)}",\n'
    yield f'<{origin}{address.timegate(url)}>; rel="timegate"'
    for capture in captures:
        rels = [name for name in ("first", "last") if getattr(ends, name) == capture]
        yield ",\n" + memento_link(origin, capture, " ".join([*rels, "memento"]))
    yield "\n"


def _json(origin: str, url: str, captures: Iterable[Capture], ends: Around) -> Iterator[str]:
    head = {
        "original_uri": url,
        "timegate_uri": origin + address.timegate(url),
        "timemap_uri": {f"{form}_format": origin + address.timemap(url, form) for form in TYPES},
    }
    yield _text(head)[:-1] + ', "mementos": {"list": ['
    comma = ""
    for capture in captures:
        yield f"{comma}\n{_text(_place(origin, capture))}"
        comma = ","
    first, last = _place(origin, ends.first), _place(origin, ends.last)
    yield f'\n], "first": {_text(first)}, "last": {_text(last)}}}}}\n'


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _place(origin: str, capture: Capture) -> dict[str, str]:
    return {
        "datetime": to_datetime(capture.timestamp).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "uri": origin + address.path(capture.url, capture.timestamp),
    }
