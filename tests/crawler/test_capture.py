"""Captures of a crawl: in WARC files, counted, and the crawl ends when they cannot be kept."""

from __future__ import annotations

import asyncio
import errno
import gzip
import os
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import scrapy
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.errors import StorageError
from archive.model import Location
from crawler.capture import Capture


class Handler(BaseHTTPRequestHandler):
    """Answers with 4,000 bytes that do not compress."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4000")
        self.end_headers()
        self.wfile.write(os.urandom(4000))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


class Pages(scrapy.Spider):
    """Asks for `count` pages, one after another."""

    name = "pages"

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.places: list[Location] = []
        self.errors: list[BaseException] = []

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield self.page(0)

    def page(self, number: int) -> scrapy.Request:
        note = {"hopsFromSeed": "L" * number}
        return scrapy.Request(
            f"http://news.example/{number}",
            errback=self.failed,
            meta={"warc_note": note},
            cb_kwargs={"number": number},
        )

    def parse(self, response: Response, number: int) -> Iterator[scrapy.Request]:
        self.places.append(response.meta["warc_location"])
        if number + 1 < self.count:
            yield self.page(number + 1)

    def failed(self, failure: Failure) -> None:
        self.errors.append(failure.value)


def crawl(port: int, count: int = 3, **settings: Any) -> Crawler:
    async def run() -> Crawler:
        runner = AsyncCrawlerRunner(
            {
                "ADDONS": {"crawler.wire.Addon": 0},
                "NEWSWARC_CONNECT_TO": [f"news.example:80:127.0.0.1:{port}"],
                "HTTPPROXY_ENABLED": False,
                "TWISTED_REACTOR_ENABLED": False,
                "REMOTE_CONTROL_ENABLED": False,
                "USER_AGENT": "newswarc/0 (test)",
                **settings,
            }
        )
        crawler = runner.create_crawler(Pages)
        await runner.crawl(crawler, count=count)
        return crawler

    return asyncio.run(run())


def capture(crawler: Crawler) -> Capture:
    found = crawler.get_extension(Capture)
    assert found is not None
    return found


def stat(crawler: Crawler, name: str) -> Any:
    assert crawler.stats is not None
    return crawler.stats.get_value(name)


def test_captures_are_in_the_collection(port: int, tmp_path: Path) -> None:
    crawler = crawl(port, NEWSWARC_COLLECTION=str(tmp_path))
    (path,) = (tmp_path / "archive").iterdir()
    assert path.name.startswith("NEWSWARC-")
    assert path.name.endswith(".warc.gz")
    data = gzip.decompress(path.read_bytes())
    assert data.count(b"WARC-Type: response\r\n") == 3
    assert data.count(b"WARC-Type: request\r\n") == 3
    assert b"hopsFromSeed: LL\r\n" in data
    assert b"http-header-user-agent: newswarc/0 (test)\r\n" in data
    assert b"robots: ignore\r\n" in data
    assert isinstance(crawler.spider, Pages)
    assert [place.file for place in crawler.spider.places] == [path.name] * 3
    assert stat(crawler, "warc/exchanges") == 3
    assert stat(crawler, "warc/bytes") == sum(place.length for place in crawler.spider.places)
    assert stat(crawler, "finish_reason") == "finished"
    assert capture(crawler).error is None


def test_settings_reach_the_writer(port: int, tmp_path: Path) -> None:
    crawl(
        port,
        NEWSWARC_WARC_DIRECTORY=tmp_path,
        NEWSWARC_WARC_PREFIX="TEST",
        NEWSWARC_WARC_MAX_SIZE=1000,
        NEWSWARC_WARC_INFO={"operator": "A. Newsroom", "robots": "classic"},
        NEWSWARC_WARC_LEVEL=0,
    )
    files = sorted(tmp_path.iterdir())
    assert len(files) == 3
    assert all(path.name.startswith("TEST-") for path in files)
    data = gzip.decompress(files[0].read_bytes())
    assert b"operator: A. Newsroom\r\n" in data
    assert b"robots: classic\r\n" in data


def test_full_disk_ends_the_crawl(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = os.write, []

    def full(descriptor: int, data: memoryview) -> int:
        calls.append(len(data))
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr("archive.warc.openfile.os.write", full)
    crawler = crawl(port, 100, NEWSWARC_WARC_DIRECTORY=tmp_path)
    assert stat(crawler, "finish_reason") == "storage"
    assert stat(crawler, "warc/exchanges") == 2
    error = capture(crawler).error
    assert error is not None
    assert "No space left on device" in str(error)
    assert isinstance(crawler.spider, Pages)
    assert crawler.spider.errors == [error], "what is not stored is not given to the spider"
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz")
    assert gzip.decompress(path.read_bytes()).count(b"WARC-Type: response\r\n") == 2


def test_disk_that_takes_no_file_ends_the_crawl(port: int, tmp_path: Path) -> None:
    (tmp_path / "archive").touch()
    crawler = crawl(port, NEWSWARC_COLLECTION=tmp_path)
    assert stat(crawler, "finish_reason") == "storage"
    assert isinstance(capture(crawler).error, StorageError)


def test_file_left_open_is_closed_at_the_start(port: int, tmp_path: Path) -> None:
    crawl(port, 1, NEWSWARC_WARC_DIRECTORY=tmp_path)
    (left,) = tmp_path.iterdir()
    data = left.read_bytes()
    left.unlink()
    (tmp_path / "OLD.warc.gz.open").write_bytes(data + b"torn")
    crawl(port, 1, NEWSWARC_WARC_DIRECTORY=tmp_path)
    assert (tmp_path / "OLD.warc.gz").read_bytes() == data
    assert (tmp_path / "OLD.warc.gz.cut").read_bytes() == b"torn"
    assert len(list(tmp_path.iterdir())) == 3


def test_sync_that_fails_ends_the_crawl(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Synced(Pages):
        """Asks for durability after each page."""

        def parse(self, response: Response, number: int) -> Iterator[scrapy.Request]:
            with pytest.raises(StorageError):
                capture(self.crawler).sync()
            yield from super().parse(response, number)

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    async def run() -> Crawler:
        runner = AsyncCrawlerRunner(
            {
                "ADDONS": {"crawler.wire.Addon": 0},
                "NEWSWARC_CONNECT_TO": [f"news.example:80:127.0.0.1:{port}"],
                "NEWSWARC_WARC_DIRECTORY": tmp_path,
                "HTTPPROXY_ENABLED": False,
                "TWISTED_REACTOR_ENABLED": False,
                "REMOTE_CONTROL_ENABLED": False,
            }
        )
        crawler = runner.create_crawler(Synced)
        await runner.crawl(crawler, count=100)
        return crawler

    monkeypatch.setattr("archive.warc.openfile.sync_directory", lambda _: None)
    monkeypatch.setattr("archive.warc.openfile.os.fsync", broken)
    crawler = asyncio.run(run())
    assert stat(crawler, "finish_reason") == "storage"
    assert "Input/output error" in str(capture(crawler).error)
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(".open"), "not known to be durable, so not closed"
