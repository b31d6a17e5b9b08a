"""Whole crawls of small sites: what is captured, what is not, and how it ends."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import StorageError
from archive.warc.reader import read_records
from crawler import ledger, sources
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.demo.site import FOUNDING, MOSCOW_TIMES
from crawler.lock import locked
from crawler.model import Kind
from crawler.run import CrawlSummary
from crawler.sources import Seed, Source
from tests.crawler.pages import PROSE, asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]

HOME = "http://news.example/"
ONE = "/2024/10/23/one-a1001"
TWO = "/2024/10/22/two-a1002"
STORY = re.compile(r"-a\d+$")
IMAGE = Answer(200, {"Content-Type": "image/png"}, b"\x89PNG")


def captured(collection: Collection) -> list[str]:
    """Return the URLs of all responses, in the order of the files."""
    return [
        record.url
        for path in collection.warc_files()
        for record in read_records(path)
        if record.type == "response"
    ]


def states(collection: Collection) -> dict[str, int]:
    """Return how many URLs stand in each state, all sources together."""
    total: dict[str, int] = {}
    for by_state in ledger.states(collection.ledger_path).values():
        for state, number in by_state.items():
            total[state] = total.get(state, 0) + number
    return total


def log(summary: CrawlSummary) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(summary.log).read_text().splitlines()]


# The bundled site --------------------------------------------------------------------------------


def test_every_article_of_the_bundled_site_is_captured_once(
    run: Run, times: DemoServer, collection: Collection
) -> None:
    first = run(times, MOSCOW_TIMES, concurrency=4)
    assert (first.reason, first.exit_code, first.problems) == ("finished", 0, ())
    stories = {request.url for request in times.requests if STORY.search(request.url)}
    press = times.site._answer.__self__  # type: ignore[attr-defined]
    assert stories == {MOSCOW_TIMES.rstrip("/") + story.path for story in press.paper.stories}
    assert first.articles == len(stories) >= 60
    urls = captured(collection)
    assert len(urls) == len(set(urls))
    assert stories < set(urls)
    assert sum(states(collection).values()) == sum(
        states(collection).get(state, 0) for state in ("captured", "out of scope")
    )

    everything = [request.url for request in times.requests]
    assert not [url for url in everything if "/preview/" in url or "/search/" in url]
    assert not [url for url in everything if url.endswith("/pdf") or "/all/" in url]
    assert not [url for url in everything if "utm_" in url]

    asked_before = len(times.requests)
    second = run(times, MOSCOW_TIMES, concurrency=4)
    assert (second.articles, second.requisites, second.exit_code) == (0, 0, 0)
    again = [request.url for request in times.requests[asked_before:]]
    assert not stories & set(again)
    assert MOSCOW_TIMES in again


def test_one_page_with_what_it_needs(run: Run, times: DemoServer, collection: Collection) -> None:
    summary = run(times, FOUNDING)
    assert (summary.articles, summary.exit_code) == (1, 0)
    assert summary.requisites > 5
    urls = captured(collection)
    assert FOUNDING in urls
    pages = [request.url for request in times.requests if request.url.count("/") > 4]
    assert [url for url in pages if "www." in url and "/image" not in url] == [FOUNDING]
    assert any(url.endswith(".woff2") for url in urls)
    assert any(".css" in url for url in urls)
    assert any(".jpg" in url for url in urls)


def test_one_page_is_captured_as_often_as_it_is_asked_for(
    run: Run, times: DemoServer, collection: Collection
) -> None:
    run(times, FOUNDING)
    needed = len(times.requests)
    assert run(times, FOUNDING).articles == 1
    assert captured(collection).count(FOUNDING) == 2
    assert len(times.requests) == needed + 1  # the page: robots.txt and the rest are known


def test_the_bare_domain_leads_to_the_site(run: Run, times: DemoServer) -> None:
    summary = run(times, "http://themoscowtimes.com/", limit=2, concurrency=4)
    assert (summary.articles, summary.exit_code) == (2, 0)


def test_the_limit(run: Run, times: DemoServer, collection: Collection) -> None:
    summary = run(times, MOSCOW_TIMES, limit=3, concurrency=4)
    assert (summary.reason, summary.articles, summary.exit_code) == ("limit", 3, 0)
    assert sum(bool(STORY.search(request.url)) for request in times.requests) == 3
    assert states(collection)["due"] > 10
    assert run(times, MOSCOW_TIMES, limit=3, concurrency=4).articles == 3
    assert sum(bool(STORY.search(request.url)) for request in times.requests) == 6


def test_time_is_up(run: Run, times: DemoServer, collection: Collection) -> None:
    times.latency = 0.05
    summary = run(times, MOSCOW_TIMES, max_time=1.0)
    assert (summary.reason, summary.exit_code) == ("max-time", 0)
    assert summary.seconds < 4
    assert summary.fetched > 3
    assert states(collection)["due"] > 10


# Discovery ---------------------------------------------------------------------------------------


def test_feeds_sitemaps_and_sections(run: Run, serve: Serve) -> None:
    def feed(path: str) -> Answer:
        item = f"<item><link>http://news.example{path}</link></item>"
        return Answer.text(f"<rss><channel>{item}</channel></rss>", "text/html")

    def sitemap(*paths: str) -> Answer:
        urls = "".join(f"<url><loc>http://news.example{path}</loc></url>" for path in paths)
        return Answer.text(f"<urlset>{urls}</urlset>", "text/xml")

    index = "<sitemapindex><sitemap><loc>/map-1.xml</loc></sitemap></sitemapindex>"
    link = '<link rel="alternate" type="application/atom+xml" href="/opaque/feed42">'
    server = serve(
        {
            "/robots.txt": Answer.text("Sitemap: http://cdn.example/index.xml", "text/plain"),
            "/": html("/world", "/in-the-home-page-itself", head=link),
            "/world": html("/2024/10/23/in-a-section"),
            "/opaque/feed42": feed("/in-a-feed"),
            "//cdn.example/index.xml": Answer.text(index, "text/xml"),
            "//cdn.example/map-1.xml": sitemap("/x", "/y"),
            **dict.fromkeys(
                ["/in-the-home-page-itself", "/2024/10/23/in-a-section", "/in-a-feed", "/x", "/y"],
                html(),
            ),
        },
        "cdn.example",
    )
    assert run(server, HOME).articles == 5


def test_the_usual_places_are_tried_when_nothing_is_named(run: Run, serve: Serve) -> None:
    server = serve({"/": html(ONE), ONE: html()})
    assert run(server, HOME).exit_code == 0
    assert {"/sitemap.xml", "/feed", "/rss"} <= set(asked(server))
    before = len(server.requests)
    run(server, HOME)
    assert "/feed" not in asked(server)[before:]


def test_load_more_goes_on_until_nothing_is_new(
    run: Run, serve: Serve, later: Callable[..., None]
) -> None:
    button = '<button data-url="/news/{{offset}}" data-start="2" data-step="1">'
    parts = {f"/news/{n}": html(f"/2024/10/23/slug-{n}") for n in range(2, 7)}
    server = serve(
        {"/": html("/news"), "/news": html(ONE, head=button), "/news/9": html()}
        | parts
        | {"/news/7": Answer.text("", "text/html")}
        | {f"/2024/10/23/slug-{n}": html() for n in range(2, 7)}
        | {ONE: html()}
    )
    assert run(server, HOME).articles == 6
    assert asked(server, "/news/") == [f"/news/{n}" for n in range(2, 8)]
    before = len(asked(server))
    later(hours=1)
    run(server, HOME)
    assert [path for path in asked(server)[before:] if path.startswith("/news/")] == ["/news/2"]


def test_a_section_without_news_is_left_alone_for_a_while(run: Run, serve: Serve) -> None:
    button = '<button data-url="/news/{{offset}}" data-start="2" data-step="1">'
    server = serve(
        {"/": html("/news"), "/news": html(ONE, head=button), "/news/2": html(), ONE: html()}
    )
    for _ in range(4):
        run(server, HOME)
    assert [asked(server).count(path) for path in ("/", "/news", "/news/2", ONE)] == [4, 1, 1, 1]


def test_load_more_is_bounded(run: Run, serve: Serve) -> None:
    def part() -> Answer:
        return html(f"/2024/10/23/slug-{time.monotonic_ns()}")

    button = '<button data-url="/news/{{offset}}" data-start="10" data-step="10">'
    endless = {f"/news/{n}": part for n in range(10, 9999, 10)}
    server = serve({"/": html("/news"), "/news": html(head=button), **endless})
    run(server, HOME, settings={"NEWSWARC_MORE_PARTS": 5})
    assert asked(server, "/news/") == [f"/news/{n}" for n in range(10, 60, 10)]


@pytest.mark.parametrize(("depth", "articles"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_depth(run: Run, serve: Serve, depth: int, articles: int) -> None:
    three = "/2024/10/21/three-a1003"
    server = serve({"/": html(ONE), ONE: html(TWO), TWO: html(three), three: html(ONE, "/")})
    assert run(server, HOME, depth=depth).articles == articles


def test_newer_articles_come_first(run: Run, serve: Serve) -> None:
    days = ["/2023/01/01/slug", "/2024/10/23/slug", "/2024/02/29/slug", "/2022/12/31/slug"]
    server = serve({"/": html(*days), **dict.fromkeys(days, html())})
    run(server, HOME)
    assert asked(server, "/20") == sorted(days, reverse=True)


# Redirects ---------------------------------------------------------------------------------------


def test_a_redirect_is_captured_and_so_is_where_it_leads(
    run: Run, serve: Serve, collection: Collection
) -> None:
    old = "/2024/10/23/the-old-name-of-it"
    server = serve({"/": html(old, ONE), old: Answer.redirect(ONE), ONE: html()})
    assert run(server, HOME).articles == 1
    assert {HOME + old[1:], HOME + ONE[1:]} < set(captured(collection))
    assert asked(server).count(ONE) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {ONE: Answer.redirect(ONE)},
        {ONE: Answer.redirect(TWO), TWO: Answer.redirect(ONE)},
        {
            ONE: Answer.redirect("/2024/10/23/hop-0"),
            **{
                f"/2024/10/23/hop-{n}": Answer.redirect(f"/2024/10/23/hop-{n + 1}")
                for n in range(99)
            },
        },
        {ONE: Answer(301, {"Content-Type": "text/html"})},
        {ONE: Answer.redirect("http://[broken")},
        {ONE: Answer.redirect("http://elsewhere.example/2024/10/23/slug")},
        {ONE: Answer.redirect("ftp://news.example/x")},
    ],
)
def test_redirects_that_lead_nowhere_end(
    run: Run, serve: Serve, answers: dict[str, Answer]
) -> None:
    server = serve({"/": html(ONE), **answers})
    assert run(server, HOME).exit_code == 0
    assert len(asked(server, "/2024")) < 10


def test_a_redirect_into_our_own_network_is_refused(
    run: Run, serve: Serve, collection: Collection
) -> None:
    inside = ["http://127.0.0.1/a", "http://2130706433/b", "http://169.254.169.254/c"]
    page = Answer.text(PROSE + "".join(f'<img src="{url}">' for url in inside), "text/html")
    summary = run(serve({ONE: page}), HOME + ONE[1:])
    assert summary.failed == 3
    failed = [entry for entry in log(summary) if entry.get("state") == "failed"]
    assert all("not a public address" in str(entry["why"]) for entry in failed)


# Failures ----------------------------------------------------------------------------------------


def failing(times: int, answer: Answer, then: Answer) -> Callable[[], Answer]:
    """Answer so often in one way, and from then on in another."""
    left = [times]

    def give() -> Answer:
        left[0] -= 1
        return answer if left[0] >= 0 else then

    return give


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(503), Answer(429), Answer(raw=b""), Answer(raw=b"HTTP/1.1 2")]
)
def test_what_fails_in_passing_is_tried_again(run: Run, serve: Serve, answer: Answer) -> None:
    server = serve({"/": html(ONE), ONE: failing(2, answer, html())})
    summary = run(server, HOME)
    assert summary.articles == 1
    assert asked(server).count(ONE) == 3


def test_what_goes_on_failing_is_left_for_later(
    run: Run, serve: Serve, collection: Collection
) -> None:
    server = serve({"/": html(ONE), ONE: Answer(500)})
    summary = run(server, HOME)
    assert asked(server).count(ONE) == 3
    assert (summary.exit_code, states(collection)["failed"]) == (0, 1)
    run(server, HOME)
    assert asked(server).count(ONE) == 3


def test_a_404_is_asked_for_once(run: Run, serve: Serve, collection: Collection) -> None:
    server = serve({"/": html(ONE)})
    run(server, HOME)
    run(server, HOME)
    assert asked(server).count(ONE) == 1
    assert states(collection)["gone"] >= 1


def test_retry_after_holds_the_whole_host(run: Run, serve: Serve) -> None:
    wait = Answer(429, {"Retry-After": "1"})
    server = serve({"/": html(ONE, TWO), ONE: failing(1, wait, html()), TWO: html()})
    assert run(server, HOME).articles == 2
    first, *later = [request.time for request in server.requests if "/2024" in request.url]
    assert min(later) - first > 0.9


def test_a_host_that_asks_for_a_long_wait_is_left_alone(
    run: Run, serve: Serve, collection: Collection
) -> None:
    busy = Answer(503, {"Retry-After": "3600"})
    articles = [f"/2024/10/23/slug-{n}" for n in range(20)]
    server = serve({"/": html(*articles), **dict.fromkeys(articles, busy)})
    summary = run(server, HOME)
    assert len(asked(server, "/2024")) <= 2
    assert summary.seconds < 5
    assert summary.problems == (
        "news.example: 503 Service Unavailable; what else is due there waits for a later crawl",
    )
    assert states(collection)["due"] >= 18


def test_a_host_that_only_fails_is_left_alone(run: Run, serve: Serve) -> None:
    articles = [f"/2024/10/23/slug-{n}" for n in range(30)]
    server = serve({"/": html(*articles), **dict.fromkeys(articles, Answer(500))})
    run(server, HOME)
    assert len(asked(server, "/2024")) < 10


def test_one_host_that_hangs_keeps_no_other_waiting(run: Run, serve: Serve) -> None:
    slow = [f"http://slow.example/{n}.png" for n in range(5)]
    page = Answer.text(PROSE + "".join(f'<img src="{url}">' for url in slow), "text/html")
    articles = [f"/2024/10/23/slug-{n}" for n in range(20)]
    server = serve(
        {
            "/": html(*articles),
            **dict.fromkeys(articles, page),
            **{f"//slow.example/{n}.png": Answer(delay=0.6) for n in range(5)},
        },
        "slow.example",
    )
    run(server, HOME)
    last_article = max(request.time for request in server.requests if "/2024" in request.url)
    images = [request.time for request in server.requests if "slow.example" in request.url]
    assert len(images) == 5 + 1
    assert last_article < images[-1]


@pytest.mark.parametrize(
    ("url", "connect_to", "problem"),
    [
        ("http://nobody.invalid/x", (), "unknown host: nobody.invalid"),
        ("http://127.0.0.1:1/x", (), "refused: 127.0.0.1 is not a public address"),
        ("http://e.example/x", ("e.example:80:127.0.0.1:1",), "connection refused"),
    ],
)
def test_what_cannot_be_reached(
    run: Run, serve: Serve, url: str, connect_to: tuple[str, ...], problem: str
) -> None:
    server = serve({})
    summary = run(server, url, settings={"NEWSWARC_CONNECT_TO": list(connect_to)})
    assert summary.exit_code == 1
    assert len(summary.problems) == 1
    assert summary.problems[0].startswith(f"{url}: {problem}")
    assert summary.seconds < 3


def test_a_seed_that_is_not_there_has_a_name(run: Run, serve: Serve) -> None:
    summary = run(serve({}), HOME)
    assert (summary.exit_code, summary.problems) == (1, (f"{HOME}: 404 Not Found",))


def test_a_feed_that_is_none(run: Run, serve: Serve, collection: Collection) -> None:
    sources.add(collection.config_path, Source("times", (Seed(HOME + "feed", Kind.FEED),)))
    server = serve({"/feed": Answer(200, {"Content-Type": "image/png"}, b"\x89PNG\x00")})
    assert run(server).problems == (f"{HOME}feed: not a feed",)


def test_a_soft_404_in_a_usual_place_is_no_feed_and_no_failure(
    run: Run, serve: Serve, collection: Collection
) -> None:
    server = serve({"/": html(ONE), ONE: html(), "/feed": html("/"), "/rss": html()})
    summary = run(server, HOME)
    assert (summary.failed, summary.exit_code) == (0, 0)
    run(server, HOME)
    assert asked(server).count("/feed") == 1


# Requisites --------------------------------------------------------------------------------------


def test_shared_requisites_are_fetched_once_and_not_again(run: Run, serve: Serve) -> None:
    head = '<link rel="stylesheet" href="/a.css"><link rel="icon" href="/gone.ico">'
    css = Answer.text("@import 'b.css'; p { background: url(/c.png) }", "text/css")
    server = serve(
        {
            "/": html(ONE, TWO),
            ONE: html(head=head),
            TWO: html(head=head + '<img src="d.png">'),
            "/a.css": css,
            "/b.css": Answer.text("@font-face { src: url(f.woff2) }", "text/css"),
            **dict.fromkeys(["/c.png", "/f.woff2", "/2024/10/22/d.png"], IMAGE),
        }
    )
    assert run(server, HOME).requisites == 5
    needed = ["/a.css", "/b.css", "/c.png", "/f.woff2", "/gone.ico", "/2024/10/22/d.png"]
    assert [asked(server).count(path) for path in needed] == [1] * 6
    run(server, HOME)
    assert [asked(server).count(path) for path in needed] == [1] * 6
    run(server, HOME, settings={"NEWSWARC_REQUISITE_DAYS": -1})
    assert asked(server).count("/a.css") == 1  # no new page asked for it


@pytest.mark.parametrize(
    ("requisites", "expected"),
    [("none", set()), ("page", {"/a.png"}), ("all", {"/a.png", "/b.js", "/home.png"})],
)
def test_how_much_is_captured_beside_pages(
    run: Run, serve: Serve, requisites: str, expected: set[str]
) -> None:
    server = serve(
        {
            "/": html(ONE, head='<img src="/home.png">'),
            ONE: html(head='<img src="/a.png"><script src="/b.js"></script>'),
            **dict.fromkeys(["/a.png", "/b.js", "/home.png"], IMAGE),
        }
    )
    run(server, HOME, requisites=requisites)
    assert set(asked(server)) & {"/a.png", "/b.js", "/home.png"} == expected


# Hostile sites -----------------------------------------------------------------------------------


def test_a_page_of_a_hundred_thousand_links(run: Run, serve: Serve, collection: Collection) -> None:
    links = "".join(f'<a href="/about/{number}">x</a>' for number in range(100_000))
    summary = run(serve({"/": Answer.text(links, "text/html")}), HOME, requisites="none")
    assert "names too much" in summary.problems[0]
    assert sum(states(collection).values()) < 6000


def test_odd_pages_end_nothing(run: Run, serve: Serve) -> None:
    odd = {
        "/2024/10/23/nul-bytes-in-it": Answer.text("<p>\x00\x00<a href='\x00'>", "text/html"),
        "/2024/10/23/a-zip": Answer(200, {"Content-Type": "text/html"}, b"PK\x03\x04\x00" * 99),
        "/2024/10/23/no-type-at-all": Answer(200, {}, b"<p>text"),
        "/2024/10/23/odd-charset": Answer(
            200, {"Content-Type": "text/html; charset=klingon"}, b"<a href='/x'>"
        ),
        "/2024/10/23/broken-coding": Answer(
            200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"no gzip"
        ),
        "/2024/10/23/empty": Answer(200, {"Content-Type": "text/html"}),
        "/2024/10/23/no-content": Answer(204),
    }
    server = serve({"/": html(*odd), **odd}, compress=False)
    summary = run(server, HOME, depth=3)
    assert (summary.exit_code, summary.failed) == (0, 0)
    assert (summary.articles, summary.quarantined) == (2, 4)


def test_urls_with_controls_in_them_do_not_reach_the_log_as_they_are(
    run: Run, serve: Serve
) -> None:
    summary = run(serve({"/": html("/2024/10/23/slug-\x1b[2Jx\r\ny")}), HOME)
    assert "\x1b" not in Path(summary.log).read_text()


# The collection ----------------------------------------------------------------------------------


def test_two_crawls_of_one_collection_keep_apart(
    run: Run, serve: Serve, collection: Collection
) -> None:
    server = serve({"/": html()})
    with locked(collection.lock_path) as mine:
        assert mine
        skipped = run(server, HOME)
    assert (skipped.reason, skipped.exit_code) == ("skipped", 0)
    assert server.requests == []
    assert run(server, HOME).reason == "finished"


def test_a_crawl_can_run_in_any_thread(run: Run, serve: Serve) -> None:
    server = serve({"/": html(ONE), ONE: html()})
    done: list[CrawlSummary] = []
    thread = threading.Thread(target=lambda: done.append(run(server, HOME)))
    thread.start()
    thread.join()
    assert done[0].articles == 1


def test_a_disk_that_is_nearly_full_ends_the_crawl_before_it_is(
    run: Run, serve: Serve, collection: Collection
) -> None:
    server = serve({"/": html(ONE), ONE: html()})
    with pytest.raises(StorageError, match="nearly full"):
        run(server, HOME, settings={"NEWSWARC_WARC_MIN_FREE": 1 << 60})
    assert captured(collection) == []
    assert run(server, HOME).articles == 1


def test_the_log_has_a_line_per_result(run: Run, serve: Serve) -> None:
    summary = run(serve({"/": html(ONE), ONE: html()}), HOME)
    lines = log(summary)
    assert lines[0]["event"] == "start"
    assert lines[-1]["event"] == "end"
    results = {line["url"]: line for line in lines if line["event"] == "result"}
    assert len(results) == summary.fetched
    one = results[HOME + ONE[1:]]
    assert (one["state"], one["status"], one["kind"], one["path"]) == (
        "captured",
        200,
        "article",
        "L",
    )


def test_captures_say_how_they_were_found(run: Run, serve: Serve, collection: Collection) -> None:
    run(serve({"/": html(ONE), ONE: html()}), HOME)
    (warc,) = collection.warc_files()
    notes = {
        record.url: record.payload.decode()
        for record in read_records(warc)
        if record.type == "metadata"
    }
    assert f"via: {HOME}\r\n" in notes[HOME + ONE[1:]]
    assert "hopsFromSeed: L\r\n" in notes[HOME + ONE[1:]]


def test_a_fault_of_our_own_is_named_and_ends_nothing(
    run: Run, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("crawler.reader.page_requisites", broken)
    summary = run(serve({"/": html(ONE, TWO), ONE: html(), TWO: html()}), HOME)
    assert summary.exit_code == 1
    assert len(summary.problems) == 2
    assert "internal error: RuntimeError: a bug" in summary.problems[0]
    assert any("traceback" in line for line in log(summary))
