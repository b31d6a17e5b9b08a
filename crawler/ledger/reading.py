"""The ledger as others read it: nothing is made or changed, and a missing one is an empty one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import timestamp
from archive.errors import NewswarcError
from archive.model import Position
from crawler.ledger.crawls import NOTHING_DUE
from crawler.ledger.hosts import Hold
from crawler.ledger.schema import database_errors, migrate
from crawler.ledger.statements import DUE

#: A reader waits so long for a lock (seconds).
_BUSY_TIMEOUT = 30.0
#: The condition is that of the index, which the planner would not choose by itself.
_NEXT_POLL = """
SELECT min(CASE state WHEN 'due' THEN ? ELSE next_due END) FROM urls INDEXED BY urls_polls
WHERE source = ? AND kind IN ('home', 'feed', 'sitemap', 'section', 'more')
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl.

    Attributes:
        started: timestamp.
        finished: timestamp; None while it runs, and for ever when it was killed.
        reason: why it ended.
        summary: what it counted.
    """

    started: str
    finished: str | None
    reason: str | None
    summary: dict[str, Any]


class Reading:
    """A ledger open for reading; see `reading`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def states(self) -> dict[str, dict[str, int]]:
        """Return how many URLs stand in each state, per source."""
        found: dict[str, dict[str, int]] = {}
        for source, state, number in self._connection.execute(
            "SELECT source, state, count(*) FROM urls GROUP BY source, state"
        ):
            found.setdefault(source, {})[state] = number
        return found

    def problem(self) -> str | None:
        """Return what SQLite finds wrong with the pages of the ledger, None for nothing."""
        checked: str = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return None if checked == "ok" else checked

    def acknowledged(self) -> Position | None:
        """Return up to where what was captured is certain, None before the first crawl."""
        found = self._connection.execute(
            "SELECT warc_file, warc_offset FROM crawls WHERE warc_file IS NOT NULL"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return Position(*found) if found else None

    def captured(self) -> Iterator[str]:
        """Yield the URLs that were captured, but for those that list others."""
        for (url,) in self._connection.execute(
            "SELECT url FROM urls WHERE state IN ('captured', 'unchanged')"
            " AND last_captured IS NOT NULL"
            " AND kind NOT IN ('home', 'feed', 'sitemap', 'section', 'more') ORDER BY id"
        ):
            yield url

    def runs(self, number: int) -> list[Run]:
        """Return the last crawls, the latest first; with nothing to do, the very last alone."""
        rows = self._connection.execute(
            "SELECT started, finished, reason, summary FROM crawls"
            " WHERE reason IS NOT ? OR id = (SELECT max(id) FROM crawls) ORDER BY id DESC LIMIT ?",
            [NOTHING_DUE, number],
        )
        return [
            Run(started, finished, reason, json.loads(summary or "{}"))
            for started, finished, reason, summary in rows
        ]

    def held(self, now: datetime) -> dict[str, str]:
        """Return the hosts that are left alone, by their names without ``www.``, and why."""
        rows = self._connection.execute(
            "SELECT host, until, why FROM hosts WHERE until > ?", [timestamp.from_datetime(now)]
        )
        return {host: str(Hold(timestamp.to_datetime(until), why)) for host, until, why in rows}

    def new_articles(self, source: str, since: str) -> int:
        """Return how many articles of a source were discovered since, and are captured."""
        return self._number(
            "SELECT count(*) FROM urls WHERE source = ? AND kind = 'article' AND first_seen >= ?"
            " AND last_captured IS NOT NULL AND state != 'quarantined'"
            " AND last_status NOT IN (301, 302, 303, 307, 308)",
            [source, since],
        )

    def next_poll(self, source: str) -> str | None:
        """Return when a listing of a source is asked for again; the present if one waits now."""
        now = timestamp.from_datetime(timestamp.now())
        ((earliest,),) = self._connection.execute(_NEXT_POLL, [now, source]).fetchall()
        found: str | None = earliest
        return found

    def failures(self, sources: Collection[str], number: int) -> list[tuple[str, int]]:
        """Return the most frequent reasons of URLs that failed, with how many each has."""
        return self._connection.execute(
            "SELECT coalesce(why, ''), count(*) FROM urls"
            " WHERE source IN (SELECT value FROM json_each(?)) AND state = 'failed'"
            " GROUP BY why ORDER BY count(*) DESC, why LIMIT ?",
            [json.dumps(list(sources)), number],
        ).fetchall()

    def gaps(self, since: str, number: int, source: str | None = None) -> list[dict[str, Any]]:
        """Return the gaps that are open or were noticed since; the open ones first."""
        return self._rows(
            "SELECT gaps.source, url, gaps.kind, since, noticed, until, detail,"
            " until IS NULL AS open FROM gaps LEFT JOIN urls ON urls.id = url_id"
            " WHERE (until IS NULL OR noticed >= ?) AND gaps.source = coalesce(?, gaps.source)"
            " ORDER BY open DESC, noticed DESC, gaps.id DESC LIMIT ?",
            [since, source, number],
        )

    def gap_counts(self, since: str) -> dict[str, tuple[int, int]]:
        """Return per source how many gaps are open, and how many were noticed since."""
        rows = self._connection.execute(
            "SELECT source, sum(until IS NULL), sum(noticed >= ?) FROM gaps GROUP BY source",
            [since],
        )
        return {source: (still_open, noticed) for source, still_open, noticed in rows}

    def removals(self, since: str, number: int, source: str | None = None) -> list[dict[str, Any]]:
        """Return the articles that were found removed or returned since, the latest first."""
        return self._rows(
            "SELECT source, url, since, noticed, returned, removals.why"
            " FROM removals JOIN urls ON urls.id = url_id"
            " WHERE (noticed >= ?1 OR returned >= ?1) AND source = coalesce(?2, source)"
            " ORDER BY max(noticed, coalesce(returned, '')) DESC, removals.id DESC LIMIT ?3",
            [since, source, number],
        )

    def removed(self) -> dict[str, tuple[int, int]]:
        """Return per source how many articles are removed, and how many came back."""
        rows = self._connection.execute(
            "SELECT source, count(*) - count(returned), count(returned)"
            " FROM removals JOIN urls ON urls.id = url_id GROUP BY source"
        )
        return {source: (gone, back) for source, gone, back in rows}

    def urls(self, state: str, source: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the URLs that stand in a state, with what is known of why and how it goes on."""
        sources = [source] if source is not None else sorted(self.states())
        for name in sources:
            cursor = self._connection.execute(
                "SELECT url, source, kind, state, why, last_status AS status, attempts, next_due,"
                " first_seen, last_captured FROM urls WHERE source = ? AND state = ? ORDER BY id",
                [name, state],
            )
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def unseen(self, urls: Collection[str]) -> list[str]:
        """Return those of some URLs that are not in the ledger, in their order."""
        rows = self._connection.execute(
            "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT url FROM urls)",
            [json.dumps(list(urls))],
        )
        return [url for (url,) in rows]

    def due(self, sources: Collection[str]) -> list[tuple[str, str]]:
        """Return kind and URL of all that is due, in the order in which it would be fetched."""
        now = timestamp.from_datetime(timestamp.now())
        return self._connection.execute(DUE, [now, json.dumps(list(sources))]).fetchall()

    def _number(self, statement: str, values: list[Any]) -> int:
        ((number,),) = self._connection.execute(statement, values).fetchall()
        return int(number)

    def _rows(self, statement: str, values: list[Any]) -> list[dict[str, Any]]:
        cursor = self._connection.execute(statement, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


@contextmanager
def reading(path: Path) -> Iterator[Reading]:
    """Give a ledger to read: one state of it, whatever a crawl writes meanwhile.

    Raises:
        DamagedArchive: the file is no ledger, or a broken one.
        NewswarcError: it was made by an older newswarc.
    """
    try:
        with database_errors(path), closing(_connected(path)) as connection:
            connection.execute("BEGIN")
            yield Reading(connection)
    except sqlite3.OperationalError as error:
        if not str(error).startswith(("no such table", "no such column", "no such index")):
            raise
        raise NewswarcError(
            f"{path} is of an older newswarc ({error}); the next crawl brings it up to date"
        ) from error


def states(path: Path) -> dict[str, dict[str, int]]:
    """Return how many URLs stand in each state, per source; nothing for a missing ledger."""
    with reading(path) as ledger:
        return ledger.states()


def due(path: Path, sources: Collection[str]) -> list[tuple[str, str]]:
    """Return kind and URL of everything that is due, in the order in which it would be fetched."""
    with reading(path) as ledger:
        return ledger.due(sources)


def unseen(path: Path, urls: Collection[str]) -> list[str]:
    """Return those of some URLs that are not in the ledger, in their order."""
    with reading(path) as ledger:
        return ledger.unseen(urls)


def _connected(path: Path) -> sqlite3.Connection:
    """Open a ledger to read; one in memory when it is missing."""
    if not path.exists():
        connection = sqlite3.connect(":memory:", isolation_level=None)
        migrate(connection)
        return connection
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _tried(uri)
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
            raise
        # In a directory that cannot be written, the files beside a WAL database cannot be made.
        return _tried(f"{uri}&immutable=1")


def _tried(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
