from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Kind
from crawler.scope import Scope, clean, date_in, is_article, is_feed, is_section, twin_of


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
        ("https://example.org/a?id=1&utm_source=x&b=%D0%B9", "https://example.org/a?id=1&b=%D0%B9"),
        (
            "https://example.org/a?ysclid=1&erid=2&fbclid=3&gclid=4&from=rss",
            "https://example.org/a",
        ),
        ("https://example.org/a?PHPSESSID=0123456789abcdef", "https://example.org/a"),
        ("https://example.org/a;jsessionid=12AB?b=1", "https://example.org/a?b=1"),
        (
            "https://example.org/a?from=feed&ref=other.example&at_medium=RSS&_ga=1.2&igsh=x&_gl=",
            "https://example.org/a",
        ),
        ("https://example.org/a?from=20&ref=4", "https://example.org/a?from=20&ref=4"),
        (
            "https://example.org/map?from=2024-09-01&to=2024-09-30",
            "https://example.org/map?from=2024-09-01&to=2024-09-30",
        ),
        ("https://example.org/a?sid=4711", "https://example.org/a?sid=4711"),
        ("https://example.org/a?sid=0123456789abcdef0123", "https://example.org/a"),
        (
            "https://example.org/a?s=moscow-under-the-snow",
            "https://example.org/a?s=moscow-under-the-snow",
        ),
        ("https://example.org/a?id=1&&b=2&", "https://example.org/a?id=1&b=2"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/(S(abcdef0123456789))/a", "https://example.org/a"),
        ("https://example.org//a///b", "https://example.org/a/b"),
        (
            "https://example.org/web/http://other.example/a",
            "https://example.org/web/http://other.example/a",
        ),
        ("https://example.org/a/../b/./c/.", "https://example.org/b/c/"),
        ("https://example.org/../../a/..", "https://example.org/"),
        ("https://example.org/.well-known/x", "https://example.org/.well-known/x"),
        (
            "https://example.org/%7euser/%e2%80%94%2Fa%zz",
            "https://example.org/~user/%E2%80%94%2Fa%zz",
        ),
        ("https://example.org/a?q=%d0%b9&%41=%2b", "https://example.org/a?q=%D0%B9&A=%2B"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://./a", None),
        ("https://example.org/a/index.html", "https://example.org/a/index.html"),
        ("https://www.example.org/a/", "https://www.example.org/a/"),
        ("https://example.org/a?utmost=1&fromage=2", "https://example.org/a?utmost=1&fromage=2"),
        (" https://example.org/a b\n", "https://example.org/a%20b"),
        ("https://example.org/a\n\tb", "https://example.org/ab"),
        ("https://пример.рф/а?б=в", "https://xn--e1afmkfd.xn--p1ai/%D0%B0?%D0%B1=%D0%B2"),
        ("https://example.org/%D0%B0/а", "https://example.org/%D0%B0/%D0%B0"),
        ("https://example.org/\ud800", None),
        ("https://exam ple.org/", None),
        ("https://" + "я" * 99 + ".org/", None),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("mailto:a@example.org", None),
        ("https:///a", None),
        ("https://example.org:99999/", None),
        ("https://" + "a" * 5000, None),
    ],
)
def test_clean(url: str, cleaned: str | None) -> None:
    assert clean(url) == cleaned
    assert cleaned is None or clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "url", ["https://cdn.org/a//b/../c?v=1&utm_source=x&&", "https://cdn.org/%7ea;jsessionid=1"]
)
def test_what_a_page_embeds_keeps_its_name(url: str) -> None:
    assert clean(url, whole=True) == url


@given(st.text(alphabet="https://a.Z0%2F~;()&=?.#\\ \n\t[]@:йé\ud800", max_size=60))
def test_cleaning_is_done_once(rest: str) -> None:
    once = clean("https://example.org/" + rest)
    assert once is None or clean(once) == once


A = "https://www.example.org/2024/10/23/slug"


@pytest.mark.parametrize(
    ("url", "original"),
    [
        (A, None),
        (A + "-amplified/", None),
        (A + "/pdf", A),
        (A + "/print/", A + "/"),
        (A + "/amp", A),
        (A + "/amp/?a=1", A + "/?a=1"),
        (A + ".amp", A),
        (A + ".amp.html", A + ".html"),
        (A + "?amp", A),
        (A + "?b=2&amp=1", A + "?b=2"),
        (A + "?outputType=amp", A),
        (A + "?print=yes", A),
        (A + "?view=print&page=2", A + "?page=2"),
        (A + "?replytocom=17", A),
        ("https://www.example.org/amp/2024/10/23/slug", A),
        ("https://www.example.org/ru/amp/slug", "https://www.example.org/ru/slug"),
        ("https://www.example.org/all/86785", None),
        ("https://www.example.org/print/slug", None),
        ("https://www.example.org/amp", None),
        ("https://www.example.org/camp/", None),
        ("https://m.example.org/2024/10/23/slug", A),
        ("https://mobile.example.org/2024/10/23/slug", A),
        ("https://amp.example.org/2024/10/23/slug?c=3", A + "?c=3"),
        ("https://amp.example.org/2024/10/23/slug/amp", A),
        ("https://m.other.org/slug", None),
        ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/2024/10/23/slug", A),
        ("https://www.google.com/amp/s/www.example.org/2024/10/23/slug", A),
        ("https://[broken/amp", None),
    ],
)
def test_twins(url: str, original: str | None) -> None:
    assert twin_of(url, ["www.example.org"]) == original


def test_a_paper_that_lives_on_its_mobile_host_has_no_twins_there() -> None:
    assert twin_of("https://m.example.org/a", ["m.example.org", "example.org"]) is None


@pytest.mark.parametrize(
    "path",
    [
        "/2024/10/23/north-korea-sent-1500-more-troops-a86785",
        "/2024/10/23/short",
        "/news/2024-10-23/slug",
        "/a/slug/33629716.html",
        "/politics/271205",
        "/russian/articles/c4gx8vyvn0eo",
        "/this-is-a-flat-slug/",
        "/world/1863251",
        "/news/article/old-form/7025.html",
        "/2024/oct/23/what-happened",
    ],
)
def test_articles(path: str) -> None:
    assert is_article(path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/news",
        "/ukraine-war",
        "/arts-and-life",
        "/tag/north-korea-and-its-army",
        "/author/somebody-with-a-long-name",
        "/2024/10",
        "/2024/10/23/",
        "/about/our-very-long-history",
        "/search/?q=a-b-c-d-e",
        "/page/terms-and-conditions-of-use",
    ],
)
def test_no_articles(path: str) -> None:
    assert not is_article(path)


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/news", True),
        ("/ukraine-war", True),
        ("/en/world/", True),
        ("/category/politics", True),
        ("/", False),
        ("/about", False),
        ("/subscribe", False),
        ("/login", False),
        ("/tag/army", False),
        ("/author/somebody", False),
        ("/news?page=2", False),
        ("/2024/10/23/slug-of-it", False),
        ("/a/b/c/d", False),
    ],
)
def test_sections(path: str, section: bool) -> None:
    assert is_section("https://example.org" + path) is section


def test_feeds_are_known_by_their_path() -> None:
    named = ["/rss/news", "/feed", "/RSS/news.xml", "/page/rss", "/blog/atom.xml", "/feeds/all"]
    assert all(is_feed("https://example.org" + path) for path in named)
    assert not any(is_feed("https://example.org" + path) for path in ["/feedback", "/brass", "/"])


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://e.org/2024/10/23/slug", date(2024, 10, 23)),
        ("https://e.org/2024-10-23-slug", date(2024, 10, 23)),
        ("https://e.org/20241023/slug", date(2024, 10, 23)),
        ("https://e.org/sitemap/2024-9.xml", date(2024, 9, 1)),
        ("https://e.org/2024/13/45/slug", None),
        ("https://e.org/a86785", None),
    ],
)
def test_date_in(url: str, day: date | None) -> None:
    assert date_in(url) == day


SCOPE = Scope(["www.example.org"], deny=[r"/sponsored/"])
HOME = "https://www.example.org"


@pytest.mark.parametrize(
    ("url", "kind", "why"),
    [
        (HOME + "/2024/10/23/slug-a1", Kind.ARTICLE, None),
        ("http://example.org/2024/10/23/slug", Kind.ARTICLE, None),
        ("https://ru.example.org/2024/10/23/slug", Kind.ARTICLE, None),
        (HOME + "/2024/10/23/slug-a1/pdf", Kind.PAGE, "twin: a print form"),
        (HOME + "/2024/10/23/slug-a1/amp/", Kind.PAGE, "twin: AMP"),
        (HOME + "/amp/2024/10/23/slug-a1", Kind.PAGE, "twin: AMP"),
        (HOME + "/2024/10/23/slug-a1?output=amp", Kind.PAGE, "twin: AMP"),
        (HOME + "/2024/10/23/slug-a1?print=1", Kind.PAGE, "twin: a print form"),
        (HOME + "/all/86785", Kind.PAGE, "twin: a page fragment"),
        (HOME + "/2024/10/23/photo.jpg", Kind.PAGE, "not a page"),
        (HOME + "/sponsored/2024/10/23/slug", Kind.PAGE, "denied by the source"),
        (HOME + "/about", Kind.PAGE, "not article-like"),
        (HOME + "/a/b/a/b/a/b/2024/10/23/slug", Kind.PAGE, "trap: a path that repeats itself"),
        (HOME + "/1/2/3/4/5/6/7/8/9/10/11/12/13", Kind.PAGE, "trap: too many path segments"),
        (HOME + "/x?a=1&b=2&c=3&d=4&e=5&f=6&g=7", Kind.PAGE, "trap: too many parameters"),
        (HOME + "/" + "x" * 1000, Kind.PAGE, "trap: too long"),
    ],
)
def test_links(url: str, kind: Kind, why: str | None) -> None:
    verdict = SCOPE.judge(url, Kind.PAGE)
    assert verdict is not None
    assert (verdict.kind, verdict.why) == (kind, why)


def test_links_to_other_hosts_are_no_matter_of_ours() -> None:
    assert SCOPE.judge("https://facebook.com/2024/10/23/slug", Kind.PAGE) is None
    assert SCOPE.judge("https://notexample.org/2024/10/23/slug", Kind.PAGE) is None
    assert SCOPE.judge("https://www.example.org.evil.net/2024/10/23/slug", Kind.PAGE) is None


def test_what_a_feed_vouches_for_is_an_article_whatever_it_looks_like() -> None:
    verdict = SCOPE.judge(HOME + "/slug", Kind.ARTICLE, listed=True)
    assert verdict is not None
    assert (verdict.kind, verdict.why) == (Kind.ARTICLE, None)


def test_what_a_feed_names_elsewhere_gets_a_word() -> None:
    verdict = SCOPE.judge("https://other.net/2024/10/23/slug", Kind.ARTICLE, listed=True)
    assert verdict is not None
    assert verdict.why == "on another host"


@pytest.mark.parametrize(
    ("url", "fetched"),
    [
        (HOME + "/2024/10/23/slug/amp", HOME + "/2024/10/23/slug"),
        ("https://m.example.org/2024/10/23/slug", HOME + "/2024/10/23/slug"),
        (HOME + "/print/of-the-printed-paper", HOME + "/print/of-the-printed-paper"),
    ],
)
def test_of_a_twin_in_a_feed_the_article_is_fetched(url: str, fetched: str) -> None:
    verdict = SCOPE.judge(url, Kind.ARTICLE, listed=True)
    assert verdict is not None
    assert (verdict.url, verdict.kind, verdict.why) == (fetched, Kind.ARTICLE, None)


def test_a_mobile_twin_on_a_page_is_not_stored() -> None:
    verdict = SCOPE.judge("https://m.example.org/2024/10/23/slug", Kind.PAGE)
    assert verdict is not None
    assert verdict.why == "twin: a mobile form"


def test_of_a_trap_only_the_beginning_gets_rows() -> None:
    scope = Scope(["example.org"], deep=True)
    verdicts = [
        scope.judge(f"https://example.org/list?page={number}", Kind.PAGE) for number in range(3000)
    ]
    assert sum(one is not None and one.why is None for one in verdicts) == 1000
    assert sum(one is not None and one.why == "trap: endless /W?page" for one in verdicts) == 1000
    assert scope.traps.counts == {"trap: endless /W?page": 2000}


def test_a_sitemap_leads_into_no_trap() -> None:
    scope = Scope(["example.org"])
    for number in range(30_000):
        verdict = scope.judge(f"https://example.org/x?id={number}", Kind.ARTICLE, listed=True)
        assert verdict is not None
        assert verdict.why is None
    assert not scope.traps.counts


def test_a_sitemap_may_lie_on_another_host() -> None:
    verdict = SCOPE.judge("https://cdn.net/sitemap.xml", Kind.SITEMAP, listed=True)
    assert verdict is not None
    assert verdict.why is None


def test_requisites_come_from_anywhere_and_keep_their_query() -> None:
    url = "https://cdn.net/main.css?v=84&utm_source=x"
    verdict = SCOPE.judge(url, Kind.REQUISITE)
    assert verdict is not None
    assert (verdict.url, verdict.why) == (url, None)


def test_allow_takes_only_what_it_names() -> None:
    scope = Scope(["example.org"], allow=[r"^/news/"])
    inside = scope.judge("https://example.org/news/2024/10/23/slug", Kind.PAGE)
    outside = scope.judge("https://example.org/sport/2024/10/23/slug", Kind.PAGE)
    assert inside is not None
    assert inside.why is None
    assert outside is not None
    assert outside.why == "not allowed by the source"


def test_a_deep_scope_takes_pages_that_are_no_articles() -> None:
    verdict = Scope(["example.org"], deep=True).judge("https://example.org/about", Kind.PAGE)
    assert verdict is not None
    assert (verdict.kind, verdict.why) == (Kind.PAGE, None)
