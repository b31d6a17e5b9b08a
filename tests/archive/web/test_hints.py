"""What a query may go on with."""

from __future__ import annotations

import json

import pytest

from archive.index.tally import Count
from archive.web.hints import suggestions
from tests.archive.web.paper import Get

NAMES = {
    "site": [Count("bbc.com", 1200), Count("news.bbc.co.uk", 1)],
    "author": [Count("Anna Yolkina", 3), Count('Q "Quote" Q', 1)],
    "lang": [Count("en", 2)],
    "section": [],
    "month": [Count("2024-10", 3)],
}


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("", []),
        ("troops ", []),
        ("si", ["site:"]),
        ("troops -t", ["troops -tag:", "troops -title:"]),
        ("(ti", ["(title:"]),
        ("kim N", ["kim NOT ", "kim NEAR "]),
        ("site:", ["site:bbc.com ", "site:news.bbc.co.uk "]),
        ("x SITE:bbc.com", ["x SITE:bbc.com "]),
        ("site:co.uk", ["site:news.bbc.co.uk "]),
        ("author:yol", ['author:"Anna Yolkina" ']),
        ('author:"anna y', ['author:"Anna Yolkina" ']),
        ("author:quote", []),
        ('author:"q', ['author:"Q Quote Q" ']),
        ("language:", ["language:en "]),
        ("is:st", ["is:stealth "]),
        ("month:", []),
        ("nosuch:x", []),
    ],
)
def test_suggestions(typed: str, texts: list[str]) -> None:
    assert [one.text for one in suggestions(typed, NAMES)] == texts


def test_hints_come_as_json(get: Get) -> None:
    answer = get("/hints?q=%22bridge")
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.body) == {"hint": "a quotation mark is not closed", "suggestions": []}
    (found,) = json.loads(get("/hints?q=site:p").body)["suggestions"]
    assert found == {"text": "site:paper.example ", "shown": "paper.example", "about": "2 articles"}
    assert json.loads(get("/hints").body)["suggestions"] == []
