"""A clock that was wrong and is right again: what was planned by it would not come for years."""

from __future__ import annotations

from datetime import datetime, timedelta

from archive import timestamp
from crawler.ledger.transaction import Transaction

#: A step of less than this is none: no plan is so exact.
_STEP = timedelta(minutes=5)


def set_back(transaction: Transaction, last: str | None, now: datetime) -> bool:
    """Move what is planned along with a clock that was set back since the last crawl.

    That crawl took everything that was due by the wrong time; so all that is planned now was
    planned by it, and is as much too late as the clock was wrong. What was seen in a time to come
    was seen just now; who was to be left alone, was so by a wrong clock.

    Args:
        transaction: of the ledger.
        last: timestamp at which the last crawl began.
        now: the present.

    Returns:
        Whether the clock was set back.
    """
    if last is None or timestamp.to_datetime(last) - now < _STEP:
        return False
    present = timestamp.from_datetime(now)
    wrong = timestamp.to_datetime(last) - now
    planned = transaction.read("SELECT DISTINCT next_due FROM urls WHERE next_due > ?", [present])
    transaction.write_all(
        "UPDATE urls SET next_due = ? WHERE next_due = ?",
        sorted(
            (timestamp.from_datetime(max(timestamp.to_datetime(due) - wrong, now)), due)
            for (due,) in planned
        ),
    )
    for column in ("first_seen", "last_captured", "changed", "missing_since"):
        transaction.write(f"UPDATE urls SET {column} = ? WHERE {column} > ?", [present, present])
    transaction.write("UPDATE listings SET read = ? WHERE read > ?", [present, present])
    transaction.write("UPDATE crawls SET edits_until = ? WHERE edits_until > ?", [present, present])
    transaction.write("DELETE FROM polls WHERE time > ?", [present])
    transaction.write("DELETE FROM robots WHERE fetched > ?", [present])
    for table in ("hosts", "paces"):
        transaction.write(f"DELETE FROM {table} WHERE until > ?", [last])
    return True
