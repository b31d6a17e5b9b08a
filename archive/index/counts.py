"""How much of everything there is."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any

from archive import timestamp

#: So many hosts, crawls and damages are listed.
_LISTED = 20
#: Edits are counted that were seen in so long.
_LATELY = timedelta(days=1)


def status(db: sqlite3.Connection) -> dict[str, Any]:
    """Return the counts of an index, ready for JSON."""
    totals = db.execute(
        "SELECT (SELECT count(*) FROM compact_captures) AS captures,"
        " (SELECT count(*) FROM articles) AS articles,"
        " (SELECT count(*) FROM versions) AS versions,"
        " (SELECT CAST(min(timestamp) AS TEXT) FROM compact_captures) AS first_capture,"
        " (SELECT CAST(max(timestamp) AS TEXT) FROM compact_captures) AS last_capture"
    ).fetchone()
    refusals = db.execute(
        "SELECT refusal, count(*) FROM compact_captures WHERE refusal IS NOT NULL"
        " GROUP BY refusal ORDER BY count(*) DESC, refusal"
    )
    hosts = db.execute(
        "SELECT host, count(*) AS articles, max(dated) AS newest, max(last_capture) AS last_capture"
        " FROM articles GROUP BY host ORDER BY count(*) DESC, host LIMIT ?",
        (_LISTED,),
    )
    crawls = db.execute(
        "SELECT name, started, software, operator FROM crawls ORDER BY started DESC, id DESC"
        " LIMIT ?",
        (_LISTED,),
    )
    damages = db.execute(
        'SELECT name AS file, "offset", problem FROM damages'
        " JOIN warc_files ON warc_files.id = warc_file_id ORDER BY damages.id LIMIT ?",
        (_LISTED,),
    )
    edits = db.execute(
        "SELECT host, count(*) FROM edits WHERE seen >= ?"
        " GROUP BY host ORDER BY count(*) DESC, host",
        (timestamp.from_datetime(timestamp.now() - _LATELY),),
    )
    return {
        **dict(totals),
        "refusals": dict(refusals.fetchall()),
        "hosts": [dict(row) for row in hosts],
        "edits_day": dict(edits.fetchall()),
        "crawls": [dict(row) for row in crawls],
        "damages": [dict(row) for row in damages],
    }


def indexed_until(db: sqlite3.Connection) -> dict[str, int]:
    """Return up to which offset each WARC file is indexed."""
    rows = db.execute("SELECT name, indexed_until FROM warc_files")
    return {row["name"]: row["indexed_until"] for row in rows}


def damaged(db: sqlite3.Connection) -> set[str]:
    """Return the names of the WARC files of which something cannot be read."""
    rows = db.execute(
        "SELECT DISTINCT name FROM damages JOIN warc_files ON warc_files.id = warc_file_id"
    )
    return {row["name"] for row in rows}
