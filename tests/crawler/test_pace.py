"""How fast a site is asked, measured by its own log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from archive.collection import Collection
from crawler import sources
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.model import Kind
from crawler.run import CrawlSummary
from crawler.sources import Seed, Source
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]

ARTICLES = [f"/2024/10/23/slug-{number}" for number in range(20)]
FEED = Answer.text(
    "<rss version='2.0'><channel>"
    + "".join(f"<item><link>http://news.example{path}</link></item>" for path in ARTICLES)
    + "</channel></rss>",
    "application/rss+xml",
)
SITEMAP = Answer.text(
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    + "".join(f"<url><loc>http://news.example{path}</loc></url>" for path in ARTICLES)
    + "</urlset>",
    "application/xml",
)
#: Of the delay that is kept between sending two requests, so much is seen at their arrival: one
#: that goes over a new connection arrives a little late, and the next one not.
SEEN = 0.85


def gaps(server: DemoServer) -> list[float]:
    """Return the seconds between one request and the next, whatever they asked for."""
    times = [request.time for request in server.requests]
    return [after - before for before, after in pairwise(times)]


@pytest.fixture
def site(serve: Serve) -> DemoServer:
    pages = {"/": html(*ARTICLES), "/b": html(*ARTICLES), **dict.fromkeys(ARTICLES, html())}
    return serve(pages | {"/feed": FEED, "/sitemap.xml": SITEMAP}, "www.news.example")


def seeds(*paths: str) -> tuple[Seed, ...]:
    kinds = {"feed": Kind.FEED, "sitemap.xml": Kind.SITEMAP}
    return tuple(
        Seed(f"http://news.example/{path}", kinds.get(path, Kind.SECTION)) for path in paths
    )


def test_a_host_is_never_asked_in_a_burst(
    run: Run, site: DemoServer, collection: Collection
) -> None:
    sources.add(collection.config_path, Source("one", seeds("", "b", "feed", "sitemap.xml")))
    run(site, delay=0.1, max_time=1.5)
    urls = [request.url.rpartition("/")[2] for request in site.requests]
    assert {"robots.txt", "", "b", "feed", "sitemap.xml"} < set(urls)
    assert min(gaps(site)) > 0.1 * SEEN


def test_as_it_comes_a_host_is_asked_once_a_second(run: Run, site: DemoServer) -> None:
    run(site, "http://news.example/", delay=None, max_time=2.5)
    assert len(site.requests) in (3, 4)
    assert min(gaps(site)) > SEEN


def test_sources_on_one_host_share_its_pace(
    run: Run, site: DemoServer, collection: Collection
) -> None:
    for name, path in (("one", ""), ("two", "b")):
        sources.add(collection.config_path, Source(name, seeds(path), delay=0.1))
    run(site, delay=None, max_time=1.0)
    assert {"/", "/b"} < set(asked(site))
    assert min(gaps(site)) > 0.1 * SEEN


def test_a_site_has_one_pace_under_both_of_its_names(
    run: Run, site: DemoServer, collection: Collection
) -> None:
    for name, host in (("one", "news.example"), ("two", "www.news.example")):
        seed = Seed(f"http://{host}/", Kind.SECTION)
        sources.add(collection.config_path, Source(name, (seed,)))
    run(site, delay=0.1, max_time=1.0)
    assert len({request.url.split("/")[2] for request in site.requests}) == 2
    assert min(gaps(site)) > 0.1 * SEEN


def test_one_connection_is_enough(run: Run, site: DemoServer) -> None:
    assert run(site, "http://news.example/").articles == 20
    assert len({request.connection for request in site.requests}) == 1


def test_no_more_requests_at_once_than_allowed(run: Run, serve: Serve) -> None:
    pages = {"/": html(*ARTICLES), **dict.fromkeys(ARTICLES, html())}
    server = serve(pages, latency=0.05)
    summary = run(server, "http://news.example/", concurrency=4)
    assert summary.articles == 20
    starts = sorted(request.time for request in server.requests if "/2024" in request.url)
    assert starts[-1] - starts[0] > 0.05 * (20 / 4 - 2)
    assert len({request.connection for request in server.requests}) <= 5
