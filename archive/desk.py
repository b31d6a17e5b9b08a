"""What a newsroom can tell beside the archive: how its sources fare, and what may be missing.

An archive is read without the crawler that made it. Where a crawler is at hand, it tells the web
page in these words what it remembers; where none is, nothing but these lines is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl.

    Attributes:
        started: timestamp.
        reason: why it ended; ``running``, or ``killed`` when it never said so itself.
        seconds: how long it took; None for one that was not finished.
        articles: captured.
        failed: URLs that failed in it; None where it did not say.
        size: bytes of bodies received.
    """

    started: str
    reason: str
    seconds: int | None
    articles: int
    failed: int | None
    size: int


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is.

    Attributes:
        name: of the source.
        hosts: names of its sites, without ``www.``; empty where only its name is known.
        configured: whether it is crawled now.
        urls: how many of its URLs stand in each state.
        articles_day: articles of the last 24 hours.
        articles_week: articles of the last 7 days.
        removed: articles that its site took away.
        next_poll: timestamp of when one of its listings is due; None for never.
        gap: one is open, or was noticed in the last 24 hours.
    """

    name: str
    hosts: tuple[str, ...]
    configured: bool
    urls: dict[str, int]
    articles_day: int
    articles_week: int
    removed: int
    next_poll: str | None
    gap: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time of which something may be missing.

    Attributes:
        source: whose.
        since: timestamp of its beginning.
        until: timestamp of its end; None while it is open.
        detail: what was noticed, a line for a person.
    """

    source: str
    since: str
    until: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Removal:
    """An article that its site took away.

    Attributes:
        source: whose.
        url: as requested.
        since: timestamp of the first answer without it.
        returned: timestamp of when it was back; None while it is gone.
        why: what the site answers.
    """

    source: str
    url: str
    since: str
    returned: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of the disk.

    Attributes:
        free: bytes.
        growth_per_day: bytes.
        days_left: until a crawl finds too little room; None when nothing grows.
    """

    free: int
    growth_per_day: int
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """How the crawl fares.

    Attributes:
        time: timestamp of the report.
        runs: the last crawls, the latest first.
        sources: those that are crawled, in their order, then others.
        failures: why URLs failed, and how many: the most frequent reasons.
        gaps: those that are open, then those of late.
        removals: articles found removed, or returned, of late.
        room: on the disk.
    """

    time: str
    runs: Sequence[Run]
    sources: Sequence[SourceState]
    failures: Sequence[tuple[str, int]]
    gaps: Sequence[Gap]
    removals: Sequence[Removal]
    room: Room

    def source(self, name_or_host: str) -> SourceState | None:
        """Return the source of a name, or the one that a host belongs to."""
        labels = name_or_host.split(".")
        above = [".".join(labels[start:]) for start in range(len(labels))]
        for known in self.sources:
            if known.name == name_or_host:
                return known
        for host in above:
            for known in self.sources:
                if host in (*known.hosts, known.name.removeprefix("www.")):
                    return known
        return None


class Desk(Protocol):
    """Who can be asked; safe to use from several threads."""

    def report(self) -> Report:
        """Return how the crawl fares.

        Raises:
            NewswarcError: what the crawler remembers cannot be read.
        """

    def gaps(self, source: str) -> Sequence[Gap]:
        """Return the gaps of a source, the open ones first, then the latest; a bounded number.

        Raises:
            NewswarcError: what the crawler remembers cannot be read.
        """
