"""Captures that hold a payload: for deduplication by its digest or URL, for revisits of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.model import Location
from archive.urlkey import urlkey

#: So many candidates are given: files may have been taken away.
_LIMIT = 5

_SELECT = """
    SELECT url, name AS file, "offset", length
    FROM captures JOIN warc_files ON warc_files.id = captures.warc_file_id
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a capture of a URL lies."""

    url: str
    location: Location


def of_digest(db: sqlite3.Connection, payload_digest: str) -> list[Candidate]:
    """Return whole responses, status 200, with a payload; the first captured first."""
    rows = db.execute(
        # The conditions are word for word those of the index captures_by_digest.
        f"{_SELECT} WHERE digest = ? AND record_type = 'response' AND status = 200"
        " AND truncated IS NULL ORDER BY captures.id LIMIT ?",
        (payload_digest, _LIMIT),
    )
    return [_candidate(row) for row in rows.fetchall()]


def of_url(db: sqlite3.Connection, url: str) -> list[Candidate]:
    """Return captures of exactly `url` that show it whole, status 200; the last one first."""
    rows = db.execute(
        f"{_SELECT} WHERE urlkey = ? AND url = ? AND status = 200"
        " AND (record_type = 'revisit' OR record_type = 'response' AND truncated IS NULL)"
        ' ORDER BY "timestamp" DESC, captures.id DESC LIMIT ?',
        (urlkey(url), url, _LIMIT),
    )
    return [_candidate(row) for row in rows.fetchall()]


def is_known(db: sqlite3.Connection, url: str, timestamp: str) -> bool:
    """Tell whether there is a capture of `url`, in any form with the same key, at that time."""
    row = db.execute(
        'SELECT 1 FROM captures WHERE urlkey = ? AND "timestamp" = ? LIMIT 1',
        (urlkey(url), timestamp),
    ).fetchone()
    return row is not None


def _candidate(row: sqlite3.Row) -> Candidate:
    return Candidate(row["url"], Location(row["file"], row["offset"], row["length"]))
