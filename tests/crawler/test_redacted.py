"""A page that was taken out of the archive is not fetched again, whoever names it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from archive import redaction
from archive.collection import Collection
from archive.ingest import ingest
from archive.redaction import redact
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.run import CrawlSummary
from tests.crawler.pages import PROSE

HOME = "http://news.example/"
GONE, KEPT = (f"/2024/10/23/a-story-of-some-length-a{number}" for number in (1, 2))


def page(title: str, *links: str) -> Answer:
    body = "".join(f'<p><a href="{link}">{link}</a>' for link in links)
    return Answer.text(f"<!doctype html><title>{title}</title><body>{PROSE}{body}", "text/html")


@pytest.fixture
def site(serve: Callable[..., DemoServer]) -> DemoServer:
    return serve({"/": page("Home", GONE, KEPT), GONE: page("Gone"), KEPT: page("Kept")})


@pytest.mark.parametrize("asked", [HOME, HOME + GONE[1:]])
def test_it_is_not_fetched_again(
    run: Callable[..., CrawlSummary], site: DemoServer, collection: Collection, asked: str
) -> None:
    run(site, HOME)
    assert sum(request.url.endswith("a1") for request in site.requests) == 1
    ingest(collection, workers=0)
    redact(collection, [HOME + GONE[1:]], "asked")
    with closing(sqlite3.connect(collection.ledger_path)) as ledger, ledger:
        ledger.execute("UPDATE urls SET state = 'due', next_due = NULL")
    site.requests.clear()
    run(site, asked)
    assert not [request for request in site.requests if request.url.endswith("a1")]
    with closing(sqlite3.connect(collection.ledger_path)) as ledger:
        rows = ledger.execute("SELECT state, why, next_due FROM urls WHERE url LIKE '%a1'")
        assert rows.fetchall() == [("excluded by robots", "redacted", None)]
    if asked == HOME:
        assert [request for request in site.requests if request.url.endswith("a2")]


def test_a_redaction_that_was_killed_at_once_counts(
    run: Callable[..., CrawlSummary],
    site: DemoServer,
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is known of it but what its journal says."""

    def killed(*_: object) -> None:
        raise InterruptedError

    run(site, HOME)
    ingest(collection, workers=0)
    monkeypatch.setattr(redaction, "finish", killed)
    with pytest.raises(InterruptedError):
        redact(collection, [HOME + GONE[1:]], "asked")
    assert not collection.redacted_keys()
    with closing(sqlite3.connect(collection.ledger_path)) as ledger, ledger:
        ledger.execute("UPDATE urls SET state = 'due', next_due = NULL")
    site.requests.clear()
    run(site, HOME)
    assert [request for request in site.requests if request.url.endswith("a2")]
    assert not [request for request in site.requests if request.url.endswith("a1")]
