"""The one open transaction that everything a crawl writes into its ledger goes into."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.ledger.schema import database_errors, migrate

Values = Sequence[Any] | Mapping[str, Any]


class Transaction:
    """The connection of the one crawl that holds the collection's lock.

    The first `write` begins a transaction, `commit` ends it. What is read is read through the same
    connection, so that a crawl sees what it has written.

    Args:
        path: of the database; it is created when missing, and brought up to the latest schema.

    Raises:
        StorageError: it cannot be written.
        DamagedArchive: it is no ledger.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with database_errors(path):
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            # One commit a second can afford the sync that makes it outlast a power cut.
            self._connection.execute("PRAGMA synchronous = FULL")
            migrate(self._connection)

    @property
    def open(self) -> bool:
        """Whether something was written that is not committed yet."""
        return self._connection.in_transaction

    def write(self, statement: str, values: Values = ()) -> sqlite3.Cursor:
        """Execute a statement that writes."""
        with database_errors(self.path):
            self._begin()
            return self._connection.execute(statement, values)

    def write_all(self, statement: str, rows: Iterable[Values]) -> None:
        """Execute a statement that writes, once for each of `rows`."""
        with database_errors(self.path):
            self._begin()
            self._connection.executemany(statement, rows)

    def read(self, statement: str, values: Values = ()) -> list[Any]:
        """Return the rows of a query."""
        with database_errors(self.path):
            return self._connection.execute(statement, values).fetchall()

    def commit(self) -> None:
        """Make everything written so far last."""
        if self.open:
            with database_errors(self.path):
                self._connection.execute("COMMIT")

    def close(self) -> None:
        """Forget what was not committed, and close the file."""
        if self.open:
            self._connection.execute("ROLLBACK")
        self._connection.close()

    def _begin(self) -> None:
        if not self.open:
            self._connection.execute("BEGIN IMMEDIATE")
