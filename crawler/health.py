"""How a collection is: what a person reads in the morning, and a machine watches all day."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from archive import timestamp
from archive.collection import Collection
from archive.errors import UsageError
from crawler.ledger.reading import Reading, Run, reading
from crawler.lock import held
from crawler.model import State
from crawler.settings import NEWSWARC_WARC_MIN_FREE
from crawler.sources import Configuration, load

#: So many runs, gaps, removals and reasons of failure are told.
_RUNS, _GAPS, _REMOVALS, _REASONS = 5, 50, 50, 10
#: What is over stays on the page for so long (days); growth is that of as many.
_DAYS = 7
#: When a file of ours was begun, to the millisecond.
_STAMP = re.compile(r"-(\d{14})\d{3}-\d{5}-")


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
    next_poll: str | None

    def of(self, state: State) -> int:
        """Return how many of its URLs stand in a state."""
        return self.urls.get(state.value, 0)


@dataclass(frozen=True, slots=True)
class Disk:
    """What is left of the disk.

    Attributes:
        free: bytes.
        growth_per_day: bytes by which the collection grew a day, of the last 7 days.
        days_left: until a crawl finds too little room, at this rate; None when nothing grows.
    """

    free: int
    growth_per_day: int
    days_left: int | None


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
    def open_gaps(self) -> int:
        """How many gaps are open."""
        return sum(source.open_gaps for source in self.sources)

    @property
    def exit_code(self) -> int:
        """What the command ends with: 5 with damage, 10 with an open gap, else 0."""
        if self.archive["damages"]:
            return 5
        return 10 if self.open_gaps else 0


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
        states, gaps = ledger.states(), ledger.open_gaps()
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
                open_gaps=gaps.get(name, 0),
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
            disk=_disk(collection, configuration, archive),
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


def _disk(collection: Collection, configuration: Configuration, archive: Mapping[str, Any]) -> Disk:
    """Tell what is left of the disk; index and ledger grow as the WARC files do."""
    free = shutil.disk_usage(collection.path).free
    ledger = collection.ledger_path.stat().st_size if collection.ledger_path.exists() else 0
    warcs = int(archive["warc_bytes"])
    beside = (int(archive["index_bytes"]) + ledger) / warcs if warcs else 0.0
    rate = int(_growth(collection) * (1 + beside))
    kept = NEWSWARC_WARC_MIN_FREE if configuration.min_free is None else configuration.min_free
    return Disk(free, rate, max(0, free - kept) // rate if rate else None)


def _growth(collection: Collection) -> float:
    """Return how many bytes of WARC files came a day, of the last days or since the first file."""
    now = timestamp.now()
    since, size = now, 0
    for path in collection.warc_files():
        state = path.stat()
        begun = _begun(path.name) or datetime.fromtimestamp(state.st_mtime, UTC)
        if begun > now - timedelta(days=_DAYS):
            size += state.st_size
        since = min(since, begun)
    days = (now - max(since, now - timedelta(days=_DAYS))).total_seconds() / 86_400
    return size / max(days, 1.0)


def _begun(name: str) -> datetime | None:
    """Return when a WARC file of ours was begun, None for another's."""
    stamp = _STAMP.search(name)
    try:
        return timestamp.to_datetime(stamp[1]) if stamp else None
    except UsageError:
        return None
