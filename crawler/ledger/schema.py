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


@migrations()
def m003_revisits_rhythm_and_manners(db: Database) -> None:
    """Remember what a recheck, a poll and a host's patience need from one crawl to the next."""
    for column in (
        "found TEXT",  # the URL as the document had it, where that differs
        "canonical TEXT",  # the URL that the page itself claims, where that differs
        "checks INTEGER NOT NULL DEFAULT 0",  # how often it was asked for again
        "changed TEXT",  # timestamp of the last capture whose text was a new one
        "misses INTEGER NOT NULL DEFAULT 0",  # answers in a row that say it is not there
        "missing_since TEXT",  # timestamp of the first of these
    ):
        db.execute(f"ALTER TABLE urls ADD COLUMN {column}")
    # What a listing named when it was last read (hashes of URLs), and how its polls went.
    db.execute(
        "CREATE TABLE listings (url_id INTEGER PRIMARY KEY REFERENCES urls(id), read TEXT NOT NULL,"
        " items BLOB NOT NULL)"
    )
    db.execute(
        """
        CREATE TABLE polls (
            id INTEGER PRIMARY KEY,
            url_id INTEGER NOT NULL REFERENCES urls(id),
            crawl INTEGER NOT NULL REFERENCES crawls(id),
            time TEXT NOT NULL,
            items INTEGER NOT NULL,
            new INTEGER NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX polls_by_url ON polls(url_id, time)")
    # A stretch of time of which something may be missing.
    db.execute(
        """
        CREATE TABLE gaps (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            url_id INTEGER REFERENCES urls(id),
            kind TEXT NOT NULL,
            since TEXT NOT NULL,
            noticed TEXT NOT NULL,
            until TEXT,
            detail TEXT NOT NULL
        )
        """
    )
    # An article that was taken away, or put back.
    db.execute(
        """
        CREATE TABLE removals (
            id INTEGER PRIMARY KEY,
            url_id INTEGER NOT NULL REFERENCES urls(id),
            since TEXT NOT NULL,
            noticed TEXT NOT NULL,
            returned TEXT,
            why TEXT NOT NULL
        )
        """
    )
    db.execute(
        "CREATE TABLE hosts (host TEXT PRIMARY KEY, failures INTEGER NOT NULL, until TEXT NOT NULL,"
        " why TEXT NOT NULL)"
    )
    db.execute(
        "CREATE TABLE robots (origin TEXT PRIMARY KEY, fetched TEXT NOT NULL, status INTEGER,"
        " body BLOB NOT NULL)"
    )


@migrations()
def m004_arrivals_and_sums(db: Database) -> None:
    """Count what is discovered; find by source what arrived, and what a backfill left out."""
    db.execute("ALTER TABLE crawls ADD COLUMN discovered INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "UPDATE crawls SET discovered = (SELECT count(*) FROM urls)"
        " WHERE id = (SELECT max(id) FROM crawls)"
    )
    # Up to which capture the edits that the index knows have been taken note of (timestamp).
    db.execute("ALTER TABLE crawls ADD COLUMN edits_until TEXT")
    db.execute("CREATE INDEX urls_arrivals ON urls(source, first_seen) WHERE kind = 'article'")
    db.execute(
        "CREATE INDEX urls_too_old ON urls(source, published)"
        " WHERE state = 'out of scope' AND why = 'before the backfill window'"
    )
    db.execute("CREATE INDEX removals_by_url ON removals(url_id)")
    # How often the articles of a source had changed when they were looked at again, by stage.
    db.execute(
        "CREATE TABLE habits (source TEXT NOT NULL, stage INTEGER NOT NULL,"
        " checks INTEGER NOT NULL DEFAULT 0, edits INTEGER NOT NULL DEFAULT 0,"
        " PRIMARY KEY (source, stage))"
    )


@migrations()
def m005_paces(db: Database) -> None:
    """Remember the hosts that have said that they were asked too fast."""
    db.execute(
        "CREATE TABLE paces (host TEXT PRIMARY KEY, delay REAL NOT NULL, until TEXT NOT NULL)"
    )


@migrations()
def m006_sums_and_polls(db: Database) -> None:
    """Let a look at a large ledger be quick: how many stand where, and what is polled when."""
    db.execute("CREATE INDEX IF NOT EXISTS urls_by_state ON urls(source, state)")
    db.execute(
        "CREATE INDEX IF NOT EXISTS urls_polls ON urls(source, next_due)"
        " WHERE kind IN ('home', 'feed', 'sitemap', 'section', 'more')"
    )


@migrations()
def m007_rules(db: Database) -> None:
    """Remember by which rules of its source a listing was read."""
    db.execute("ALTER TABLE listings ADD COLUMN rules TEXT")


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
