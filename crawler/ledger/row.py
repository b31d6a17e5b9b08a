"""A row as the crawl has it, made of one as SQLite has it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from archive import timestamp
from crawler.model import Kind, More, Row


def to_row(values: tuple[Any, ...]) -> Row:
    """Return the row of a `CLAIM`."""
    (id_, url, host, kind, source, path, depth, priority, attempts, idle, via, more) = values[:12]
    published, first_seen, captured, misses, missing_since = values[12:]
    return Row(
        id_,
        url,
        host,
        Kind(kind),
        source,
        path,
        depth,
        priority,
        attempts,
        idle,
        via,
        _unpack(more),
        published=_moment(published),
        first_seen=_moment(first_seen),
        captured=_moment(captured),
        misses=misses,
        missing_since=_moment(missing_since),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else timestamp.to_datetime(text)


def packed_moment(moment: datetime | None) -> str | None:
    """Return the timestamp of a moment that may be unknown."""
    return None if moment is None else timestamp.from_datetime(moment)


def packed_more(more: More | None) -> str | None:
    """Return how a section goes on, in one column."""
    return None if more is None else json.dumps([more.template, more.offset, more.step])


def _unpack(text: str | None) -> More | None:
    return None if text is None else More(*json.loads(text))
