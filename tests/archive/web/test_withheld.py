"""What was redacted is not replayed: 451, at any time, in any form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.redaction import redact
from archive.web.server import ReplayServer
from tests.archive.web.paper import PAPER, STORY, Get, asking, record_paper


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("redacted") / "news"


@pytest.fixture(scope="module")
def redacted(place: Path) -> Iterator[Get]:
    collection: Collection = record_paper(place)
    redact(collection, [STORY], "a <b>court</b> order", by="The Keeper")
    with ReplayServer(collection, port=0) as running:
        yield asking(running.url)


@pytest.mark.parametrize(
    "path",
    [
        f"/web/20241023093000/{STORY}",
        f"/web/20241023093000mp_/{STORY}",
        f"/web/20241023093000id_/{STORY}",
        f"/web/1999/{STORY}",
        f"/web/{STORY}",
        f"/web/*/{STORY}",
    ],
)
def test_every_page_says_so_and_why(redacted: Get, path: str) -> None:
    answer = redacted(path)
    assert answer.status == 451
    assert "The reason: a &lt;b&gt;court&lt;/b&gt; order" in answer.words
    assert "by The Keeper" in answer.words
    assert "<b>" not in answer.text
    assert "tractor" not in answer.text


@pytest.mark.parametrize("form", ["link", "json", "cdxj"])
def test_no_list_has_it(redacted: Get, form: str) -> None:
    answer = redacted(f"/web/timemap/{form}/{STORY}")
    assert (answer.status, answer.text) == (451, "redacted\n")
    assert redacted(f"/cdx?url={STORY}").text == ""
    assert STORY not in redacted(f"/cdx?url={PAPER}/*").text


@pytest.mark.parametrize("name", ["article", "versions", "diff", "captures"])
def test_the_api_says_so_and_why(redacted: Get, name: str) -> None:
    answer = redacted(f"/api/{name}?url={STORY}")
    problem = json.loads(answer.body)
    assert (answer.status, problem["type"]) == (451, "/api/problems/redacted")
    assert "a <b>court</b> order" in problem["detail"]


@pytest.mark.parametrize(
    "path", ["search?q=paint", "edits", "removed", "article?id=1", "versions?id=1", "diff?id=1"]
)
def test_no_list_of_the_api_has_it(redacted: Get, path: str) -> None:
    answer = redacted(f"/api/{path}")
    assert answer.status in (200, 404)
    assert STORY not in answer.text
    assert "paint" not in answer.text


def test_a_page_that_asks_for_it_gets_a_line(redacted: Get) -> None:
    answer = redacted(f"/web/20241023093000mp_/{STORY}", Sec_Fetch_Dest="image")
    assert (answer.status, answer.text) == (451, "redacted\n")


def test_the_rest_is_there(redacted: Get) -> None:
    assert redacted(f"/web/20241023090001/{PAPER}/").status == 200
    assert redacted("/?q=bridge").status == 200
    assert STORY not in redacted("/?q=bridge").text
