"""What pages declare, and what of it is believed."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from archive.extract.declared import Declared
from archive.extract.metadata import Metadata
from archive.extract.title import title_of, without_site

OTHER = '<link rel="canonical" href="https://other.example/x">'
URL = "https://www.daily.example/news/bridge?from=feed"


def metadata(head: str = "", body: str = "<p>x</p>", url: str = URL) -> Metadata:
    tree = document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return Metadata(Declared(tree, url, url))


def ld(*blocks: str) -> str:
    return "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ("", URL),
        ('<link rel="canonical" href="/news/bridge#top">', "https://www.daily.example/news/bridge"),
        ('<link rel="Canonical alternate" href="//m.daily.example/b">', "https://m.daily.example/b"),
        ('<meta property="og:url" content="https://daily.example/b">', "https://daily.example/b"),
        # not believed: another site, the home page, no URL
        ('<link rel="canonical" href="https://other.example/news/bridge">', URL),
        ('<link rel="canonical" href="https://www.daily.example/">', URL),
        ('<link rel="canonical" href="javascript:void(0)">', URL),
        ('<link rel="canonical" href="https://[broken">', URL),
        ('<link rel="canonical" href="">', URL),
        (OTHER + '<meta property="og:url" content="/b">', "https://www.daily.example/b"),
    ],
)  # fmt: skip
def test_canonical(head: str, canonical: str) -> None:
    assert metadata(head).canonical == canonical


@pytest.mark.parametrize(
    ("url", "canonical", "believed"),
    [
        ("https://a.co.uk/x", "https://b.co.uk/x", False),
        ("https://news.a.co.uk/x", "https://www.a.co.uk/x", True),
        ("https://edition.cnn.example/x", "https://www.cnn.example/x", True),
    ],
)
def test_sites(url: str, canonical: str, believed: bool) -> None:
    found = metadata(f'<link rel="canonical" href="{canonical}">', url=url).canonical
    assert (found == canonical) is believed


def test_one_article_among_several_is_this_page() -> None:
    here = (
        '{"@type": "NewsArticle", "headline": "Here", "url": "http://daily.example/news/bridge/"}'
    )
    there = '{"@type": "NewsArticle", "headline": "There", "url": "https://daily.example/other"}'
    assert metadata(ld(there, here)).headline == "Here"
    assert metadata(ld(there, there.replace("There", "Elsewhere"))).headline is None
    assert not metadata(ld(there, there.replace("There", "Elsewhere"))).states_article


def test_articles_without_headlines_are_a_list() -> None:
    assert not metadata(ld(*['{"@type": "NewsArticle", "name": "x"}'] * 3)).states_article


def test_posts_of_a_live_blog_are_parts_of_it() -> None:
    blog = (
        '{"@type": "LiveBlogPosting", "headline": "Live", "liveBlogUpdate": ['
        '{"@type": "BlogPosting", "headline": "One"}, {"@type": "BlogPosting", "headline": "Two"}]}'
    )
    assert metadata(ld(blog)).headline == "Live"


def test_microdata() -> None:
    found = metadata(
        body='<div itemprop="articleBody">x</div><span itemprop="author">By Anna Ivanova</span>'
        '<time itemprop="datePublished" datetime="2024-10-23T07:40+02:00">today</time>'
    )
    assert found.states_article
    assert [author.name for author in found.authors] == ["Anna Ivanova"]
    assert found.published is not None
    assert found.published.time.isoformat() == "2024-10-23T07:40:00+02:00"


@pytest.mark.parametrize(
    ("body", "url", "day"),
    [
        ('<time datetime="2024-10-20">a</time><h1>T</h1><time>Oct. 23, 2024</time>', URL, "10-23"),
        ('<h1>T</h1><aside><time datetime="2024-10-20">a</time></aside>', URL, None),
        ('<h1>T</h1><time datetime="2024-10-25">upd.</time>', URL + "/../2024/10/23/b", "10-23"),
        ("<p>1 day ago</p>", "https://daily.example/2024/10/23/b", "10-23"),
        ("<p>Oct. 20, 2024</p>", URL, None),
    ],
)
def test_times_that_are_only_printed(body: str, url: str, day: str | None) -> None:
    published = metadata(body=body, url=url.replace("?from=feed", "")).published
    assert (published and published.time.strftime("%m-%d")) == day


def test_modified_is_not_before_published() -> None:
    dates = '{{"@type": "Article", "datePublished": "2024-10-23", "dateModified": "{}"}}'
    assert metadata(ld(dates.format("2024-10-20"))).modified is None
    assert metadata(ld(dates.format("2024-10-22T23:30:00Z"))).modified is not None
    assert metadata(ld(dates.format("2024-10-24"))).modified is not None


@pytest.mark.parametrize(
    ("head", "site"),
    [
        ('<meta property="og:site_name" content="The Daily">', "The Daily"),
        ('<meta property="og:site_name" content="daily.example">'
         + ld('{"@type": "NewsArticle", "publisher": {"name": "The Daily"}}'), "The Daily"),
        ('<meta property="og:site_name" content="daily.example">', "daily.example"),
        (ld('{"@type": "WebSite", "name": "The Daily"}'), "The Daily"),
        (f'<meta property="og:site_name" content="{"News and more " * 5}">', None),
    ],
)  # fmt: skip
def test_site(head: str, site: str | None) -> None:
    assert metadata(head).site == site


def test_the_house_is_the_author_only_if_it_says_so_and_nobody_else_is() -> None:
    house = (
        '{"@type": "NewsArticle", "author": {"name": "The Daily"}, "publisher": {"name": "Daily"}}'
    )
    alone = metadata(ld(house))
    assert alone.authors == ()
    assert [author.name for author in alone.stated_authors] == ["The Daily"]
    other = metadata(ld(house) + '<meta name="author" content="Anna Ivanova">')
    assert [author.name for author in other.authors] == ["Anna Ivanova"]


def test_tags_come_from_one_source_each_once() -> None:
    head = '<meta name="keywords" content="Rivers, bridges,, rivers"><meta name="news_keywords">'
    assert metadata(head, '<a rel="tag" href="/t">other</a>').tags == ("Rivers", "bridges")
    assert metadata(body='<a rel="nofollow tag" href="/t">#Rivers</a>').tags == ("Rivers",)


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ('<meta property="og:locale" content="ru_RU">', "ru"),
        ('<meta http-equiv="Content-Language" content="DE">', "de"),
        (ld('{"@type": "NewsArticle", "inLanguage": "uk-UA"}'), "uk"),
        ('<meta name="language" content="English">', None),
        ("", None),
    ],
)
def test_language(head: str, language: str | None) -> None:
    assert metadata(head).language == language


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Rivers rise | The Daily", "Rivers rise"),
        ("Rivers rise - News - The Daily", "Rivers rise - News"),
        ("The Daily: Rivers rise", "The Daily: Rivers rise"),
        ("The Daily | Rivers rise", "Rivers rise"),
        ("Rivers rise – daily.example", "Rivers rise"),
        ("Rivers rise｜The Daily", "Rivers rise"),
        ("Rivers rise - and fall", "Rivers rise - and fall"),
        ("Rivers - The daily of a ferry man", "Rivers - The daily of a ferry man"),
        ("Rivers rise", "Rivers rise"),
        ("| |", "| |"),
    ],
)  # fmt: skip
def test_title_without_the_site(title: str, plain: str) -> None:
    assert without_site(title, ["The Daily", "daily.example"]) == plain


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Rivers rise - X</title>", "<h1>Rivers rise</h1>", "Rivers rise"),
        ("<title>Rivers rise - X</title>", "", "Rivers rise - X"),
        (ld('{"@type": "Article", "headline": "Rivers \'rise\'"}'), "<h1>Rivers ‘rise’</h1>",
         "Rivers ‘rise’"),
        (ld('{"@type": "Article", "headline": "Rivers rise a…"}'), "<h1>Rivers rise again</h1>",
         "Rivers rise again"),
        ('<meta property="og:title" content="Rivers &amp; more">', "<h1>Dry</h1>", "Rivers & more"),
        ("", "<h1> </h1><h1>Rivers</h1>", "Rivers"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_title(head: str, body: str, title: str) -> None:
    tree = document_fromstring(f"<html><head>{head}</head><body>{body}<p>x</p></body></html>")
    assert title_of(tree, Metadata(Declared(tree, URL, URL))) == title
