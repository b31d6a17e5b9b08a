"""Bodies that lie in pieces, and teasers that lie between them."""

from __future__ import annotations

from lxml.html import document_fromstring

from archive.extract import extract
from archive.extract.blocks import Paragraph, Run, plain_text
from archive.extract.continuation import continued
from archive.extract.teasers import without_teasers
from archive.model import Article

BASE = "https://example.com/"


def sentence(number: int) -> str:
    return (
        f"Sentence number {number} tells of a river that rose in the night and took the road of"
        " the village with it, so that nobody came to work in the morning."
    )


def paragraphs(first: int, count: int) -> str:
    return "".join(f"<p>{sentence(n)}</p>" for n in range(first, first + count))


def body(first: int, count: int) -> tuple[Paragraph, ...]:
    return tuple(Paragraph((Run(sentence(n)),)) for n in range(first, first + count))


def pieces(mark: str) -> str:
    return (
        f'<article><div class="text">{paragraphs(0, 5)}</div><div class="ad">Buy</div>'
        f'<div class="{mark}">{paragraphs(5, 5)}</div></article>'
    )


def test_a_piece_of_the_same_markup_is_added() -> None:
    found = continued(body(0, 5), document_fromstring(pieces("text")), BASE)
    assert plain_text(found) == plain_text(body(0, 10))


def test_a_piece_of_other_markup_is_not() -> None:
    assert continued(body(0, 5), document_fromstring(pieces("other")), BASE) == body(0, 5)


def test_what_was_found_is_not_added_twice() -> None:
    assert continued(body(0, 10), document_fromstring(pieces("text")), BASE) == body(0, 10)


def test_containers_without_a_class_tell_nothing() -> None:
    page = pieces("text").replace(' class="text"', "")
    assert continued(body(0, 5), document_fromstring(page), BASE) == body(0, 5)


CARD = '<div class="card"><h3><a href="/other">Another story</a></h3><p>What it is about.</p></div>'
TEASED = Paragraph((Run("What it is about."),))


def test_the_lines_of_a_teaser_are_dropped() -> None:
    page = document_fromstring(f"<article>{paragraphs(0, 8)}{CARD}</article>")
    assert without_teasers((*body(0, 8), TEASED), page) == body(0, 8)


def test_a_digest_keeps_its_teasers() -> None:
    page = document_fromstring(f"<article>{CARD}</article>")
    assert without_teasers((TEASED,), page) == (TEASED,)


def test_a_headline_that_is_an_anchor_is_no_teaser() -> None:
    page = document_fromstring(CARD.replace("/other", "#chapter"))
    assert without_teasers((*body(0, 8), TEASED), page) == (*body(0, 8), TEASED)


def test_a_short_page_full_of_links_is_an_article_by_the_headline_in_its_address() -> None:
    links = "".join(f'<li><a href="/s/{n}">Section number {n} of this</a>' for n in range(400))
    page = f"<title>Rivers rise</title><h1>Rivers rise</h1>{paragraphs(0, 4)}<ul>{links}</ul>"
    found = extract(page.encode(), BASE + "news/rivers-rise-across-the-north-of-the-country")
    assert isinstance(found, Article)
    assert not isinstance(extract(page.encode(), BASE + "news/"), Article)


def lead(figure: str, stated: str) -> str | None:
    page = (
        f'<meta property="og:image" content="{stated}"><h1>Rivers rise</h1>'
        f"<figure><img src='{figure}'></figure>{paragraphs(0, 9)}"
    )
    found = extract(page.encode(), BASE + "news/rivers-rise-across-the-north-of-the-country")
    assert isinstance(found, Article)
    return found.image.url if found.image else None


def test_the_picture_above_the_text_leads_where_another_was_named_for_social_networks() -> None:
    assert lead("/river.jpg", "/logo.jpg") == BASE + "river.jpg"


def test_the_picture_that_was_named_leads_where_it_is_shown_in_another_size() -> None:
    assert lead("/a/33712345_w200.jpg", "/b/33712345_w1200.jpg") == BASE + "b/33712345_w1200.jpg"


def test_a_day_in_an_address_makes_no_two_pictures_one() -> None:
    assert lead("/20241023/river.jpg", "/20241023/logo.jpg") == BASE + "20241023/river.jpg"
