"""Searches of sites with the habits of real ones, and checks of sources, over real HTTP."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from archive.errors import NewswarcError
from crawler import probe
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.demo.site import Site as Served
from crawler.discovery.places import FEEDS
from crawler.model import Kind
from crawler.options import Options
from crawler.probe import Finding, Site
from crawler.probe.site import MAX_SECTIONS
from crawler.sources import Configuration, Seed, Source, home_source
from tests.crawler.pages import asked, html

Serve = Callable[..., DemoServer]

HOME = "http://news.example/"
STORIES = [f"/2024/10/{day}/story-of-the-day-a{day}" for day in range(10, 20)]


def rss(*paths: str, media_type: str = "application/rss+xml", coding: str = "utf-8") -> Answer:
    items = "".join(
        f"<item><title>Погода {number}</title><link>{path if '://' in path else HOME[:-1] + path}"
        f"</link><pubDate>Wed, {10 + number} Oct 2024 06:00:00 GMT</pubDate></item>"
        for number, path in enumerate(paths)
    )
    text = f'<?xml version="1.0" encoding="{coding}"?><rss version="2.0"><channel>{items}</channel>'
    return Answer(200, {"Content-Type": media_type}, f"{text}</rss>".encode(coding))


def sitemap(*urls: str, root: str = "urlset", more: str = "") -> Answer:
    entry = "sitemap" if root == "sitemapindex" else "url"
    entries = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    text = f'<?xml version="1.0"?><{root}{more}>{entries}</{root}>'
    return Answer(200, {"Content-Type": "application/xml"}, text.encode())


def robots(*lines: str) -> Answer:
    return Answer.text("\n".join(["User-agent: *", *lines, ""]), "text/plain")


def options(server: DemoServer) -> Options:
    return Options(delay=0.0, connect_to=tuple(server.connect_to))


def look(server: DemoServer, url: str = HOME) -> Site:
    return probe.look(home_source(url), Configuration(), options(server))


def found(site: Site, kind: Kind) -> list[str]:
    return [seed.url for seed in site.seeds if seed.kind is kind]


def finding(site: Site, url: str) -> Finding:
    (one,) = [one for one in site.findings if one.url == url]
    return one


def test_a_site_like_the_moscow_times(times: DemoServer) -> None:
    """The bare domain moves, sitemaps are on another host, feeds behind a page that lists them."""
    site = look(times, "https://themoscowtimes.com/")
    www = "https://www.themoscowtimes.com"
    assert site.url == f"{www}/"
    assert found(site, Kind.HOME) == [f"{www}/"]
    static = "https://static.themoscowtimes.com/sitemap"
    assert found(site, Kind.SITEMAP) == [f"{static}/sitemap.xml", f"{static}/newsmap.xml"]
    feeds = found(site, Kind.FEED)
    assert feeds[0] == f"{www}/rss/news"
    assert len(feeds) == 7
    assert len(found(site, Kind.SECTION)) == 7
    news = finding(site, f"{www}/rss/news")
    assert (news.items, news.in_scope) == (50, 50)
    assert news.newest == datetime(2024, 10, 24, 5, 10, tzinfo=UTC)
    assert finding(site, f"{static}/newsmap.xml").form == "news sitemap index"
    assert finding(site, f"{static}/sitemap.xml").in_scope == 32
    war = finding(site, f"{www}/rss/ukraine-war")
    assert war.note == f"all its items are in {www}/rss/news"
    assert not [url for url in asked(times) if "/preview/" in url]
    assert len(times.requests) < 40


def test_a_home_page_alone(serve: Serve) -> None:
    server = serve({"/": html(*STORIES)})
    site = look(server)
    assert site.seeds == (Seed(HOME, Kind.HOME),)
    assert finding(site, HOME).in_scope == len(STORIES)
    assert set(FEEDS) <= set(asked(server))
    assert {one.why for one in site.findings[1:]} == {"404 Not Found"}


@pytest.mark.parametrize("place", ["/news-archive/rss/", "/RSS/news.xml", "/feed.json", "/rss/all"])
def test_a_feed_at_a_usual_place_that_nothing_names(serve: Serve, place: str) -> None:
    answer = rss(*STORIES)
    if place.endswith("json"):
        items = [{"id": one, "url": HOME[:-1] + one} for one in STORIES]
        text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
        answer = Answer.text(text, "application/json")
    server = serve({"/": html(*STORIES), "/feed": html("gone"), place: answer})
    assert found(look(server), Kind.FEED) == [HOME[:-1] + place]


def test_a_feed_of_an_edition(serve: Serve) -> None:
    stories = [f"/en{path}" for path in STORIES]
    answers = {
        "/": Answer.redirect("/en/"),
        "/en/": html(*stories),
        "/feed": rss(*STORIES),
        "/en/feed": rss(*stories),
    }
    site = look(serve(answers))
    assert site.seeds == (Seed(f"{HOME}en/", Kind.HOME), Seed(f"{HOME}en/feed", Kind.FEED))


def test_the_search_of_usual_places_ends_with_the_first_that_is_one(serve: Serve) -> None:
    server = serve({"/": html(*STORIES), "/rss": rss(*STORIES), "/rss.xml": rss(*STORIES)})
    assert found(look(server), Kind.FEED) == [f"{HOME}rss"]
    assert "/rss.xml" not in asked(server)


def test_a_feed_that_says_it_is_a_page(serve: Serve) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/api/zrqiteuuir">'
    answers = {
        "/": html(*STORIES, head=head),
        "/api/zrqiteuuir": rss(*STORIES, media_type="text/html; charset=UTF-8"),
    }
    assert found(look(serve(answers)), Kind.FEED) == [f"{HOME}api/zrqiteuuir"]


def test_a_soft_404_is_no_feed_and_no_sitemap(serve: Serve) -> None:
    """Whatever is asked for, the answer is 200 and the same page, with a link to /rss on it."""
    lost = html("/rss", *STORIES)
    places = ("/rss", "/feed", "/sitemap.xml", "/news-sitemap.xml", "/atom.xml")
    site = look(serve({"/": html("/rss", *STORIES), **dict.fromkeys(places, lost)}))
    assert site.seeds == (Seed(HOME, Kind.HOME),)
    assert finding(site, f"{HOME}rss").why == "a page, no feed; it names 1 that may be"
    assert finding(site, f"{HOME}sitemap.xml").why is not None


def test_a_feed_in_windows_1251(serve: Serve) -> None:
    answers = {"/": html(*STORIES), "/rss.xml": rss(*STORIES, coding="windows-1251")}
    one = finding(look(serve(answers)), f"{HOME}rss.xml")
    assert (one.items, one.why) == (len(STORIES), None)
    assert one.newest == datetime(2024, 10, 19, 6, tzinfo=UTC)


def test_the_same_feed_under_two_names_is_one_seed(serve: Serve) -> None:
    links = ("/feed/a", "/feed/b", "/feed/part", "/feed/moved", "/comments/feed/", "/feed/away")
    answers = {
        "/": html(*STORIES, *links),
        "/feed/a": rss(*STORIES),
        "/feed/b": rss(*STORIES),
        "/feed/part": rss(*STORIES[:2]),
        "/feed/moved": Answer.redirect("/feed/a", 302),
        "/comments/feed/": rss(*STORIES[:3]),
        "/feed/away": rss("http://podcast.example/2024/10/23/one"),
    }
    site = look(serve(answers))
    assert found(site, Kind.FEED) == [f"{HOME}feed/a", f"{HOME}feed/part"]
    assert finding(site, f"{HOME}feed/b").why == f"the same items as {HOME}feed/a"
    assert finding(site, f"{HOME}feed/part").note == f"all its items are in {HOME}feed/a"
    assert finding(site, f"{HOME}feed/moved").why == (
        f"redirects to {HOME}feed/a, which is here already"
    )
    assert finding(site, f"{HOME}comments/feed/").why == "a feed of comments"
    assert finding(site, f"{HOME}feed/away").why == "names nothing of this source"


def test_sitemaps_of_all_forms(serve: Serve) -> None:
    stories = [HOME[:-1] + path for path in STORIES]
    zipped = sitemap(*stories[:4])
    answers = {
        "/": html(*STORIES),
        "/robots.txt": robots(
            f"Sitemap: {HOME}index.xml", f"Sitemap: {HOME}map2.xml.gz", f"Sitemap: {HOME}news.xml"
        ),
        "/index.xml": sitemap(
            f"{HOME}map1.xml.gz", f"{HOME}map2.xml.gz", f"{HOME}map10.xml", root="sitemapindex"
        ),
        "/map2.xml.gz": Answer(
            200, {"Content-Type": "application/x-gzip"}, gzip.compress(zipped.body)
        ),
        "/map10.xml": sitemap(*stories),
        "/news.xml": sitemap(
            *stories[:3], more=' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        ),
    }
    server = serve(answers)
    site = look(server)
    assert found(site, Kind.SITEMAP) == [f"{HOME}index.xml", f"{HOME}news.xml"]
    index = finding(site, f"{HOME}index.xml")
    assert (index.items, index.in_scope) == (3, len(stories))
    assert "/map1.xml.gz" not in asked(server)  # only the newest part is looked into
    assert finding(site, f"{HOME}map2.xml.gz").why == f"named by {HOME}index.xml"
    assert finding(site, f"{HOME}news.xml").form == "news sitemap"
    assert not {"/sitemap.xml", "/news-sitemap.xml"} & set(asked(server))


def test_sections_list_articles(serve: Serve) -> None:
    sections = [f"/section-{number}" for number in range(20)]
    feed = '<link rel="alternate" type="application/rss+xml" href="/section-0/xml">'
    answers = {
        "/": html(*sections, *STORIES),
        "/section-0": html(*STORIES, head=feed),
        "/section-0/xml": rss(*STORIES[:5]),
        "/section-1": html("/team", *STORIES[:2]),
        **dict.fromkeys(sections[2:], html(*STORIES[:3])),
    }
    server = serve(answers)
    site = look(server)
    assert len([one for one in site.findings if one.kind is Kind.SECTION]) == MAX_SECTIONS
    assert finding(site, f"{HOME}section-1").why == "lists 2 articles"
    assert len(found(site, Kind.SECTION)) == MAX_SECTIONS - 1
    assert found(site, Kind.FEED) == [f"{HOME}section-0/xml"]


def test_robots_txt_is_obeyed(serve: Serve) -> None:
    answers = {
        "/robots.txt": robots("Disallow: /rss", f"Sitemap: {HOME}map.xml"),
        "/": html("/rss/news", *STORIES),
        "/rss/news": rss(*STORIES),
        "/map.xml": sitemap(*(HOME[:-1] + path for path in STORIES)),
    }
    server = serve(answers)
    site = look(server)
    assert finding(site, f"{HOME}rss/news").why == "robots.txt of news.example disallows it"
    assert not asked(server, "/rss")
    assert found(site, Kind.SITEMAP) == [f"{HOME}map.xml"]


def test_a_home_page_that_is_kept_from_us(serve: Serve) -> None:
    answers = {"/": Answer(403), "/feed": rss(*STORIES)}
    site = look(serve(answers))
    assert site.seeds == (Seed(f"{HOME}feed", Kind.FEED),)
    assert finding(site, HOME).why == "403 Forbidden"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(404), "404 Not Found"),
        (Answer(raw=b""), "http://news.example/: "),
        (Answer.redirect("/"), "redirects to itself"),
        (Answer.redirect("ftp://e.org/"), "301 to nowhere"),
        (Answer.redirect("http://127.0.0.1:9/"), "is not a public address"),
    ],
)
def test_a_site_that_is_none(serve: Serve, answer: Answer, why: str) -> None:
    with pytest.raises(NewswarcError, match=why) as caught:
        look(serve({"/": answer}))
    assert "\n" not in str(caught.value)


def test_redirects_without_end(serve: Serve) -> None:
    answers = {f"/{number}": Answer.redirect(f"/{number + 1}") for number in range(30)}
    server = serve({"/": Answer.redirect("/0"), **answers})
    with pytest.raises(NewswarcError, match="too many redirects"):
        look(server)
    assert "/7" not in asked(server)


def test_a_host_that_cannot_bear_it_is_left_alone(serve: Serve) -> None:
    busy = Answer(503)
    places = {f"/feed/{number}": busy for number in range(30)}
    server = serve({"/": html(*STORIES, *places), **places})
    site = look(server)
    assert len(asked(server, "/feed/")) <= 5
    assert site.seeds == (Seed(HOME, Kind.HOME),)


def test_robots_txt_that_cannot_be_had(serve: Serve) -> None:
    server = serve({"/": html(*STORIES), "/robots.txt": Answer(500)})
    with pytest.raises(NewswarcError, match=r"robots\.txt answers 500"):
        look(server)
    assert asked(server) == []


def test_a_trap_of_feeds_is_bounded() -> None:
    """Every page that should be a feed names fifty more."""

    def answer(host: str, target: str) -> Answer:
        if target == "/robots.txt":
            return Answer(404)
        return html(*(f"{target.rstrip('/')}/rss/{number}" for number in range(50)))

    with DemoServer(Served(("news.example",), answer), tls=False) as server:
        site = look(server)
        assert site.seeds == (Seed(HOME, Kind.HOME),)
        assert len(server.requests) < 90


def test_a_look_stores_nothing(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    look(serve({"/": html(*STORIES)}))
    assert list(tmp_path.iterdir()) == []


# What seeds yield -------------------------------------------------------------------------------


def test_every_seed_is_asked(serve: Serve) -> None:
    answers = {
        "/": html(*STORIES),
        "/feed": rss(*STORIES[:4], "http://other.org/x"),
        "/map.xml": rss(*STORIES),
        "/old": Answer.redirect("/feed"),
        "/empty": rss(),
        "/news": html("/about"),
    }
    seeds = [
        Seed(HOME, Kind.HOME),
        Seed(f"{HOME}feed", Kind.FEED),
        Seed(f"{HOME}map.xml", Kind.SITEMAP),
        Seed(f"{HOME}old", Kind.FEED),
        Seed(f"{HOME}empty", Kind.FEED),
        Seed(f"{HOME}gone", Kind.FEED),
        Seed(f"{HOME}news", Kind.SECTION),
    ]
    told: list[Finding] = []
    source = Source("a", tuple(seeds), deny=("story-of-the-day-a10",))
    down = Source("b", (Seed("http://nobody.invalid/", Kind.HOME),))
    server = serve(answers)
    findings = probe.check([source, down], Configuration(), options(server), told.append)
    assert [one.url for one in findings] == [
        *(seed.url for seed in seeds),
        "http://nobody.invalid/",
    ]
    assert sorted(told, key=findings.index) == findings
    home, feed, wrong, old, empty, gone, news, nobody = findings
    assert (home.in_scope, home.why) == (9, None)
    assert (feed.items, feed.in_scope, feed.why) == (5, 3, None)
    assert (wrong.form, wrong.why, wrong.note) == ("feed", None, "a feed, no sitemap")
    assert (old.why, old.note) == (None, f"moved to {HOME}feed")
    assert (empty.why, empty.note) == (None, "empty today")
    assert gone.why == "404 Not Found"
    assert news.note is not None
    assert news.note.startswith("links to no article")
    assert nobody.why is not None
    assert nobody.why.startswith("unknown host")


def test_the_pace_is_that_of_a_crawl(serve: Serve) -> None:
    """One request at a time to one site, under whichever of its names."""
    www = "http://www.news.example/"
    server = serve({"/": html(*STORIES)}, "www.news.example")
    both = [home_source(HOME), home_source(www)]
    settings = {"DOWNLOAD_DELAY_JITTER": 0.0}
    quick = Options(connect_to=tuple(server.connect_to), delay=0.3, settings=settings)
    probe.check(both, Configuration(), quick)
    times = [request.time for request in server.requests]
    assert len(times) == 4
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.25


def test_headers_of_the_source(serve: Serve) -> None:
    server = serve({"/": html(*STORIES)})
    source = Source("a", (Seed(HOME, Kind.HOME),), user_agent="friend/1", language="ru")
    probe.check([source], Configuration(contact="a@e.org"), options(server))
    assert {request.headers["user-agent"] for request in server.requests} == {"friend/1"}
    probe.check([home_source(HOME)], Configuration(contact="a@e.org"), options(server))
    assert "+a@e.org" in server.requests[-1].headers["user-agent"]
