"""How a crawl went, for the person and the program that asked for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from crawler.ending import INTERRUPTED, KILLED
from crawler.gap import Gap

#: Why a crawl ended that never began, since another one held the lock.
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """How a crawl went.

    Attributes:
        reason: why it ended: ``finished``, ``limit``, ``max-time``, ``interrupted``, ``killed``;
            ``nothing due`` when there was nothing to fetch, ``skipped`` when another crawl held
            the lock.
        articles: captured with status 200.
        requisites: captured.
        fetched: URLs that were settled, of every kind.
        unchanged: of these, how many were as they had been.
        failed: of these, how many failed.
        gone: of these, how many were not there.
        excluded: of these, how many robots.txt disallows.
        quarantined: of these, for how many something else came.
        discovered: URLs that became due by what was read.
        size: bytes of bodies received.
        seconds: how long it took.
        problems: what went wrong and has a name, a line each.
        gaps: that were noticed.
        traps: what links led into without end, and how much of it was left alone, a line each.
        log: path of the log; empty when nothing was due.
    """

    reason: str
    articles: int = 0
    requisites: int = 0
    fetched: int = 0
    unchanged: int = 0
    failed: int = 0
    gone: int = 0
    excluded: int = 0
    quarantined: int = 0
    discovered: int = 0
    size: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    traps: tuple[str, ...] = ()
    log: str = ""

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.reason in (INTERRUPTED, KILLED):
            return 130
        if self.gaps:
            return 10
        return 1 if self.problems else 0

    @property
    def facts(self) -> dict[str, object]:
        """The summary as JSON has it."""
        return asdict(self) | {"gaps": [gap.facts for gap in self.gaps]}
