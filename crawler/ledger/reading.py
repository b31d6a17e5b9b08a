"""The ledger as others read it: nothing is made or changed, and a missing one is an empty one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from archive import timestamp
from crawler.ledger.schema import database_errors, migrate
from crawler.ledger.statements import DUE


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
        return connection.execute(DUE, [now, json.dumps(list(sources))]).fetchall()


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a ledger to read; one in memory when it is missing."""
    if path.exists():
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    else:
        connection = sqlite3.connect(":memory:")
        migrate(connection)
    with database_errors(path), closing(connection):
        yield connection
