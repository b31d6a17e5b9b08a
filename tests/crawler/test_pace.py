"""How fast a site is asked, measured by its own log."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.collection import Collection
from crawler import sources
from crawler.demo.server import DemoServer
from crawler.model import Kind
from crawler.run import CrawlSummary
from crawler.sources import Seed, Source
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]

ARTICLES = [f"/2024/10/23/slug-{number}" for number in range(20)]


def gap(server: DemoServer) -> float:
    """Return the mean time between two requests; a busy machine shifts the single ones."""
    times = [request.time for request in server.requests]
    return (times[-1] - times[0]) / (len(times) - 1)


@pytest.fixture
def site(serve: Serve) -> DemoServer:
    return serve({"/": html(*ARTICLES), "/b": html(*ARTICLES), **dict.fromkeys(ARTICLES, html())})


def test_a_host_is_never_asked_in_a_burst(run: Run, site: DemoServer) -> None:
    run(site, "http://news.example/", delay=0.1, max_time=1.0)
    assert len(site.requests) > 4
    assert gap(site) > 0.1 * 0.8


def test_as_it_comes_a_host_is_asked_once_a_second(run: Run, site: DemoServer) -> None:
    run(site, "http://news.example/", delay=None, max_time=2.0)
    assert len(site.requests) in (2, 3)
    assert gap(site) > 0.65


def test_a_source_may_have_a_pace_of_its_own_and_shares_it(
    run: Run, site: DemoServer, collection: Collection
) -> None:
    for name, path in (("one", ""), ("two", "b")):
        seed = Seed(f"http://news.example/{path}", Kind.SECTION)
        sources.add(collection.config_path, Source(name, (seed,), delay=0.1))
    run(site, delay=None, max_time=1.0)
    assert {"/", "/b"} < set(asked(site))
    assert gap(site) > 0.1 * 0.8


def test_no_more_requests_at_once_than_allowed(run: Run, serve: Serve) -> None:
    pages = {"/": html(*ARTICLES), **dict.fromkeys(ARTICLES, html())}
    server = serve(pages, latency=0.05)
    summary = run(server, "http://news.example/", concurrency=4)
    assert summary.articles == 20
    starts = sorted(request.time for request in server.requests if "/2024" in request.url)
    assert starts[-1] - starts[0] > 0.05 * (20 / 4 - 2)
    assert len({request.connection for request in server.requests}) <= 5
