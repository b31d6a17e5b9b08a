"""The crawls themselves: when they ran, how they ended, how far their captures are certain."""

from __future__ import annotations

import json
from datetime import timedelta

from archive import timestamp
from archive.model import Position
from crawler.ledger.transaction import Transaction

#: Why a crawl ended that had nothing to do.
NOTHING_DUE = "nothing due"
#: A crawl is remembered for so long; one that had nothing to do, until the next.
_KEPT = timedelta(days=90)
#: What is told of crawls in general stays with one of them: how far the WARC files were read, and
#: the edits noted.
_OLD = """
id != :current AND (started < :old OR reason = :idle)
AND id IS NOT (SELECT max(id) FROM crawls WHERE warc_file IS NOT NULL)
AND (edits_until IS NULL OR edits_until < (SELECT max(edits_until) FROM crawls))
"""


class Crawls:
    """The table ``crawls``.

    Args:
        transaction: of the ledger.

    Attributes:
        current: id of the crawl that was begun, 0 before.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.current = 0

    def last_start(self) -> str | None:
        """Return the timestamp at which the last crawl began, None for the first one."""
        found = self._transaction.read("SELECT started FROM crawls ORDER BY id DESC LIMIT 1")
        return found[0][0] if found else None

    def begin(self) -> None:
        """Open a crawl; forget those of long ago, but not how much they have discovered."""
        now = timestamp.now()
        cursor = self._transaction.write(
            "INSERT INTO crawls (started) VALUES (?)", [timestamp.from_datetime(now)]
        )
        self.current = cursor.lastrowid or 0
        values = {
            "current": self.current,
            "old": timestamp.from_datetime(now - _KEPT),
            "idle": NOTHING_DUE,
        }
        self._transaction.write(
            "UPDATE crawls SET discovered ="
            f" discovered + (SELECT coalesce(sum(discovered), 0) FROM crawls WHERE {_OLD})"
            f" WHERE id = (SELECT min(id) FROM crawls WHERE NOT ({_OLD}))",
            values,
        )
        self._transaction.write(f"DELETE FROM crawls WHERE {_OLD}", values)

    def end(self, reason: str, summary: dict[str, object]) -> None:
        """Close the crawl's own row."""
        now = timestamp.from_datetime(timestamp.now())
        self._transaction.write(
            "UPDATE crawls SET finished = ?, reason = ?, summary = ? WHERE id = ?",
            [now, reason, json.dumps(summary), self.current],
        )

    def discovered(self, number: int) -> None:
        """Count URLs that this crawl has discovered."""
        self._transaction.write(
            "UPDATE crawls SET discovered = discovered + ? WHERE id = ?", [number, self.current]
        )

    def acknowledge(self, position: Position) -> None:
        """Take all that lies before `position` in the WARC files as known."""
        self._transaction.write(
            "UPDATE crawls SET warc_file = ?, warc_offset = ? WHERE id = ?",
            [position.file, position.offset, self.current],
        )

    def acknowledged(self) -> Position | None:
        """Return behind which place of the WARC files there may be what was never settled."""
        found = self._transaction.read(
            "SELECT warc_file, warc_offset FROM crawls WHERE warc_file IS NOT NULL"
            " ORDER BY id DESC LIMIT 1"
        )
        return Position(*found[0]) if found else None
