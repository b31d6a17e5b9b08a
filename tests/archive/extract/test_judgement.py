"""Lists of articles in the shapes that sites give them, and articles that look like lists."""

from __future__ import annotations

import pytest

from archive.extract import extract
from archive.model import Article, Refusal
from crawler.demo.site import moscow_times

TEASER = (
    "The council met on Tuesday to discuss the bridge, and members asked why the paint had dried "
    "before the tender was opened to bidders from the region."
)
PROSE = (
    "The river rose four meters overnight and stood at the doors of the old customs house by "
    "morning, the harbor office said, and the night ferry stayed on the far bank with nineteen "
    "passengers who had planned to be home for supper. "
)
CARDS = {
    "heading and text": "<div><h3><a href=/{n}>Headline {n} of many</a></h3><p>{t}</p></div>",
    "article elements": "<article><h2><a href=/{n}>Headline {n} on the bridge</a></h2>"
    "<div class=teaser>{t}</div><time>1 May</time></article>",
    "list items": "<li><a href=/{n}><h4>Headline {n} on bridge</h4></a> <p>{t}</p></li>",
    "no headings": "<div><a href=/{n} class=title>Headline {n} on bridge</a><p>{t}</p></div>",
    "all a link": "<div><a href=/{n}><h3>Headline {n} on bridge</h3><p>{t}</p></a></div>",
    "no teasers": "<li><a href=/{n}>Headline {n} on the bridge and the river</a></li>",
}


def page(body: str, head: str = "") -> bytes:
    title = "Politics news, analysis and opinion from around the country"
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href=/>Home</a></nav><h1>{title}</h1><main>{body}</main></body></html>"
    ).encode()


def cards(kind: str, count: int) -> str:
    return "".join(CARDS[kind].format(n=n, t=f"{TEASER} {n}") for n in range(count))


@pytest.mark.parametrize("count", [8, 40])
@pytest.mark.parametrize("kind", CARDS)
def test_a_list_is_no_article(kind: str, count: int) -> None:
    found = extract(page(cards(kind, count)), "https://example.com/politics")
    assert isinstance(found, Refusal)
    assert found.reason == "not-an-article"


@pytest.mark.parametrize("kind", CARDS)
def test_an_article_with_a_list_of_others_below_is_one(kind: str) -> None:
    prose = "".join(f"<p>{n} days ago, {PROSE * 2}</p>" for n in range(2, 6))
    body = f"{prose}<section>{cards(kind, 8)}</section>"
    found = extract(page(body), "https://example.com/bridge-closed")
    assert isinstance(found, Article)
    assert PROSE.strip() in found.text


def test_a_list_that_says_so() -> None:
    head = '<script type="application/ld+json">{"@type": "CollectionPage"}</script>'
    found = extract(page(f"<p>{PROSE * 9}</p>", head), "https://example.com/politics")
    assert isinstance(found, Refusal)


@pytest.mark.parametrize(
    "title",
    [
        "Page not found", "404", "Error 404 | Example", "We couldn't find your page",
        "Sorry, this article does not exist", "Страница не найдена", "Seite nicht gefunden",
        "Page introuvable", "The page you are looking for could not be found",
    ],
)  # fmt: skip
def test_soft_404(title: str) -> None:
    found = extract(
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{PROSE}</p>".encode(),
        "https://example.com/x",
    )
    assert isinstance(found, Refusal)
    assert found.reason == "not-found"


@pytest.mark.parametrize("title", ["Body of diver not found", "Route 404 closed", "404 days later"])
def test_an_article_about_what_is_not_found(title: str) -> None:
    found = extract(
        f"<html><head><title>{title}</title><meta property='article:published_time' "
        f"content='2024-10-23'></head><body><h1>{title}</h1><p>{PROSE * 3}</p>".encode(),
        "https://example.com/x",
    )
    assert isinstance(found, Article)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/news",
        "/news/19",
        "/opinion",
        "/tag/ukraine-war",
        "/author/afp",
        "/search/",
        "/no-such",
    ],
)
def test_no_list_of_the_bundled_site_is_an_article(path: str) -> None:
    answer = moscow_times().respond("www.themoscowtimes.com", path, {})
    found = extract(answer.body, f"https://www.themoscowtimes.com{path}")
    assert isinstance(found, Refusal)
