"""What the parts of one crawl share: the sources it follows, its frontier, who watches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from archive import timestamp
from archive.errors import NewswarcError
from crawler.frontier import LISTING, Frontier
from crawler.gap import Gap
from crawler.ledger import REQUESTED, Ledger
from crawler.model import Discovery, Outcome, Row, State
from crawler.recent import Recent
from crawler.scope import Scope
from crawler.sources import Source

#: What is remembered of the pages of one origin, and of how many origins.
_RECENT = 10_000
_ORIGINS = 20
#: The backfill of a source of which only what appears from now on is taken.
FROM_NOW_ON = 0.0
_BAD = frozenset({State.FAILED, State.EXCLUDED, State.GONE, State.QUARANTINED})


@dataclass(frozen=True, slots=True)
class Result:
    """How the fetch of one URL ended: a line of the log.

    Attributes:
        row: that was fetched.
        outcome: where it went.
        size: of the answer's body as received, in bytes.
        new: how many URLs it brought that were not known.
    """

    row: Row
    outcome: Outcome
    size: int = 0
    new: int = 0


class Watcher(Protocol):
    """Who is told what happens."""

    def result(self, result: Result) -> None:
        """Take note of a result."""

    def retry(self, row: Row, why: str, delay: float) -> None:
        """Take note of a fetch that failed and is tried again after `delay` seconds."""

    def problem(self, message: str) -> None:
        """Tell the person of something that went wrong."""

    def gap(self, gap: Gap) -> None:
        """Tell the person of a gap."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A source in this crawl.

    Attributes:
        source: as configured.
        scope: as it is by now.
        since: what was published before is not taken; None for no such moment.
        links: references that its pages had lately, by the origin of the pages.
        needs: tags that its pages had lately and that need something, likewise.
    """

    source: Source
    scope: Scope
    since: datetime | None = None
    links: dict[str, Recent] = field(default_factory=dict)
    needs: dict[str, Recent] = field(default_factory=dict)


def recent(memory: dict[str, Recent], url: str) -> Recent:
    """Return what the pages of a URL's origin had lately."""
    origin = url[: url.find("/", 8)]
    if origin not in memory:
        if len(memory) >= _ORIGINS:
            memory.clear()
        memory[origin] = Recent(_RECENT)
    return memory[origin]


class Job:
    """One crawl: made by `crawler.run`, given to the spider, found there by the scheduler.

    Args:
        ledger: of the collection, with the crawl begun.
        sources: that are followed, and pages that were asked for.
        frontier: over the ledger.
        watcher: is told of every result.
        known: all sources that there are, whether they are followed now or not.

    Attributes:
        failed_seeds: the seeds that could not be had, and why.
        polled: names of the sources of which a listing was asked.
        gaps: that were noticed.
        error: what ended the crawl, None while nothing did.
    """

    def __init__(
        self,
        ledger: Ledger,
        sources: Sequence[Source],
        frontier: Frontier,
        watcher: Watcher,
        known: Sequence[Source] = (),
    ) -> None:
        self.ledger = ledger
        self.sources = tuple(sources)
        self.frontier = frontier
        self.watcher = watcher
        self.failed_seeds: dict[str, str] = {}
        self.polled: set[str] = set()
        self.gaps: list[Gap] = []
        self.error: NewswarcError | None = None
        self._followed = {
            source.name: Followed(source, source.scope(), window(source, ledger))
            for source in sources
        }
        self._known = known
        self._neighbours: dict[str, list[Followed]] = {}

    def neighbours(self, source: Source) -> list[Followed]:
        """Return the other sources on the hosts of one.

        Two sources may have a sitemap in common, of which each wants another part; only one of
        them has its row.
        """
        found = self._neighbours.get(source.name)
        if found is None:
            hosts = set(source.all_hosts)
            found = self._neighbours[source.name] = [
                self._followed.get(other.name)
                or Followed(other, other.scope(), window(other, self.ledger))
                for other in self._known
                if other.name != source.name and not hosts.isdisjoint(other.all_hosts)
            ]
        return found

    def followed(self, row: Row) -> Followed:
        """Return the source that a row is fetched for."""
        known = self._followed.get(row.source)
        if known is None:  # a page asked for by name, discovered in the past for another source
            source = Source(row.source, (), recheck=(), asked=True)
            known = self._followed[row.source] = Followed(source, source.scope())
        return known

    @property
    def traps(self) -> list[str]:
        """What links have led into, a line for a person each."""
        return [
            f"{name}: {line}"
            for name, followed in self._followed.items()
            for line in followed.scope.traps.report()
        ]

    def settle(self, result: Result) -> None:
        """Write a result down and tell the watcher."""
        row, outcome = result.row, result.outcome
        self.frontier.settle(row, outcome)
        if is_seed(row) and outcome.state in _BAD:
            self.failed_seeds[row.url] = outcome.why or outcome.state
        if row.kind.lists:
            self.polled.add(row.source)
        self.watcher.result(result)

    def notice(self, gap: Gap, row: int | None = None) -> None:
        """Write a gap down and tell the person; `row` is that of the listing, if there is one."""
        self.ledger.gaps.add(gap, row)
        self.gaps.append(gap)
        self.watcher.gap(gap)


def is_seed(row: Row) -> bool:
    """Tell whether a row is a seed, or where seeds redirect to."""
    return not row.path.strip("R")


def seeds(source: Source, *, now: bool) -> list[Discovery]:
    """Return where the discovery of a source begins.

    Args:
        source: that is followed.
        now: due now and not only when its rhythm says so.
    """
    return [
        Discovery(
            url=seed.url,
            host=urlsplit(seed.url).hostname or "",
            kind=seed.kind,
            source=source.name,
            path="",
            depth=0,
            priority=REQUESTED if source.asked else LISTING,
            again=now,
        )
        for seed in {seed.url: seed for seed in reversed(source.seeds)}.values()
    ]


def window(source: Source, ledger: Ledger) -> datetime | None:
    """Return where the backfill of a source begins, None for no such moment.

    An age counts from when we came to the source: what is published later is never too old.
    """
    if isinstance(source.backfill, float):
        started = ledger.gaps.started(source.name) or timestamp.now()
        return started - timedelta(seconds=source.backfill)
    return source.backfill


def selected(sources: Iterable[Source]) -> list[str]:
    """Return the names of the sources whose due rows are fetched; a page asked for has none."""
    return [source.name for source in sources if not source.asked]
