"""What the crawler tells the web page of the archive: `archive.desk` from the ledger."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Lock
from typing import Any

from archive.collection import Collection
from archive.desk import Gap, Removal, Report, Room, Run, SourceState
from crawler.health import Health, SourceHealth, examine
from crawler.ledger.reading import reading
from crawler.sources import load

#: A report is given again for so long (seconds): a page may be loaded by many at once.
_FRESH = 10.0
#: So many gaps of a source are told.
_GAPS = 50


class LedgerDesk:
    """Reads the ledger of a collection whenever somebody asks; see `archive.desk.Desk`.

    Args:
        collection: whose ledger.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._lock = Lock()
        self._told: tuple[float, Report] | None = None

    def report(self) -> Report:
        """See `archive.desk.Desk`."""
        with self._lock:
            if self._told is None or time.monotonic() - self._told[0] > _FRESH:
                self._told = time.monotonic(), self._report()
            return self._told[1]

    def gaps(self, source: str) -> Sequence[Gap]:
        """See `archive.desk.Desk`."""
        with reading(self._collection.ledger_path) as ledger:
            return [_gap(row) for row in ledger.gaps("", _GAPS, source)]

    def _report(self) -> Report:
        health = examine(self._collection)
        hosts = {
            source.name: tuple(host.removeprefix("www.") for host in source.all_hosts)
            for source in load(self._collection.config_path).sources
        }
        return Report(
            time=health.time,
            runs=_runs(health),
            sources=[_source(source, hosts.get(source.name, ())) for source in health.sources],
            failures=health.failures,
            gaps=[_gap(row) for row in health.gaps],
            removals=[
                Removal(row["source"], row["url"], row["since"], row["returned"], row["why"] or "")
                for row in health.removals
            ],
            room=Room(health.disk.free, health.disk.growth_per_day, health.disk.days_left),
        )


def _runs(health: Health) -> list[Run]:
    return [
        Run(run.started, run.reason, run.seconds, run.articles, run.failed, run.size)
        for run in health.runs
    ]


def _source(source: SourceHealth, hosts: tuple[str, ...]) -> SourceState:
    return SourceState(
        name=source.name,
        hosts=hosts,
        configured=source.configured,
        urls=source.urls,
        articles_day=source.articles_day,
        articles_week=source.articles_week,
        removed=source.removed,
        next_poll=source.next_poll,
        gap=source.alarming,
    )


def _gap(row: dict[str, Any]) -> Gap:
    return Gap(row["source"], row["since"], row["until"], row["detail"])
