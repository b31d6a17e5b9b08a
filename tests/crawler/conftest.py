"""Sites to crawl, a collection to crawl them into, and what was asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import timestamp
from archive.collection import Collection
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.demo.site import Site, moscow_times
from crawler.run import CrawlSummary, Options, crawl
from tests.crawler import sums

Answers = Mapping[str, Answer | Callable[[], Answer]]


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "news")


@pytest.fixture
def times() -> Iterator[DemoServer]:
    """The bundled site, served."""
    with DemoServer(moscow_times()) as server:
        yield server


@pytest.fixture
def serve() -> Iterator[Callable[..., DemoServer]]:
    """Serve a few answers, by path, at http://news.example; anything else is 404."""
    with ExitStack() as stack:

        def start(answers: Answers, *hosts: str, **options: Any) -> DemoServer:
            def answer(host: str, target: str) -> Answer:
                found = answers.get(f"//{host}{target}") or answers.get(target)
                if found is None:
                    return Answer(404, {"Content-Type": "text/plain"}, b"not here\n")
                return found() if callable(found) else found

            site = Site(("news.example", *hosts), answer)
            return stack.enter_context(DemoServer(site, tls=False, **options))

        yield start


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put the clock forward: ``later(hours=11)``."""
    ahead = timedelta()
    real = timestamp.now

    def later(**span: float) -> None:
        nonlocal ahead
        ahead += timedelta(**span)

    monkeypatch.setattr(timestamp, "now", lambda: real() + ahead)
    return later


@pytest.fixture
def run(collection: Collection) -> Callable[..., CrawlSummary]:
    """Crawl a server's site without delay and without indexing; the ledger's sum holds."""

    def run(server: DemoServer, *targets: str, **options: Any) -> CrawlSummary:
        settings = {"NEWSWARC_RETRY_DELAY": 0.01, **options.pop("settings", {})}
        options = {"delay": 0.0, "index": False, "robots": None, **options}
        connect_to = tuple(server.connect_to)
        made = Options(connect_to=connect_to, settings=settings, **options)
        try:
            return crawl(collection, targets, made)
        finally:
            sums.check(collection)

    return run
