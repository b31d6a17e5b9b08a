"""Keeping the full-text table and the narrow table beside it as the versions are.

Whoever writes versions need not think of it: the writer's connection notes which articles were
touched, and at the end of the transaction the rows that must change are written, in the order of
their ids. FTS5 writes a segment for every step back, so the order is what makes it fast.

What FTS5 is told to forget must be word for word what it was given (it keeps no text); all of it
comes from the row of the version and the one beside it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from typing import Any

from archive import timestamp
from archive.index import facets
from archive.index.articles import from_utc
from archive.index.stems import FORM, prepare

#: So many articles are written at a time when all are.
_CHUNK = 1000
#: No byline names more people.
_MOST_AUTHORS = 60

_REMOVE = """
    INSERT INTO removed
        SELECT old.id, old."text", old.title, old.subtitle, old.metadata, old.dated, names.name,
               docs.current, docs.edited, docs.stealth
        FROM docs JOIN names ON names.id = docs.host_id WHERE docs.id = old.id;
    DELETE FROM docs WHERE id = old.id;
"""
_TOUCH = "INSERT OR IGNORE INTO touched VALUES (new.article_id);"
_CHANGED = 'UPDATE OF id, "text", title, subtitle, metadata, kind, stealth, dated'
#: One statement each: a script would end the transaction that a migration is in.
_WATCH = (
    "CREATE TEMP TABLE IF NOT EXISTS touched (article_id INTEGER PRIMARY KEY)",
    (
        "CREATE TEMP TABLE IF NOT EXISTS removed (id INTEGER PRIMARY KEY,"
        ' "text", title, subtitle, metadata, dated, host, current, edited, stealth)'
    ),
    (
        "CREATE TEMP TRIGGER IF NOT EXISTS version_added AFTER INSERT ON main.versions"
        f" BEGIN {_TOUCH} END"
    ),
    (
        "CREATE TEMP TRIGGER IF NOT EXISTS version_removed AFTER DELETE ON main.versions"
        f" BEGIN {_REMOVE} END"
    ),
    (
        f"CREATE TEMP TRIGGER IF NOT EXISTS version_changed AFTER {_CHANGED} ON main.versions"
        f" BEGIN {_REMOVE} {_TOUCH} END"
    ),
)
#: Versions of which something else is true than what is written, or nothing is written yet.
_STALE = """
    SELECT versions.id, versions.article_id, versions."text", versions.title, versions.subtitle,
           versions.metadata, versions.dated, versions.first_capture, articles.host,
           versions.id IS articles.current_version_id AS current, state.edited, state.stealth,
           docs.current AS was_current, docs.edited AS was_edited, docs.stealth AS was_stealth
    FROM (
        SELECT touched.article_id, max(kind IS NOT NULL) AS edited, max(stealth) AS stealth
        FROM touched JOIN versions ON versions.article_id = touched.article_id
        GROUP BY touched.article_id
    ) AS state
    JOIN versions ON versions.article_id = state.article_id
    JOIN articles ON articles.id = versions.article_id
    LEFT JOIN docs ON docs.id = versions.id
    WHERE docs.id IS NULL OR docs.current != (versions.id IS articles.current_version_id)
        OR docs.edited != state.edited OR docs.stealth != state.stealth
    ORDER BY versions.id
"""
_COLUMNS = 'rowid, "text", title, subtitle, facets'
_ADD = f"INSERT INTO versions_fts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
_FORGET = f"INSERT INTO versions_fts (versions_fts, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?)"
_UPDATE = "UPDATE docs SET current = ?, edited = ?, stealth = ? WHERE id = ?"
_Values = tuple[int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done at one row id: first forget, then add."""

    forget: _Values | None = None
    add: _Values | None = None


def watch(db: sqlite3.Connection) -> None:
    """Begin to note, on the writer's connection, what changes about the versions."""
    for statement in _WATCH:
        db.execute(statement)


def catch_up(db: sqlite3.Connection) -> None:
    """Write what has changed since the last time.

    Args:
        db: the index, watched, in a transaction.
    """
    steps = {
        row["id"]: _Step(forget=_values(row, (row["current"], row["edited"], row["stealth"])))
        for row in db.execute("SELECT * FROM removed ORDER BY id")
    }
    added = _serial(db)
    for row in db.execute(_STALE).fetchall():
        state = (row["current"], row["edited"], row["stealth"])
        if row["was_current"] is None:
            forget = steps.get(row["id"], _Step()).forget
            added += 1
            _describe(db, row, added)
        else:
            forget = _values(row, (row["was_current"], row["was_edited"], row["was_stealth"]))
            db.execute(_UPDATE, (*state, row["id"]))
        steps[row["id"]] = _Step(forget, _values(row, state))
    _write(db, (steps[number] for number in sorted(steps)))
    _note(db, "added", str(added))
    db.execute("DELETE FROM removed")
    db.execute("DELETE FROM touched")


def make_anew(db: sqlite3.Connection) -> None:
    """Write everything again, from the texts in the index.

    Args:
        db: the index, watched, in a transaction.
    """
    db.execute("INSERT INTO versions_fts (versions_fts) VALUES ('delete-all')")
    for table in ("docs", "names", "removed", "touched"):
        db.execute(f"DELETE FROM {table}")
    first = -1
    while True:
        last = db.execute(
            "SELECT max(article_id) FROM (SELECT id AS article_id FROM articles WHERE id > ?"
            " ORDER BY id LIMIT ?)",
            (first, _CHUNK),
        ).fetchone()[0]
        if last is None:
            break
        db.execute(
            "INSERT INTO touched SELECT id FROM articles WHERE id > ? AND id <= ?", (first, last)
        )
        catch_up(db)
        first = last
    _note(db, "form", FORM)


def is_of_now(db: sqlite3.Connection) -> bool:
    """Tell whether the words of the index were made in the way that they are now."""
    row = db.execute("SELECT value FROM fulltext_state WHERE name = 'form'").fetchone()
    return row is not None and row["value"] == FORM


def _write(db: sqlite3.Connection, steps: Iterable[_Step]) -> None:
    fresh: list[_Values] = []
    for step in steps:
        if step.forget is None:
            fresh += [step.add] if step.add else []
            continue
        db.executemany(_ADD, fresh)
        fresh = [step.add] if step.add else []
        db.execute(_FORGET, step.forget)
    db.executemany(_ADD, fresh)


def _values(row: sqlite3.Row, state: tuple[int, int, int]) -> _Values:
    """Return what FTS5 is given for a version.

    Args:
        row: of the version, with the host of the article.
        state: whether it is current, and whether the article was edited, and that in stealth.
    """
    is_so = (not state[0], *state[1:])
    flags = compress((facets.OLD, facets.EDITED, facets.STEALTH), is_so)
    metadata, dated = json.loads(row["metadata"]), from_utc(row["dated"])
    words = facets.words(metadata, row["title"], host=row["host"], dated=dated, flags=flags)
    title, subtitle = prepare(row["title"]), prepare(row["subtitle"] or "")
    return row["id"], prepare(row["text"]), title, subtitle, words


def _describe(db: sqlite3.Connection, row: sqlite3.Row, added: int) -> None:
    """Write the narrow row of a version."""
    metadata: dict[str, Any] = json.loads(row["metadata"])
    authors = dict.fromkeys(one["name"] for one in metadata["authors"][:_MOST_AUTHORS])
    db.execute(
        "INSERT INTO docs (id, article_id, current, edited, stealth, added, dated, seen, host_id,"
        " language_id, section_id, author_ids) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row["id"],
            row["article_id"],
            row["current"],
            row["edited"],
            row["stealth"],
            added,
            int(from_utc(row["dated"]).timestamp()),
            int(timestamp.to_datetime(row["first_capture"]).timestamp()),
            _name(db, row["host"]),
            _name(db, metadata["language"]),
            _name(db, metadata["section"]),
            " ".join(str(_name(db, name)) for name in authors if name) or None,
        ),
    )


def _name(db: sqlite3.Connection, name: str | None) -> int | None:
    """Return the number of a name, which is new perhaps."""
    if not name:
        return None
    row = db.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
    if row is None:
        return db.execute("INSERT INTO names (name) VALUES (?)", (name,)).lastrowid
    found: int = row[0]
    return found


def _serial(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM fulltext_state WHERE name = 'added'").fetchone()
    return int(row["value"]) if row else 0


def _note(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO fulltext_state (name, value) VALUES (?, ?)", (name, value))
