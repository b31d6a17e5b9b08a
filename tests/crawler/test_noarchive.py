"""Pages that ask not to be archived: recorded as a rule, left out where a source asks for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.collection import Collection
from archive.warc.reader import read_records
from crawler import ledger, sources
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.model import Kind
from crawler.run import CrawlSummary
from crawler.sources import Seed, Source
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]

HOME = "http://news.example/"
DAY = "/2024/10/23/"
PAGES = {
    f"{DAY}by-its-head": Answer.text("<p>text", "text/html", X_Robots_Tag="noarchive"),
    f"{DAY}by-an-element": html(head='<meta name="robots" content="noindex, noarchive">'),
    f"{DAY}for-google-alone": html(head='<meta name="googlebot" content="noarchive">'),
    f"{DAY}without-a-wish": html(),
    f"{DAY}not-there": Answer(404, {"X-Robots-Tag": "noarchive"}),
}
UNWELCOME = {f"{DAY}by-its-head", f"{DAY}by-an-element"}


def stored(collection: Collection) -> set[str]:
    """Return the paths of which the WARC files have an answer."""
    return {
        "/" + record.url.split("/", 3)[3]
        for path in collection.warc_files()
        for record in read_records(path)
        if record.type == "response"
    }


@pytest.mark.parametrize("policy", ["capture", "skip"])
def test_what_becomes_of_the_wish(
    run: Run, serve: Serve, collection: Collection, policy: str
) -> None:
    seed = Seed(HOME, Kind.HOME)
    sources.add(collection.config_path, Source("news", (seed,), noarchive=policy))
    # The home page says so as well: listings are captured all the same.
    home = Answer.text(
        "".join(f'<a href="{page}">x</a>' for page in PAGES), "text/html", X_Robots_Tag="noarchive"
    )
    server = serve({"/": home} | PAGES)
    summary = run(server, "news")
    assert summary.exit_code == 0
    assert set(PAGES) < set(asked(server))
    skipped = UNWELCOME if policy == "skip" else set()
    assert stored(collection) == {"/robots.txt", "/", *PAGES, *usual(server)} - skipped
    states = ledger.states(collection.ledger_path)["news"]
    assert states.get("excluded by robots", 0) == summary.excluded == len(skipped)
    server.requests.clear()
    run(server, "news")
    assert not UNWELCOME & set(asked(server))  # nor is it asked for again


def usual(server: DemoServer) -> set[str]:
    """Return what was asked for in the usual places of feeds and sitemaps."""
    return {path for path in asked(server) if path.count("/") == 1}


def test_a_wish_is_told_to_who_asks_for_the_page(
    run: Run, serve: Serve, collection: Collection
) -> None:
    seed = Seed(HOME, Kind.HOME)
    sources.add(collection.config_path, Source("news", (seed,), noarchive="skip"))
    summary = run(serve(PAGES), HOME + f"{DAY}by-its-head"[1:])
    assert summary.exit_code == 1
    assert summary.problems == (
        f"http://news.example{DAY}by-its-head: noarchive: the page asks not to be archived",
    )
