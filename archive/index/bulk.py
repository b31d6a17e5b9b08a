"""Building an index from nothing: what every row costs in an index that is in use is put off.

A new index is nobody's until it is whole (`archive.index.indexfile.replace`), so it is written in
one transaction without a log. What no question of the writer needs is made at the end, in the
order in which it lies in the file: the full text by row ids, the sketches by their numbers, the
indexes of the tables.
"""

from __future__ import annotations

import sqlite3

from archive.index import fulltext

#: Pages that are kept in memory (KiB).
_CACHE = 256 * 1024
#: Indexes that only readers ask.
_PUT_OFF = (
    "articles_by_arrival",
    "articles_by_date",
    "articles_by_host",
    "articles_by_urlkey",
    "compact_captures_by_digest",
    "compact_captures_by_refusal",
)


def prepare(db: sqlite3.Connection) -> list[str]:
    """Make a new index ready to be filled.

    Args:
        db: the index; it has no rows, and nobody else has it open.

    Returns:
        The SQL of what was put off.
    """
    for setting in (
        "journal_mode = MEMORY",
        "synchronous = OFF",
        f"cache_size = -{_CACHE}",
    ):
        db.execute(f"PRAGMA {setting}").fetchall()
    fulltext.unwatch(db)
    put_off = []
    for name in _PUT_OFF:
        row = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        put_off.append(row["sql"])
        db.execute(f"DROP INDEX {name}")
    return put_off


def finish(db: sqlite3.Connection, put_off: list[str]) -> None:
    """Make what was put off.

    Args:
        db: the index, in the transaction in which it was filled.
        put_off: what `prepare` returned.
    """
    # Only pages of words that are in the index are given up from here on.
    db.execute("PRAGMA secure_delete = OFF").fetchall()
    for sql in put_off:
        db.execute(sql)
    fulltext.make_anew(db)


def settle(db: sqlite3.Connection) -> None:
    """Leave the index as one that is in use; its rows are committed."""
    fulltext.watch(db)
    db.execute("PRAGMA secure_delete = ON").fetchall()
    db.execute("PRAGMA journal_mode = WAL").fetchall()
