"""robots.txt, seen from the server: what is asked for, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from archive import timestamp
from archive.collection import Collection
from archive.warc.reader import read_records
from crawler import ledger
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.ledger import Ledger
from crawler.ledger.robots import RobotsFile
from crawler.robots import Rules
from crawler.run import CrawlSummary
from tests.crawler.pages import PROSE, asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]
Later = Callable[..., None]

HOME = "http://news.example/"
ARTICLES = [f"/2024/10/23/slug-{number}" for number in range(20)]


def text(rules: str, status: int = 200, **options: float) -> Answer:
    return Answer(status, {"Content-Type": "text/plain"}, rules.encode(), **options)


def site(robots: Answer | None) -> dict[str, Answer]:
    pages = {"/": html(*ARTICLES)} | dict.fromkeys(ARTICLES, html())
    return pages if robots is None else pages | {"/robots.txt": robots}


@pytest.mark.parametrize(
    ("robots", "articles"),
    [
        (None, 20),
        (text("no", 403), 20),
        (text("", 401), 20),
        (text("", 200), 20),
        (text("User-agent: *\nDisallow: /preview/"), 20),
        (text("User-agent: *\nDisallow: /*slug-1"), 9),
        (text("User-agent: *\nDisallow: /2024\nAllow: /2024/10/23/slug-1$"), 1),
        (text("User-agent: newswarc\nDisallow: /2024\n\nUser-agent: *\nAllow: /"), 0),
        (text("User-agent: NewsWARC\nAllow: /\n\nUser-agent: *\nDisallow: /"), 20),
        (text("User-agent: other\nDisallow: /"), 20),
        (text("\ufeffUser-agent: *\nDisallow: /2024"), 0),
        (html("/2024"), 20),
        (Answer.redirect("/other.txt"), 20),
    ],
)
def test_what_the_rules_allow(run: Run, serve: Serve, robots: Answer | None, articles: int) -> None:
    server = serve(site(robots))
    summary = run(server, HOME)
    assert len(asked(server, "/2024")) == articles
    assert summary.articles == articles
    assert summary.exit_code == 0


def test_nothing_leaks_while_the_rules_are_on_their_way(
    run: Run, serve: Serve, collection: Collection
) -> None:
    rules = "User-agent: *\nDisallow: /"
    cdn = [f"http://cdn.example/{number}.jpg" for number in range(20)]
    page = Answer.text(PROSE + "".join(f'<img src="{url}">' for url in cdn), "text/html")
    server = serve(
        {
            "//news.example/2024/10/23/slug": page,
            "//cdn.example/robots.txt": text(rules, delay=0.3),
            **{f"//cdn.example/{number}.jpg": text("image") for number in range(20)},
        },
        "cdn.example",
    )
    summary = run(server, "http://news.example/2024/10/23/slug", concurrency=20)
    assert asked(server) == ["/2024/10/23/slug"]
    assert summary.excluded == 20
    assert ledger.states(collection.ledger_path)["news.example"] == {
        "captured": 1,
        "excluded by robots": 20,
    }


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_in_trouble_has_not_allowed_anything(run: Run, serve: Serve, status: int) -> None:
    server = serve(site(text("", status)))
    summary = run(server, HOME)
    assert asked(server) == []
    assert summary.problems == (
        f"{HOME}: robots.txt answers {status}: http://news.example/robots.txt",
    )
    assert summary.exit_code == 1


@pytest.mark.parametrize(
    "robots",
    [
        text("", delay=5.0),
        Answer(raw=b""),
        Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nUs"),
    ],
    ids=["timeout", "hangs up", "cut"],
)
def test_rules_that_do_not_come_have_not_allowed_anything(
    run: Run, serve: Serve, robots: Answer
) -> None:
    server = serve(site(robots))
    summary = run(server, HOME, settings={"DOWNLOAD_TIMEOUT": 0.3})
    assert asked(server) == []
    assert "robots.txt cannot be had" in summary.problems[0]


def test_five_redirects_are_followed_and_no_more(run: Run, serve: Serve) -> None:
    hops = {f"/{n}": Answer.redirect(f"/{n + 1}") for n in range(1, 9)}
    near = hops | {"/5": text("User-agent: *\nDisallow: /")}
    start = {"/": html(), "/robots.txt": Answer.redirect("/1")}
    obeyed = serve(near | start)
    anew = {"NEWSWARC_ROBOTS_AGE": 0}
    assert run(obeyed, HOME, settings=anew).exit_code == 1
    assert "/" not in asked(obeyed)
    far = serve(hops | {"/6": text("User-agent: *\nDisallow: /")} | start)
    assert run(far, HOME, settings=anew).exit_code == 0
    assert "/" in asked(far)


def test_the_rules_of_an_origin_are_fetched_once(run: Run, serve: Serve) -> None:
    server = serve(site(text("User-agent: *\nAllow: /")))
    run(server, HOME, concurrency=8)
    assert [request.url for request in server.requests].count(HOME + "robots.txt") == 1


def test_the_rules_are_remembered_for_half_a_day(
    run: Run, serve: Serve, later: Later, collection: Collection
) -> None:
    server = serve(site(text("User-agent: *\nDisallow: /2024/10/23/slug-1$")))

    def fetched() -> int:
        return [request.url for request in server.requests].count(HOME + "robots.txt")

    assert run(server, HOME).excluded == 1
    assert run(server, HOME + ARTICLES[1][1:]).excluded == 1
    later(hours=11)
    assert run(server, HOME + ARTICLES[1][1:]).excluded == 1
    assert fetched() == 1
    later(hours=2)
    assert run(server, HOME + ARTICLES[1][1:]).excluded == 1
    assert fetched() == 2


def test_a_robots_txt_that_is_not_there_is_remembered_and_one_in_trouble_is_not(
    run: Run, serve: Serve, collection: Collection
) -> None:
    run(serve(site(None)), HOME, limit=1)
    with closing(Ledger(collection.ledger_path)) as ledger:
        known = ledger.robots.get("http://news.example", timedelta(hours=1))
        assert known is not None
        assert (known.status, known.body) == (404, b"")
    other = serve({"//other.example/robots.txt": text("", 503)}, "other.example")
    run(other, "http://other.example/")
    with closing(Ledger(collection.ledger_path)) as ledger:
        assert ledger.robots.get("http://other.example", timedelta(hours=1)) is None
        assert "robots.txt answers 503" in str(ledger.hosts.held(timestamp.now())["other.example"])


def test_rules_are_parsed_when_somebody_asks() -> None:
    rules = Rules(RobotsFile(timestamp.now(), 200, b"User-agent: *\nDisallow: /a\n"))
    assert "parsed" not in vars(rules)
    assert rules.parsed is not None
    assert not rules.parsed.can_fetch("http://e.org/a", "newswarc")
    assert rules.parsed is rules.parsed


def test_a_request_rate_is_not_looked_at(run: Run, serve: Serve) -> None:
    server = serve(site(text("User-agent: *\nRequest-rate: 1/60")))
    assert run(server, HOME, limit=3).seconds < 5


def test_a_crawl_delay_is_kept(run: Run, serve: Serve) -> None:
    server = serve(site(text("User-agent: *\nCrawl-delay: 0.2")))
    run(server, HOME, limit=3)
    first, *_, last = [request.time for request in server.requests]
    assert last - first > 0.2 * (len(server.requests) - 2)


@pytest.mark.parametrize(
    "options", [{"robots": "robots-only"}, {"settings": {"NEWSWARC_CRAWL_DELAY_CAP": 0.0}}]
)
def test_a_crawl_delay_can_be_capped_or_refused(
    run: Run, serve: Serve, options: dict[str, object]
) -> None:
    server = serve(site(text("User-agent: *\nCrawl-delay: 30")))
    assert run(server, HOME, limit=3, **options).seconds < 5


def test_the_owner_may_ignore_them(run: Run, serve: Serve) -> None:
    server = serve(site(text("User-agent: *\nDisallow: /")))
    assert run(server, HOME, robots="ignore").articles == 20
    assert not any(request.url.endswith("/robots.txt") for request in server.requests)


def test_what_is_excluded_is_a_problem_only_if_it_was_asked_for(run: Run, serve: Serve) -> None:
    server = serve(site(text("User-agent: *\nDisallow: /")))
    summary = run(server, "http://news.example/2024/10/23/slug-1")
    assert summary.problems == (
        "http://news.example/2024/10/23/slug-1: robots.txt of news.example disallows it",
    )


def test_the_rules_themselves_are_captured(run: Run, serve: Serve, collection: Collection) -> None:
    run(serve(site(text("User-agent: *\nAllow: /"))), HOME, limit=1)
    (warc,) = collection.warc_files()
    assert warc_urls(warc)[0] == HOME + "robots.txt"


def warc_urls(path: Path) -> list[str]:
    return [record.url for record in read_records(path) if record.type == "response"]
