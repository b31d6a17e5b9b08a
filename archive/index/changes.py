"""Captures that showed an article with another text than before: what a crawl learns of edits."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from archive import timestamp


def captured_since(
    db: sqlite3.Connection, since: datetime | None, limit: int
) -> list[tuple[str, datetime]]:
    """Return URL and time of the first captures of edited texts, the first first.

    Args:
        db: the index.
        since: later ones only; None for all.
        limit: no more than so many.
    """
    rows = db.execute(
        "SELECT captures.url, versions.first_capture FROM versions"
        " JOIN captures ON captures.version_id = versions.id"
        " AND captures.timestamp = versions.first_capture"
        # The condition is that of the index versions_by_change.
        " WHERE versions.kind IS NOT NULL AND versions.first_capture > ?"
        " ORDER BY versions.first_capture, versions.id LIMIT ?",
        ("" if since is None else timestamp.from_datetime(since), limit),
    )
    return [(row[0], timestamp.to_datetime(row[1])) for row in rows.fetchall()]
