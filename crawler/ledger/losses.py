"""What was captured, and is in no WARC file any more."""

from __future__ import annotations

import json
from collections.abc import Collection

from crawler.ledger.transaction import Transaction

_MAKE_DUE = """
UPDATE urls SET state = 'due', why = NULL, next_due = NULL, last_captured = NULL
WHERE url IN (SELECT value FROM json_each(?))
"""


class Losses:
    """The rows of URLs whose captures are lost.

    Args:
        transaction: of the ledger.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def make_due(self, urls: Collection[str]) -> int:
        """Let URLs be fetched as if they never had been; return how many are known."""
        return self._transaction.write(_MAKE_DUE, [json.dumps(list(urls))]).rowcount
