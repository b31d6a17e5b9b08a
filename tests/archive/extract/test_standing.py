from __future__ import annotations

import pytest

from archive.extract import NO_RULES, extract
from archive.model import Article

PROSE = "<p>" + "The river rose through the night and took the lower road with it. " * 12 + "</p>"
NEWS = "https://example.com/news/2024/10/23/river"


def article(head: str, url: str = NEWS) -> Article:
    page = f"<title>River rises</title>{head}<h1>River rises</h1><article>{PROSE}</article>"
    found = extract(page.encode(), url, rules=NO_RULES)
    assert isinstance(found, Article), found
    return found


def ld(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {fields}}}</script>'


@pytest.mark.parametrize(
    ("head", "url", "kind"),
    [
        ("", NEWS, "news"),
        (ld('"a": 1').replace("NewsArticle", "LiveBlogPosting"), NEWS, "live"),
        (ld('"a": 1').replace("NewsArticle", "OpinionNewsArticle"), NEWS, "opinion"),
        (ld('"a": 1').replace("NewsArticle", "ReviewNewsArticle"), NEWS, "review"),
        ("", "https://example.com/opinion/2024/river", "opinion"),
        ("", "https://example.com/video/river-rises", "video"),
        ("", "https://example.com/in-pictures/river-rises", "gallery"),
        ("", "https://example.com/a/opinion", "news"),
        (ld('"articleSection": "Opinion"'), NEWS, "opinion"),
        ('<meta property="og:type" content="video.other">', NEWS, "video"),
    ],
)
def test_the_kind(head: str, url: str, kind: str) -> None:
    assert article(head, url).kind == kind


@pytest.mark.parametrize(
    ("head", "paywall", "place"),
    [
        ("", None, None),
        (ld('"isAccessibleForFree": false'), True, "JSON-LD isAccessibleForFree: False"),
        (ld('"isAccessibleForFree": "False"'), True, "JSON-LD isAccessibleForFree: False"),
        (ld('"isAccessibleForFree": "http://schema.org/True"'), False, None),
        (
            ld('"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false}'),
            True,
            "JSON-LD hasPart.isAccessibleForFree: False",
        ),
        (
            '<meta property="article:content_tier" content="locked">',
            True,
            "meta article:content_tier: locked",
        ),
        ('<meta property="article:content_tier" content="free">', False, None),
    ],
)
def test_the_paywall(head: str, paywall: bool | None, place: str | None) -> None:
    found = article(head)
    assert found.paywall is paywall
    if place:
        assert found.sources["paywall"] == place


def test_the_form_and_the_place_of_times() -> None:
    found = article(
        ld('"datePublished": "2024-10-23T08:15:00+03:00"')
        + '<meta property="article:modified_time" content="2024-10-23 09:00:00Z">'
    )
    assert found.sources["published"] == "JSON-LD datePublished: 2024-10-23T08:15:00+03:00"
    assert found.sources["modified"] == "meta article:modified_time: 2024-10-23 09:00:00Z"
    assert found.sources["language"] == "the text"
    assert found.word_count == 156
