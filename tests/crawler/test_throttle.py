from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.demo.server import DemoServer
from crawler.run import CrawlSummary
from crawler.throttle import next_delay
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
    settings = {"DOWNLOAD_DELAY_JITTER": 0, "NEWSWARC_THROTTLE_MAX_DELAY": 0.5}
    run(server, "http://news.example/", delay=0.01, max_time=1.5, settings=settings)
    times = [request.time for request in server.requests]
    assert times[-1] - times[0] > 0.19 * (len(times) - 2)
