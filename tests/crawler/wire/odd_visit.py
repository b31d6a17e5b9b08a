"""Crawls inside the test's own process: what the spider saw, and what was recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import scrapy
from odd_server import OddServer
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.model import Exchange


class Visitor(scrapy.Spider):
    """Asks for what it is told and keeps what comes of it."""

    name = "visitor"

    def __init__(self, urls: list[str], meta: dict[str, Any]) -> None:
        super().__init__()
        self.urls = urls
        self.meta = meta
        self.responses: list[Response] = []
        self.errors: list[BaseException] = []

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.urls:
            yield scrapy.Request(url, errback=self.failed, meta=dict(self.meta), dont_filter=True)

    def parse(self, response: Response) -> None:
        self.responses.append(response)

    def failed(self, failure: Failure) -> None:
        self.errors.append(failure.value)


class ListRecorder:
    """Keeps exchanges in memory."""

    def __init__(self) -> None:
        self.exchanges: list[tuple[Exchange, bytes]] = []

    def record(self, exchange: Exchange, request: scrapy.Request) -> None:
        self.exchanges.append((exchange, exchange.body.read()))


def visit(
    server: OddServer,
    *names: str,
    meta: dict[str, Any] | None = None,
    prepare: Callable[[Crawler], None] = lambda _: None,
    **settings: Any,
) -> tuple[Visitor, ListRecorder]:
    """Crawl `names`, recording into a list."""
    recorder = ListRecorder()
    everything = {
        "ADDONS": {"crawler.wire.Addon": 0},
        "COOKIES_ENABLED": False,  # they would want the public suffix list of the live web
        "NEWSWARC_CONNECT_TO": server.connect_to,
        "NEWSWARC_RECORDER": recorder,
        "TWISTED_REACTOR_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    urls = [name if "://" in name else f"http://odd.example/{name}" for name in names]

    async def run() -> Visitor:
        runner = AsyncCrawlerRunner(everything)
        crawler = runner.create_crawler(Visitor)
        prepare(crawler)
        await runner.crawl(crawler, urls=urls, meta=meta or {})
        assert isinstance(crawler.spider, Visitor)
        return crawler.spider

    return asyncio.run(run()), recorder
