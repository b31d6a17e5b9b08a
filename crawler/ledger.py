"""The ledger: every URL ever discovered, one row and one state each, in ``ledger.db``.

It is the queue, the seen-set and the memory of a crawl in one. All writes of a crawl go into one
open transaction; `Ledger.commit` is the barrier that makes them last: first the WARC is synced,
then the transaction committed. After a kill, whatever was not committed never happened: its rows
are due again, and nothing that was acknowledged is fetched twice. A claim is kept in memory alone,
for the same reason: what a killed crawl had claimed is simply due.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from archive import timestamp
from archive.errors import DamagedArchive, StorageError
from archive.model import Position
from crawler.model import Discovery, Kind, Lane, More, Outcome, Row, State
from crawler.recent import Recent

migrations = Migrations("ledger")

#: Rows asked for by name on the command line; they are claimed whatever their source.
REQUESTED = 0
#: So many URLs that were discovered lately are not looked up again.
_RECENT = 20_000
#: SQLite's result codes for storage that cannot take what we write.
_STORAGE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


@migrations()
def m001_urls_and_crawls(db: Database) -> None:
    """Create the ledger."""
    db.execute(
        """
        CREATE TABLE urls (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE,
            host TEXT NOT NULL,
            kind TEXT NOT NULL,
            source TEXT NOT NULL,
            state TEXT NOT NULL,
            why TEXT,
            path TEXT NOT NULL,
            depth INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            via INTEGER REFERENCES urls(id),
            published TEXT,
            more TEXT,
            first_seen TEXT NOT NULL,
            next_due TEXT,
            last_status INTEGER,
            last_captured TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            idle INTEGER NOT NULL DEFAULT 0,
            crawl INTEGER REFERENCES crawls(id)
        )
        """
    )
    # A row leaves this index when it is settled, so that it stays as small as the work to do.
    db.execute("CREATE INDEX urls_due ON urls(source, host, priority) WHERE state = 'due'")
    db.execute("CREATE INDEX urls_next_due ON urls(next_due) WHERE next_due IS NOT NULL")
    db.execute(
        """
        CREATE TABLE crawls (
            id INTEGER PRIMARY KEY,
            started TEXT NOT NULL,
            finished TEXT,
            reason TEXT,
            summary TEXT
        )
        """
    )


@migrations()
def m002_acknowledged(db: Database) -> None:
    """Tell up to where the WARC files were read into the ledger when it was last committed."""
    db.execute("ALTER TABLE crawls ADD COLUMN warc_file TEXT")
    db.execute("ALTER TABLE crawls ADD COLUMN warc_offset INTEGER")


_DISCOVER = """
INSERT INTO urls (url, host, kind, source, state, why, path, depth, priority, via, published, more,
                  first_seen)
VALUES (:url, :host, :kind, :source, :state, :why, :path, :depth, :priority, :via, :published,
        :more, :now)
"""
#: A known URL becomes due again when it has gone stale, or when it was out of scope as a bare link
#: and now comes into it as the item of a feed.
_PROMOTE = """
ON CONFLICT (url) DO UPDATE SET
    kind = excluded.kind, source = excluded.source, state = 'due', why = NULL, next_due = NULL,
    path = excluded.path, depth = excluded.depth, priority = excluded.priority,
    via = excluded.via, published = coalesce(excluded.published, published), more = excluded.more
WHERE excluded.state = 'due' AND (
    state = 'out of scope'
    OR state IN ('captured', 'unchanged') AND kind = excluded.kind AND last_captured < :stale
)
"""
#: A seed is due in every crawl, once. One asked for by name keeps the place it has.
_AGAIN = f"""
ON CONFLICT (url) DO UPDATE SET
    kind = CASE excluded.priority WHEN {REQUESTED} THEN kind ELSE excluded.kind END,
    source = CASE excluded.priority WHEN {REQUESTED} THEN source ELSE excluded.source END,
    state = 'due', why = NULL, next_due = NULL, depth = min(depth, excluded.depth),
    priority = min(priority, excluded.priority), more = excluded.more
WHERE crawl IS NOT :crawl
"""
#: A claim takes the best rows of a lane; `state` is spelled out so that the partial index serves.
_CLAIM = """
SELECT due.id, due.url, due.host, due.kind, due.source, due.path, due.depth, due.priority,
       due.attempts, due.idle, (SELECT url FROM urls WHERE id = due.via), due.more
FROM urls AS due
WHERE due.state = 'due' AND due.source = ? AND due.host = ? AND due.priority <= ?
ORDER BY due.priority, due.id
LIMIT ?
"""
_LANES = """
SELECT DISTINCT source, host FROM urls
WHERE state = 'due' AND (source IN (SELECT value FROM json_each(?)) OR priority = ?)
"""
_DUE = """
SELECT kind, url FROM urls
WHERE (state = 'due' OR next_due <= ?) AND source IN (SELECT value FROM json_each(?))
ORDER BY priority, id
"""
_SETTLE = """
UPDATE urls
SET state = ?, why = ?, last_status = ?, last_captured = coalesce(?, last_captured),
    attempts = ?, idle = ?, next_due = ?, crawl = ?
WHERE id = ?
"""


class Ledger:
    """``ledger.db``, opened by the one crawl that holds the collection's lock.

    Args:
        path: of the database; it is created when missing.

    Raises:
        StorageError: it cannot be written.
        DamagedArchive: it is no ledger.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._errors():
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            # One commit a second can afford the sync that makes it outlast a power cut.
            self._connection.execute("PRAGMA synchronous = FULL")
            migrations.apply(Database(self._connection))
        self.crawl = 0
        self._reached: Position | None = None
        self._recent = Recent(_RECENT)

    def begin_crawl(self) -> None:
        """Open a crawl: what fell due since the last one is due, seeds may be due again."""
        now = timestamp.from_datetime(timestamp.now())
        with self._errors():
            self._begin()
            cursor = self._connection.execute("INSERT INTO crawls (started) VALUES (?)", [now])
            self.crawl = cursor.lastrowid or 0
            self._connection.execute(
                "UPDATE urls SET state = 'due', next_due = NULL, priority = max(priority, ?)"
                " WHERE next_due <= ?",
                [REQUESTED + 1, now],
            )
            self._connection.execute("COMMIT")

    def end_crawl(self, reason: str, summary: dict[str, object]) -> None:
        """Close the crawl's own row; the caller commits."""
        now = timestamp.from_datetime(timestamp.now())
        with self._errors():
            self._begin()
            self._connection.execute(
                "UPDATE crawls SET finished = ?, reason = ?, summary = ? WHERE id = ?",
                [now, reason, json.dumps(summary), self.crawl],
            )

    def discover(self, discoveries: Iterable[Discovery]) -> list[Discovery]:
        """Put URLs into the ledger and return those that became due by it."""
        now = timestamp.from_datetime(timestamp.now())
        due = []
        with self._errors():
            self._begin()
            for discovery in discoveries:
                if self._recently_seen(discovery):
                    continue
                values = {
                    "url": discovery.url,
                    "host": discovery.host,
                    "kind": discovery.kind.value,
                    "source": discovery.source,
                    "state": discovery.state.value,
                    "why": discovery.why,
                    "path": discovery.path,
                    "depth": discovery.depth,
                    "priority": discovery.priority,
                    "via": discovery.via,
                    "published": _timestamp(discovery.published),
                    "more": _pack(discovery.more),
                    "now": now,
                    "stale": _timestamp(discovery.stale),
                    "crawl": self.crawl,
                }
                statement = _DISCOVER + (_AGAIN if discovery.again else _PROMOTE)
                cursor = self._connection.execute(statement, values)
                if cursor.rowcount > 0 and discovery.state is State.DUE:
                    due.append(discovery)
        return due

    def lanes(self, sources: Collection[str]) -> list[Lane]:
        """Return where something is due: in these sources, or asked for by name."""
        with self._errors():
            found = self._connection.execute(_LANES, [json.dumps(list(sources)), REQUESTED])
            return [Lane(*row) for row in found]

    def claim(self, lane: Lane, cap: int, number: int, held: Collection[int]) -> list[Row]:
        """Return the best due rows of a lane.

        Args:
            lane: whose rows.
            cap: the highest priority number that may be claimed.
            number: how many at most.
            held: ids of rows that are claimed already.
        """
        with self._errors():
            rows = self._connection.execute(
                _CLAIM, [lane.source, lane.host, cap, number + len(held)]
            ).fetchall()
        claimed = [_row(row) for row in rows if row[0] not in held]
        return claimed[:number]

    def settle(self, row: Row, outcome: Outcome) -> None:
        """Write down how the fetch of a claimed row ended."""
        now = timestamp.now()
        captured = outcome.state in {State.CAPTURED, State.UNCHANGED}
        wait = outcome.wait
        with self._errors():
            self._begin()
            self._connection.execute(
                _SETTLE,
                [
                    outcome.state.value,
                    outcome.why,
                    outcome.status,
                    timestamp.from_datetime(now) if captured else None,
                    0 if captured else row.attempts + 1,
                    outcome.idle,
                    None if wait is None else _timestamp(now + timedelta(seconds=wait)),
                    self.crawl,
                    row.id,
                ],
            )

    def commit(self, sync: Callable[[], Position | None]) -> None:
        """Make everything since the last commit last.

        Args:
            sync: makes the WARC durable and tells how far that is; it comes first, so that the
                ledger never says captured of bytes that are not on disk.
        """
        if self._connection.in_transaction:
            position = sync()
            # An answer is stored a moment before its row is settled. What the WARC held at the
            # commit before this one has been settled since.
            if self._reached is not None:
                self.acknowledge(self._reached)
            self._reached = position
            with self._errors():
                self._connection.execute("COMMIT")

    def acknowledge(self, position: Position) -> None:
        """Take all that lies before `position` as known; the next commit makes it last."""
        with self._errors():
            self._begin()
            self._connection.execute(
                "UPDATE crawls SET warc_file = ?, warc_offset = ? WHERE id = ?",
                [position.file, position.offset, self.crawl],
            )

    def acknowledged(self) -> Position | None:
        """Return behind which place of the WARC files there may be what was never settled."""
        with self._errors():
            found = self._connection.execute(
                "SELECT warc_file, warc_offset FROM crawls WHERE warc_file IS NOT NULL"
                " ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return None if found is None else Position(*found)

    def last_captured(self, row: Row) -> str | None:
        """Return the timestamp of the last capture of a row, None for one never captured."""
        with self._errors():
            found: tuple[str | None] = self._connection.execute(
                "SELECT last_captured FROM urls WHERE id = ?", [row.id]
            ).fetchone()
        return found[0]

    def close(self) -> None:
        """Forget what was not committed, and close the file."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._connection.close()

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _recently_seen(self, discovery: Discovery) -> bool:
        """Tell whether the same was discovered a short while ago: most links of most pages."""
        if discovery.again:
            return False
        key = discovery.url if discovery.state is State.DUE else f"{discovery.url} no"
        if key in self._recent:
            return True
        self._recent.add(key)
        return False

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in _STORAGE:
                raise StorageError(f"cannot write {self.path}: {error}") from error
            raise
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise DamagedArchive(
                f"{self.path} is damaged ({error}); move it away, and the next crawl starts afresh"
            ) from error


def states(path: Path) -> dict[str, dict[str, int]]:
    """Return how many URLs stand in each state, per source; nothing for a missing ledger."""
    found: dict[str, dict[str, int]] = {}
    with _reading(path) as connection:
        for source, state, number in connection.execute(
            "SELECT source, state, count(*) FROM urls GROUP BY source, state"
        ):
            found.setdefault(source, {})[state] = number
    return found


def due(path: Path, sources: Collection[str]) -> list[tuple[str, str]]:
    """Return kind and URL of everything that is due, in the order in which it would be fetched."""
    now = timestamp.from_datetime(timestamp.now())
    with _reading(path) as connection:
        return connection.execute(_DUE, [now, json.dumps(list(sources))]).fetchall()


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a ledger to read, without making or changing it; an empty one when it is missing."""
    if path.exists():
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    else:
        connection = sqlite3.connect(":memory:")
        migrations.apply(Database(connection))
    with closing(connection):
        yield connection


def _row(values: tuple[Any, ...]) -> Row:
    """Return the row of a `_CLAIM`."""
    id_, url, host, kind, source, path, depth, priority, attempts, idle, via, more = values
    return Row(
        id_,
        url,
        host,
        Kind(kind),
        source,
        path,
        depth,
        priority,
        attempts,
        idle,
        via,
        _unpack(more),
    )


def _timestamp(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp.from_datetime(moment)


def _pack(more: More | None) -> str | None:
    return None if more is None else json.dumps([more.template, more.offset, more.step])


def _unpack(text: str | None) -> More | None:
    return None if text is None else More(*json.loads(text))
