"""The handler inside real crawls: signals, redirects, retries, and what is not configured."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
import scrapy
from odd_answers import ODD, PAGE
from odd_server import OddServer
from odd_visit import visit
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.exceptions import StopDownload


def test_response_is_what_scrapy_expects(odd_server: OddServer) -> None:
    visitor, _ = visit(odd_server, "https://odd.example/gzip")
    (response,) = visitor.responses
    assert isinstance(response, scrapy.http.HtmlResponse)
    assert response.body == PAGE
    assert response.protocol == "HTTP/1.1"
    assert str(response.ip_address) == "127.0.0.1"
    assert isinstance(response.certificate, bytes)
    assert response.css("p::text").get() == "Some 3,000 soldiers, officials said."
    assert response.meta["download_latency"] > 0


def test_redirects_are_recorded(odd_server: OddServer) -> None:
    visitor, recorder = visit(odd_server, "redirect")
    assert [response.url for response in visitor.responses] == ["http://odd.example/length"]
    assert [(exchange.url, exchange.status) for exchange, _ in recorder.exchanges] == [
        ("http://odd.example/redirect", 302),
        ("http://odd.example/length", 200),
    ]


@pytest.mark.parametrize(("name", "status"), [("broken-server", 503), ("nothing", None)])
def test_retries_are_recorded(odd_server: OddServer, name: str, status: int | None) -> None:
    _, recorder = visit(odd_server, name, RETRY_TIMES=2)
    assert [exchange.status for exchange, _ in recorder.exchanges] == [status] * 3


def test_robots_txt_is_recorded(odd_server: OddServer) -> None:
    _, recorder = visit(odd_server, "length", ROBOTSTXT_OBEY=True)
    urls = [exchange.url for exchange, _ in recorder.exchanges]
    assert urls == ["http://odd.example/robots.txt", "http://odd.example/length"]


def test_note_of_the_request_goes_along(odd_server: OddServer) -> None:
    _, recorder = visit(odd_server, "early-hints", meta={"warc_note": {"hopsFromSeed": "L"}})
    ((exchange, _),) = recorder.exchanges
    assert set(exchange.note) == {
        "hopsFromSeed", "interim-responses", "fetchTimeMs", "answerTimeMs"
    }  # fmt: skip
    assert exchange.note["hopsFromSeed"] == "L"
    assert exchange.note["interim-responses"] == "2"


@pytest.mark.parametrize("signal", [signals.headers_received, signals.bytes_received])
@pytest.mark.parametrize("fail", [True, False])
def test_download_can_be_stopped(odd_server: OddServer, signal: object, fail: bool) -> None:
    def stop() -> None:
        raise StopDownload(fail=fail)

    visitor, recorder = visit(
        odd_server,
        "large",
        prepare=lambda crawler: crawler.signals.connect(stop, signal, weak=False),
    )
    if fail:
        (error,) = visitor.errors
        assert isinstance(error, StopDownload)
        response = error.response
        assert response is not None
    else:
        (response,) = visitor.responses
    assert response.flags == ["download_stopped"]
    ((exchange, body),) = recorder.exchanges
    assert exchange.truncated == "unspecified"
    assert exchange.head == ODD["large"].head
    assert body == response.body == ODD["large"].body[: len(body)]
    assert len(body) < len(ODD["large"].body)


def test_signals_tell_all(odd_server: OddServer) -> None:
    lengths: list[int] = []
    pieces: list[bytes] = []

    def headers(headers: scrapy.http.Headers, body_length: int) -> None:
        lengths.append(body_length)

    def data(data: bytes) -> None:
        pieces.append(data)

    def connect(crawler: Crawler) -> None:
        crawler.signals.connect(headers, signals.headers_received)
        crawler.signals.connect(data, signals.bytes_received)

    visit(odd_server, "large", prepare=connect)
    assert lengths == [len(ODD["large"].body)]
    assert b"".join(pieces) == ODD["large"].body


def test_large_bodies_are_warned_of(
    odd_server: OddServer, caplog: pytest.LogCaptureFixture
) -> None:
    visit(odd_server, "large", DOWNLOAD_WARNSIZE=1_000_000)
    assert "More than 1000000 bytes: http://odd.example/large" in caplog.text


def test_inside_is_refused(odd_server: OddServer) -> None:
    visitor, recorder = visit(odd_server, "http://127.0.0.1/", "http://localhost/")
    assert [type(error).__name__ for error in visitor.errors] == ["Refused", "Refused"]
    assert recorder.exchanges == []


def test_inside_is_refused_behind_a_redirect() -> None:
    answers = {"away": ODD["redirect"].__class__(
        b"HTTP/1.1 302 Found\r\nLocation: http://2130706433/\r\nContent-Length: 0\r\n\r\n"
    )}  # fmt: skip
    with OddServer(None, answers) as server:
        visitor, recorder = visit(server, "away")
    assert [type(error).__name__ for error in visitor.errors] == ["Refused"]
    assert [exchange.status for exchange, _ in recorder.exchanges] == [302]


def test_nothing_is_recorded_if_that_is_the_wish(odd_server: OddServer) -> None:
    visitor, _ = visit(odd_server, "length", NEWSWARC_RECORDER=None)
    assert len(visitor.responses) == 1


def test_nothing_is_downloaded_without_its_recorder(odd_server: OddServer) -> None:
    before = len(odd_server.asked)
    visitor, _ = visit(odd_server, "length", NEWSWARC_RECORDER="crawler.capture.Capture")
    (error,) = visitor.errors
    assert "is to record the exchanges" in str(error)
    assert len(odd_server.asked) == before


def test_project_goes_before_the_add_on(odd_server: OddServer) -> None:
    visitor, recorder = visit(odd_server, "length", DOWNLOAD_HANDLERS={"http": None})
    assert "Unsupported URL scheme 'http'" in str(visitor.errors[0])
    assert recorder.exchanges == []


TWENTY_LINES = """
import scrapy

class Titles(scrapy.Spider):
    name = "titles"
    start_urls = ["http://odd.example/gzip"]

    def parse(self, response):
        yield {"text": response.css("p::text").get()}
"""


def test_project_of_a_stranger(odd_server: OddServer, tmp_path: Path) -> None:
    scope: dict[str, Any] = {}
    exec(TWENTY_LINES, scope)

    async def run() -> None:
        runner = AsyncCrawlerRunner(
            {
                "ADDONS": {"crawler.wire.Addon": 0},
                "NEWSWARC_WARC_DIRECTORY": tmp_path,
                "NEWSWARC_CONNECT_TO": odd_server.connect_to,
                "TWISTED_REACTOR_ENABLED": False,
            }
        )
        await runner.crawl(scope["Titles"])

    asyncio.run(run())
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz")
    assert ODD["gzip"].block in gzip.decompress(path.read_bytes())
