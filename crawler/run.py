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
from dataclasses import asdict, replace

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from archive import manifest, timestamp
from archive.collection import Collection
from archive.errors import NewswarcError, StorageError
from crawler.alarm import silences, tell
from crawler.capture import Capture
from crawler.ending import KILLED, Ending
from crawler.frontier import Frontier
from crawler.indexing import Indexing, waiting
from crawler.job import Job, selected
from crawler.ledger import Ledger
from crawler.ledger.crawls import NOTHING_DUE
from crawler.lock import locked
from crawler.model import Kind, State
from crawler.notices import left_alone, problems
from crawler.opening import begin
from crawler.options import Options, scrapy_settings, width
from crawler.progress import Log, LogHandler, Report
from crawler.sources import Configuration, Source, load
from crawler.spiders.news import NewsSpider
from crawler.summary import SKIPPED, CrawlSummary
from crawler.targets import resolve
from crawler.throttle import Throttle, keep_floors

__all__ = ["NOTHING_DUE", "SKIPPED", "CrawlSummary", "Options", "crawl"]


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
            named = bool(targets)
            if not (frontier.ready or named or (options.index and waiting(collection))):
                ledger.crawls.end(NOTHING_DUE, {})
                ledger.commit(lambda: None)
                return CrawlSummary(NOTHING_DUE)
            with Log(collection.logs_dir) as log, _logging_to(log):
                log.write("start", targets=list(targets), options=asdict(options))
                report = Report(log, quiet=options.quiet, limit=options.limit)
                job = Job(ledger, sources, frontier, report, configuration.sources)
                try:
                    summary = _crawl(
                        collection, configuration, job, settings, options, report, named=named
                    )
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
    *,
    named: bool,
) -> CrawlSummary:
    """Fetch and index, and tell how it went."""
    started = time.monotonic()
    with report, Indexing(collection, wanted=options.index) as indexing:
        held = job.frontier.shut
        reason = _fetch(job, settings, options, report)
        for problem in problems(job, held, named=named):
            report.problem(problem)
        for host, why in left_alone(job, held).items():
            report.left_alone(host, why)
        for gap in job.gaps:
            tell(gap, configuration.on_gap, configuration.gap_webhook, report.problem)
        if reason != KILLED:
            report.phase("indexing")
            indexing.finish()
            for problem in indexing.problems:
                report.problem(problem)
            _list(collection, report)
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


def _list(collection: Collection, report: Report) -> None:
    """Write the manifest of the day; a crawl whose key is missing is a crawl all the same."""
    try:
        written = manifest.write(collection)
    except StorageError:
        raise
    except NewswarcError as error:
        report.problem(f"no manifest was written: {error}")
        return
    for problem in written.problems if written else ():
        report.problem(f"{problem}; see `newswarc verify`")


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
