"""What a listing named when it was read last, and how its polls went."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import blake2b

from archive import timestamp
from crawler.ledger.transaction import Transaction
from crawler.rhythm import Poll

#: Polls are kept for so long, and no more than so many are read to tell a rhythm.
_KEPT = timedelta(days=28)
_READ = 300


def fingerprint(url: str) -> int:
    """Return the hash by which an item of a listing is remembered, 63 bits of it."""
    return int.from_bytes(blake2b(url.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


class Listings:
    """The tables ``listings`` and ``polls``.

    Args:
        transaction: of the ledger.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def items(self, row: int) -> frozenset[int]:
        """Return what a listing named when it was last read, by fingerprint; empty if never."""
        found = self._transaction.read("SELECT items FROM listings WHERE url_id = ?", [row])
        return frozenset(array("q", found[0][0])) if found else frozenset()

    def was_read(self, row: int) -> datetime | None:
        """Return when a listing was last read and had something in it, None if never."""
        found = self._transaction.read("SELECT read FROM listings WHERE url_id = ?", [row])
        return timestamp.to_datetime(found[0][0]) if found else None

    def remember(self, row: int, items: Collection[int]) -> None:
        """Keep what a listing names now; one that is empty for once leaves what was before."""
        if items:
            self._transaction.write(
                "INSERT INTO listings (url_id, read, items) VALUES (?, ?, ?)"
                " ON CONFLICT (url_id) DO UPDATE SET read = excluded.read, items = excluded.items",
                [row, _now(), array("q", sorted(items)).tobytes()],
            )

    def read_again(self, row: int) -> None:
        """Note that a listing still names what it named."""
        self._transaction.write("UPDATE listings SET read = ? WHERE url_id = ?", [_now(), row])

    def polled(self, row: int, crawl: int, items: int, new: int) -> list[Poll]:
        """Write a poll down; return those of the last four weeks, the first first."""
        now = timestamp.now()
        self._transaction.write(
            "DELETE FROM polls WHERE url_id = ? AND time < ?",
            [row, timestamp.from_datetime(now - _KEPT)],
        )
        self._transaction.write(
            "INSERT INTO polls (url_id, crawl, time, items, new) VALUES (?, ?, ?, ?, ?)",
            [row, crawl, _now(), items, new],
        )
        found = self._transaction.read(
            "SELECT time, items, new FROM polls WHERE url_id = ? ORDER BY time DESC, id DESC"
            " LIMIT ?",
            [row, _READ],
        )
        return [Poll(timestamp.to_datetime(time), *rest) for time, *rest in reversed(found)]


def _now() -> str:
    return timestamp.from_datetime(timestamp.now())
