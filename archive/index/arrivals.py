"""What is new among the versions that match a query: for those who wait for it.

New is what no capture shows that was looked at before, and what was looked at is told by places in
the WARC files. Unlike a row id or a time, such a place means the same in an index that was made
again, and behind a file that was brought in later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from archive.index import captures, counts
from archive.index.hits import hit_of
from archive.index.matching import Matching, asking
from archive.index.paging import Found
from archive.index.query import Node
from archive.index.terms import terms
from archive.model import Hit


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version that matches and was not there before.

    Attributes:
        hit: as a search would show it.
        digest: of the version's text.
        edited: an earlier version of the article matches as well.
    """

    hit: Hit
    digest: str
    edited: bool


def arrivals(
    db: sqlite3.Connection, tree: Node, looked_at: Mapping[str, int]
) -> tuple[list[Arrival], dict[str, int]]:
    """Return what is new and matches, in the order of its capture; and what is looked at now.

    Args:
        db: the index.
        tree: what is waited for.
        looked_at: name of each WARC file → offset up to which its captures were looked at.
    """
    db.execute("BEGIN")  # what is looked at is what is told of
    try:
        indexed = counts.indexed_until(db)
        fresh = _fresh(db, looked_at, indexed)
        found = _matching(db, tree, fresh) if fresh else []
    finally:
        db.rollback()
    found.sort(key=lambda arrival: (arrival.hit.timestamp, arrival.hit.url))
    ends = {file: max(end, looked_at.get(file, 0)) for file, end in indexed.items()}
    return found, {**looked_at, **ends}


def _fresh(
    db: sqlite3.Connection, looked_at: Mapping[str, int], indexed: Mapping[str, int]
) -> set[int]:
    """Return the versions that only captures show that were not looked at."""
    candidates: set[int] = set()
    for file, end in indexed.items():
        begin = looked_at.get(file, 0)
        if end > begin:
            candidates |= captures.versions_behind(db, file, begin)
    return {version for version in candidates if not _was_seen(db, version, looked_at)}


def _was_seen(db: sqlite3.Connection, version_id: int, looked_at: Mapping[str, int]) -> bool:
    rows = db.execute(
        'SELECT file, "offset" FROM capture_locations WHERE version_id = ?', (version_id,)
    )
    return any(row["offset"] < looked_at.get(row["file"], 0) for row in rows.fetchall())


def _matching(db: sqlite3.Connection, tree: Node, fresh: set[int]) -> list[Arrival]:
    found = Matching.of(tree)
    with asking(tree):
        rows = db.execute(
            f"{found.sql} SELECT candidates.*, versions.digest, versions.number FROM candidates"
            " JOIN versions ON versions.id = candidates.version_id"
            " WHERE versions.article_id IN (SELECT article_id FROM versions WHERE id IN"
            " (SELECT value FROM json_each(?))) ORDER BY versions.number",
            (*found.values, json.dumps(sorted(fresh))),
        ).fetchall()
    first: dict[int, int] = {}
    arrived = []
    words = terms(tree)
    for row in rows:
        first.setdefault(row["article_id"], row["number"])
        if row["version_id"] in fresh:
            edited = row["number"] > first[row["article_id"]]
            version = Found(row["version_id"], bool(row["current"]), row["rank"])
            arrived.append(Arrival(hit_of(db, version, words), row["digest"], edited))
    return arrived
