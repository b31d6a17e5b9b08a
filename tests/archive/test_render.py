"""An article as Markdown, text, JSON and HTML."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from archive import render
from archive.errors import UsageError
from archive.model import Article, Author, Image

ARTICLE = Article(
    url="https://example.com/2024/10/23/bridge",
    title="Bridge *closed* <for> a week",
    markdown="The **river** [rose](https://example.com/river).\n\n![](https://example.com/b.jpg)",
    text="The river rose.",
    authors=(
        Author("Anna Ivanova", "https://example.com/anna"),
        Author("Jonas Berg", "https://example.com/berg"),
        Author("AFP"),
    ),
    published=datetime(2024, 10, 3, 1, 30, tzinfo=timezone(timedelta(hours=3))),
    modified=datetime(2024, 10, 4, 2, 0, tzinfo=UTC),
    tags=("rivers",),
    image=Image("https://example.com/i.jpg", "The bridge.", "A. Ivanova (CC BY-SA 2.0)"),
)
BARE = Article("https://example.com/a b<c>", "1. Title", "", "")


def test_markdown() -> None:
    assert render.markdown(ARTICLE) == (
        "# Bridge \\*closed\\* <for> a week\n\n".replace("<for>", "\\<for>")
        + "By [Anna Ivanova](https://example.com/anna), [Jonas Berg](https://example.com/berg)"
        " and AFP\n\n"
        "October 3, 2024\n\n"
        "The bridge. **A. Ivanova (CC BY-SA 2.0)**\n\n"
        "The **river** [rose](https://example.com/river).\n\n"
        "![](https://example.com/b.jpg)\n\n"
        "Original url:\n\n"
        "<https://example.com/2024/10/23/bridge>\n"
    )


def test_markdown_of_what_is_not_there() -> None:
    assert render.markdown(BARE) == (
        "# 1. Title\n\nOriginal url:\n\n<https://example.com/a%20b%3Cc%3E>\n"
    )


@pytest.mark.parametrize(
    ("count", "line"),
    [(1, "By A0"), (2, "By A0 and A1"), (3, "By A0, A1 and A2"), (4, "By A0, A1, A2 and A3")],
)
def test_byline(count: int, line: str) -> None:
    authors = tuple(Author(f"A{number}") for number in range(count))
    assert render.markdown(replace(BARE, authors=authors)).split("\n\n")[1] == line


@pytest.mark.parametrize(
    ("image", "line"),
    [
        (Image("https://e.com/i", "A caption."), "A caption."),
        (Image("https://e.com/i", None, "AFP"), "**AFP**"),
        (Image("https://e.com/i", "- dash_ed_"), "\\- dash_ed\\_"),
        (Image("https://e.com/i"), "Original url:"),
    ],
)
def test_caption(image: Image, line: str) -> None:
    assert render.markdown(replace(BARE, image=image)).split("\n\n")[1] == line


def test_subtitle_is_a_heading_below_the_title() -> None:
    assert render.markdown(replace(BARE, subtitle="For a week")).split("\n\n")[1] == "## For a week"


def test_text() -> None:
    assert render.text(ARTICLE) == (
        "Bridge *closed* <for> a week\n\nBy Anna Ivanova, Jonas Berg and AFP\n\nOctober 3, 2024\n\n"
        "The river rose.\n\nhttps://example.com/2024/10/23/bridge\n"
    )


def test_json_can_be_read_back() -> None:
    read = json.loads(render.render(ARTICLE, "json"))
    assert read == render.as_dict(ARTICLE)
    assert read["published"] == "2024-10-03T01:30:00+03:00"
    assert read["authors"][2] == {"name": "AFP", "url": None}
    assert read["image"]["credit"] == "A. Ivanova (CC BY-SA 2.0)"


def test_json_of_a_day_without_a_time() -> None:
    midnight = datetime(2024, 10, 3, tzinfo=UTC)
    fields = render.as_dict(replace(ARTICLE, published=midnight, published_has_time=False))
    assert fields["published"] == "2024-10-03"
    assert fields["modified"] == "2024-10-04T02:00:00+00:00"


def test_html() -> None:
    html = render.html(ARTICLE)
    assert "<h1>Bridge *closed* &lt;for&gt; a week</h1>" in html
    assert '<time datetime="2024-10-03T01:30:00+03:00">October 3, 2024</time>' in html
    assert '<a href="https://example.com/anna" rel="nofollow noreferrer">Anna Ivanova</a>, ' in html
    assert "The bridge. <strong>A. Ivanova (CC BY-SA 2.0)</strong></figcaption>" in html
    assert '<a href="https://example.com/river" rel="nofollow noreferrer">rose</a>' in html
    assert "<strong>river</strong>" in html


def test_html_sends_every_address_through_the_callback() -> None:
    html = render.html(ARTICLE, lambda url: f"/web/{url}")
    assert html.count('="/web/https://example.com/') == 5
    assert '="https://' not in html


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<javascript:alert(1)>",
        '[x](https://e.com/"onclick="alert(1))',
    ],
)
def test_html_runs_no_script(markdown: str) -> None:
    html = render.html(replace(BARE, markdown=markdown))
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert '"onclick' not in html


def test_tables_are_shown() -> None:
    html = render.html(replace(BARE, markdown="| a | b |\n| --- | --- |\n| 1 | 2 |"))
    assert "<td>2</td>" in html


def test_hostile_names_are_text() -> None:
    html = render.html(
        replace(BARE, title="<script>", authors=(Author("<b>", 'https://e.com/"><script>'),))
    )
    assert "<script" not in html
    assert "<b>" not in html


def test_every_format_is_known() -> None:
    for form in render.FORMATS:
        assert render.render(ARTICLE, form).endswith("\n")


def test_no_such_format() -> None:
    with pytest.raises(UsageError, match="markdown, text, json, html"):
        render.render(ARTICLE, "pdf")
