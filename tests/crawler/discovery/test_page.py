from __future__ import annotations

import time

import pytest

from crawler.discovery.page import page_candidates
from crawler.model import Candidate, Kind, More
from crawler.recent import Recent

URL = "https://example.org/news/today"


def found(html: str, kind: Kind = Kind.SECTION, url: str = URL) -> list[tuple[str, Kind]]:
    return [(one.url, one.kind) for one in page_candidates(html.encode(), url, kind)]


def urls(html: str, kind: Kind = Kind.SECTION) -> list[str]:
    return [url for url, _ in found(html, kind)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/a">', ["https://example.org/a"]),
        ("<A HREF='b'>", ["https://example.org/news/b"]),
        ("<a class=x href=//cdn.org/c >", ["https://cdn.org/c"]),
        ('<a title="1 > 0" href="/d">', ["https://example.org/d"]),
        ('<a href="/e?a=1&amp;b=2#top">', ["https://example.org/e?a=1&b=2"]),
        ('<area href="/f">', ["https://example.org/f"]),
        ('<base href="https://b.org/"><a href="g">', ["https://b.org/g"]),
        ('<base href="/x/"><base href="/y/"><a href="h">', ["https://example.org/x/h"]),
        ('<!-- <a href="/i"> --><a href="/j">', ["https://example.org/j"]),
        ("<script>'<a href=\"/k\">'</script><a href=/l>", ["https://example.org/l"]),
        ('<abbr href="/m"><article href="/n">', []),
        ('<a href="javascript:x()"><a href="mailto:a@b"><a href="#x"><a href=""><a name=x>', []),
        ('<a href="http://[broken/">', []),
        ('<a href="/o', []),
    ],
)
def test_links(html: str, expected: list[str]) -> None:
    assert urls(html) == expected


def test_a_home_page_shows_sections_and_feeds() -> None:
    html = """<link rel="alternate" type="application/rss+xml" href="/rss/all">
      <link rel="alternate" hreflang="ru" href="/ru"><link rel="stylesheet" href="/a.css">
      <a href="/news">News</a> <a href="/opinion">Opinion</a> <a href="/about">About</a>
      <a href="/page/rss">RSS</a> <a href="https://other.org/news">Elsewhere</a>
      <a href="/2024/10/23/slug-a1">An article</a>"""
    assert found(html, Kind.HOME, "https://example.org/") == [
        ("https://example.org/news", Kind.SECTION),
        ("https://example.org/opinion", Kind.SECTION),
        ("https://example.org/about", Kind.PAGE),
        ("https://example.org/page/rss", Kind.FEED),
        ("https://other.org/news", Kind.PAGE),
        ("https://example.org/2024/10/23/slug-a1", Kind.PAGE),
        ("https://example.org/rss/all", Kind.FEED),
    ]


def test_a_page_that_should_be_a_feed_may_name_feeds_and_nothing_else() -> None:
    html = '<a href="/rss/news">News</a><a href="/2024/10/23/slug-a1">x</a><a href="/news">y</a>'
    assert urls(html, Kind.FEED) == ["https://example.org/rss/news"]


def test_load_more() -> None:
    html = '<button data-url="/news/{{offset}}" data-start="19" data-step="18">Load more</button>'
    (more,) = page_candidates(html.encode(), URL, Kind.SECTION)
    assert more == Candidate(
        "https://example.org/news/19",
        Kind.MORE,
        "L",
        more=More("https://example.org/news/{{offset}}", 19, 18),
    )
    assert more.more is not None
    assert more.more.following().url == "https://example.org/news/37"


@pytest.mark.parametrize(
    "html",
    [
        '<button data-url="/news" data-start="19" data-step="18">',
        '<button data-url="/news/{{offset}}" data-step="18">',
        '<button data-url="/news/{{offset}}" data-start="x" data-step="18">',
        '<button data-url="/news/{{offset}}" data-start="0" data-step="0">',
    ],
)
def test_what_does_not_tell_how_it_goes_on(html: str) -> None:
    assert urls(html) == []


@pytest.mark.parametrize(
    "html",
    ['<link rel="next" href="/news?page=2">', '<a class="x" rel="next" href="/news?page=2">'],
)
def test_the_next_page_of_a_section(html: str) -> None:
    assert found(html) == [("https://example.org/news?page=2", Kind.MORE)]


NEWS = "https://example.org/news"


@pytest.mark.parametrize(
    ("url", "link", "more"),
    [
        (NEWS, "/news?page=2", More(NEWS + "?page={{offset}}", 2, 1)),
        (NEWS + "/", "/news/page/2/", More(NEWS + "/page/{{offset}}/", 2, 1)),
        (NEWS + "/", "/news/page-2", More(NEWS + "/page-{{offset}}", 2, 1)),
        (NEWS + "?a=1", "?a=1&p=2", More(NEWS + "?a=1&p={{offset}}", 2, 1)),
        (NEWS + "?page=3", "?page=4", More(NEWS + "?page={{offset}}", 4, 1)),
        (NEWS, "/news?page=1", None),
        (NEWS, "/news?page=3", None),
        (NEWS, "/sport?page=2", None),
        (NEWS, "/2024/10/23/slug?page=2", None),
        (NEWS, '/news/all?page=1" rel="next', More(NEWS + "/all?page={{offset}}", 1, 1)),
        (NEWS, '/news/all?page=2" rel="next', More(NEWS + "/all?page={{offset}}", 2, 1)),
        (NEWS, '/news/all?page=9" rel="next', None),
    ],
)
def test_parts_that_are_numbered(url: str, link: str, more: More | None) -> None:
    html = f'<a href="{link}">next</a>'.encode()
    (found,) = page_candidates(html, url, Kind.SECTION)
    assert (found.kind, found.more) == (Kind.MORE if more else Kind.PAGE, more)


def test_a_numbered_part_does_not_name_the_next_itself() -> None:
    """How it goes on is known, and whether it does depends on what is new."""
    html = '<link rel="next" href="/news?page=3"><a rel="next" href="/news?page=3">'
    assert found(html, Kind.MORE, NEWS + "?page=2") == [(NEWS + "?page=3", Kind.PAGE)]


def test_a_part_with_an_opaque_name_does() -> None:
    html = '<a rel="next" href="/news?after=x1">'
    assert found(html, Kind.MORE, NEWS + "?after=x0") == [(NEWS + "?after=x1", Kind.MORE)]


def test_a_button_may_name_the_next_part_as_it_is() -> None:
    html = '<button data-next-url="/api/news?cursor=x1">'
    assert found(html) == [("https://example.org/api/news?cursor=x1", Kind.MORE)]


def test_an_article_names_links_only() -> None:
    html = '<link rel="next" href="/b"><a rel="next" href="/c"><button data-url="/{{offset}}">'
    assert found(html, Kind.ARTICLE) == [("https://example.org/c", Kind.PAGE)]


def test_familiar_links_are_left_out() -> None:
    familiar = Recent(100)
    html = b'<a href="/a"><a href="b"><a href="https://example.org/c">'
    first = list(page_candidates(html, URL, Kind.ARTICLE, familiar=familiar))
    again = list(page_candidates(html, URL, Kind.ARTICLE, familiar=familiar))
    assert len(first) == 3
    assert [one.url for one in again] == ["https://example.org/news/b"]


@pytest.mark.parametrize("charset", ["windows-1251", "utf-16", "x-unknown", None])
def test_charsets(charset: str | None) -> None:
    html = '<a href="/новости/1">'
    body = html.encode(charset if charset in ("windows-1251", "utf-16") else "utf-8")
    (one,) = page_candidates(body, URL, Kind.SECTION, charset=charset)
    assert one.url == "https://example.org/новости/1"


@pytest.mark.parametrize(
    "piece", ["<a ", "<a href='", "<!--", "<script>", '<a x="', "<a href=x", '<a href="x"y" ', "<"]
)
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    urls(piece * 200_000)
    assert time.process_time() - started < 2
