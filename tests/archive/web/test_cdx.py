"""The CDX API over HTTP."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.archive.web.paper import STORY, Get


def test_captures_of_a_url(get: Get) -> None:
    answer = get(f"/cdx?url={quote(STORY, safe='')}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/x-cdxj; charset=utf-8"
    lines = answer.text.splitlines()
    assert len(lines) >= 2
    assert lines == sorted(lines)
    assert json.loads(lines[0].split(" ", 2)[2])["url"] == STORY


@pytest.mark.parametrize(
    ("output", "kind"), [("json", "application/x-ndjson"), ("text", "text/plain; charset=utf-8")]
)
def test_other_forms(get: Get, output: str, kind: str) -> None:
    answer = get(f"/cdx?url=*.paper.example&output={output}&limit=3")
    assert answer.headers["Content-Type"] == kind
    assert len(answer.text.splitlines()) == 3


def test_it_is_guarded_as_all_the_rest(get: Get) -> None:
    assert get("/cdx?url=*.paper.example", host="evil.example").status == 421
    answer = get("/cdx?url=*.paper.example")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert get("/cdx?url=a.b", "POST").status == 405


def test_nothing_found_is_an_empty_answer(get: Get) -> None:
    answer = get("/cdx?url=nowhere.example")
    assert (answer.status, answer.body) == (200, b"")


def test_head(get: Get) -> None:
    answer = get("/cdx?url=*.paper.example", "HEAD")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "url=",
        "url=%00",
        "url=http://%5B",
        "url=a.b&limit=x",
        "url=a.b&filter=~url:(a%2B)%2B(",
        "url=a.b&from=%3Cscript%3E",
        "url=a.b&output=%1b[31mred",
        "url=" + "a" * 5000,
    ],
)
def test_hostile_parameters_are_answered_in_one_line(get: Get, query: str) -> None:
    answer = get(f"/cdx?{query}")
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.count("\n") == 1
    assert "\x1b" not in answer.text
