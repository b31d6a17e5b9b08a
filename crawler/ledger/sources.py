"""What is done to all rows of a source at once, when it is changed or a person asks."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from crawler.ledger.row import packed_moment
from crawler.ledger.statements import RECHECK, WIDEN
from crawler.ledger.transaction import Transaction

#: Those that name sources.
_TABLES = ("urls", "gaps", "habits")


class Sources:
    """The column ``source`` of the table ``urls``.

    Args:
        transaction: of the ledger.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def adopt(self, seeds: Mapping[str, str], followed: Collection[str]) -> None:
        """Give sources all that others have, which had the same seeds and are not followed now.

        So a source that gets a new name keeps its memory.

        Args:
            seeds: URLs of seeds, and the sources that have them now.
            followed: names of all sources that there are.
        """
        found = self._transaction.read(
            "SELECT url, source FROM urls WHERE path = ''"
            " AND url IN (SELECT value FROM json_each(?))"
            " AND source NOT IN (SELECT value FROM json_each(?))",
            [json.dumps(list(seeds)), json.dumps(list(followed))],
        )
        for url, former in found:
            for table in _TABLES:
                self._transaction.write(
                    f"UPDATE OR IGNORE {table} SET source = ? WHERE source = ?",
                    [seeds[url], former],
                )

    def seeded_elsewhere(self, source: str, seeds: Collection[str]) -> dict[str, str]:
        """Return those seeds of a source that belong to another one, and to which."""
        found = self._transaction.read(
            "SELECT url, source FROM urls WHERE source != ?"
            " AND url IN (SELECT value FROM json_each(?))",
            [source, json.dumps(list(seeds))],
        )
        return dict(found)

    def widen(self, source: str, since: datetime | None, *, undated: bool) -> None:
        """Make due what lay before the backfill window so far and does not any more.

        Args:
            source: whose window it is.
            since: where it begins; None where it has no beginning.
            undated: what nobody dates lies in it, too.
        """
        values = {"source": source, "since": packed_moment(since) or "", "undated": undated}
        self._transaction.write(WIDEN, values)

    def recheck(self, sources: Collection[str]) -> None:
        """Make every captured article of some sources due."""
        self._transaction.write(RECHECK, [json.dumps(list(sources))])
