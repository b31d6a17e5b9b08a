"""Connections that read the index, and never write it.

Reading must work while a crawl writes, on a read-only disk, before the first crawl and after
somebody deleted the file: a missing index reads as an empty one.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import DamagedArchive, NewswarcError
from archive.index import compact
from archive.index.schema import MIGRATION_SET, STEPS
from archive.index.terms import says

_NOT_WRITABLE = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR_SHM", "SQLITE_FULL")
#: How long a connection waits for a lock (seconds).
BUSY_TIMEOUT = 30.0


class Reader:
    """Read access to one index: a connection per thread, renewed when the file is replaced.

    Args:
        path: of ``index.db``; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._of_thread = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._watch = threading.Lock()
        self._watched: tuple[tuple[int, int] | None, sqlite3.Connection] | None = None
        self._state: tuple[int, int] = (0, 0)
        weakref.finalize(self, _close_all, self._all)

    def close(self) -> None:
        """Close all connections; the next reading opens another."""
        with self._watch:
            self._watched = None
            _close_all(self._all)
        self._of_thread = threading.local()

    def generation(self) -> int:
        """Return a number that is another one after each change of the index.

        It is counted from 1 on for each `Reader`, and says nothing to others. What is read after
        it was asked for is of this generation or a later one.

        Raises:
            DamagedArchive: see `reading`.
            NewswarcError: see `reading`.
        """
        with self._watch, self._told():
            identity = self._identity()
            if self._watched is None or self._watched[0] != identity:
                # SQLite's own number is told to each connection differently: one must be asked.
                connection = self._connect(identity)
                if self._watched is not None:
                    self._all.remove(self._watched[1])
                    self._watched[1].close()
                self._watched = identity, connection
                self._state = self._state[0] + 1, -1
            version: int = self._watched[1].execute("PRAGMA data_version").fetchone()[0]
            if version != self._state[1]:
                self._state = self._state[0] + (self._state[1] >= 0), version
            return self._state[0]

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; what SQLite finds damaged is said in one line.

        Raises:
            DamagedArchive: the file is no database, or a broken one.
            NewswarcError: it was made by an older newswarc, or cannot be read.
        """
        with self._told():
            yield self._connection()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                raise damaged(self._path, error) from error
            if isinstance(error, sqlite3.OperationalError):
                raise NewswarcError(f"cannot read {self._path}: {error}") from error
            raise

    def _connection(self) -> sqlite3.Connection:
        identity = self._identity()
        known = getattr(self._of_thread, "known", None)
        if known is not None and known[0] == identity:
            connection: sqlite3.Connection = known[1]
            return connection
        if known is not None:
            self._all.remove(known[1])
            known[1].close()
            self._of_thread.known = None
        connection = self._connect(identity)
        self._of_thread.known = (identity, connection)
        return connection

    def _connect(self, identity: tuple[int, int] | None) -> sqlite3.Connection:
        connection = _empty() if identity is None else _open(self._path)
        self._all.append(connection)
        return connection

    def _identity(self) -> tuple[int, int] | None:
        """Tell one index file from the next of the same name; None when there is none."""
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return None
        return (state.st_dev, state.st_ino) if state.st_size else None


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Tell whether SQLite says that the file is no database, or a broken one."""
    name: str = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def damaged(path: Path, error: sqlite3.Error) -> DamagedArchive:
    """Return the error that says an index is damaged and what to do."""
    return DamagedArchive(
        f"{path} is damaged ({error}); `newswarc index --rebuild` makes it again from the WARCs"
    )


def configure(connection: sqlite3.Connection) -> None:
    """Give a connection what our queries and the steps of the schema need."""
    connection.row_factory = sqlite3.Row
    connection.create_function("fold", 1, _fold, deterministic=True)
    connection.create_function("says", 4, says, deterministic=True)
    connection.create_function("pack_digest", 1, compact.pack_digest, deterministic=True)
    connection.create_function("url_origin", 1, compact.origin, deterministic=True)


def _fold(value: object) -> str | None:
    """Fold the letters of any alphabet; SQLite's ``lower`` knows only ASCII."""
    return value.casefold() if isinstance(value, str) else None


def _open(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    try:
        return _connect(f"{uri}?mode=ro", path)
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(_NOT_WRITABLE):
            raise
        # In a directory that cannot be written, or on a full disk, the files beside a WAL database
        # cannot be made.
        return _connect(f"{uri}?mode=ro&immutable=1", path)


def _connect(uri: str, path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT, check_same_thread=False)
    try:
        configure(connection)
        connection.execute("PRAGMA query_only = 1")
        if not _is_up_to_date(connection):
            raise NewswarcError(
                f"{path} is of an older newswarc; `newswarc index` brings it up to date"
            )
    except BaseException:
        connection.close()
        raise
    return connection


def _is_up_to_date(connection: sqlite3.Connection) -> bool:
    has_migrations = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone()
    if not has_migrations:
        return False
    applied = connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (MIGRATION_SET,)
    )
    return {name for name, _ in STEPS} <= {row["name"] for row in applied.fetchall()}


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    configure(connection)
    for _, sql in STEPS:
        connection.executescript(sql)
    return connection


def _close_all(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
