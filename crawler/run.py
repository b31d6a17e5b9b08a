"""One crawl, from its lock to its summary: what ``newswarc crawl`` does, for Python.

::

    summary = crawl(Collection("news"), ["https://www.themoscowtimes.com/"], Options(limit=50))
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from archive import timestamp
from archive.collection import Collection
from archive.errors import NewswarcError
from crawler.alarm import silences, tell
from crawler.capture import Capture
from crawler.ending import INTERRUPTED, KILLED, Ending
from crawler.frontier import Frontier
from crawler.gap import Gap
from crawler.indexing import Indexing, waiting
from crawler.job import Job, selected
from crawler.ledger import Ledger
from crawler.ledger.crawls import NOTHING_DUE
from crawler.lock import locked
from crawler.model import Kind, State
from crawler.opening import begin
from crawler.options import Options, scrapy_settings, width
from crawler.progress import Log, LogHandler, Report
from crawler.sources import Configuration, Source, load
from crawler.spiders.news import NewsSpider
from crawler.targets import resolve
from crawler.throttle import Throttle, keep_floors

__all__ = ["NOTHING_DUE", "SKIPPED", "CrawlSummary", "Options", "crawl"]

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


def crawl(
    collection: Collection, targets: Sequence[str] = (), options: Options | None = None
) -> CrawlSummary:
    """Crawl sources, sites or single pages into a collection.

    Args:
        collection: takes what is captured.
        targets: see `crawler.targets.resolve`.
        options: see there.

    Raises:
        UsageError: a target is none.
        ConfigError: ``newswarc.toml`` is wrong.
        StorageError: the disk is full or cannot be written; what was captured is safe.
    """
    options = options or Options()
    configuration = load(collection.config_path)
    sources = [options.applied(source) for source in resolve(targets, configuration)]
    settings = scrapy_settings(collection.path, configuration, sources, options)
    with locked(collection.lock_path) as mine:
        if not mine:
            return CrawlSummary(SKIPPED)
        ledger = Ledger(collection.ledger_path)
        try:
            begin(ledger, collection, configuration, sources, options, named=bool(targets))
            frontier = _frontier(ledger, sources, settings, options)
            asked = any(source.asked for source in sources)
            if not (frontier.ready or asked or (options.index and waiting(collection))):
                ledger.crawls.end(NOTHING_DUE, {})
                ledger.commit(lambda: None)
                return CrawlSummary(NOTHING_DUE)
            with Log(collection.logs_dir) as log, _logging_to(log):
                log.write("start", targets=list(targets), options=asdict(options))
                report = Report(log, quiet=options.quiet, limit=options.limit)
                job = Job(ledger, sources, frontier, report)
                try:
                    summary = _crawl(collection, configuration, job, settings, options, report)
                except NewswarcError as error:
                    log.write("end", error=str(error))
                    raise
                summary = replace(summary, log=str(log.path))
                log.write("end", **summary.facts)
                return summary
        finally:
            ledger.close()


def _frontier(
    ledger: Ledger, sources: Sequence[Source], settings: Settings, options: Options
) -> Frontier:
    """Return the frontier over what is due on hosts that are not left alone."""
    now = timestamp.now()
    shut = {host: str(hold) for host, hold in ledger.hosts.held(now).items()}
    if settings.getbool("NEWSWARC_THROTTLE"):
        keep_floors(settings, ledger.hosts.slowed(now))
    return Frontier(ledger, selected(sources), width(settings), options.limit, shut)


def _crawl(
    collection: Collection,
    configuration: Configuration,
    job: Job,
    settings: Settings,
    options: Options,
    report: Report,
) -> CrawlSummary:
    """Fetch and index, and tell how it went."""
    started = time.monotonic()
    with report, Indexing(collection, wanted=options.index) as indexing:
        reason = _fetch(job, settings, options, report)
        for gap in job.gaps:
            tell(gap, configuration.on_gap, configuration.gap_webhook, report.problem)
        if reason != KILLED:
            report.phase("indexing")
            indexing.finish()
            for problem in indexing.problems:
                report.problem(problem)
    return CrawlSummary(
        reason=reason,
        articles=report.articles,
        requisites=report.kinds[Kind.REQUISITE],
        fetched=sum(report.states.values()),
        unchanged=report.states[State.UNCHANGED],
        failed=report.states[State.FAILED],
        gone=report.states[State.GONE],
        excluded=report.states[State.EXCLUDED],
        quarantined=report.states[State.QUARANTINED],
        discovered=report.new,
        size=report.size,
        seconds=round(time.monotonic() - started, 3),
        problems=tuple(report.problems),
        gaps=tuple(job.gaps),
        traps=tuple(job.traps),
    )


def _fetch(job: Job, settings: Settings, options: Options, report: Report) -> str:
    """Fetch what is due, acknowledge it, and return why that ended."""
    frontier, ledger = job.frontier, job.ledger
    held = frontier.shut
    reason = NOTHING_DUE
    if frontier.ready:
        reason = asyncio.run(_run(job, settings, options, report))
    if job.error is not None:
        raise job.error
    if reason == "finished" and frontier.limit_reached:
        reason = "limit"
    if reason != KILLED:
        for gap in silences(ledger, sorted(job.polled)):
            job.notice(gap)
    for line in job.traps:
        report.trap(line)
    _tell_hosts(job, held, report)
    ledger.crawls.end(
        reason,
        {
            "articles": report.articles,
            "size": report.size,
            "failed": report.states[State.FAILED],
            "gaps": len(job.gaps),
        },
    )
    ledger.commit(lambda: None)
    return reason


def _tell_hosts(job: Job, held: Mapping[str, str], report: Report) -> None:
    """Tell the person which seeds could not be had, and which hosts are left alone."""
    for url, why in job.failed_seeds.items():
        report.problem(f"{url}: {why}")
    named = {urlsplit(url).hostname for url in job.failed_seeds}
    ours = {host for source in job.sources for host in source.all_hosts}
    asked = {
        urlsplit(seed.url).hostname or ""
        for source in job.sources
        if source.asked
        for seed in source.seeds
    }
    for host in sorted(asked & held.keys()):
        report.problem(f"{host} is {held[host]}")
    for host, why in job.frontier.shut.items():
        if host not in held or host in ours:
            report.left_alone(host, why)
        if host in ours - named - held.keys():
            report.problem(f"{host}: {why}; what else is due there waits for a later crawl")


async def _run(job: Job, settings: Settings, options: Options, report: Report) -> str:
    """Run Scrapy to its end and return why it ended."""
    crawler = Crawler(NewsSpider, settings)
    task = asyncio.get_running_loop().create_task(crawler.crawl_async(job=job))
    ending = Ending(crawler, task, report.phase)
    with ending.by_signal(), ending.after(options.max_time):
        await task
    capture = crawler.get_extension(Capture)
    assert capture is not None
    if ending.reason == KILLED:
        job.ledger.commit(capture.sync)
        capture.spider_closed()
    throttle = crawler.get_extension(Throttle)
    for host, delay in throttle.raised.items() if throttle is not None else ():
        job.ledger.hosts.slow(host, delay)
    job.error = capture.error or job.error
    return ending.reason or str(crawler.stats.get_value("finish_reason"))


@contextmanager
def _logging_to(log: Log) -> Iterator[None]:
    """Carry warnings of Scrapy and its kin into the log, and nowhere else."""
    handler = LogHandler(log)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
