"""Articles that were taken away, and those that were put back."""

from __future__ import annotations

from archive import timestamp
from crawler.ledger.transaction import Transaction


class Removals:
    """The table ``removals``.

    Args:
        transaction: of the ledger.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, row: int, since: str, why: str) -> None:
        """Note that an article was taken away, once.

        Args:
            row: of the article.
            since: timestamp of the first answer that said so.
            why: what that answer was.
        """
        self._transaction.write(
            "INSERT INTO removals (url_id, since, noticed, why) SELECT ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM removals WHERE url_id = ? AND returned IS NULL)",
            [row, since, timestamp.from_datetime(timestamp.now()), why, row],
        )

    def close(self, row: int) -> None:
        """Note that an article is there again."""
        self._transaction.write(
            "UPDATE removals SET returned = ? WHERE url_id = ? AND returned IS NULL",
            [timestamp.from_datetime(timestamp.now()), row],
        )
