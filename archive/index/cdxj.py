"""Captures in the order of their urlkeys: all of a URL, a directory, a host or a domain.

What lies together on the web lies together in that order, so that each of these is one span of
it. A long span is read in pieces, each in a reading of its own: whoever takes long over the lines
keeps no transaction open, and the index may change or be made again meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from archive.index import compact
from archive.model import Capture
from archive.urlkey import urlkey

#: So many captures are read at once.
_PIECE = 1000
#: Before and after all urlkeys.
_FIRST, _LAST = "", "\U0010ffff"

Reading: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]
#: Urlkey, timestamp and id of a capture.
_Place: TypeAlias = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the urlkeys, and of time.

    Attributes:
        begin: the first urlkey that is in it.
        end: the first urlkey that is not.
        since: no capture before this timestamp of 14 digits.
        until: no capture after it.
    """

    begin: str = _FIRST
    end: str = _LAST
    since: str = "0" * 14
    until: str = "9" * 14

    @classmethod
    def exact(cls, url: str) -> Span:
        """Return the span of one URL, in any form with the same key.

        >>> Span.exact("https://www.example.com/a").begin
        'com,example)/a'
        """
        key = urlkey(url)
        return cls(key, key + "\x01")

    @classmethod
    def prefix(cls, url: str) -> Span:
        """Return the span of all URLs that begin so.

        >>> Span.prefix("https://www.example.com/news/").begin
        'com,example)/news/'
        """
        key = urlkey(url)
        if url.endswith(("/", "?")) and not key.endswith(url[-1]):  # keys end with neither
            key += url[-1]
        return cls(key, _following(key))

    @classmethod
    def host(cls, url: str) -> Span:
        """Return the span of a host, without its subdomains.

        >>> Span.host("https://www.example.com/a").end
        'com,example*'
        """
        key = urlkey(url).partition(")")[0] + ")"
        return cls(key, _following(key))

    @classmethod
    def domain(cls, url: str) -> Span:
        """Return the span of a host and its subdomains.

        >>> Span.domain("https://www.example.com/a").end
        'com,example-'
        """
        key = urlkey(url).partition(")")[0]
        return cls(key + ")", key + "-")  # behind ")" and ",", before letters and digits


def walk(
    reading: Reading,
    span: Span,
    *,
    backwards: bool = False,
    skip: int = 0,
    piece: int = _PIECE,
) -> Iterator[Capture]:
    """Yield the captures of a span by urlkey, then by time.

    Args:
        reading: gives the index for as long as it is needed.
        span: which.
        backwards: the last first.
        skip: leave out so many.
        piece: so many captures are read at once.
    """
    place: _Place | None = None
    if skip:
        with reading() as db:
            place = _place_of(db, span, skip, backwards=backwards)
        if place is None:
            return
    while True:
        with reading() as db:
            rows = _piece(db, span, place, piece, backwards=backwards)
        yield from map(compact.capture, rows)
        if len(rows) < piece:
            return
        place = _place(rows[-1])


def count(db: sqlite3.Connection, span: Span) -> int:
    """Return how many captures are in a span."""
    row = db.execute(
        "SELECT count(*) FROM urlkeys CROSS JOIN compact_captures AS compact"
        " ON compact.urlkey_id = urlkeys.id AND compact.timestamp BETWEEN :since AND :until"
        " WHERE urlkeys.urlkey >= :begin AND urlkeys.urlkey < :end",
        _bounds(span),
    ).fetchone()
    number: int = row[0]
    return number


def in_order_of_lines(captures: Iterator[Capture], line: Callable[[Capture], str]) -> Iterator[str]:
    """Yield a line for each capture, sorted by their bytes.

    Args:
        captures: by urlkey, then by time, with which their lines begin.
        line: makes the line of a capture.
    """
    for _, same in groupby(captures, lambda one: (one.urlkey, one.timestamp)):
        yield from sorted(map(line, same))


def _piece(
    db: sqlite3.Connection,
    span: Span,
    place: _Place | None,
    limit: int,
    *,
    backwards: bool,
) -> list[sqlite3.Row]:
    """Return the captures of a span that follow a place."""
    if place is None:
        return _rows(db, span, "1", (), limit, backwards=backwards)
    key, *rest = place
    here = replace(span, begin=key, end=key + "\x01")
    behind = "(compact.timestamp, compact.id) " + ("< (?, ?)" if backwards else "> (?, ?)")
    rows = _rows(db, here, behind, tuple(rest), limit, backwards=backwards)
    if len(rows) < limit:
        left = replace(span, end=key) if backwards else replace(span, begin=key + "\x01")
        rows += _rows(db, left, "1", (), limit - len(rows), backwards=backwards)
    return rows


def _rows(
    db: sqlite3.Connection,
    span: Span,
    condition: str,
    values: tuple[int, ...],
    limit: int,
    *,
    backwards: bool,
) -> list[sqlite3.Row]:
    order = "DESC" if backwards else "ASC"
    bounds = _bounds(span)
    return db.execute(
        f"{compact.IN_ORDER} WHERE urlkeys.urlkey >= ? AND urlkeys.urlkey < ?"
        f" AND compact.timestamp >= ? AND compact.timestamp <= ? AND {condition}"
        f" ORDER BY urlkeys.urlkey {order}, compact.timestamp {order}, compact.id {order} LIMIT ?",
        (bounds["begin"], bounds["end"], bounds["since"], bounds["until"], *values, limit),
    ).fetchall()


def _place_of(db: sqlite3.Connection, span: Span, number: int, *, backwards: bool) -> _Place | None:
    """Return the place of a capture of a span, counted from 1; None if there are fewer."""
    order = "DESC" if backwards else "ASC"
    row = db.execute(
        # Nothing but the two indexes is read.
        "SELECT urlkeys.urlkey, compact.timestamp, compact.id FROM urlkeys"
        " CROSS JOIN compact_captures AS compact ON compact.urlkey_id = urlkeys.id"
        " AND compact.timestamp BETWEEN :since AND :until"
        " WHERE urlkeys.urlkey >= :begin AND urlkeys.urlkey < :end"
        f" ORDER BY urlkeys.urlkey {order}, compact.timestamp {order}, compact.id {order}"
        " LIMIT 1 OFFSET :skip",
        {**_bounds(span), "skip": number - 1},
    ).fetchone()
    return row and _place(row)


def _place(row: sqlite3.Row) -> _Place:
    return row["urlkey"], row["timestamp"], row["id"]


def _bounds(span: Span) -> dict[str, str | int]:
    return {
        "begin": span.begin,
        "end": span.end,
        "since": int(span.since),
        "until": int(span.until),
    }


def _following(key: str) -> str:
    """Return the first string behind all that begin with `key`."""
    return key[:-1] + chr(ord(key[-1]) + 1)
