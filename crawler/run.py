"""One crawl, from its lock to its summary: what ``newswarc crawl`` does, for Python.

::

    summary = crawl(Collection("news"), ["https://www.themoscowtimes.com/"], Options(limit=50))
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from archive import timestamp
from archive.collection import Collection
from archive.errors import NewswarcError
from crawler.capture import Capture
from crawler.ending import INTERRUPTED, KILLED, Ending
from crawler.frontier import Frontier
from crawler.indexing import Indexing
from crawler.job import Job, selected
from crawler.ledger import Ledger
from crawler.lock import locked
from crawler.model import Kind, State
from crawler.options import Options, scrapy_settings, width
from crawler.progress import Log, LogHandler, Report
from crawler.sources import Source, load
from crawler.spiders.news import NewsSpider
from crawler.targets import resolve
from crawler.throttle import Throttle, keep_floors

__all__ = ["SKIPPED", "CrawlSummary", "Options", "crawl"]

SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """How a crawl went.

    Attributes:
        reason: why it ended: ``finished``, ``limit``, ``max-time``, ``interrupted``, ``killed``;
            ``skipped`` when another crawl held the lock.
        articles: captured with status 200.
        requisites: captured.
        fetched: URLs that were settled, of every kind.
        failed: of these, how many failed.
        gone: of these, how many were not there.
        excluded: of these, how many robots.txt disallows.
        discovered: URLs that became due by what was read.
        size: bytes of bodies received.
        seconds: how long it took.
        problems: what went wrong and has a name, a line each.
        log: path of the log.
    """

    reason: str
    articles: int = 0
    requisites: int = 0
    fetched: int = 0
    failed: int = 0
    gone: int = 0
    excluded: int = 0
    discovered: int = 0
    size: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    log: str = ""

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.reason in (INTERRUPTED, KILLED):
            return 130
        return 1 if self.problems else 0


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
        with Log(collection.logs_dir) as log, _logging_to(log):
            log.write("start", targets=list(targets), options=asdict(options))
            try:
                summary = _crawl(collection, sources, settings, options, log)
            except NewswarcError as error:
                log.write("end", error=str(error))
                raise
            log.write("end", **asdict(summary))
            return summary


def _crawl(
    collection: Collection,
    sources: Sequence[Source],
    settings: Settings,
    options: Options,
    log: Log,
) -> CrawlSummary:
    """Fetch and index, and tell how it went."""
    started = time.monotonic()
    report = Report(log, quiet=options.quiet, limit=options.limit)
    with report, Indexing(collection, wanted=options.index) as indexing:
        reason = _fetch(collection, sources, settings, options, report)
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
        failed=report.states[State.FAILED],
        gone=report.states[State.GONE],
        excluded=report.states[State.EXCLUDED],
        discovered=report.new,
        size=report.size,
        seconds=round(time.monotonic() - started, 3),
        problems=tuple(report.problems),
        log=str(log.path),
    )


def _fetch(
    collection: Collection,
    sources: Sequence[Source],
    settings: Settings,
    options: Options,
    report: Report,
) -> str:
    """Fetch what is due, acknowledge it, and return why that ended."""
    ledger = Ledger(collection.ledger_path)
    try:
        ledger.begin_crawl()
        held = ledger.hosts.held(timestamp.now())
        shut = {host: str(hold) for host, hold in held.items()}
        frontier = Frontier(ledger, selected(sources), width(settings), options.limit, shut)
        if settings.getbool("NEWSWARC_THROTTLE"):
            keep_floors(settings, ledger.hosts.slowed(timestamp.now()))
        job = Job(ledger, sources, frontier, report)
        reason = asyncio.run(_run(job, settings, options, report))
        if job.error is not None:
            raise job.error
        if reason == "finished" and frontier.limit_reached:
            reason = "limit"
        for url, why in job.failed_seeds.items():
            report.problem(f"{url}: {why}")
        named = {urlsplit(url).hostname for url in job.failed_seeds}
        ours = {host for source in sources for host in source.all_hosts}
        asked = {
            urlsplit(seed.url).hostname or ""
            for source in sources
            if source.asked
            for seed in source.seeds
        }
        for host in sorted(asked & shut.keys()):
            report.problem(f"{host} is {shut[host]}")
        for host, why in frontier.shut.items():
            if host not in shut or host in ours:
                report.left_alone(host, why)
            if host in ours - named - shut.keys():
                report.problem(f"{host}: {why}; what else is due there waits for a later crawl")
        ledger.end_crawl(reason, {"articles": report.articles, "size": report.size})
        ledger.commit(lambda: None)
        return reason
    finally:
        ledger.close()


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
