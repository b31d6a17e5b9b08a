"""Is the index whole in itself: as a database, in its references, in its full text?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.index.compact import OFFSET_BITS

#: So much is told of each kind.
_LIMIT = 20

_OF_NO_ARTICLE = """
    SELECT versions.id FROM versions LEFT JOIN articles ON articles.id = article_id
    WHERE articles.id IS NULL
"""
_SHOWN_BY_NONE = """
    SELECT id FROM versions
    WHERE id NOT IN (SELECT version_id FROM compact_captures WHERE version_id IS NOT NULL)
"""
_OF_NO_FILE = f"""
    SELECT id FROM compact_captures WHERE id >> {OFFSET_BITS} NOT IN (SELECT id FROM warc_files)
"""
#: What must be empty, and what is wrong with a row that is not.
_EMPTY = (
    (_OF_NO_FILE, "capture {} is in no WARC file"),
    (_OF_NO_ARTICLE, "version {} is of no article"),
    (_SHOWN_BY_NONE, "version {} is shown by no capture"),
    (
        "SELECT id FROM versions EXCEPT SELECT id FROM versions_fts_docsize",
        "version {} cannot be searched",
    ),
    (
        "SELECT id FROM versions_fts_docsize EXCEPT SELECT id FROM versions",
        "version {} can be found, and is no more",
    ),
    ("SELECT id FROM versions EXCEPT SELECT id FROM docs", "version {} cannot be filtered"),
)


def quick_problem(db: sqlite3.Connection) -> str | None:
    """Return what SQLite finds wrong with the pages of an index, None for nothing."""
    checked: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    return None if checked == "ok" else checked


def problems(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with an index, one line each; everything in it is read."""
    for (checked,) in db.execute(f"PRAGMA integrity_check({_LIMIT})"):
        if checked != "ok":
            yield checked
    for row in db.execute(
        "SELECT * FROM pragma_foreign_key_check WHERE [table] != 'docs' LIMIT ?", (_LIMIT,)
    ):
        yield f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"
    for sql, problem in _EMPTY:
        for row in db.execute(f"{sql} LIMIT ?", (_LIMIT,)):
            yield problem.format(row[0])
    for row in db.execute(
        "SELECT url FROM articles LEFT JOIN versions ON versions.id = current_version_id"
        " WHERE versions.id IS NULL LIMIT ?",
        (_LIMIT,),
    ):
        yield f"{row[0]} has no current version"


def full_text_problem(path: Path) -> str | None:
    """Return what FTS5 finds wrong with its own tables, None for nothing.

    FTS5 looks only through a connection that could write; where none can be had, nobody looks.
    """
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as db:
            db.execute("BEGIN")
            db.execute("INSERT INTO versions_fts (versions_fts) VALUES ('integrity-check')")
            db.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return None
    except sqlite3.DatabaseError as error:
        return f"the full text is damaged ({error})"
    return None


def texts(db: sqlite3.Connection) -> Iterator[tuple[int, str, str, str, str]]:
    """Yield id, URL of the article, digest, title and text of every version."""
    for row in db.execute(
        "SELECT versions.id, url, digest, versions.title, text"
        " FROM versions JOIN articles ON articles.id = article_id"
    ):
        yield row[0], row[1], row[2], row[3], row[4]
