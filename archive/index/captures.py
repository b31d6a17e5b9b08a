"""Captures by URL and time."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Generator

from archive import timestamp
from archive.errors import UsageError
from archive.model import Capture, Location, Quarantined
from archive.urlkey import urlkey

_SELECT = """
    SELECT captures.*, warc_files.name AS file, versions.number AS version
    FROM captures JOIN warc_files ON warc_files.id = captures.warc_file_id
    LEFT JOIN versions ON versions.id = captures.version_id
"""


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
        f"{_SELECT} WHERE urlkey = ? AND timestamp BETWEEN ? AND ? ORDER BY timestamp, id LIMIT ?",
        (urlkey(url), since, until, -1 if limit is None else limit),
    )
    return [capture(row) for row in rows.fetchall()]


def by_nearness(db: sqlite3.Connection, url: str, moment: str) -> Generator[Capture, None, None]:
    """Yield the captures of `url`, nearest to a time first; of two as near, the earlier.

    Args:
        db: the index.
        url: in any form that has the same key.
        moment: a timestamp of 14 digits.
    """
    wanted = _seconds(moment)
    before = db.execute(
        f"{_SELECT} WHERE urlkey = ? AND timestamp <= ? ORDER BY timestamp DESC, id DESC",
        (urlkey(url), moment),
    )
    after = db.execute(
        f"{_SELECT} WHERE urlkey = ? AND timestamp > ? ORDER BY timestamp, id",
        (urlkey(url), moment),
    )
    try:
        for row in heapq.merge(
            before, after, key=lambda row: abs(_seconds(row["timestamp"]) - wanted)
        ):
            yield capture(row)
    finally:
        before.close()
        after.close()


def is_self_redirect(found: Capture) -> bool:
    """Tell whether a capture redirects to its own key (http to https, bare host to www).

    Whoever follows such a redirect in the archive comes back to the same captures.
    """
    return found.redirect is not None and urlkey(found.redirect) == found.urlkey


def of_version(db: sqlite3.Connection, version_id: int) -> Capture:
    """Return the first capture that shows a version; one that holds the payload comes first."""
    row = db.execute(
        f"{_SELECT} WHERE version_id = ? ORDER BY record_type = 'revisit', timestamp, id LIMIT 1",
        (version_id,),
    ).fetchone()
    return capture(row)


def of_file(db: sqlite3.Connection, file: str) -> dict[int, Capture]:
    """Return the captures of a WARC file, by their offset."""
    rows = db.execute(f'{_SELECT} WHERE warc_files.name = ? ORDER BY "offset"', (file,))
    return {row["offset"]: capture(row) for row in rows.fetchall()}


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


def capture(row: sqlite3.Row) -> Capture:
    """Return the capture of a row that has the file's name and the version's number as well."""
    return Capture(
        url=row["url"],
        urlkey=row["urlkey"],
        timestamp=row["timestamp"],
        record_type=row["record_type"],
        status=row["status"],
        mime=row["mime"],
        digest=row["digest"],
        location=Location(row["file"], row["offset"], row["length"]),
        redirect=row["redirect"],
        refers_to=(
            (row["refers_to_url"], row["refers_to_timestamp"]) if row["refers_to_url"] else None
        ),
        truncated=row["truncated"],
        refusal=row["refusal"],
        version=row["version"],
    )


def _seconds(moment: str) -> float:
    try:
        return timestamp.to_datetime(moment).timestamp()
    except UsageError:
        return 0.0
