"""The gaps that were noticed, and what tells a silence from a source's habit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from archive import timestamp
from crawler.gap import SILENT, Gap
from crawler.ledger.transaction import Transaction

#: A habit is learned from the articles of so many days …
_LEARNED = timedelta(days=28)
#: … and an article that was published longer before we saw it is no sign of life.
_BACKLOG = timedelta(days=3)


class Gaps:
    """The table ``gaps``.

    Args:
        transaction: of the ledger.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, gap: Gap, row: int | None = None) -> None:
        """Write a gap down.

        Args:
            gap: that was noticed.
            row: of the listing that gave it away.
        """
        self._transaction.write(
            "INSERT INTO gaps (source, url_id, kind, since, noticed, until, detail)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                gap.source,
                row,
                gap.kind,
                timestamp.from_datetime(gap.since),
                timestamp.from_datetime(gap.noticed),
                timestamp.from_datetime(gap.until) if gap.until else None,
                gap.detail,
            ],
        )

    def silent_since(self, source: str) -> datetime | None:
        """Return since when a source is known to be silent, None when it is not."""
        found = self._transaction.read(
            "SELECT since FROM gaps WHERE source = ? AND kind = ? AND until IS NULL",
            [source, SILENT],
        )
        return timestamp.to_datetime(found[0][0]) if found else None

    def close_silence(self, source: str, until: datetime) -> None:
        """Note that a source is not silent any more."""
        self._transaction.write(
            "UPDATE gaps SET until = ? WHERE source = ? AND kind = ? AND until IS NULL",
            [timestamp.from_datetime(until), source, SILENT],
        )

    def end_of_others(self, followed: Collection[str]) -> None:
        """Close the gaps of sources that are not followed any more: nothing else ever would."""
        self._transaction.write(
            "UPDATE gaps SET until = ? WHERE until IS NULL"
            " AND source NOT IN (SELECT value FROM json_each(?))",
            [timestamp.from_datetime(timestamp.now()), json.dumps(list(followed))],
        )

    def started(self, source: str) -> datetime | None:
        """Return when the first article of a source was seen, None for none."""
        found = self._transaction.read(
            "SELECT min(first_seen) FROM urls WHERE kind = 'article' AND source = ?", [source]
        )
        return timestamp.to_datetime(found[0][0]) if found[0][0] else None

    def last_before(self, source: str, moment: datetime) -> datetime:
        """Return when the last article of a source was seen before a moment, or the moment."""
        return self._seen(
            "SELECT max(first_seen) FROM urls"
            " WHERE kind = 'article' AND source = ? AND first_seen < ?",
            source,
            moment,
        )

    def first_after(self, source: str, moment: datetime) -> datetime:
        """Return when the first article of a source was seen after a moment, or the moment."""
        return self._seen(
            "SELECT min(first_seen) FROM urls"
            " WHERE kind = 'article' AND source = ? AND first_seen > ?",
            source,
            moment,
        )

    def _seen(self, statement: str, source: str, moment: datetime) -> datetime:
        ((found,),) = self._transaction.read(statement, [source, timestamp.from_datetime(moment)])
        return timestamp.to_datetime(found) if found else moment

    def arrivals(self, source: str, now: datetime) -> dict[datetime, int]:
        """Return how many articles of a source came in which hour, of the last four weeks.

        What was published long before we saw it, and what the first look at the source brought,
        is left out.
        """
        found = self._transaction.read(
            "SELECT substr(first_seen, 1, 10), substr(published, 1, 8), count(*) FROM urls"
            " WHERE kind = 'article' AND source = ? AND first_seen >= ? GROUP BY 1, 2",
            [source, timestamp.from_datetime(now - _LEARNED)],
        )
        started = self.started(source)
        arrivals: Counter[datetime] = Counter()
        for hour, day, number in found:
            moment = timestamp.to_datetime(hour)
            if started is not None and moment - started < timedelta(hours=1):
                continue
            if day is None or moment - timestamp.to_datetime(day) < _BACKLOG:
                arrivals[moment] += number
        return dict(arrivals)
