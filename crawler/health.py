"""How a collection is: what a person reads in the morning, and a machine watches all day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from archive import timestamp
from archive.collection import Collection
from crawler.disk import Disk, left
from crawler.ledger.reading import Reading, Run, reading
from crawler.lock import held
from crawler.model import State
from crawler.sources import Configuration, load

#: So many runs, gaps, removals and reasons of failure are told.
_RUNS, _GAPS, _REMOVALS, _REASONS = 5, 50, 50, 10
#: What is over stays on the page for so long (days).
_DAYS = 7


@dataclass(frozen=True, slots=True)
class RunHealth:
    """How a crawl went.

    Attributes:
        started: timestamp.
        finished: timestamp; None for one that was not.
        reason: why it ended; ``running``, or ``killed`` when it never said so itself.
        seconds: how long it took; None for one that was not finished.
        articles: captured.
        failed: URLs that failed in it; None where it did not say.
        size: bytes of bodies received.
    """

    started: str
    finished: str | None
    reason: str
    seconds: int | None
    articles: int
    failed: int | None
    size: int


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source is.

    Attributes:
        name: of the source.
        configured: whether ``newswarc.toml`` has it.
        urls: how many of its URLs stand in each state.
        articles_day: articles discovered in the last 24 hours, and captured.
        articles_week: the same of the last 7 days.
        edits_day: new versions of known articles in the last 24 hours.
        removed: articles that are gone.
        returned: articles that were gone and came back.
        open_gaps: see ``gaps`` of `Health`.
        gaps_day: gaps noticed in the last 24 hours, open or not.
        next_poll: timestamp of when the next of its listings is due; None for never.
    """

    name: str
    configured: bool
    urls: dict[str, int]
    articles_day: int
    articles_week: int
    edits_day: int
    removed: int
    returned: int
    open_gaps: int
    gaps_day: int
    next_poll: str | None

    @property
    def alarming(self) -> bool:
        """Whether it has a gap that is open, or that perhaps nobody has heard of yet."""
        return bool(self.open_gaps or self.gaps_day)

    def of(self, state: State) -> int:
        """Return how many of its URLs stand in a state."""
        return self.urls.get(state.value, 0)


@dataclass(frozen=True, slots=True)
class Health:
    """How a collection is.

    Attributes:
        time: timestamp of this report.
        runs: the last crawls, the latest first.
        sources: those of ``newswarc.toml``, in its order, then others the ledger knows, by name.
        discovered: URLs in the ledger; the sum over all states.
        failures: why URLs failed, and how many: the most frequent reasons.
        gaps: those that are open, then those of the last 7 days.
        removals: articles found removed, or returned, in the last 7 days.
        disk: what is left of it.
        archive: see `archive.collection.Collection.status`.
    """

    time: str
    runs: list[RunHealth]
    sources: list[SourceHealth]
    discovered: int
    failures: list[tuple[str, int]]
    gaps: list[dict[str, Any]]
    removals: list[dict[str, Any]]
    disk: Disk
    archive: dict[str, Any]

    @property
    def exit_code(self) -> int:
        """What the command ends with: 5 with damage, 10 with a gap, open or new, else 0."""
        if self.archive["damages"]:
            return 5
        return 10 if any(source.alarming for source in self.sources) else 0


def examine(collection: Collection, source: str | None = None) -> Health:
    """Look at a collection; nothing is changed, nothing is made.

    Args:
        collection: to look at.
        source: the only one to tell of; all when None.

    Raises:
        ConfigError: ``newswarc.toml`` is wrong.
        DamagedArchive: ledger or index is broken.
        UsageError: nobody knows that source.
    """
    configuration = load(collection.config_path)
    now = timestamp.now()
    day = timestamp.from_datetime(now - timedelta(days=1))
    week = timestamp.from_datetime(now - timedelta(days=_DAYS))
    archive = collection.status()
    edits = _edits(configuration, archive["edits_day"])
    with reading(collection.ledger_path) as ledger:
        states, gaps = ledger.states(), ledger.gap_counts(day)
        removed = ledger.removed()
        configured = [known.name for known in configuration.sources]
        if source is None:
            names = configured + sorted((states.keys() | gaps.keys()) - set(configured))
        else:
            if source not in states and source not in gaps:
                configuration.source(source)
            names = [source]
        sources = [
            SourceHealth(
                name=name,
                configured=name in configured,
                urls=states.get(name, {}),
                articles_day=ledger.new_articles(name, day),
                articles_week=ledger.new_articles(name, week),
                edits_day=edits.get(name, 0),
                removed=removed.get(name, (0, 0))[0],
                returned=removed.get(name, (0, 0))[1],
                open_gaps=gaps.get(name, (0, 0))[0],
                gaps_day=gaps.get(name, (0, 0))[1],
                next_poll=ledger.next_poll(name),
            )
            for name in names
        ]
        return Health(
            time=timestamp.from_datetime(now),
            runs=_runs(ledger, collection),
            sources=sources,
            discovered=sum(sum(known.urls.values()) for known in sources),
            failures=ledger.failures(names, _REASONS),
            gaps=ledger.gaps(week, _GAPS, source),
            removals=ledger.removals(week, _REMOVALS, source),
            disk=left(collection, configuration, archive),
            archive=archive,
        )


def _runs(ledger: Reading, collection: Collection) -> list[RunHealth]:
    runs = ledger.runs(_RUNS)
    return [_run(run, collection, latest=not number) for number, run in enumerate(runs)]


def _run(run: Run, collection: Collection, *, latest: bool) -> RunHealth:
    seconds = None
    if run.finished is not None:
        took = timestamp.to_datetime(run.finished) - timestamp.to_datetime(run.started)
        seconds = int(took.total_seconds())
        reason = run.reason or ""
    else:
        reason = "running" if latest and held(collection.lock_path) else "killed"
    return RunHealth(
        started=run.started,
        finished=run.finished,
        reason=reason,
        seconds=seconds,
        articles=int(run.summary.get("articles", 0)),
        failed=run.summary.get("failed"),
        size=int(run.summary.get("size", 0)),
    )


def _edits(configuration: Configuration, by_host: Mapping[str, int]) -> dict[str, int]:
    """Return edits by source; those of hosts that no source names are left out.

    Args:
        configuration: whose sources.
        by_host: edits by host, without www.
    """
    owners = {
        host.removeprefix("www."): source.name
        for source in configuration.sources
        for host in source.all_hosts
    }
    found: dict[str, int] = {}
    for host, number in by_host.items():
        labels = host.split(".")
        above = (".".join(labels[start:]) for start in range(len(labels)))
        owner = next((owners[name] for name in above if name in owners), None)
        if owner is not None:
            found[owner] = found.get(owner, 0) + number
    return found
