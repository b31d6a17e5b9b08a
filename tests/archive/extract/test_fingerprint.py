"""What makes a version, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.extract import extract, text_digest
from archive.model import Article, Image
from crawler.demo.site import FOUNDING, moscow_times

ARTICLE = Article("https://example.com/a", "It's a “title”", "md", "One – two…\n\nthree")


@pytest.mark.parametrize(
    "same",
    [
        replace(ARTICLE, markdown="**other**", tags=("x",), image=Image("https://example.com/i")),
        replace(ARTICLE, title='It’s a "title" '),
        replace(ARTICLE, text="One - two...\nthree"),
        replace(ARTICLE, text="One \u2014 two…\u200b\u00a0three"),
    ],
)
def test_form_makes_no_version(same: Article) -> None:
    assert text_digest(same) == text_digest(ARTICLE)


@pytest.mark.parametrize(
    "other",
    [
        replace(ARTICLE, title="It's another title"),
        replace(ARTICLE, text="One – two…\n\nthree."),
        replace(ARTICLE, text="one – two…\n\nthree"),
    ],
)
def test_words_do(other: Article) -> None:
    assert text_digest(other) != text_digest(ARTICLE)


def test_form_of_the_digest() -> None:
    assert text_digest(ARTICLE).startswith("sha256:")
    assert len(text_digest(ARTICLE)) == len("sha256:") + 64


def test_furniture_of_a_page_makes_no_version() -> None:
    page = moscow_times().respond("www.themoscowtimes.com", FOUNDING[30:], {}).body
    related = b"north-koreans-fighting-for-russia-put-warm-words-into-practice"
    changed = (
        page.replace(b"/2024/10/24/" + related, b"/2024/11/02/" + related)
        .replace(b"Advertisement", b"Buy two")
        .replace(b"we have a small favor to ask", b"please")
    )
    assert changed != page
    one, other = extract(page, FOUNDING), extract(changed, FOUNDING)
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert text_digest(one) == text_digest(other)
    edited = extract(page.replace(b"1,500 troops to Russia", b"1,600 troops to Russia"), FOUNDING)
    assert isinstance(edited, Article)
    assert text_digest(edited) != text_digest(one)
