"""Captures that hold a payload: for deduplication by its digest or URL, for revisits of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.index import compact
from archive.model import Location
from archive.urlkey import urlkey

#: So many candidates are given: files may have been taken away.
_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a capture of a URL lies."""

    url: str
    location: Location


def of_digest(db: sqlite3.Connection, payload_digest: str) -> list[Candidate]:
    """Return whole responses, status 200, with a payload; the first captured first.

    Args:
        db: the index.
        payload_digest: ``sha1:BASE32``; no other is looked for.
    """
    rows = db.execute(
        f"{compact.SELECT} WHERE substr(compact.digest, 1, 6) = substr(:digest, 1, 6)"
        " AND compact.digest = :digest AND compact.is_original IS NOT NULL"
        " ORDER BY compact.id LIMIT :limit",
        {"digest": compact.pack_digest(payload_digest), "limit": _LIMIT},
    )
    return [_candidate(row) for row in rows.fetchall()]


def of_url(db: sqlite3.Connection, url: str) -> list[Candidate]:
    """Return captures of exactly `url` that show it whole, status 200; the last one first."""
    key, origin = urlkey(url), compact.origin(url)
    rows = db.execute(
        f"{compact.SELECT} WHERE compact.urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = ?)"
        " AND origins.origin = ?"
        " AND coalesce(compact.path, substr(urlkeys.urlkey, origins.skip)) = ? AND status = 200"
        " AND (record_type = 'revisit' OR record_type = 'response' AND truncated IS NULL)"
        " ORDER BY compact.timestamp DESC, compact.id DESC LIMIT ?",
        (key, origin, url[len(origin) :], _LIMIT),
    )
    return [_candidate(row) for row in rows.fetchall()]


def is_known(db: sqlite3.Connection, url: str, timestamp: str) -> bool:
    """Tell whether there is a capture of `url`, in any form with the same key, at that time."""
    row = db.execute(
        "SELECT 1 FROM compact_captures"
        " WHERE urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = ?) AND timestamp = ? LIMIT 1",
        (urlkey(url), int(timestamp)),
    ).fetchone()
    return row is not None


def _candidate(row: sqlite3.Row) -> Candidate:
    found = compact.capture(row)
    return Candidate(found.url, found.location)
