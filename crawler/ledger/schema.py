"""The schema of ``ledger.db``: migrations, append-only; and what SQLite says when it fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database, Migrations

from archive.errors import DamagedArchive, StorageError

migrations = Migrations("ledger")

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


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a ledger up to the latest schema."""
    migrations.apply(Database(connection))


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about the ledger at `path` into our own errors.

    Raises:
        StorageError: the disk is full or cannot be written.
        DamagedArchive: the file is no ledger, or a broken one.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in _STORAGE:
            raise StorageError(f"cannot write {path}: {error}") from error
        raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise DamagedArchive(
            f"{path} is damaged ({error}); move it away, and the next crawl starts afresh"
        ) from error
