from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import pairwise

import pytest
from scrapy.settings import Settings

from archive import timestamp
from archive.collection import Collection
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.ledger import Ledger
from crawler.run import CrawlSummary
from crawler.throttle import keep_floors, next_delay
from tests.crawler.pages import html


@pytest.mark.parametrize(
    ("delay", "latency", "floor", "cap", "expected"),
    [
        (1.0, 0.1, 1.0, 30.0, 1.0),  # never below the floor
        (1.0, 5.0, 1.0, 30.0, 5.0),  # slow at once
        (5.0, 1.0, 1.0, 30.0, 3.0),  # quick again by and by
        (5.0, 99.0, 1.0, 30.0, 30.0),
        (60.0, 0.1, 60.0, 30.0, 60.0),  # a crawl-delay is kept whatever the cap
        (1.0, 0.2, 0.1, 30.0, 0.6),
        (0.0, 0.0, 0.0, 30.0, 0.0),
    ],
)
def test_the_delay_follows_the_latency(
    delay: float, latency: float, floor: float, cap: float, expected: float
) -> None:
    assert next_delay(delay, latency, floor, cap) == pytest.approx(expected)


def test_a_slow_host_is_asked_less_often(
    run: Callable[..., CrawlSummary], serve: Callable[..., DemoServer]
) -> None:
    articles = [f"/2024/10/23/slug-{number}" for number in range(20)]
    server = serve({"/": html(*articles), **dict.fromkeys(articles, html())}, latency=0.2)
    settings = {"NEWSWARC_THROTTLE_MAX_DELAY": 0.5}
    run(server, "http://news.example/", delay=0.01, max_time=1.5, settings=settings)
    times = [request.time for request in server.requests]
    assert times[-1] - times[0] > 0.19 * (len(times) - 2)


def test_who_says_that_we_are_too_fast_is_asked_slowly_in_the_next_crawls_too(
    run: Callable[..., CrawlSummary],
    serve: Callable[..., DemoServer],
    collection: Collection,
    later: Callable[..., None],
) -> None:
    answers = [Answer(429, {"Retry-After": "0"}), *[html()] * 20]
    articles = [f"/2024/10/23/slug-{number}" for number in range(20)]
    pages = {"/": html(*articles), **dict.fromkeys(articles, lambda: answers.pop(0))}
    server = serve(pages)

    def fastest() -> float:
        """Return the shortest time between two requests, from the first article on."""
        server.requests.clear()
        answers[:] = answers or [html()] * 20
        run(server, "http://news.example/", limit=4, delay=0.1)
        times = [request.time for request in server.requests if "/2024" in request.url]
        return min(after - before for before, after in pairwise(times))

    run(server, "http://news.example/", delay=0.1, limit=3)
    times = [request.time for request in server.requests if "/2024" in request.url]
    # Twice half a second, on average: a server on a busy machine hears of a request late.
    assert times[-1] - times[0] > 0.9 * (len(times) - 1) > 0
    with closing(Ledger(collection.ledger_path)) as ledger:
        assert ledger.hosts.slowed(timestamp.now()) == {"news.example": 1.0}
    assert fastest() > 0.9
    later(hours=25)
    assert fastest() < 0.5


def test_remembered_floors_undercut_nothing() -> None:
    settings = Settings(
        {"DOWNLOAD_DELAY": 3.0, "DOWNLOAD_SLOTS": {"a.example": {"delay": 9.0, "concurrency": 2}}}
    )
    keep_floors(settings, {"a.example": 4.0, "b.example": 1.0, "c.example": 5.0})
    assert settings.getdict("DOWNLOAD_SLOTS") == {
        "a.example": {"delay": 9.0, "concurrency": 2},
        "b.example": {"delay": 3.0},
        "c.example": {"delay": 5.0},
    }


def test_the_first_answer_of_a_crawl_says_nothing_of_its_pace(
    run: Callable[..., CrawlSummary],
    serve: Callable[..., DemoServer],
    collection: Collection,
    later: Callable[..., None],
) -> None:
    answers = [html(), Answer(503, {"Retry-After": "3600"})]
    server = serve({"/": lambda: answers.pop(0)})

    for _ in range(2):
        run(server, "http://news.example/", delay=0.01)
        later(hours=1)  # robots.txt is known by then

    assert answers == []
    with closing(Ledger(collection.ledger_path)) as ledger:
        assert ledger.hosts.slowed(timestamp.now()) == {}
