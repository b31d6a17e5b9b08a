"""Captures by URL and time."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Generator
from datetime import UTC, datetime

from archive.index import compact
from archive.model import Capture, Location, Quarantined
from archive.urlkey import urlkey

_OF_ID = f"{compact.SELECT} WHERE compact.id = ?"
_TIMES = "SELECT id, timestamp FROM compact_captures WHERE urlkey_id = ? AND timestamp"
_OF_URL = "compact.urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = ?)"
#: Later than all timestamps.
_NEVER = 10**14


def of_url(
    db: sqlite3.Connection,
    url: str,
    *,
    since: str = "",
    until: str = "9",
    limit: int | None = None,
) -> list[Capture]:
    """Return the captures of `url`, in the order of time.

    Args:
        db: the index.
        url: in any form that has the same key.
        since: no capture before this timestamp.
        until: no capture after this timestamp.
        limit: no more captures than this, the earliest.
    """
    rows = db.execute(
        f"{compact.SELECT} WHERE {_OF_URL} AND compact.timestamp BETWEEN ? AND ?"
        " ORDER BY compact.timestamp, compact.id LIMIT ?",
        (urlkey(url), earliest(since), latest(until), -1 if limit is None else limit),
    )
    return [compact.capture(row) for row in rows.fetchall()]


def by_nearness(db: sqlite3.Connection, url: str, moment: str) -> Generator[Capture, None, None]:
    """Yield the captures of `url`, nearest to a time first; of two as near, the earlier.

    Args:
        db: the index.
        url: in any form that has the same key.
        moment: a timestamp of 14 digits.
    """
    row = db.execute("SELECT id FROM urlkeys WHERE urlkey = ?", (urlkey(url),)).fetchone()
    if row is None:
        return
    wanted, asked = _seconds(int(moment)), (row["id"], int(moment))
    # Of a URL with thousands of captures one is wanted, as a rule: from either side one row of the
    # index is read at a time, and of the capture's own rows only that of the nearest.
    before = db.execute(f"{_TIMES} <= ? ORDER BY timestamp DESC, id DESC", asked)
    after = db.execute(f"{_TIMES} > ? ORDER BY timestamp, id", asked)
    try:
        for near in heapq.merge(
            before, after, key=lambda row: abs(_seconds(row["timestamp"]) - wanted)
        ):
            yield compact.capture(db.execute(_OF_ID, (near["id"],)).fetchone())
    finally:
        before.close()
        after.close()


def per_period(
    db: sqlite3.Connection, url: str, digits: int, *, since: str = "", until: str = "9"
) -> dict[str, int]:
    """Return how many captures of `url` are from each year, month, day …, the earliest first.

    Nothing but the index of times is read.

    Args:
        db: the index.
        url: in any form that has the same key.
        digits: of the timestamps that make a period: 4 for years, 8 for days.
        since: no capture before this timestamp.
        until: no capture after this timestamp.
    """
    rows = db.execute(
        "SELECT timestamp / ? AS period, count(*) AS captures FROM compact_captures"
        " WHERE urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = ?)"
        " AND timestamp BETWEEN ? AND ? GROUP BY period ORDER BY period",
        (10 ** (14 - digits), urlkey(url), earliest(since), latest(until)),
    )
    return {f"{row['period']:0{digits}}": row["captures"] for row in rows.fetchall()}


def is_self_redirect(found: Capture) -> bool:
    """Tell whether a capture redirects to its own key (http to https, bare host to www).

    Whoever follows such a redirect in the archive comes back to the same captures.
    """
    return found.redirect is not None and urlkey(found.redirect) == found.urlkey


def of_id(db: sqlite3.Connection, capture_id: int) -> Capture | None:
    """Return the capture of a row, or None."""
    row = db.execute(_OF_ID, (capture_id,)).fetchone()
    return row and compact.capture(row)


def of_version(db: sqlite3.Connection, version_id: int) -> Capture:
    """Return the first capture that shows a version; one that holds the payload comes first."""
    row = db.execute(
        f"{compact.SELECT} WHERE compact.version_id = ?"
        " ORDER BY record_type = 'revisit', compact.timestamp, compact.id LIMIT 1",
        (version_id,),
    ).fetchone()
    return compact.capture(row)


def of_file(db: sqlite3.Connection, file: str) -> dict[int, Capture]:
    """Return the captures of a WARC file, by their offset."""
    rows = db.execute(
        f"{compact.SELECT} WHERE compact.id >= ? AND compact.id < ? ORDER BY compact.id",
        _ids(db, file),
    )
    return {compact.offset(row["id"]): compact.capture(row) for row in rows.fetchall()}


def of_article(db: sqlite3.Connection, article_id: int, until: str = "9") -> list[Capture]:
    """Return the captures that show any version of an article, in the order of time.

    Args:
        db: the index.
        article_id: row of the article.
        until: no capture after this timestamp.
    """
    rows = db.execute(
        f"{compact.SELECT} WHERE compact.version_id IN"
        " (SELECT id FROM versions WHERE article_id = ?) AND compact.timestamp <= ?"
        " ORDER BY compact.timestamp, compact.id",
        (article_id, latest(until)),
    )
    return [compact.capture(row) for row in rows.fetchall()]


def neighbours(db: sqlite3.Connection, location: Location) -> tuple[int, int | None]:
    """Return where the captures before and after one begin in its file.

    Returns:
        Offsets; 0 where there is none before, None where there is none after.
    """
    first, end = _ids(db, location.file)
    here = first + location.offset
    before = db.execute(
        "SELECT max(id) AS id FROM compact_captures NOT INDEXED WHERE id >= ? AND id < ?",
        (first, here),
    ).fetchone()["id"]
    after = db.execute(
        "SELECT min(id) AS id FROM compact_captures NOT INDEXED WHERE id > ? AND id < ?",
        (here, end),
    ).fetchone()["id"]
    return compact.offset(before or 0), after and compact.offset(after)


def last_of_file(db: sqlite3.Connection, file: str) -> str:
    """Return the timestamp of the last capture, by time, in a WARC file; empty without any."""
    first, end = _ids(db, file)
    row = db.execute(
        "SELECT max(timestamp) AS timestamp FROM compact_captures NOT INDEXED"
        " WHERE id >= ? AND id < ?",
        (first, end),
    ).fetchone()
    return f"{row['timestamp']:014}" if row["timestamp"] is not None else ""


def versions_behind(db: sqlite3.Connection, file: str, offset: int) -> set[int]:
    """Return the versions that captures of a WARC file show, from an offset on."""
    first, end = _ids(db, file)
    rows = db.execute(
        "SELECT version_id FROM compact_captures NOT INDEXED"
        " WHERE id >= ? AND id < ? AND version_id IS NOT NULL",
        (first + offset, end),
    )
    return {row["version_id"] for row in rows.fetchall()}


def quarantined(db: sqlite3.Connection, limit: int | None = None) -> list[Quarantined]:
    """Return the captures in quarantine, the newest first."""
    rows = db.execute(
        "SELECT * FROM quarantined ORDER BY timestamp DESC, id DESC LIMIT ?",
        (-1 if limit is None else limit,),
    )
    return [
        Quarantined(row["url"], row["timestamp"], row["status"], row["reason"], row["detail"] or "")
        for row in rows
    ]


def earliest(timestamp: str) -> int:
    """Return the number of the first timestamp that is not before one, which may be short."""
    return int(timestamp[:14].ljust(14, "0"))


def latest(timestamp: str) -> int:
    """Return the number of the last timestamp that is not after one; ``9`` is after all of them.

    A short one comes, as letters do, before all that begin with it.
    """
    return min(earliest(timestamp) - (len(timestamp) < 14), _NEVER)


def _ids(db: sqlite3.Connection, file: str) -> tuple[int, int]:
    """Return the first id that a capture of a WARC file can have, and the first behind them."""
    row = db.execute("SELECT id FROM warc_files WHERE name = ?", (file,)).fetchone()
    number = row["id"] if row else 0
    return number << compact.OFFSET_BITS, (number + 1) << compact.OFFSET_BITS


def _seconds(moment: int) -> float:
    """Return the time of a timestamp in seconds; 0 if there is no such day."""
    date, time = divmod(moment, 1_000_000)
    month, day = divmod(date, 100)
    year, month = divmod(month, 100)
    try:
        return datetime(
            year, month, day, time // 10_000, time // 100 % 100, time % 100, tzinfo=UTC
        ).timestamp()
    except ValueError:
        return 0.0
