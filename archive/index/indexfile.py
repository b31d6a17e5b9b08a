"""The index as a file: made, brought up to date, put in the place of another."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from archive.errors import NewswarcError, StorageError, storage_errors
from archive.index import database, fulltext, reordering
from archive.index.schema import MIGRATION_SET, STEPS

#: Beside the index, while a new one is being made.
NEW_SUFFIX = ".new"

#: Rows with texts fill small pages best: of 4096 bytes, an index is a twentieth larger.
_PAGE_SIZE = 2048
#: Steps of the schema that SQL alone cannot do.
_FILLS = {"time": reordering.reorder}

_STORAGE = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM")
#: What SQLite keeps beside a database in WAL mode.
_COMPANIONS = ("-wal", "-shm")


def open_index(path: Path) -> sqlite3.Connection:
    """Open an index for writing; one that is missing is made, and appears complete.

    Raises:
        DamagedArchive: the file is no index, or a broken one.
        StorageError: it cannot be written.
    """
    with problems(path):
        if not path.exists():
            made = new_beside(path)
            _migrate(_connect(made)).close()
            replace(made, path)
        return _migrate(_connect(path))


def new_beside(path: Path) -> Path:
    """Return where a new index for `path` is made, with nothing there."""
    made = path.with_name(path.name + NEW_SUFFIX)
    with storage_errors(made):
        made.unlink(missing_ok=True)
        _remove_companions(made)
    return made


def replace(new: Path, path: Path) -> None:
    """Put a closed index in the place of another, whoever may be reading that one.

    Readers that have the old file open go on reading it. What SQLite keeps beside it goes first,
    since it must not be taken for the new one's.
    """
    with storage_errors(path):
        _sync(new)
        _remove_companions(path)
        new.replace(path)
        _sync(path.parent)


@contextmanager
def problems(path: Path) -> Iterator[None]:
    """Say what SQLite reports about the disk or the file in one line.

    Raises:
        DamagedArchive: the file is no index, or a broken one.
        StorageError: it cannot be written.
        NewswarcError: somebody else keeps it locked.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        # Rows that contradict each other are damage as well: there is one writer, and it read them.
        if database.is_damage(error) or isinstance(error, sqlite3.IntegrityError):
            raise database.damaged(path, error) from error
        if getattr(error, "sqlite_errorname", "").startswith(_STORAGE):
            raise StorageError(f"cannot write {path}: {error}") from error
        if isinstance(error, sqlite3.OperationalError):  # locked by a stranger, as a rule
            raise NewswarcError(f"cannot write {path}: {error}") from error
        raise


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=database.BUSY_TIMEOUT, isolation_level=None)
    database.configure(connection)
    return connection


def _migrate(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")  # of a file that is made; of no other
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    migrations = Migrations(MIGRATION_SET)
    for name, sql in STEPS:
        _register(migrations, name, sql)
    migrations.apply(Database(connection, execute_plugins=False))
    fulltext.watch(connection)
    if not fulltext.is_of_now(connection):
        connection.execute("BEGIN IMMEDIATE")
        fulltext.make_anew(connection)
        connection.execute("COMMIT")
    return connection


def _register(migrations: Migrations, name: str, sql: str) -> None:
    @migrations(name=name)
    def step(db: Database) -> None:
        for statement in _statements(sql):
            db.execute(statement)
        if name in _FILLS:
            _FILLS[name](db.conn)


def _statements(sql: str) -> Iterator[str]:
    """Yield the statements of a step, each of which ends with a line.

    ``executescript`` of sqlite-utils looks for the end after every letter, which takes longer than
    all the rest.
    """
    lines: list[str] = []
    for line in sql.splitlines():
        lines.append(line)
        if sqlite3.complete_statement(line) and sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _remove_companions(path: Path) -> None:
    for suffix in _COMPANIONS:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
