"""How a crawl ends before its work is done: by a signal, or when its time is up."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scrapy.crawler import Crawler

INTERRUPTED = "interrupted"
KILLED = "killed"
MAX_TIME = "max-time"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """Ends a crawl in good order when it is asked to, and at once when it is asked again.

    In good order: nothing new is fetched, what is on its way is waited for, everything is
    acknowledged.

    Args:
        crawler: of Scrapy.
        task: that runs it.
        told: is told that the end has begun, in words for a person.

    Attributes:
        reason: why it was ended, None while it was not.
    """

    def __init__(
        self, crawler: Crawler, task: asyncio.Task[None], told: Callable[[str], None]
    ) -> None:
        self.reason: str | None = None
        self._crawler = crawler
        self._task = task
        self._told = told
        self._closing: asyncio.Task[None] | None = None

    @contextmanager
    def by_signal(self) -> Iterator[None]:
        """Listen to SIGINT and SIGTERM in the block; only a main thread can."""
        loop = asyncio.get_running_loop()
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._interrupt)
        try:
            yield
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    @contextmanager
    def after(self, seconds: float | None) -> Iterator[None]:
        """End in good order when the block has run so long; None for no end."""
        if seconds is None:
            yield
            return
        timer = asyncio.get_running_loop().call_later(seconds, self.close, MAX_TIME)
        try:
            yield
        finally:
            timer.cancel()

    def close(self, reason: str) -> None:
        """End in good order, unless the end has begun already."""
        if self.reason is None:
            self.reason = reason
            self._closing = asyncio.get_running_loop().create_task(self._close(reason))

    def _interrupt(self) -> None:
        if self.reason in (None, MAX_TIME):
            self.reason = None
            self.close(INTERRUPTED)
            self._told("finishing; interrupt again to stop at once")
        else:
            self.reason = KILLED
            self._task.cancel()

    async def _close(self, reason: str) -> None:
        engine = self._crawler.engine
        if engine.spider is not None:
            await engine.close_spider_async(reason=reason)
