"""Whole crawls of small sites, each with the traits of feeds and sitemaps that real papers have."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from hashlib import sha256

import pytest

from archive.collection import Collection
from crawler import ledger
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.run import CrawlSummary
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]

HOME = "http://news.example/"


def robots(*sitemaps: str) -> Answer:
    return Answer.text("".join(f"Sitemap: {url}\n" for url in sitemaps), "text/plain")


def index(*parts: str) -> str:
    named = "".join(f"<sitemap><loc>{part}</loc></sitemap>" for part in parts)
    return f"<sitemapindex>{named}</sitemapindex>"


def urlset(*paths: str, more: str = "") -> str:
    urls = (f"<url><loc>http://news.example{path}</loc>{more}</url>" for path in paths)
    return "".join(["<urlset>", *urls, "</urlset>"])


def rss(*paths: str, padding: str = "") -> str:
    items = (
        f"<item><link>{padding}http://news.example{path}{padding}</link></item>" for path in paths
    )
    return "".join(["<rss><channel>", *items, "</channel></rss>"])


def atom(*paths: str) -> str:
    entries = (f'<entry><link href="{path}"/></entry>' for path in paths)
    return "".join(['<feed xmlns="http://www.w3.org/2005/Atom">', *entries, "</feed>"])


def xml(text: str | bytes, media_type: str = "application/xml") -> Answer:
    body = text.encode() if isinstance(text, str) else text
    return Answer(200, {"Content-Type": media_type}, body)


STATIC = "http://static.example"
CHILDREN = "/map.php?date_start=20240901&date_end=20240930"
RAW = urlset("/a", "/b", more="<news:news><news:title>War & peace: <5 %</news:title></news:news>")
#: A site's answers beside its articles, and the articles that a crawl must find.
SITEMAPS: dict[str, tuple[dict[str, Answer], list[str]]] = {
    "an index on another host": (
        {
            "/robots.txt": robots(f"{STATIC}/sitemap/sitemap.xml"),
            "//static.example/sitemap/sitemap.xml": xml(index("2024-9.xml", "2024-10.xml")),
            "//static.example/sitemap/2024-9.xml": xml(urlset("/a")),
            "//static.example/sitemap/2024-10.xml": xml(urlset("/b")),
        },
        ["/a", "/b"],
    ),
    "children by query": (
        {
            "/robots.txt": robots(HOME + "sitemap.xml"),
            "/sitemap.xml": xml(index(CHILDREN.replace("&", "&amp;"))),
            CHILDREN: xml(urlset("/a")),
        },
        ["/a"],
    ),
    "children in gzip": (
        {
            "/robots.txt": robots(HOME + "sitemap.xml.gz"),
            "/sitemap.xml.gz": xml(gzip.compress(index("/1.xml.gz").encode()), "application/gzip"),
            "/1.xml.gz": xml(gzip.compress(urlset("/a").encode()), "text/plain"),
        },
        ["/a"],
    ),
    "a raw ampersand in a title": (
        {"/robots.txt": robots(HOME + "newsmap.xml"), "/newsmap.xml": xml(RAW)},
        ["/a", "/b"],
    ),
    "three languages": (
        {
            "/robots.txt": robots(HOME + "map.xml"),
            "/map.xml": xml(urlset("/a", "/rus/b", "/ukr/%D1%81", "/ukr/новость")),
        },
        ["/a", "/rus/b", "/ukr/%D1%81", "/ukr/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"],
    ),
    "a path that has moved": (
        {
            "/robots.txt": robots(HOME + "old.xml"),
            "/old.xml": Answer.redirect("/maps/new.xml"),
            "/maps/new.xml": xml(urlset("/a")),
        },
        ["/a"],
    ),
    "a text": (
        {
            "/robots.txt": robots(HOME + "map.txt"),
            "/map.txt": Answer.text(HOME + "a", "text/plain"),
        },
        ["/a"],
    ),
    "a feed as a sitemap": (
        {"/robots.txt": robots(HOME + "rss.xml"), "/rss.xml": xml(rss("/a"))},
        ["/a"],
    ),
    "AMP pages": (
        {"/robots.txt": robots(HOME + "map.xml"), "/map.xml": xml(urlset("/amp/a", "/b?amp=1"))},
        ["/a", "/b"],
    ),
}
FEEDS: dict[str, tuple[dict[str, Answer], list[str]]] = {
    "RSS, padded": ({"/feed": xml(rss("/a", padding="\n   "))}, ["/a"]),
    "Atom": ({"/feed": xml(atom("/a"))}, ["/a"]),
    "RDF in KOI8-R": (
        {
            "/feed": xml(
                '<?xml version="1.0" encoding="koi8-r"?><rdf:RDF><channel><title>Мост</title>'
                "</channel><item><link>http://news.example/a</link></item></rdf:RDF>".encode(
                    "koi8-r"
                )
            )
        },
        ["/a"],
    ),
    "declared 1251, but UTF-8": (
        {"/feed": xml('<?xml version="1.0" encoding="windows-1251"?>' + rss("/мост"))},
        ["/%D0%BC%D0%BE%D1%81%D1%82"],
    ),
    "served as a page": ({"/feed": xml(rss("/a"), "text/html; charset=utf-8")}, ["/a"]),
    "404 beside one that works": (
        {"/rss": xml(rss("/a")), "/feed": Answer(404, {"Content-Type": "text/html"}, b"no")},
        ["/a"],
    ),
    "the same story in two feeds": (
        {
            "/feed": xml(rss("/a?utm_source=rss", "/b#top")),
            "/rss": xml(atom("/a?utm_source=atom&utm_medium=x", "/b?fbclid=1", "/c")),
        },
        ["/a", "/b", "/c"],
    ),
    "newest last": ({"/feed": xml(rss("/2023/01/01/a", "/2024/10/23/b"))},
                    ["/2023/01/01/a", "/2024/10/23/b"]),
    "JSON": (
        {
            "/feed": Answer.text(
                '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/a"}, {"url": "',
                "application/json",
            )
        },
        ["/a"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [*SITEMAPS, *FEEDS])
def test_each_article_is_found_and_fetched_once(
    name: str, run: Run, serve: Serve, collection: Collection
) -> None:
    answers, expected = {**SITEMAPS, **FEEDS}[name]
    server = serve({"/": html(), **dict.fromkeys(expected, html()), **answers}, "static.example")
    assert run(server, HOME).articles == len(expected)
    assert [asked(server).count(path) for path in expected] == [1] * len(expected)
    states = ledger.states(collection.ledger_path)
    assert "out of scope" not in states["news.example"]


def test_the_newest_article_is_fetched_first_though_it_stands_last(run: Run, serve: Serve) -> None:
    answers, expected = FEEDS["newest last"]
    server = serve({"/": html(), **dict.fromkeys(expected, html()), **answers})
    run(server, HOME)
    assert asked(server, "/202") == expected[::-1]


def test_parts_of_a_section_by_number_and_in_json(run: Run, serve: Serve) -> None:
    story = "/2024/10/23/slug-{}"
    parts = {
        "/world": html(story.format(1), "/world?page=2"),
        "/world?page=2": html(story.format(2), "/world?page=3"),
        "/world?page=3": html(story.format(2), "/world?page=4"),
        "/sport": html(head='<button data-next-url="/api/more?cursor=x">'),
        "/api/more?cursor=x": Answer.text(
            '{"html": "<a href=\\"/2024/10/23/slug-3\\">"}', "application/json"
        ),
    }
    stories = [story.format(number) for number in (1, 2, 3)]
    server = serve({"/": html("/world", "/sport"), **parts, **dict.fromkeys(stories, html())})
    assert run(server, HOME).articles == 3
    assert asked(server, "/world") == ["/world", "/world?page=2", "/world?page=3"]


def test_a_page_of_a_hundred_thousand_links_is_bounded(
    run: Run, serve: Serve, collection: Collection
) -> None:
    links = "".join(f'<a href="/list?filter={number}">' for number in range(100_000))
    server = serve({"/": Answer.text(links, "text/html")})
    summary = run(server, HOME)
    assert any("names too much" in problem for problem in summary.problems)
    assert summary.traps == ("news.example: 4,000 URLs left alone (endless /W?filter)",)
    states = ledger.states(collection.ledger_path)["news.example"]
    assert states["out of scope"] == 2_000  # 1,000 as pages, 1,000 as a trap; the rest is counted


class Endless(dict[str, Answer]):
    """Answers for paths that nobody has thought of."""

    def __init__(self, answer: Callable[[str], Answer | None], **known: Answer) -> None:
        super().__init__(known)
        self._answer = answer

    def get(self, path: str, default: Answer | None = None) -> Answer | None:
        return super().get(path) or self._answer(path) or default


def calendar(path: str) -> Answer | None:
    """Answer each month with the months beside it."""
    if not path.startswith("/calendar/"):
        return None
    year, month = map(int, path.split("/")[2:])
    months = [divmod(year * 12 + month - 1 + step, 12) for step in (-2, -1, 1, 2)]
    return html(*(f"/calendar/{y}/{m + 1}" for y, m in months))


def sessions(path: str) -> Answer | None:
    """Answer each page with three that have new session ids."""
    if not path.startswith("/s/"):
        return None
    names = (sha256(f"{path}{number}".encode()).hexdigest() for number in range(3))
    return html(*(f"/s/{name}/news" for name in names))


@pytest.mark.parametrize(
    ("answer", "begin", "most"),
    [(calendar, "/calendar/2024/10", 201), (sessions, "/s/" + "0a" * 16 + "/news", 201)],
)
def test_a_trap_ends(
    run: Run, serve: Serve, answer: Callable[[str], Answer | None], begin: str, most: int
) -> None:
    server = serve(Endless(answer, **{"/": html(begin)}))
    summary = run(server, HOME, depth=1000)
    assert (summary.reason, summary.exit_code) == ("finished", 0)
    assert any("endless" in line for line in summary.traps)
    assert 100 < len(asked(server, begin[:3])) <= most
