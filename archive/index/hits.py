"""Hits: what is told of a version that was found."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from archive import timestamp
from archive.index import captures
from archive.index.paging import Found
from archive.index.snippets import snippet
from archive.index.terms import Term
from archive.model import Hit

_SHOWN = """
    SELECT article_id, articles.url, articles.site, articles.published, versions.title,
           versions."text", articles.versions
    FROM versions JOIN articles ON articles.id = article_id WHERE versions.id = ?
"""
_KNOWN = "SELECT count(*) FROM versions WHERE article_id = ? AND first_capture <= ?"


def hit_of(
    db: sqlite3.Connection, found: Found, terms: Sequence[Term], at: datetime | None = None
) -> Hit:
    """Return what is told of `found`.

    Args:
        db: the index.
        found: the version.
        terms: the words that its snippet shows.
        at: versions that were first captured later are not counted.
    """
    shown = db.execute(_SHOWN, (found.version_id,)).fetchone()
    capture = captures.of_version(db, found.version_id)
    versions: int = shown["versions"]
    if at is not None:
        known = (shown["article_id"], timestamp.from_datetime(at))
        versions = db.execute(_KNOWN, known).fetchone()[0]
    return Hit(
        article_id=shown["article_id"],
        url=shown["url"],
        title=shown["title"],
        site=shown["site"],
        published=shown["published"],
        snippet=snippet(shown["text"], terms),
        timestamp=capture.timestamp,
        location=capture.location,
        versions=versions,
        rank=found.rank,
        current=found.current,
    )
