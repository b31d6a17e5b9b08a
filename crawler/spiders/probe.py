"""The spider of a probe: a place within Scrapy to fetch from, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler

#: What is done in the spider: it fetches with ``crawler.engine.download_async``.
Work = Callable[[Crawler], Coroutine[Any, Any, Any]]


class ProbeSpider(Spider):
    """Does some work while Scrapy's engine runs; the crawl ends when it is done.

    Args:
        work: what to do.

    Attributes:
        task: that does it, None before it begins; its result, or its error, is that of the probe.
    """

    name = "probe"

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self.task: asyncio.Task[Any] | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Do it."""
        self.task = asyncio.get_running_loop().create_task(self._work(self.crawler))
        await asyncio.wait([self.task])
        return
        yield
