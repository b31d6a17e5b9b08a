"""Versions that differ from the one before them: what was edited, when and how."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.index import articles
from archive.model import Edit, Version

#: The largest integer of SQLite.
_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which edits are wanted.

    Attributes:
        since: timestamp; seen then or later.
        until: timestamp; seen then or earlier.
        site: host (subdomains count) or name of the publication; None for any.
        kinds: any of these; none for all.
        stealth: only those that the publisher's date says nothing of.
    """

    since: str = ""
    until: str = "9"
    site: str | None = None
    kinds: tuple[str, ...] = ()
    stealth: bool = False


def find(
    db: sqlite3.Connection, wanted: Wanted, limit: int | None = None, offset: int = 0
) -> list[Edit]:
    """Return the edits that are wanted, the newest first."""
    marks = ", ".join("?" * len(wanted.kinds))
    conditions = ["versions.kind IS NOT NULL", "versions.first_capture BETWEEN ? AND ?"]
    values: list[object] = [wanted.since, wanted.until]
    if wanted.kinds:
        conditions.append(f"versions.kind IN ({marks})")
        values += wanted.kinds
    if wanted.stealth:
        conditions.append("versions.stealth")
    if wanted.site is not None:
        host = wanted.site.casefold().removeprefix("www.")
        conditions.append("(host = ? OR substr(host, -length(?)) = ? OR fold(site) = fold(?))")
        values += [host, f".{host}", f".{host}", wanted.site]
    rows = db.execute(
        "SELECT articles.url AS canonical, versions.* FROM versions"
        " JOIN articles ON articles.id = versions.article_id"
        f" WHERE {' AND '.join(conditions)}"
        " ORDER BY versions.first_capture DESC, versions.id DESC LIMIT ? OFFSET ?",
        (*values, -1 if limit is None else min(limit, _MAX), min(offset, _MAX)),
    ).fetchall()
    return [Edit(row["canonical"], _before(db, row), articles.version(row)) for row in rows]


def _before(db: sqlite3.Connection, row: sqlite3.Row) -> Version:
    """Return the version before the one of a row."""
    before = db.execute(
        "SELECT * FROM versions WHERE article_id = ? AND number = ?",
        (row["article_id"], row["number"] - 1),
    ).fetchone()
    return articles.version(before)
