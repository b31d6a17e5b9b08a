"""Captures whose records lie elsewhere now: in a file that came in the place of others."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archive.index.compact import OFFSET_BITS, offset

_IDS = (("compact_captures", "id"), ("quarantined_texts", "capture_id"))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a WARC file that lies elsewhere now.

    Attributes:
        file: name of the file where it was.
        start: where it began there, in bytes.
        end: where it ended there.
        to: where it begins now, in the new file.
    """

    file: str
    start: int
    end: int
    to: int


def moved(spans: Sequence[Span], file: str, place: int, size: int) -> int:
    """Return where a place of an old file is in the new one; of what is gone, what came after it.

    Args:
        spans: of the new file.
        file: name of the old one.
        place: in bytes.
        size: of the new file.

    >>> spans = [Span("a", 0, 10, 0), Span("a", 30, 50, 14)]
    >>> [moved(spans, "a", place, 34) for place in (0, 9, 10, 20, 30, 50, 60)]
    [0, 9, 10, 14, 14, 34, 34]
    """
    for span in spans:
        if span.file == file and place <= span.end:
            return span.to + max(0, place - span.start)
    return size


def outside(db: sqlite3.Connection, old: Sequence[str], spans: Sequence[Span]) -> list[int]:
    """Return the captures of old files whose records are in no span."""
    places = ", ".join("?" * len(old))
    rows = db.execute(f"SELECT id, name FROM warc_files WHERE name IN ({places})", tuple(old))
    return [
        capture_id
        for row in rows.fetchall()
        for capture_id in _between(db, row["id"])
        if not any(
            span.file == row["name"] and span.start <= offset(capture_id) < span.end
            for span in spans
        )
    ]


def move(
    db: sqlite3.Connection,
    new: str,
    old: Sequence[str],
    spans: Sequence[Span],
    size: int,
    records: int,
) -> None:
    """Make the index say of captures where their records are now.

    All of them are in a span (see `outside`). A second time there is nothing to do.

    Args:
        db: the index, in a transaction.
        new: name of the new file.
        old: names of those that it replaces, in their order.
        spans: what of them is in it.
        size: of the new file, in bytes.
        records: in it.
    """
    places = ", ".join("?" * len(old))
    known = {
        row["name"]: row
        for row in db.execute(f"SELECT * FROM warc_files WHERE name IN ({places})", tuple(old))
    }
    if not known:
        return
    # The new file is where the first one was, among the files of the index as among their names.
    home = known[next(name for name in old if name in known)]["id"]
    for span in spans:
        if span.file in known:
            _shift(db, span, known[span.file]["id"], home)
    # Ids are unique at every moment, so they go by way of the negative ones.
    for table, column in _IDS:
        db.execute(f"UPDATE {table} SET {column} = -{column} WHERE {column} < 0")
    db.execute('UPDATE damages SET "offset" = -1 - "offset" WHERE "offset" < 0')
    last = [name for name in old if name in known][-1]
    until = moved(spans, last, known[last]["indexed_until"], size)
    crawls = [one["crawl_id"] for name in old if (one := known.get(name)) and one["crawl_id"]]
    db.execute(f"DELETE FROM warc_files WHERE name IN ({places}) AND id != ?", (*old, home))
    db.execute(
        "UPDATE warc_files SET name = ?, crawl_id = ?, indexed_until = ?, records = ? WHERE id = ?",
        (new, crawls[-1] if crawls else None, until, records, home),
    )
    _rename_crawls(db, new, old)


def _shift(db: sqlite3.Connection, span: Span, file_id: int, home: int) -> None:
    first, end = file_id << OFFSET_BITS | span.start, (file_id << OFFSET_BITS) + span.end
    to = home << OFFSET_BITS | span.to
    for table, column in _IDS:
        db.execute(
            f"UPDATE {table} SET {column} = -({column} - ? + ?)"
            f" WHERE {column} >= ? AND {column} < ?",
            (first, to, first, end),
        )
    db.execute(
        'UPDATE damages SET warc_file_id = ?, "offset" = -1 - ("offset" - ? + ?)'
        ' WHERE warc_file_id = ? AND "offset" >= ? AND "offset" <= ?',
        (home, span.start, span.to, file_id, span.start, span.end),
    )


def _between(db: sqlite3.Connection, file_id: int) -> list[int]:
    rows = db.execute(
        "SELECT id FROM compact_captures WHERE id >= ? AND id < ?",
        (file_id << OFFSET_BITS, (file_id + 1) << OFFSET_BITS),
    )
    return [row["id"] for row in rows.fetchall()]


def _rename_crawls(db: sqlite3.Connection, new: str, old: Sequence[str]) -> None:
    """Let crawls that have no other name than that of their file have that of the new one."""
    places = ", ".join("?" * len(old))
    rows = db.execute(
        f"SELECT id FROM crawls WHERE name IN ({places}) ORDER BY id", tuple(old)
    ).fetchall()
    for place, row in enumerate(rows):
        if place:
            values = (rows[0]["id"], row["id"])
            db.execute("UPDATE warc_files SET crawl_id = ? WHERE crawl_id = ?", values)
            db.execute("DELETE FROM crawls WHERE id = ?", (row["id"],))
        else:
            db.execute("UPDATE crawls SET name = ? WHERE id = ?", (new, row["id"]))
