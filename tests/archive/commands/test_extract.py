"""Extraction on the command line: a page explained, and all pages again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

URL = "https://www.example.com/2024/10/23/ferry"
OTHER = "https://news.example.org/2024/10/23/bridge"
RULE = (
    'hosts = ["example.com"]\n[title]\nsubtitle = "h2"\n[authors]\nselect = ".who"\n'
    '[body]\nselect = "article"\nstrip = ["h1", "p:last-child"]\n'
)
Run = Callable[..., Any]


def put_rule(newsroom: Any) -> None:
    newsroom.collection.rules_dir.mkdir(exist_ok=True)
    (newsroom.collection.rules_dir / "example.toml").write_text(RULE)


@pytest.fixture
def two(newsroom: Any) -> Any:
    newsroom.page(URL)
    newsroom.page(OTHER, title="Bridge closes")
    newsroom.page(URL, title="Ferry is back")
    newsroom.index()
    return newsroom


def test_the_command(two: Any, newswarc: Run) -> None:
    put_rule(two)
    told = newswarc("reextract", "--jobs", "0", "--dry-run").out
    assert told.startswith("3 pages, 2 would change\n")
    assert json.loads(newswarc("reextract", "--jobs", "0", "--json").out)["changed"] == 2
    assert newswarc("reextract", "--jobs", "0").out == "3 pages, 0 changed\n"


def test_a_page_is_explained(two: Any, newswarc: Run) -> None:
    put_rule(two)
    told = newswarc("extract", URL, "--explain").out
    assert "from site rule example" in told
    assert json.loads(newswarc("extract", URL, "--json").out)["title"] == "Ferry is back"
    assert newswarc("extract", OTHER).out.startswith("# Bridge closes\n")


def test_a_file_is_extracted_by_its_canonical_url(two: Any, newswarc: Run, tmp_path: Any) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        f'<link rel="canonical" href="{URL}"><h1>Ferry</h1><article><h2>Sub</h2><p>{"a b " * 90}'
        "</p><p>Last.</p></article><p class=who>Anna Ivanova</p>"
    )
    put_rule(two)
    found = json.loads(newswarc("extract", str(page), "--json").out)
    assert found["url"] == URL
    assert found["subtitle"] == "Sub"
    assert [author["name"] for author in found["authors"]] == ["Anna Ivanova"]
    refused = newswarc("extract", str(page), "--url", "nowhere")
    assert (refused.code, refused.err) == (2, "newswarc: not a URL: nowhere\n")


def test_a_page_that_is_none_is_named(newswarc: Run, tmp_path: Any) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Nothing</title>")
    done = newswarc("extract", str(page))
    assert done.code == 1
    assert "no article: no-text" in done.err
    assert newswarc("extract", str(tmp_path / "none.html")).code == 2


def test_a_wrong_rule_is_named_with_its_place(two: Any, newswarc: Run) -> None:
    put_rule(two)
    (two.collection.rules_dir / "wrong.toml").write_text('hosts = ["a.b"]\n[body]\nselect = "p["')
    for arguments in (("extract", URL), ("reextract", "--jobs", "0"), ("index",)):
        done = newswarc(*arguments)
        assert done.code == 4
        assert "wrong.toml: rule wrong: body.select: not a CSS selector: 'p['" in done.err
