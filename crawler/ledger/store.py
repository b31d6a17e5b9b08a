"""The ledger as a crawl uses it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from archive import timestamp
from archive.model import Position
from crawler.ledger.clock import set_back
from crawler.ledger.crawls import Crawls
from crawler.ledger.gaps import Gaps
from crawler.ledger.habits import Habits
from crawler.ledger.hosts import Hosts
from crawler.ledger.listings import Listings
from crawler.ledger.losses import Losses
from crawler.ledger.removals import Removals
from crawler.ledger.robots import RobotsFiles
from crawler.ledger.row import packed_moment, packed_more, to_row
from crawler.ledger.sources import Sources
from crawler.ledger.statements import (
    ABANDON,
    AGAIN,
    CLAIM,
    DISCOVER,
    FALL_DUE,
    LANES,
    PROMOTE,
    REQUESTED,
    SEED,
    SETTLE,
)
from crawler.ledger.transaction import Transaction
from crawler.model import Discovery, Kind, Lane, Outcome, Row, State
from crawler.recent import Recent

#: So many URLs that were discovered lately are not looked up again.
_RECENT = 20_000


class Ledger:
    """``ledger.db``, opened by the one crawl that holds the collection's lock.

    Args:
        path: of the database; it is created when missing.

    Attributes:
        crawls: those that were, and the one that was begun.
        gaps: stretches of time of which something may be missing.
        habits: how often the sources edit.
        hosts: that are left alone.
        listings: what feeds, sitemaps and sections named, and when.
        losses: what was captured, and is in no WARC file any more.
        removals: articles that were taken away.
        robots: the robots.txt of each origin.
        sources: what is done to all rows of one.

    Raises:
        StorageError: it cannot be written.
        DamagedArchive: it is no ledger.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._transaction = Transaction(path)
        self.crawls = Crawls(self._transaction)
        self.gaps = Gaps(self._transaction)
        self.habits = Habits(self._transaction)
        self.hosts = Hosts(self._transaction)
        self.listings = Listings(self._transaction)
        self.losses = Losses(self._transaction)
        self.removals = Removals(self._transaction)
        self.robots = RobotsFiles(self._transaction)
        self.sources = Sources(self._transaction)
        self._reached: Position | None = None
        self._recent = Recent(_RECENT)
        self._known = "[]"
        self._last = self._transaction.read("SELECT coalesce(max(id), 0) FROM urls")[0][0]

    def begin_crawl(self, known: Collection[str] = ()) -> None:
        """Open a crawl: what fell due since the last one is due, seeds may be due again.

        Args:
            known: names of all sources that there are.
        """
        self._known = json.dumps(list(known))
        now = timestamp.now()
        set_back(self._transaction, self.crawls.last_start(), now)
        self.crawls.begin()
        self.listings.forget()
        self._transaction.write(FALL_DUE, [timestamp.from_datetime(now)])
        self._transaction.commit()

    def discover(self, discoveries: Iterable[Discovery]) -> list[Discovery]:
        """Put URLs into the ledger and return those that became due by it."""
        now = timestamp.from_datetime(timestamp.now())
        due = []
        inserted = 0
        for discovery in discoveries:
            if self._recently_seen(discovery):
                continue
            values = {
                "url": discovery.url,
                "host": discovery.host,
                "kind": discovery.kind.value,
                "source": discovery.source,
                "state": discovery.state.value,
                "why": discovery.why,
                "path": discovery.path,
                "depth": discovery.depth,
                "priority": discovery.priority,
                "via": discovery.via,
                "published": packed_moment(discovery.published),
                "more": packed_more(discovery.more),
                "now": now,
                "stale": packed_moment(discovery.stale),
                "crawl": self.crawls.current,
                "found": discovery.found,
                "known": self._known,
            }
            statement = DISCOVER + _when_known(discovery)
            written = self._transaction.write(statement, values).fetchone()
            if written is None:
                continue
            if written[0] > self._last:
                self._last = written[0]
                inserted += 1
            if discovery.state is State.DUE:
                due.append(discovery)
        if inserted:
            self.crawls.discovered(inserted)
        return due

    def moved(self, row: Row, url: str) -> bool:
        """Note where a listing redirects to; where it did before need not be asked any more.

        Returns:
            Whether nobody knew that place.
        """
        known = self._transaction.read("SELECT 1 FROM urls WHERE url = ?", [url])
        values = {"source": row.source, "id": row.id, "path": f"{row.path}R", "url": url}
        self._transaction.write(ABANDON, values)
        return not known

    def kind_of(self, url: str) -> Kind | None:
        """Return what a URL is known as, None for one that is not known."""
        found = self._transaction.read("SELECT kind FROM urls WHERE url = ?", [url])
        return Kind(found[0][0]) if found else None

    def discovered_since(self, urls: Collection[str], moment: datetime) -> int:
        """Return how many of these URLs were discovered later than at a moment."""
        found = self._transaction.read(
            "SELECT count(*) FROM urls"
            " WHERE url IN (SELECT value FROM json_each(?)) AND first_seen > ?",
            [json.dumps(list(urls)), timestamp.from_datetime(moment)],
        )
        return int(found[0][0])

    def canonical_of(self, url: str) -> str | None:
        """Return the URL that a page says it has, None where that is its own or not known."""
        found = self._transaction.read("SELECT canonical FROM urls WHERE url = ?", [url])
        canonical: str | None = found[0][0] if found else None
        return canonical

    def lanes(self, sources: Collection[str]) -> list[Lane]:
        """Return where something is due: in these sources, or asked for by name."""
        found = self._transaction.read(LANES, [json.dumps(list(sources)), REQUESTED])
        return [Lane(*row) for row in found]

    def claim(self, lane: Lane, cap: int, number: int, held: Collection[int]) -> list[Row]:
        """Return the best due rows of a lane.

        Args:
            lane: whose rows.
            cap: the highest priority number that may be claimed.
            number: how many at most.
            held: ids of rows that are claimed already.
        """
        rows = self._transaction.read(CLAIM, [lane.source, lane.host, cap, number + len(held)])
        claimed = [to_row(row) for row in rows if row[0] not in held]
        return claimed[:number]

    def settle(self, row: Row, outcome: Outcome) -> None:
        """Write down how the fetch of a claimed row ended."""
        now = timestamp.now()
        captured = outcome.state in {State.CAPTURED, State.UNCHANGED}
        missing = row.missing_since or now if outcome.missed else None
        wait = outcome.wait
        values = {
            "state": outcome.state.value,
            "why": outcome.why,
            "status": outcome.status,
            "captured": packed_moment(now) if captured else None,
            "attempts": 0 if captured else row.attempts + 1,
            "idle": outcome.idle,
            "next_due": None if wait is None else packed_moment(now + timedelta(seconds=wait)),
            "crawl": self.crawls.current,
            "checked": captured and row.captured is not None,
            "misses": row.misses + 1 if outcome.missed else 0 if captured else row.misses,
            "missing_since": packed_moment(
                missing if outcome.missed or captured else row.missing_since
            ),
            "canonical": outcome.canonical,
            "published": packed_moment(outcome.published),
            "kind": outcome.kind,
            "id": row.id,
        }
        self._transaction.write(SETTLE, values)
        if captured and row.misses:
            self.removals.close(row.id)
        elif outcome.state is State.GONE and missing and row.captured:
            self.removals.add(row.id, timestamp.from_datetime(missing), outcome.why or "")

    def commit(self, sync: Callable[[], Position | None]) -> None:
        """Make everything since the last commit last.

        Args:
            sync: makes the WARC durable and tells how far that is; it comes first, so that the
                ledger never says captured of bytes that are not on disk.
        """
        if self._transaction.open:
            position = sync()
            # An answer is stored a moment before its row is settled. What the WARC held at the
            # commit before this one has been settled since.
            if self._reached is not None:
                self.crawls.acknowledge(self._reached)
            self._reached = position
            self._transaction.commit()

    def close(self) -> None:
        """Forget what was not committed, and close the file."""
        self._transaction.close()

    def _recently_seen(self, discovery: Discovery) -> bool:
        """Tell whether the same was discovered a short while ago: most links of most pages."""
        if discovery.again or not discovery.path:
            return False
        key = discovery.url if discovery.state is State.DUE else f"{discovery.url} no"
        if key in self._recent:
            return True
        self._recent.add(key)
        return False


def _when_known(discovery: Discovery) -> str:
    """Return what becomes of a row that is there already."""
    if discovery.again:
        return AGAIN
    return PROMOTE if discovery.path else SEED
