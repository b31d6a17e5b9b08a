"""Patience that outlives the run, seen from a server that is asked every few minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from archive import timestamp
from archive.collection import Collection
from crawler import ledger as ledgers
from crawler import sources
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.ledger import Ledger
from crawler.ledger.hosts import FIRST, LONGEST, LONGEST_ASKED
from crawler.model import Kind
from crawler.run import CrawlSummary
from crawler.sources import Seed, Source
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]
Later = Callable[..., None]

HOME = "http://news.example/"
ARTICLES = [f"/2024/10/23/slug-{number}" for number in range(10)]
HOUR = 3600.0


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.db")) as ledger:
        yield ledger


def until(ledger: Ledger, host: str = "e.org") -> float:
    """Return for how many more seconds a host is left alone."""
    hold = ledger.hosts.held(timestamp.now())[host]
    return (hold.until - timestamp.now()).total_seconds()


def test_each_hold_is_twice_as_long_up_to_a_bound(ledger: Ledger, later: Later) -> None:
    for failures, expected in enumerate((FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST, LONGEST, LONGEST)):
        assert ledger.hosts.failures("e.org") == failures
        ledger.hosts.hold("e.org", "503 Service Unavailable")
        assert until(ledger) == pytest.approx(expected, abs=2)
        later(seconds=expected)
        later(seconds=2)
        assert not ledger.hosts.held(timestamp.now())
        assert "e.org" in ledger.hosts.on_probation(timestamp.now())


@pytest.mark.parametrize(
    ("seconds", "expected"), [(120.0, 120.0), (5 * HOUR, 5 * HOUR), (1e9, LONGEST_ASKED)]
)
def test_a_retry_after_is_taken_at_its_word_up_to_a_day(
    ledger: Ledger, seconds: float, expected: float
) -> None:
    ledger.hosts.hold("e.org", "429 Too Many Requests", seconds)
    assert expected <= until(ledger) + 0.1 <= expected + 2


def test_one_success_clears_a_host_under_both_of_its_names(ledger: Ledger) -> None:
    ledger.hosts.hold("www.e.org", "503 Service Unavailable")
    assert set(ledger.hosts.held(timestamp.now())) == {"e.org", "www.e.org"}
    ledger.hosts.clear("e.org")
    assert not ledger.hosts.held(timestamp.now())
    assert ledger.hosts.failures("www.e.org") == 0


def test_a_slow_pace_is_remembered_for_a_day(ledger: Ledger, later: Later) -> None:
    ledger.hosts.slow("www.e.org", 4.0)
    assert ledger.hosts.slowed(timestamp.now()) == {"e.org": 4.0}
    later(hours=25)
    assert ledger.hosts.slowed(timestamp.now()) == {}


class Host:
    """A site that is in trouble until somebody says otherwise."""

    def __init__(self, serve: Serve, trouble: Answer) -> None:
        self.trouble: Answer | None = trouble
        pages = {"/": html(*ARTICLES)} | dict.fromkeys(ARTICLES, html())
        names = ("www.news.example",)
        self.server = serve(
            {path: lambda page=page: self.trouble or page for path, page in pages.items()}, *names
        )

    def asked(self) -> int:
        """Return how much was asked since the last time."""
        found = len(asked(self.server))
        self.server.requests.clear()
        return found


def in_an_hour() -> str:
    return format_datetime(timestamp.now() + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", [lambda: "3600", in_an_hour], ids=["seconds", "date"])
def test_a_long_retry_after_holds_for_the_crawls_to_come(
    run: Run,
    serve: Serve,
    collection: Collection,
    later: Later,
    status: int,
    wait: Callable[[], str],
) -> None:
    sources.add(collection.config_path, Source("news", (Seed(HOME, Kind.HOME),)))
    host = Host(serve, Answer(status, {"Retry-After": wait()}))
    assert run(host.server).exit_code == 1
    assert host.asked() == 1
    host.trouble = None
    for _ in range(11):  # cron, every five minutes
        summary = run(host.server, index=False)
        assert (summary.exit_code, summary.fetched) == (0, 0)
        later(minutes=5)
    assert host.server.requests == []
    later(minutes=7)
    assert run(host.server, "news").articles == 10
    with closing(Ledger(collection.ledger_path)) as ledger:
        assert ledger.hosts.failures("news.example") == 0


def test_who_asks_by_name_is_told_until_when(
    run: Run, serve: Serve, collection: Collection
) -> None:
    host = Host(serve, Answer(503, {"Retry-After": "3600"}))
    run(host.server, HOME + ARTICLES[0][1:])
    host.trouble = None
    host.asked()
    with closing(Ledger(collection.ledger_path)) as ledger:
        hold = ledger.hosts.held(timestamp.now())["news.example"]
    for name in ("news.example", "www.news.example"):
        summary = run(host.server, f"http://{name}{ARTICLES[1]}")
        assert summary.exit_code == 1
        assert summary.problems == (
            f"{name} is left alone until {hold.until:%Y-%m-%d %H:%M} UTC: 503 Service Unavailable",
        )
    assert host.server.requests == []
    assert ledgers.states(collection.ledger_path)["news.example"]["due"] >= 1


def test_who_names_a_source_is_told_and_cron_is_not(
    run: Run, serve: Serve, collection: Collection, capfd: pytest.CaptureFixture[str]
) -> None:
    sources.add(collection.config_path, Source("news", (Seed(HOME, Kind.HOME),)))
    server = serve({})
    with closing(Ledger(collection.ledger_path)) as ledger:
        hold = ledger.hosts.hold("news.example", "503 Service Unavailable", 7200.0)
        ledger.commit(lambda: None)
    summary = run(server, "news")
    told = f"news.example is left alone until {hold.until:%Y-%m-%d %H:%M} UTC"
    assert summary.problems == (f"{told}: 503 Service Unavailable",)
    assert (summary.exit_code, summary.articles) == (1, 0)
    assert told in capfd.readouterr().err
    assert run(server).exit_code == 0
    assert capfd.readouterr().err == ""
    assert server.requests == []


def test_a_host_that_fails_again_and_again_is_asked_less_and_less(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    sources.add(collection.config_path, Source("news", (Seed(HOME, Kind.HOME),)))
    host = Host(serve, Answer(500))
    settings = {"NEWSWARC_HOST_FAILURES": 3}
    run(host.server, settings=settings)
    assert host.asked() == 3  # tried again twice; then the breaker opens
    per_hour = []
    for _ in range(12):
        for _ in range(12):
            later(minutes=5)
            run(host.server, "news", settings=settings)
        per_hour.append(host.asked())
    assert per_hour[0] in (1, 2)
    assert sum(per_hour) <= 6  # after 15, 30, 60, 120, 240, 240 minutes


def test_nobody_is_bothered_where_nobody_is(run: Run, serve: Serve, collection: Collection) -> None:
    host = Host(serve, Answer(503))
    host.server.stop()
    assert run(host.server, HOME).exit_code == 1
    with closing(Ledger(collection.ledger_path)) as ledger:
        assert ledger.hosts.held(timestamp.now()) == {}


def test_a_host_in_trouble_does_not_hold_up_another(
    run: Run, serve: Serve, collection: Collection
) -> None:
    bad = Seed("http://bad.example/", Kind.HOME)
    sources.add(collection.config_path, Source("bad", (bad,)))
    sources.add(collection.config_path, Source("news", (Seed(HOME, Kind.HOME),)))
    pages = {f"//news.example{path}": html() for path in ARTICLES}
    pages |= {"//news.example/": html(*ARTICLES), "//bad.example/": Answer(503)}
    server = serve(pages | {"//bad.example/robots.txt": Answer(500)}, "bad.example")
    assert run(server).articles == 10
    server.requests.clear()
    assert len(run(server, "bad", "news").problems) == 1
    assert not [request for request in server.requests if "bad.example" in request.url]
