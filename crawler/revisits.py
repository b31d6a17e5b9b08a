"""When what was captured is fetched again, from what the ledger remembers of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from archive import timestamp
from crawler import recheck
from crawler.gap import ROLLED_OVER, Gap, rolled_over
from crawler.ledger import Ledger
from crawler.model import Kind, Row
from crawler.rhythm import next_poll
from crawler.sources import Source

#: Pages with lists that show old articles in turn ("most read"): these are no news there.
_WITH_SIDEBARS = frozenset({Kind.HOME, Kind.SECTION})


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a poll.

    Attributes:
        new: how many articles the listing names that it did not name before.
        wait: seconds until the next poll.
        gap: that it gave away, or None.
    """

    new: int
    wait: float
    gap: Gap | None = None


class Revisits:
    """The recheck plan of articles and the rhythm of listings.

    Args:
        ledger: with the crawl begun.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def article(self, row: Row, source: Source, published: datetime | None) -> float | None:
        """Note that an article was looked at; return when it is due again, in seconds.

        Args:
            row: that was captured.
            source: that it is followed for.
            published: when the page says it was published.
        """
        now = timestamp.now()
        born = recheck.born(row.published or published, row.first_seen or now)
        age = (now - born).total_seconds()
        plan = source.recheck
        if row.captured is not None:
            stage = recheck.stage(plan, age)
            if stage is not None:
                self._ledger.habits.checked(source.name, stage)
        habits = self._ledger.habits.of(source.name, len(plan)) if plan else ()
        return recheck.next_check(plan, age, row.id, habits)

    def listing(
        self, row: Row, source: Source, items: Mapping[int, str] | None, *, rolls: bool = False
    ) -> Read:
        """Note what a listing names; return when it is due again.

        Args:
            row: that was captured.
            source: that it is followed for.
            items: the articles and further listings that it names, URLs by fingerprint; None
                when it is as it was.
            rolls: it names the latest articles only, so that others may have come and gone.
        """
        listings = self._ledger.listings
        before, since = listings.items(row.id), listings.was_read(row.id)
        if items is None:
            listings.read_again(row.id)
            now_there: Collection[int] = before
        else:
            listings.remember(row.id, items, source.rules)
            now_there = items.keys()
        added = [items[one] for one in items.keys() - before] if items else []
        new = len(added)
        if row.kind in _WITH_SIDEBARS and since is not None:
            new = self._ledger.discovered_since(added, since)
        polls = listings.polled(row.id, self._ledger.crawls.current, len(now_there), new)
        gap = None
        if rolls and since is not None and rolled_over(before, now_there):
            now = timestamp.now()
            detail = f"none of the {len(before)} items of the last poll is left in {row.url}"
            gap = Gap(row.source, ROLLED_OVER, since, now, now, detail, row.url)
        return Read(new, next_poll(row.kind, polls), gap)
