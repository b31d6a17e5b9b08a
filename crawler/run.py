"""One crawl, from its lock to its summary: what ``newswarc crawl`` does, for Python.

::

    summary = crawl(Collection("news"), ["https://www.themoscowtimes.com/"], Options(limit=50))
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from archive.collection import Collection
from archive.errors import NewswarcError
from crawler import settings as defaults
from crawler.capture import Capture
from crawler.ending import INTERRUPTED, KILLED, Ending
from crawler.frontier import Frontier
from crawler.guard import parse_connect_to
from crawler.indexing import Indexing
from crawler.job import Job, selected
from crawler.ledger import Ledger
from crawler.lock import locked
from crawler.model import Kind, State
from crawler.progress import Log, LogHandler, Report
from crawler.render.chromium import DEFAULT, check_browser
from crawler.sources import Configuration, Source, load
from crawler.spiders.news import NewsSpider
from crawler.targets import resolve

SKIPPED = "skipped"
#: So many sources are named in the WARC files.
_MAX_NAMES = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked of one crawl, beside what ``newswarc.toml`` says.

    Attributes:
        limit: end when so many articles are captured.
        max_time: end in good order after so many seconds.
        connect_to: ``HOST:PORT:ADDR:PORT``: where connections really go, as with curl.
        delay: seconds between two requests to one host, instead of the sources' own.
        concurrency: requests in flight to one host at once, instead of the sources' own.
        depth: link hops to follow, instead of the sources' own.
        requisites: ``none``, ``page`` or ``all``, instead of the sources' own.
        robots: ``obey``, ``robots-only`` or ``ignore``, instead of the sources' own.
        render: show pages to a browser or do not, instead of the sources' own.
        index: index what is captured, in a process beside the crawl.
        quiet: tell a person of problems only, even on a terminal.
        settings: Scrapy settings that go before everything else.
    """

    limit: int | None = None
    max_time: float | None = None
    connect_to: tuple[str, ...] = ()
    delay: float | None = None
    concurrency: int | None = None
    depth: int | None = None
    requisites: str | None = None
    robots: str | None = None
    render: bool | None = None
    index: bool = True
    quiet: bool = False
    settings: dict[str, Any] = field(default_factory=dict)


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
        UsageError: a target is none, or an entry of `Options.connect_to`.
        ConfigError: ``newswarc.toml`` is wrong.
        StorageError: the disk is full or cannot be written; what was captured is safe.
    """
    options = options or Options()
    configuration = load(collection.config_path)
    sources = [_with_options(source, options) for source in resolve(targets, configuration)]
    for entry in options.connect_to:
        parse_connect_to(entry)
    settings = _settings(collection, configuration, sources, options)
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
        frontier = Frontier(ledger, selected(sources), _width(settings), options.limit)
        job = Job(ledger, sources, frontier, report)
        reason = asyncio.run(_run(job, settings, options))
        if job.error is not None:
            raise job.error
        if reason == "finished" and frontier.limit_reached:
            reason = "limit"
        for url, why in job.failed_seeds.items():
            report.problem(f"{url}: {why}")
        ledger.end_crawl(reason, {"articles": report.articles, "size": report.size})
        ledger.commit(lambda: None)
        return reason
    finally:
        ledger.close()


async def _run(job: Job, settings: Settings, options: Options) -> str:
    """Run Scrapy to its end and return why it ended."""
    crawler = Crawler(NewsSpider, settings)
    task = asyncio.get_running_loop().create_task(crawler.crawl_async(job=job))
    ending = Ending(crawler, task)
    with ending.by_signal(), ending.after(options.max_time):
        await task
    capture = crawler.get_extension(Capture)
    assert capture is not None
    if ending.reason == KILLED:
        job.ledger.commit(capture.sync)
        capture.spider_closed()
    job.error = capture.error or job.error
    return ending.reason or str(crawler.stats.get_value("finish_reason"))


def _width(settings: Settings) -> Callable[[str], int]:
    """Return how many rows of a host may be in flight: as many as Scrapy fetches at once.

    None waits in Scrapy's own queue, so that a host that asks us to wait is asked nothing more.
    """
    slots: dict[str, dict[str, Any]] = settings.getdict("DOWNLOAD_SLOTS")
    usual = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
    return lambda host: int(slots.get(host, {}).get("concurrency", usual))


def _with_options(source: Source, options: Options) -> Source:
    given = {
        name: value
        for name in ("delay", "concurrency", "depth", "requisites", "robots", "render")
        if (value := getattr(options, name)) is not None
    }
    return replace(source, **given)


def _settings(
    collection: Collection,
    configuration: Configuration,
    sources: Sequence[Source],
    options: Options,
) -> Settings:
    """Return Scrapy's settings: our defaults, then newswarc.toml, then the options."""
    settings = Settings(defaults.table(), priority="project")
    connect_to = [*options.connect_to, *configuration.connect_to]
    slots: dict[str, dict[str, Any]] = {}
    for source in sources:
        connect_to += source.connect_to
        pace: dict[str, Any] = {}
        if source.delay is not None:
            pace["delay"] = source.delay
        if source.concurrency is not None:
            pace["concurrency"] = source.concurrency
        if pace:
            slots |= dict.fromkeys(source.all_hosts, pace)
    changed: dict[str, Any] = {
        "NEWSWARC_COLLECTION": str(collection.path),
        "NEWSWARC_CONNECT_TO": connect_to,
        "NEWSWARC_WARC_INFO": _warc_info(configuration, sources),
        "DOWNLOAD_SLOTS": slots,
        "ROBOTSTXT_OBEY": all(source.robots != "ignore" for source in sources),
    }
    if configuration.user_agent is not None:
        changed["USER_AGENT"] = configuration.user_agent
    elif configuration.contact is not None:
        changed["USER_AGENT"] = defaults.user_agent(configuration.contact)
    if configuration.min_free is not None:
        changed["NEWSWARC_WARC_MIN_FREE"] = configuration.min_free
    if any(source.render for source in sources):
        changed["DOWNLOAD_HANDLERS"] = defaults.DOWNLOAD_HANDLERS | defaults.RENDER_HANDLERS
        changed["NEWSWARC_RENDER_BROWSER"] = check_browser(configuration.browser or DEFAULT)
        if configuration.render_seconds is not None:
            changed["NEWSWARC_RENDER_SECONDS"] = configuration.render_seconds
    if options.delay is not None:
        changed["DOWNLOAD_DELAY"] = options.delay
        changed["NEWSWARC_THROTTLE"] = options.delay > 0
    if options.concurrency is not None:
        changed["CONCURRENT_REQUESTS_PER_DOMAIN"] = options.concurrency
    settings.update(changed | options.settings, priority="cmdline")
    return settings


def _warc_info(configuration: Configuration, sources: Sequence[Source]) -> dict[str, str]:
    """Return what the WARC files say of this crawl: who runs it, and what it follows."""
    names = [source.name for source in sources]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    info = {"description": f"a crawl of {', '.join(names[:_MAX_NAMES])}{more}"}
    if configuration.contact is not None:
        info["operator"] = configuration.contact
    return info


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
