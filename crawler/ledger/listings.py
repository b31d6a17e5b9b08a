"""What a listing named when it was read last, and how its polls went."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import blake2b

from archive import timestamp
from crawler.ledger.transaction import Transaction
from crawler.rhythm import Poll

#: Polls are kept for so long, and no more than so many of a listing.
_KEPT = timedelta(days=28)
_MANY = 1000
#: So many are forgotten at the start of a crawl.
_AT_ONCE = 10_000
#: Between two polls of a day that brought nothing, another one that brought nothing tells nothing
#: more: what is known of a listing is the time it was watched and what came in it.
_BETWEEN = """
SELECT id FROM (
    SELECT id, new, lag(new) OVER day AS earlier, lead(new) OVER day AS later
    FROM polls WHERE url_id = ? WINDOW day AS (PARTITION BY substr(time, 1, 8) ORDER BY time, id)
)
WHERE new = 0 AND earlier = 0 AND later = 0
"""


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
        found = self._transaction.read(
            "SELECT read FROM listings WHERE url_id = ? AND length(items) > 0", [row]
        )
        return timestamp.to_datetime(found[0][0]) if found else None

    def remember(self, row: int, items: Collection[int], rules: str) -> None:
        """Keep what a listing names now; one that is empty for once leaves what was before.

        Args:
            row: of the listing.
            items: by fingerprint.
            rules: of its source, by which it was read.
        """
        self._transaction.write(
            "INSERT INTO listings (url_id, read, items, rules) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (url_id) DO UPDATE SET rules = excluded.rules,"
            " read = iif(length(excluded.items), excluded.read, read),"
            " items = iif(length(excluded.items), excluded.items, items)",
            [row, _now(), array("q", sorted(items)).tobytes(), rules],
        )

    def outdated(self, row: int, rules: str) -> bool:
        """Tell whether a listing was last read by other rules than these."""
        return bool(
            self._transaction.read(
                "SELECT 1 FROM listings WHERE url_id = ? AND rules != ?", [row, rules]
            )
        )

    def read_by_others(self, source: str, rules: str) -> None:
        """Make due the listings of a source that were read by other rules than it has now."""
        self._transaction.write(
            "UPDATE urls SET state = 'due', next_due = NULL WHERE source = ?"
            " AND state IN ('captured', 'unchanged')"
            " AND id IN (SELECT url_id FROM listings WHERE rules != ?)",
            [source, rules],
        )

    def read_again(self, row: int) -> None:
        """Note that a listing still names what it named."""
        self._transaction.write("UPDATE listings SET read = ? WHERE url_id = ?", [_now(), row])

    def forget(self) -> None:
        """Forget the oldest polls, some of them, of listings that nobody asks any more."""
        self._transaction.write(
            "DELETE FROM polls WHERE id IN (SELECT id FROM polls ORDER BY id LIMIT ?) AND time < ?",
            [_AT_ONCE, timestamp.from_datetime(timestamp.now() - _KEPT)],
        )

    def polled(self, row: int, crawl: int, items: int, new: int) -> list[Poll]:
        """Write a poll down; return those of the last four weeks, the first first."""
        now = timestamp.now()
        self._transaction.write(
            "INSERT INTO polls (url_id, crawl, time, items, new) VALUES (?, ?, ?, ?, ?)",
            [row, crawl, _now(), items, new],
        )
        self._transaction.write(f"DELETE FROM polls WHERE id IN ({_BETWEEN})", [row])
        self._transaction.write(
            "DELETE FROM polls WHERE url_id = ?1 AND (time < ?2 OR id IN (SELECT id FROM polls"
            " WHERE url_id = ?1 ORDER BY time DESC, id DESC LIMIT -1 OFFSET ?3))",
            [row, timestamp.from_datetime(now - _KEPT), _MANY],
        )
        found = self._transaction.read(
            "SELECT time, items, new FROM polls WHERE url_id = ? ORDER BY time, id", [row]
        )
        return [Poll(timestamp.to_datetime(time), *rest) for time, *rest in found]


def _now() -> str:
    return timestamp.from_datetime(timestamp.now())
