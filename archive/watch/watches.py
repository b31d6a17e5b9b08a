"""The watches of a collection and what they have found, in ``watches.db``.

This file is not derived from the WARCs: it knows what a person asked for and what they were told.
It is written in whole transactions, so that a kill at any time leaves it right.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from archive import timestamp
from archive.collection import Collection
from archive.errors import DamagedArchive, StorageError, UsageError, storage_errors
from archive.hook import check_command
from archive.index.counts import indexed_until
from archive.index.database import Reader
from archive.index.moving import Span, moved
from archive.index.query import Parsed, parse
from archive.urlkey import urlkey

#: How often a watch looks, and how much time is between two looks at least.
EVERY: Mapping[str, timedelta] = {
    "crawl": timedelta(0),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
#: What was told is forgotten when so much has been found since.
_KEPT = 2000
_BUSY_TIMEOUT = 30.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS watches (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,
    every TEXT NOT NULL,
    edits INTEGER NOT NULL,         -- 1: each edited version that matches is told of
    jsonl TEXT,                     -- file; NULL for the one in the collection
    atom TEXT,
    command TEXT,
    looked TEXT NOT NULL            -- when it looked last, timestamp
);
-- Up to where the captures of each WARC file were looked at.
CREATE TABLE IF NOT EXISTS looked_at (
    watch_id INTEGER NOT NULL REFERENCES watches (id),
    file TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    PRIMARY KEY (watch_id, file)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alerts (
    id INTEGER PRIMARY KEY,
    watch_id INTEGER NOT NULL REFERENCES watches (id),
    name TEXT NOT NULL,             -- of what was found, for all time
    content TEXT NOT NULL,          -- JSON
    written INTEGER NOT NULL DEFAULT 0, -- 1: it is in the files
    told INTEGER NOT NULL DEFAULT 0,    -- 1: the command has had it
    UNIQUE (watch_id, name)
);
CREATE INDEX IF NOT EXISTS alerts_to_write ON alerts (watch_id) WHERE NOT written;
CREATE INDEX IF NOT EXISTS alerts_to_tell ON alerts (watch_id) WHERE NOT told;
"""
_NAME = re.compile(r"\w[\w.-]{0,59}")
_SLUG = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved search.

    Attributes:
        name: of letters, digits, ``-``, ``_`` and dots.
        query: as typed; see `archive.index.query`.
        every: a key of `EVERY`.
        edits: each edited version that matches is told of, not only the first of an article.
        jsonl: file that gets a line of JSON for each alert.
        atom: file of an Atom feed of the newest alerts.
        command: command line that gets new alerts as JSON on stdin, or None.
        looked: when it looked last.
    """

    name: str
    query: str
    every: str
    edits: bool
    jsonl: Path
    atom: Path
    command: str | None
    looked: datetime

    @property
    def parsed(self) -> Parsed:
        """The query, read."""
        return parse(self.query)

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is to look again."""
        return now - self.looked >= EVERY[self.every]

    def row(self) -> dict[str, Any]:
        """The watch as JSON has it."""
        return {
            "name": self.name,
            "query": self.query,
            "every": self.every,
            "edits": self.edits,
            "jsonl": str(self.jsonl),
            "atom": str(self.atom),
            "command": self.command,
            "looked": timestamp.from_datetime(self.looked),
        }


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a watch found; `content` is what is told of it, ready for JSON."""

    name: str
    content: Mapping[str, Any]


class Watches:
    """The watches of a collection; the file is made with the first.

    Args:
        collection: that they watch.

    Raises:
        DamagedArchive: the file is no database, or a broken one.
        StorageError: it cannot be written.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.path = path_of(collection)
        with self._problems():
            self._db = sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def add(
        self,
        query: str,
        *,
        name: str | None = None,
        every: str = "crawl",
        edits: bool = False,
        jsonl: Path | None = None,
        atom: Path | None = None,
        command: str | None = None,
    ) -> Watch:
        """Add a watch that tells of what comes from now on.

        Args:
            query: what is waited for.
            name: made of the query when None.
            every: see `Watch`.
            edits: see `Watch`.
            jsonl: see `Watch`; in the collection when None.
            atom: likewise.
            command: see `Watch`.

        Raises:
            UsageError: there is nothing to search for, the name is none, or taken, or the command
                cannot be taken apart.
        """
        parsed = parse(query)
        if parsed.tree is None:
            raise UsageError(parsed.hint or "nothing to search for; name a word or a field")
        name = name or self._name_for(query)
        if not _NAME.fullmatch(name):
            raise UsageError(f"not a name: {name!r}; take up to 60 letters, digits, - and _")
        if command is not None:
            check_command(command)
        if every not in EVERY:
            raise UsageError(f"not a rhythm: {every!r}; take {', '.join(EVERY)}")
        looked_at = self._indexed()
        with self._transaction():
            if self._db.execute("SELECT 1 FROM watches WHERE name = ?", (name,)).fetchone():
                raise UsageError(f"there is a watch {name!r} already; remove it, or name another")
            cursor = self._db.execute(
                "INSERT INTO watches (name, query, every, edits, jsonl, atom, command, looked)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(name, query, every, edits),
                    *(str(path.absolute()) if path else None for path in (jsonl, atom)),
                    *(command, timestamp.from_datetime(timestamp.now())),
                ),
            )
            self._note(cursor.lastrowid or 0, looked_at)
        return next(watch for watch in self.all() if watch.name == name)

    def all(self) -> list[Watch]:
        """Return the watches in the order of their names."""
        with self._problems():
            rows = self._db.execute("SELECT * FROM watches ORDER BY name").fetchall()
        return [self._watch(row) for row in rows]

    def remove(self, name: str) -> None:
        """Forget a watch; the files that it has written stay.

        Raises:
            UsageError: there is none of that name.
        """
        with self._transaction():
            watch = self._id(name)
            for table in ("alerts", "looked_at"):
                self._db.execute(f"DELETE FROM {table} WHERE watch_id = ?", (watch,))  # noqa: S608
            self._db.execute("DELETE FROM watches WHERE id = ?", (watch,))

    def looked_at(self, name: str) -> dict[str, int]:
        """Return up to where a watch has looked at the captures of each WARC file."""
        with self._problems():
            rows = self._db.execute(
                'SELECT file, "offset" FROM looked_at WHERE watch_id = ?', (self._id(name),)
            ).fetchall()
        return dict(map(tuple, rows))

    def found(self, name: str, alerts: Sequence[Alert], looked_at: Mapping[str, int]) -> int:
        """Note what a watch found and how far it looked, in one; return how much of it is new."""
        with self._transaction():
            watch = self._id(name)
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO alerts (watch_id, name, content, told)"
                " SELECT id, ?, ?, command IS NULL FROM watches WHERE id = ?",
                [
                    (alert.name, json.dumps(alert.content, ensure_ascii=False), watch)
                    for alert in alerts
                ],
            )
            new = self._db.total_changes - before
            self._note(watch, looked_at)
            self._db.execute(
                "UPDATE watches SET looked = ? WHERE id = ?",
                (timestamp.from_datetime(timestamp.now()), watch),
            )
            self._db.execute(
                "DELETE FROM alerts WHERE watch_id = ? AND written AND told AND id <= (SELECT id"
                " FROM alerts WHERE watch_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (watch, watch, _KEPT),
            )
        return new

    def move(self, new: str, old: Sequence[str], spans: Sequence[Span], size: int) -> None:
        """Note that what was looked at in some WARC files is in a new one.

        Args:
            new: its name.
            old: the names of those that it replaces, in their order.
            spans: what of them is in it.
            size: of it, in bytes.
        """
        with self._transaction():
            for watch in self._db.execute("SELECT id FROM watches").fetchall():
                rows = self._db.execute(
                    'SELECT file, "offset" FROM looked_at WHERE watch_id = ?', (watch["id"],)
                )
                known = dict(map(tuple, rows.fetchall()))
                if known.keys().isdisjoint(old):
                    continue
                # Up to the first place that was not looked at; alerts are not given twice.
                place = min(moved(spans, name, known.get(name, 0), size) for name in old)
                last = moved(spans, old[-1], known.get(old[-1], 0), size)
                ends = {span.file: span.end for span in spans}
                whole = all(known.get(name, 0) >= ends.get(name, 0) for name in old[:-1])
                self._note(watch["id"], {new: last if whole else place})
                self._db.executemany(
                    "DELETE FROM looked_at WHERE watch_id = ? AND file = ?",
                    [(watch["id"], name) for name in old],
                )

    def forget(self, keys: Set[str]) -> None:
        """Forget the alerts of some articles.

        Args:
            keys: urlkeys of the articles.
        """
        with self._transaction():
            for row in self._db.execute("SELECT id, content FROM alerts").fetchall():
                if urlkey(json.loads(row["content"])["url"]) in keys:
                    self._db.execute("DELETE FROM alerts WHERE id = ?", (row["id"],))
        with self._problems():
            self._db.execute("VACUUM")

    def unwritten(self, name: str) -> list[Alert]:
        """Return what is not in the files yet, in its order."""
        return self._alerts(name, "NOT written ORDER BY id")

    def untold(self, name: str) -> list[Alert]:
        """Return what the command has not had yet, in its order."""
        return self._alerts(name, "NOT told ORDER BY id")

    def newest(self, name: str, number: int) -> list[Alert]:
        """Return the newest alerts, the newest first."""
        return self._alerts(name, f"1 ORDER BY id DESC LIMIT {number:d}")

    def mark_written(self, name: str) -> None:
        """Note that all that was found is in the files."""
        with self._transaction():
            self._db.execute("UPDATE alerts SET written = 1 WHERE watch_id = ?", (self._id(name),))

    def mark_told(self, name: str, alerts: Sequence[Alert]) -> None:
        """Note that the command has had `alerts`."""
        with self._transaction():
            self._db.executemany(
                "UPDATE alerts SET told = 1 WHERE watch_id = ? AND name = ?",
                [(self._id(name), alert.name) for alert in alerts],
            )

    def _indexed(self) -> dict[str, int]:
        """Return up to where each WARC file is indexed."""
        reader = Reader(self._collection.index_path)
        try:
            with reader.reading() as db:
                return indexed_until(db)
        finally:
            reader.close()

    def _watch(self, row: sqlite3.Row) -> Watch:
        directory = self._collection.path.absolute() / "watches"
        return Watch(
            name=row["name"],
            query=row["query"],
            every=row["every"],
            edits=bool(row["edits"]),
            jsonl=Path(row["jsonl"] or directory / f"{row['name']}.jsonl"),
            atom=Path(row["atom"] or directory / f"{row['name']}.atom"),
            command=row["command"],
            looked=timestamp.to_datetime(row["looked"]),
        )

    def _alerts(self, name: str, which: str) -> list[Alert]:
        with self._problems():
            rows = self._db.execute(
                f"SELECT name, content FROM alerts WHERE watch_id = ? AND {which}",  # noqa: S608
                (self._id(name),),
            ).fetchall()
        return [Alert(row["name"], json.loads(row["content"])) for row in rows]

    def _note(self, watch: int, looked_at: Mapping[str, int]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO looked_at VALUES (?, ?, ?)",
            [(watch, file, offset) for file, offset in looked_at.items()],
        )

    def _id(self, name: str) -> int:
        row = self._db.execute("SELECT id FROM watches WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise UsageError(f"there is no watch {name!r}; `newswarc watch list` tells which are")
        found: int = row["id"]
        return found

    def _name_for(self, query: str) -> str:
        slug = _SLUG.sub("-", query.lower()).strip("-")[:50].strip("-") or "watch"
        taken = {watch.name for watch in self.all()}
        names = (slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._problems():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise

    @contextmanager
    def _problems(self) -> Iterator[None]:
        try:
            with storage_errors(self.path):
                yield
        except sqlite3.OperationalError as error:
            raise StorageError(f"cannot write {self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise DamagedArchive(
                f"{self.path} is damaged ({error}); put it away and add the watches again"
            ) from error


def path_of(collection: Collection) -> Path:
    """Return where the watches of a collection are kept; it need not exist."""
    return collection.path / "watches.db"
