"""What a page in the browser is answered, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse, Response

from archive.errors import StorageError
from crawler.guard import Refused
from crawler.render.proxy import Answered, Asked
from crawler.render.visit import Bounds, Visit

PAGE = "https://app.example/2024/10/23/ferry"
API = "https://api.example/record?slug=a|b{c}"
GET_PAGE = Asked("GET", PAGE)
GET_API = Asked("GET", API, ((b"User-Agent", b"Chrome/1"), (b"Accept-Encoding", b"gzip, br")))
BOUNDS = Bounds(seconds=10, requests=3, size=100)
AGENT = "newswarc/1 (+mailto:a@example.org)"


class Servers:
    """The wire, and what it was asked."""

    def __init__(self, answer: Response | Exception) -> None:
        self.requests: list[Request] = []
        self._answer = answer

    async def fetch(self, request: Request) -> Response:
        self.requests.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def visit(
    servers: Servers,
    do: Callable[[Visit], Awaitable[list[Answered]]],
    *,
    bounds: Bounds = BOUNDS,
    own: dict[str, str] | None = None,
) -> tuple[Visit, list[Answered]]:
    async def run() -> tuple[Visit, list[Answered]]:
        meta = {"warc_note": {"source": "app", "hopsFromSeed": "L"}, "proxy": "http://p.example:1"}
        headers = {"Content-Encoding": "gzip", "Cache-Control": "max-age=300", "X": "1"}
        response = HtmlResponse(PAGE, headers=headers, body=b"coded")
        made = Visit(Request(PAGE, headers=own, meta=meta), response, servers.fetch, bounds, AGENT)
        made.begin()
        return made, await do(made)

    return asyncio.run(run())


def asking(*asked: Asked) -> Callable[[Visit], Awaitable[list[Answered]]]:
    async def do(made: Visit) -> list[Answered]:
        return [await made.answer(one) for one in asked]

    return do


def test_the_page_is_handed_over_once_and_not_kept() -> None:
    servers = Servers(Response(PAGE, body=b"again"))
    _, (first, second) = visit(servers, asking(GET_PAGE, GET_PAGE))
    assert (first.status, first.body) == (200, b"coded")
    fields = {(b"Content-Encoding", b"gzip"), (b"X", b"1"), (b"Cache-Control", b"no-store")}
    assert set(first.headers) == fields
    assert second.body == b"again"
    assert [request.url for request in servers.requests] == [PAGE]


def test_the_browser_may_spell_the_page_otherwise() -> None:
    servers = Servers(Response(PAGE))
    visit(servers, asking(Asked("GET", PAGE.replace("app.", "APP."))))
    assert servers.requests == []


def test_what_it_loads_is_asked_for_in_its_words() -> None:
    servers = Servers(Response(API, body=b"{}"))
    made, _ = visit(servers, asking(GET_API))
    (request,) = servers.requests
    assert request.url == API
    assert request.headers["User-Agent"] == f"Chrome/1 {AGENT}".encode()
    assert request.headers["Accept-Encoding"] == b"gzip, deflate"
    assert request.meta["proxy"] == "http://p.example:1"
    assert request.meta["warc_note"] == {
        "source": "app",
        "hopsFromSeed": "LE",
        "via": PAGE,
        "renderedFor": PAGE,
    }
    assert made.loaded == {API}


def test_a_page_with_a_user_agent_and_language_of_its_own() -> None:
    servers = Servers(Response(API, body=b"{}"))
    asked = Asked("GET", API, ((b"User-Agent", b"Chrome/1"), (b"accept-language", b"en-US")))
    own = {"User-Agent": "friend/1", "Accept-Language": "ru,*;q=0.5"}
    visit(servers, asking(asked), own=own)
    (request,) = servers.requests
    assert request.headers["User-Agent"] == b"Chrome/1 friend/1"
    assert request.headers["Accept-Language"] == b"ru,*;q=0.5"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Asked("GET", "https://update.googleapis.com/service/update2"), "browser"),
        (Asked("GET", "https://"), "url"),
        (Asked("GET", API, ((b"Accept", b"text/event-stream"),)), "stream"),
    ],
)
def test_some_things_are_not_asked_for(asked: Asked, why: str) -> None:
    servers = Servers(Response(API))
    made, (answer,) = visit(servers, asking(asked))
    assert (answer.status, servers.requests) == (403, [])
    assert made.refused == {why: 1}


def test_requests_are_counted() -> None:
    servers = Servers(Response(API))
    made, answers = visit(servers, asking(*[GET_API] * 5))
    assert [answer.status for answer in answers] == [200, 200, 200, 403, 403]
    assert made.facts == {"render-requests": "3", "render-refused-requests": "2"}


def test_bytes_are_counted() -> None:
    servers = Servers(Response(API, body=b"x" * 60))
    made, _ = visit(servers, asking(*[GET_API] * 3))
    assert [request.meta["download_maxsize"] for request in servers.requests] == [100, 40]
    assert made.refused == {"size": 1}


def test_time_is_bounded() -> None:
    servers = Servers(Response(API))
    made, _ = visit(servers, asking(GET_API), bounds=Bounds(0, 3, 100))
    assert made.refused == {"time": 1}


@pytest.mark.parametrize(
    ("error", "status", "why"),
    [
        (Refused("127.0.0.1 is not a public address"), 403, "guard"),
        (DownloadTimeoutError("too long"), 502, "failed"),
    ],
)
def test_no_answer_is_told_to_the_page(error: Exception, status: int, why: str) -> None:
    made, (answer,) = visit(Servers(error), asking(GET_API))
    assert answer.status == status
    assert made.refused == {why: 1}
    assert made.error is None


def test_nothing_is_asked_for_when_nothing_is_stored_any_more() -> None:
    full = StorageError("the disk is full")
    servers = Servers(full)
    made, answers = visit(servers, asking(GET_API, GET_API))
    assert [answer.status for answer in answers] == [502, 403]
    assert made.error is full
    assert len(servers.requests) == 1


def test_it_is_quiet_when_nothing_is_on_its_way() -> None:
    gate = asyncio.Event()

    async def fetch(request: Request) -> Response:
        await gate.wait()
        return Response(API)

    async def do(made: Visit) -> list[Answered]:
        made._fetch = fetch
        task = asyncio.ensure_future(made.answer(GET_API))
        await asyncio.sleep(0.02)
        assert made.quiet == 0
        gate.set()
        answer = await task
        await asyncio.sleep(0.02)
        assert made.quiet > 0.01
        return [answer]

    visit(Servers(Response(API)), do)
