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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any

from archive import timestamp
from archive.index import facets
from archive.index.articles import from_utc
from archive.index.names import Names
from archive.index.stems import FORM, prepare

#: So many versions are written at a time when all are.
_CHUNK = 1000
#: So many pages of the full text are merged at a time; with fewer changes, nothing was merged.
_MERGED, _NOTHING = 1000, 2
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
_SEEN = """
    UPDATE docs SET seen = unixepoch(
        substr(new.first_capture, 1, 4) || '-' || substr(new.first_capture, 5, 2) || '-'
        || substr(new.first_capture, 7, 2) || ' ' || substr(new.first_capture, 9, 2) || ':'
        || substr(new.first_capture, 11, 2) || ':' || substr(new.first_capture, 13, 2)
    ) WHERE id = new.id;
"""
_TRIGGERS = ("version_added", "version_removed", "version_changed", "version_begun")
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
    (
        "CREATE TEMP TRIGGER IF NOT EXISTS version_begun AFTER UPDATE OF first_capture"
        f" ON main.versions BEGIN {_SEEN} END"
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
#: The same of all versions, from an id on.
_EVERY = """
    SELECT versions.id, versions.article_id, versions."text", versions.title, versions.subtitle,
           versions.metadata, versions.dated, versions.first_capture, articles.host,
           versions.id IS articles.current_version_id AS current,
           (SELECT max(kind IS NOT NULL) FROM versions WHERE article_id = articles.id) AS edited,
           (SELECT max(stealth) FROM versions WHERE article_id = articles.id) AS stealth
    FROM versions CROSS JOIN articles ON articles.id = versions.article_id
    WHERE versions.id > ? ORDER BY versions.id LIMIT ?
"""
_DESCRIBE = """
    INSERT INTO docs (id, article_id, current, edited, stealth, added, dated, seen, host_id,
                      language_id, section_id, author_ids)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_COLUMNS = 'rowid, "text", title, subtitle, facets'
_ADD = f"INSERT INTO versions_fts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
_FORGET = f"INSERT INTO versions_fts (versions_fts, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?)"
_UPDATE = "UPDATE docs SET current = ?, edited = ?, stealth = ? WHERE id = ?"
_Values = tuple[int, str, str, str, str]
_Description = tuple[int | str | None, ...]
#: How FTS5 collects words before it writes them, and when it puts segments into one.
_USUAL = {"hashsize": 8_000_000, "automerge": 4, "crisismerge": 16}
_ANEW = {"hashsize": 64_000_000, "automerge": 16, "crisismerge": 16}


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done at one row id: first forget, then add."""

    forget: _Values | None = None
    add: _Values | None = None


def watch(db: sqlite3.Connection) -> None:
    """Begin to note, on the writer's connection, what changes about the versions."""
    for statement in _WATCH:
        db.execute(statement)


def unwatch(db: sqlite3.Connection) -> None:
    """Note nothing any more, on this connection; `make_anew` is to follow."""
    for name in _TRIGGERS:
        db.execute(f"DROP TRIGGER IF EXISTS temp.{name}")


def catch_up(db: sqlite3.Connection, names: Names) -> None:
    """Write what has changed since the last time.

    Args:
        db: the index, watched, in a transaction.
        names: of the index.
    """
    steps = {
        row["id"]: _Step(forget=_values(row, (row["current"], row["edited"], row["stealth"])))
        for row in db.execute("SELECT * FROM removed ORDER BY id")
    }
    added = _serial(db)
    described: list[_Description] = []
    for row in db.execute(_STALE).fetchall():
        state = (row["current"], row["edited"], row["stealth"])
        if row["was_current"] is None:
            forget = steps.get(row["id"], _Step()).forget
            added += 1
            described.append(_description(row, added, names))
        else:
            forget = _values(row, (row["was_current"], row["was_edited"], row["was_stealth"]))
            db.execute(_UPDATE, (*state, row["id"]))
        steps[row["id"]] = _Step(forget, _values(row, state))
    db.executemany(_DESCRIBE, described)
    _write(db, (steps[number] for number in sorted(steps)))
    _note(db, "added", str(added))
    db.execute("DELETE FROM removed")
    db.execute("DELETE FROM touched")


def make_anew(db: sqlite3.Connection) -> None:
    """Write everything again, from the texts in the index, in the order of their ids.

    Args:
        db: the index, in a transaction.
    """
    db.execute("INSERT INTO versions_fts (versions_fts) VALUES ('delete-all')")
    for table in ("docs", "names", "fulltext_state"):
        db.execute(f"DELETE FROM {table}")
    names, added = Names(db), 0
    last = -(2**62)
    _configure(db, _ANEW)
    while rows := db.execute(_EVERY, (last, _CHUNK)).fetchall():
        described, values = [], []
        for row in rows:
            added += 1
            described.append(_description(row, added, names))
            values.append(_values(row, (row["current"], row["edited"], row["stealth"])))
        db.executemany(_DESCRIBE, described)
        db.executemany(_ADD, values)
        last = rows[-1]["id"]
    _merge(db)
    _configure(db, _USUAL)
    _note(db, "added", str(added))
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


def _description(row: sqlite3.Row, added: int, names: Names) -> _Description:
    """Return the narrow row of a version."""
    metadata: dict[str, Any] = json.loads(row["metadata"])
    authors = dict.fromkeys(one["name"] for one in metadata.get("authors", ())[:_MOST_AUTHORS])
    return (
        row["id"],
        row["article_id"],
        row["current"],
        row["edited"],
        row["stealth"],
        added,
        int(from_utc(row["dated"]).timestamp()),
        int(timestamp.to_datetime(row["first_capture"]).timestamp()),
        names.number(row["host"]),
        names.number(metadata.get("language")),
        names.number(metadata.get("section")),
        " ".join(str(names.number(name)) for name in authors if name) or None,
    )


def _merge(db: sqlite3.Connection) -> None:
    """Put all segments of the full text into one.

    What is written later would be merged with the large ones, a second of work for each commit.
    Step by step, the pages of those that are read are given up for the one that is written.
    """
    db.execute("SAVEPOINT merged")  # FTS5 writes what it has collected, which "merge" does not see
    db.execute("RELEASE merged")
    step = -_MERGED  # as "optimize" does: whatever their levels are
    while True:
        before = db.total_changes
        db.execute("INSERT INTO versions_fts (versions_fts, rank) VALUES ('merge', ?)", (step,))
        if db.total_changes - before < _NOTHING:
            break
        step = _MERGED


def _configure(db: sqlite3.Connection, settings: Mapping[str, int]) -> None:
    for name, value in settings.items():
        db.execute("INSERT INTO versions_fts (versions_fts, rank) VALUES (?, ?)", (name, value))


def _serial(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM fulltext_state WHERE name = 'added'").fetchone()
    return int(row["value"]) if row else 0


def _note(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO fulltext_state (name, value) VALUES (?, ?)", (name, value))
