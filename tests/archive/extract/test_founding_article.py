"""The article this project began with comes out as the document it was asked for."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive import render
from archive.extract import NO_RULES, extract
from archive.model import Article
from crawler.demo.site import FOUNDING, moscow_times

EXPECTED = Path(__file__).parents[3] / "fixtures/pages/founding/expected.md"


@pytest.fixture(scope="module")
def page() -> bytes:
    parts = urlsplit(FOUNDING)
    return moscow_times().respond(parts.hostname or "", parts.path, {}).body


def test_markdown_is_the_printed_document(page: bytes) -> None:
    article = extract(page, FOUNDING)
    assert isinstance(article, Article)
    printed = re.sub(r"\n{2,}", "\n\n", render.markdown(article))
    assert printed == EXPECTED.read_text(encoding="utf-8")


def test_fields(page: bytes) -> None:
    article = extract(page, FOUNDING)
    assert isinstance(article, Article)
    assert article.url == FOUNDING
    assert [(author.name, author.url) for author in article.authors] == [
        ("AFP", "https://www.themoscowtimes.com/author/afp")
    ]
    assert article.published is not None
    assert article.published.isoformat() == "2024-10-23T13:05:00+03:00"
    assert article.published_has_time
    assert (article.site, article.section, article.language) == (
        "The Moscow Times",
        "Ukraine War",
        "en",
    )
    assert article.tags == ("North Korea", "Ukraine war")
    assert article.subtitle is None
    assert article.image is not None
    assert article.image.caption == "North Korean soldiers."
    assert article.image.credit == "Uwe Brodrecht (CC BY-SA 2.0)"


def test_text_is_the_article_alone(page: bytes) -> None:
    article = extract(page, FOUNDING)
    assert isinstance(article, Article)
    for furniture in ("favor to ask", "Advertisement", "Put Warm Words", "Read more", "AFP"):
        assert furniture not in article.text


def test_without_its_rule_the_text_is_still_found(page: bytes) -> None:
    by_rule = extract(page, FOUNDING)
    article = extract(page, FOUNDING, rules=NO_RULES)
    assert isinstance(article, Article)
    assert isinstance(by_rule, Article)
    assert article.title == by_rule.title
    missing = set(by_rule.text.split()) - set(article.text.split())
    assert not missing
