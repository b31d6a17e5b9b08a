"""The scheduler: Scrapy asks it for requests, it asks the frontier for rows."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from archive.errors import NewswarcError
from crawler.capture import Capture
from crawler.job import Job
from crawler.model import Row


class LedgerSpider(Protocol):
    """What the scheduler needs of a spider."""

    job: Job

    def request(self, row: Row) -> Request:
        """Return the request for a row."""


class LedgerScheduler(BaseScheduler):
    """Deals out the ledger's due rows as requests, and acknowledges what was captured.

    Only retries are kept in memory. Once in ``NEWSWARC_COMMIT_INTERVAL`` seconds, and at the end,
    the WARC is synced and the ledger committed; when that fails, the crawl is closed with the
    reason ``storage`` and the error is the job's.

    Stats: ``scheduler/requests``, ``scheduler/retries``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._interval = crawler.settings.getfloat("NEWSWARC_COMMIT_INTERVAL")
        self._again: deque[Request] = deque()
        self._timers: set[asyncio.TimerHandle] = set()
        self._held: dict[str, int] = {}
        self._commits: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LedgerScheduler:
        """Make it, as Scrapy does."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Begin to commit."""
        self._spider = cast(LedgerSpider, spider)
        self._job = self._spider.job
        self._commits = asyncio.get_running_loop().create_task(self._commit_for_ever())

    def has_pending_requests(self) -> bool:
        """Tell whether there is, or will be, something to fetch without anything new coming up."""
        return bool(self._again or self._timers or self._job.frontier.ready)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request whose row is in flight already: it comes out next."""
        self._again.append(request)
        return True

    def next_request(self) -> Request | None:
        """Return what to fetch next, None when nothing is due on a host that is free."""
        if self._again:
            return self._again.popleft()
        row = self._job.frontier.take()
        if row is None:
            return None
        self._crawler.stats.inc_value("scheduler/requests")
        return self._spider.request(row)

    def retry(self, row: Row, tries: int, delay: float) -> None:
        """Fetch a row again after `delay` seconds; its host has to wait as long."""
        self._crawler.stats.inc_value("scheduler/retries")
        self._job.frontier.hold(row.host)

        def ready() -> None:
            self._timers.discard(timer)
            self._job.frontier.release(row.host)
            request = self._spider.request(row)
            request.meta["tries"] = tries
            self._crawler.engine.crawl(request)  # this wakes the engine, too

        timer = asyncio.get_running_loop().call_later(delay, ready)
        self._timers.add(timer)

    def close(self, reason: str) -> None:
        """Let go of what waits (it stays due), and commit for the last time."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        if self._commits is not None:
            self._commits.cancel()
        self._commit()

    async def _commit_for_ever(self) -> None:
        while self._job.error is None:
            await asyncio.sleep(self._interval)
            self._commit()
        await self._crawler.engine.close_spider_async(reason="storage")

    def _commit(self) -> None:
        capture = self._crawler.get_extension(Capture)
        assert capture is not None
        try:
            self._job.ledger.commit(capture.sync)
        except NewswarcError as error:
            self._job.error = self._job.error or error
