from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from crawler.discovery.nature import Nature, nature

URL = "https://example.org/2024/10/23/slug-a1"


def ld(*blocks: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in blocks
    )


def of(html: str, url: str = URL) -> Nature:
    return nature(html.encode(), url)


ARTICLE = {"@type": "NewsArticle", "headline": "H", "datePublished": "2024-10-23T08:15:00+03:00"}
SITE = {"@type": "WebSite", "url": "https://example.org/"}
CRUMBS = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem"}]}
ITEMS = {"@type": "ItemList", "itemListElement": [ARTICLE, ARTICLE]}
OG = '<meta property="og:type" content="article">'


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (ld(ARTICLE), "article"),
        (ld(SITE, CRUMBS, ARTICLE), "article"),
        (ld([SITE, ARTICLE]), "article"),
        (ld({"@graph": [{"@type": "WebPage"}, ARTICLE, SITE]}), "article"),
        (ld({"@type": ["Article", "NewsArticle"]}), "article"),
        (ld({"@type": "https://schema.org/ReportageNewsArticle"}), "article"),
        (ld({"@type": "LiveBlogPosting"}), "article"),
        (ld(ARTICLE, {"@type": "VideoObject"}, ITEMS), "article"),
        (ld(ARTICLE, ARTICLE | {"url": URL}, ARTICLE), "article"),
        (ld(ARTICLE | {"mainEntityOfPage": {"@type": "WebPage", "@id": URL}}, ITEMS), "article"),
        (ld({"@type": "CollectionPage"}), "listing"),
        (ld({"@graph": [{"@type": "CollectionPage"}, ARTICLE]}), "listing"),
        (ld({"@type": "WebPage", "mainEntity": ITEMS}), "listing"),
        (ld(SITE, ITEMS), "listing"),
        (ld(ARTICLE, ARTICLE, ARTICLE), "listing"),
        (ld({"@type": "SearchResultsPage"}), "listing"),
        (ld(SITE, CRUMBS), "unknown"),
        (ld({"@type": "WebPage", "hasPart": ARTICLE}), "unknown"),
        (ld(ARTICLE).replace('"H"', '"H",'), "article"),
        (ld(ARTICLE).replace("}", "},"), "article"),
        (ld({"@graph": [SITE, ARTICLE]}).replace("}}", "},}"), "article"),
        (ld(ARTICLE).replace(">{", ">//<![CDATA[\n{").replace("}<", "}\n//]]><"), "article"),
        (ld(ARTICLE).replace("</script>", ""), "article"),
        ("<script>var x = '" + json.dumps(ARTICLE) + "'</script>", "unknown"),
        ("<!-- " + ld(ARTICLE) + " -->", "unknown"),
        (OG, "article"),
        ('<META content="article" name=og:type />', "article"),
        ('<meta property="og:type" content="website">', "unknown"),
        ('<meta property="article:published_time" content="2024-10-23">', "article"),
        (OG + ld(ARTICLE, ARTICLE), "article"),
        (OG + '<link rel="canonical" href="/">', "listing"),
        ('<article itemscope itemtype="http://schema.org/NewsArticle">', "article"),
        ('<div itemtype="https://schema.org/Article">' * 5, "listing"),
        ("", "unknown"),
        ("<p>Text", "unknown"),
        (ld(3, None, [[], "x", {"@type": 7}], {"@graph": 1}, {"@graph": [1, {}]}), "unknown"),
    ],
)
def test_what_a_page_says_it_is(html: str, kind: str) -> None:
    assert of(html).kind == kind


def test_a_home_page_is_a_listing_whatever_else() -> None:
    assert of("<p>Welcome", "https://example.org/").kind == "listing"
    assert of("<p>Welcome", "https://example.org/?p=12").kind == "unknown"


@pytest.mark.parametrize(
    ("html", "canonical"),
    [
        ('<link rel="canonical" href="/a">', "https://example.org/a"),
        ("<LINK href=//e.org/b?x=1&amp;y=2 rel='shortlink Canonical'>", "https://e.org/b?x=1&y=2"),
        ('<base href="https://b.org/x/"><link rel=canonical href="c">', "https://b.org/x/c"),
        ('<link rel=canonical href="d"><base href="https://b.org/x/">', "https://b.org/x/d"),
        ('<link rel=canonical href="/e"><link rel=canonical href="/f">', "https://example.org/e"),
        ('<link rel=canonical href=""><link rel=canonical href="/f">', "https://example.org/f"),
        ('<link rel=canonical href="javascript:1">', None),
        ('<link rel=canonical href="http://[broken">', None),
        ('<link rel=amphtml href="/amp">', None),
        ("<!-- <link rel=canonical href=/a> -->", None),
    ],
)
def test_the_canonical_link(html: str, canonical: str | None) -> None:
    assert of(html).canonical == canonical


@pytest.mark.parametrize(
    ("html", "rules"),
    [
        ('<meta name="robots" content="noindex, nofollow">', {"noindex", "nofollow"}),
        ('<meta name=ROBOTS content="NOARCHIVE,max-snippet:-1">', {"noarchive"}),
        ('<meta name="googlebot" content="noarchive"><meta name="robots" content="all">',
         {"noarchive"}),
        ('<meta name="robots" content="noai, noimageai">', {"noai", "noimageai"}),
        ('<meta name="bingbot" content="noindex">', set()),
    ],
)  # fmt: skip
def test_the_robots_tag(html: str, rules: set[str]) -> None:
    assert of(html).robots == rules


@pytest.mark.parametrize(
    ("html", "day"),
    [
        (ld(ARTICLE), datetime(2024, 10, 23, 5, 15, tzinfo=UTC)),
        (ld(ARTICLE).replace('"H"', '"H",'), datetime(2024, 10, 23, 5, 15, tzinfo=UTC)),
        ('<meta property="article:published_time" content="2024-10-23T05:15:00Z">',
         datetime(2024, 10, 23, 5, 15, tzinfo=UTC)),
        (ld(ARTICLE | {"datePublished": "2024-04-28 07:00:00Z"}),
         datetime(2024, 4, 28, 7, 0, tzinfo=UTC)),
        (ld(ARTICLE | {"datePublished": "Fri Apr 99 00:00:00 CEST 9999"}), None),
        (ld(ARTICLE | {"datePublished": None}), None),
        (ld(ARTICLE | {"datePublished": "0001-01-01T00:00:00+14:00"}), None),
    ],
)  # fmt: skip
def test_when_it_was_published(html: str, day: datetime | None) -> None:
    assert of(html).published == day


@pytest.mark.parametrize("charset", ["windows-1251", "utf-8", "utf-16"])
def test_charsets(charset: str) -> None:
    html = f'<meta charset="{charset}"><link rel=canonical href="/новости">{ld(ARTICLE)}'
    found = nature(html.encode(charset), URL, charset=charset if charset == "utf-16" else None)
    assert (found.kind, found.canonical) == ("article", "https://example.org/новости")


@pytest.mark.parametrize(
    "piece",
    [
        '<script type="application/ld+json">' + "[" * 100_000,
        '<script type="application/ld+json">{"@graph":[' + '{"@type":"Article"},' * 50_000,
        "<script type=" * 50_000,
        '<meta property="og:type" ' * 50_000,
        '<link rel="canonical ' * 50_000,
        "<meta name=robots content=" + "noindex," * 100_000,
        "itemtype = " * 100_000,
        "<" * 1_000_000,
    ],
)
def test_hostile_pages_take_no_time(piece: str) -> None:
    started = time.process_time()
    of(piece)
    assert time.process_time() - started < 1
