"""Row ids of versions: they ascend with the time of publication.

A row id is the minute of publication, counted from 1970 (UTC), times 16, plus a place in that
minute. So the newest matches of a search are the first ones from the end of a list that FTS5
keeps in order, a span of time is a span of row ids, and neighbours in time lie side by side.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from zlib import crc32

#: Places in a minute.
PLACES = 16
_DAY = 24 * 60 * PLACES
#: So many places of the day behind a full minute are tried.
_TRIES = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first(moment: datetime) -> int:
    """Return the lowest row id of what was published in the minute of `moment`, or later."""
    return int((moment - _EPOCH).total_seconds() // 60) * PLACES


def last(moment: datetime) -> int:
    """Return a row id that nothing published at `moment`, or earlier, lies above.

    Full minutes spread over the day behind them, so it is not sharp.
    """
    return first(moment) + PLACES + 2 * _DAY


def free(db: sqlite3.Connection, moment: datetime, url: str) -> int:
    """Return the row id for a new version.

    Args:
        db: the index, in a transaction.
        moment: when it was published.
        url: of the article. Where a minute is full (sites that give only the day have a thousand
            articles at midnight), it decides about the place in the day behind, so that no long
            run of taken places has to be gone through.
    """
    start = first(moment)
    taken = _taken(db, start, start + PLACES)
    if len(taken) < PLACES:
        return next(place for place in range(start, start + PLACES) if place not in taken)
    chance = crc32(url.encode())
    place, step = chance % _DAY, chance // _DAY | 1
    for _ in range(_TRIES):
        found = start + PLACES + place
        if not _taken(db, found, found + 1):
            return found
        place = (place + step) % _DAY
    row = db.execute(
        "SELECT id + 1 FROM versions WHERE id >= ?"
        " AND NOT EXISTS (SELECT 1 FROM versions AS next WHERE next.id = versions.id + 1)"
        " ORDER BY id LIMIT 1",
        (start,),
    ).fetchone()
    behind: int = row[0]
    return behind


def _taken(db: sqlite3.Connection, start: int, end: int) -> set[int]:
    rows = db.execute("SELECT id FROM versions WHERE id >= ? AND id < ?", (start, end))
    return {row[0] for row in rows.fetchall()}
