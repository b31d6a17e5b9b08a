"""Every URL that was discovered is in one state: the sum holds after each crawl of the suite."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from archive.collection import Collection
from crawler import ledger
from crawler.model import State


def check(collection: Collection) -> None:
    """Compare what the crawls say they discovered with the states of the rows."""
    if not collection.ledger_path.exists():
        return
    with closing(sqlite3.connect(collection.ledger_path)) as db:
        (discovered,) = db.execute("SELECT coalesce(sum(discovered), 0) FROM crawls").fetchone()
    states = ledger.states(collection.ledger_path)
    assert {state for by_state in states.values() for state in by_state} <= set(State)
    assert sum(sum(by_state.values()) for by_state in states.values()) == discovered
