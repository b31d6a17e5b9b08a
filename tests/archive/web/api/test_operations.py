"""What the API answers: each answer is what its document says, and pages leave nothing out."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from archive.collection import Collection
from archive.desk import Desk, Gap, Report, Room, Run, SourceState
from archive.web.api import table
from archive.web.server import ReplayServer
from tests.archive.recorded import Recorder
from tests.archive.web.paper import PAPER, STORY, Answer, Get, asking, story

FIRST, LAST = "20241023093000", "20241024080000"


@pytest.fixture(scope="session")
def document(get: Get) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(get(table.DOCUMENT_PATH).body)
    return found


def check(document: dict[str, Any], schema: dict[str, Any], body: bytes) -> Any:
    """Return what an answer holds, if it is what the schema says."""
    found = json.loads(body)
    Draft202012Validator({**schema, "components": document["components"]}).validate(found)
    return found


def answered(document: dict[str, Any], answer: Answer, path: str) -> Any:
    """Return what is answered, if the document foresees it."""
    responses = document["paths"][path.partition("?")[0]]["get"]["responses"]
    response = responses.get(str(answer.status), responses["default"])
    schema = response["content"][answer.headers["Content-Type"]]["schema"]
    return check(document, schema, answer.body)


def test_the_document_is_one(document: dict[str, Any]) -> None:
    validate(document)
    assert list(document["paths"]) == [operation.path for operation in table.OPERATIONS]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/search?q=tractor", {"total": 2, "exact": True, "hint": None, "next": None}),
        ("/api/search?q=tractor&site=other.example", {"total": 0, "hits": []}),
        ("/api/search?q=ferry%20(", {"total": 2}),
        ("/api/search?is=edited&sort=date", {"total": 1}),
        ("/api/search?q=tractor&since=2024-10&until=2024-10&at=2024", {"total": 2}),
        ("/api/search?q=tractor&raw=true&has_image=1", {"total": 2, "facets": None}),
        ("/api/article?id=1", {"number": 2, "first_capture": LAST}),
        (f"/api/article?url={STORY}", {"number": 2, "article_id": 1}),
        (f"/api/article?url={PAPER}/old-story", {"article_id": 1}),
        (f"/api/article?id=1&at={FIRST}", {"number": 1, "change": None}),
        ("/api/article?id=1&at=2024-10-23", {"number": 1}),
        ("/api/versions?id=1", {"article_id": 1, "next": None}),
        (f"/api/captures?url={STORY}", {"url": STORY, "next": None}),
        (f"/api/captures?url={PAPER}/never", {"captures": []}),
        (f"/api/captures?url={STORY}&since=2025", {"captures": []}),
        ("/api/edits?since=2025", {"edits": []}),
        (
            "/api/sites",
            {
                "sites": [
                    {
                        "host": "paper.example",
                        "articles": 2,
                        "first": "2024-10-23T06:30:00Z",
                        "last": "2024-10-23T06:30:00Z",
                    }
                ]
            },
        ),
        ("/api/removed", {"articles": [], "whole": True}),
        ("/api/sources", {"told": False, "sources": []}),
        ("/api/status", {"captures": 13, "articles": 2, "versions": 3, "crawl": None}),
    ],
)
def test_answers(
    get: Get, document: dict[str, Any], path: str, expected: dict[str, object]
) -> None:
    answer = get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    found = answered(document, answer, path)
    assert {name: found[name] for name in expected} == expected


def test_a_hit_leads_to_its_memento_and_shows_what_matched(get: Get) -> None:
    (hit,) = json.loads(get("/api/search?q=paint").body)["hits"]
    assert hit["memento"] == f"/web/{LAST}/{STORY}"
    assert [hit["snippet"][begin:end] for begin, end in hit["matches"]] == ["paint"]
    assert get(hit["memento"]).status == 200


def test_facets_come_when_asked_for(get: Get, document: dict[str, Any]) -> None:
    path = "/api/search?q=tractor&facets=true"
    facets = answered(document, get(path), path)["facets"]
    assert facets["site"] == [{"value": "paper.example", "articles": 2}]
    assert facets["month"] == [{"value": "2024-10", "articles": 2}]


@pytest.mark.parametrize(
    ("query", "versions"),
    [
        ("", (1, 2)),
        ("&from=1&to=2", (1, 2)),
        ("&from=2&to=1", (2, 1)),
        (f"&from={FIRST}&to={LAST}", (1, 2)),
        ("&from=2024-10-23", (1, 2)),
        ("&to=1", (1, 1)),
    ],
)
def test_two_versions_word_by_word(
    get: Get, document: dict[str, Any], query: str, versions: tuple[int, int]
) -> None:
    path = f"/api/diff?url={STORY}{query}"
    found = answered(document, get(path), path)
    assert (found["from"]["number"], found["to"]["number"]) == versions
    for side, gone in (("from", "added"), ("to", "removed")):
        at = found[side]["first_capture"]
        text = json.loads(get(f"/api/article?id=1&at={at}").body)["article"]["text"]
        assert "".join(p["text"] for p in found["body"] if p["kind"] != gone) == text


def test_an_edit_tells_both_versions(get: Get, document: dict[str, Any]) -> None:
    path = "/api/edits?kind=substantial&kind=headline&site=paper.example"
    (edit,) = answered(document, get(path), path)["edits"]
    assert (edit["url"], edit["from"]["number"], edit["to"]["number"]) == (STORY, 1, 2)
    assert edit["to"]["change"]["words_added"] == 11


@pytest.mark.parametrize(
    ("path", "items", "count"),
    [
        ("/api/search?q=tractor", "hits", 2),
        ("/api/search?q=tractor&sort=date", "hits", 2),
        ("/api/versions?id=1", "versions", 2),
        (f"/api/captures?url={STORY}", "captures", 2),
        ("/api/edits?since=2024", "edits", 1),
    ],
)
def test_pages_lead_to_all_there_is(get: Get, path: str, items: str, count: int) -> None:
    whole = json.loads(get(f"{path}&limit=100").body)[items]
    parts: list[object] = []
    following: str | None = f"{path}&limit=1"
    while following:
        answer = get(following)
        page = json.loads(answer.body)
        parts += page[items]
        following = page["next"]
        link = f'<{following}>; rel="next"' if following else None
        assert answer.headers["Link"] == link
        assert len(page[items]) == 1
    assert parts == whole
    assert len(parts) == count


def test_removed_articles_the_last_to_go_first(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "news")
    for number in range(3):
        url = f"{PAPER}/2024/10/23/story-{number}"
        recorder.record(url, story(f"Story {number}").replace(STORY, url), at="20241023093000")
        recorder.record(url, "Gone", status=410, at=f"2024102{min(number, 1) + 4}093000")
    found = []
    with ReplayServer(recorder.finished(), port=0) as server:
        get = asking(server.url)
        following: str | None = "/api/removed?limit=1"
        while following:
            page = json.loads(get(following).body)
            found += page["articles"]
            following = page["next"]
        assert json.loads(get("/api/removed?site=other.example").body)["articles"] == []
    assert [(gone["url"][-1], gone["status"], gone["missing_capture"]) for gone in found] == [
        ("2", 410, "20241025093000"),
        ("1", 410, "20241025093000"),
        ("0", 410, "20241024093000"),
    ]
    assert found[0]["memento"] == f"/web/20241023093000/{PAPER}/2024/10/23/story-2"


def test_a_desk_tells_of_the_crawl(collection: Collection, document: dict[str, Any]) -> None:
    report = Report(
        time="20241025120000",
        runs=[Run("20241025110000", "finished", 60, 12, 0, 4096)],
        sources=[SourceState("paper", ("paper.example",), True, {"done": 3}, 1, 3, 0, None, True)],
        failures=[("timeout", 2)],
        gaps=[Gap("paper", "20241024000000", None, "its feed rolled over")],
        removals=[],
        room=Room(2**30, 1000, None),
    )
    desk = SimpleNamespace(report=lambda: report)
    with ReplayServer(collection, port=0, desk=cast(Desk, desk)) as server:
        told = {path: asking(server.url)(path) for path in ("/api/status", "/api/sources")}
    for path, answer in told.items():
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        check(document, content["application/json"]["schema"], answer.body)
    crawl = json.loads(told["/api/status"].body)["crawl"]
    assert crawl["runs"][0]["started"] == "2024-10-25T11:00:00Z"
    assert (crawl["failures"], crawl["gaps"][0]["until"]) == ({"timeout": 2}, None)
    sources = json.loads(told["/api/sources"].body)
    assert (sources["told"], sources["sources"][0]["gap"]) == (True, True)


@pytest.mark.parametrize("operation", table.OPERATIONS, ids=lambda operation: operation.name)
def test_what_is_wrong_is_told_as_a_problem(
    get: Get, document: dict[str, Any], operation: Any
) -> None:
    path = f"{operation.path}?limits=1"
    answer = get(path)
    assert answer.status == 400
    assert answered(document, answer, path)["type"] == "/api/problems/unknown-parameter"


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("/api/search?q=", "wrong-value", "nothing to search for"),
        (
            "/api/search?qu=x",
            "unknown-parameter",
            "there is no parameter 'qu'; q is probably meant",
        ),
        ("/api/search?q=x&sort=mood", "wrong-value", "not one of rank, date"),
        ("/api/search?q=x&limit=0", "wrong-value", "not a number from 1 to 100"),
        ("/api/search?q=x&limit=101", "wrong-value", "not a number from 1 to 100"),
        ("/api/search?q=x&limit=5&limit=6", "wrong-value", "limit is given twice"),
        ("/api/search?q=x&since=yore", "wrong-value", "not a time"),
        ("/api/search?q=x&after=abc", "wrong-value", "not a cursor"),
        ("/api/search?q=x&facets=perhaps", "wrong-value", "not true or false"),
        ("/api/search?q=a%20b)&raw=true", "wrong-value", "FTS5"),
        ("/api/search?q=" + "x" * 501, "wrong-value", "longer than 500"),
        ("/api/search?q=" + "%20" * 6000, "too-long", "16384"),
        ("/api/article", "wrong-value", "by its id, or by its url"),
        ("/api/article?id=1&url=https://x.example/", "wrong-value", "by its id, or by its url"),
        ("/api/article?id=99", "not-found", "no article has the id 99"),
        ("/api/article?id=" + "9" * 40, "wrong-value", "not a number"),
        ("/api/article?id=1%C2%B2", "wrong-value", "not a number"),
        (f"/api/article?url={STORY}s", "not-found", f"do you mean {STORY} ?"),
        ("/api/article?url=paper.example", "wrong-value", "not an http or https URL"),
        ("/api/diff?id=1&to=7", "not-found", "no version 7"),
        ("/api/diff?id=1&to=soon", "wrong-value", "not a time"),
        ("/api/captures", "wrong-value", "url is missing"),
        (f"/api/captures?url={STORY}&after=20241023093000", "wrong-value", "not a cursor"),
        ("/api/edits?kind=big", "wrong-value", "not one of"),
        ("/api/nothing", "no-such-path", "GET /api/nothing"),
        ("/api/problems/none", "no-such-path", "unknown-parameter"),
    ],
)
def test_problems(get: Get, document: dict[str, Any], path: str, kind: str, said: str) -> None:
    answer = get(path)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    problem = check(document, {"$ref": "#/components/schemas/Problem"}, answer.body)
    assert problem["type"] == f"/api/problems/{kind}"
    assert problem["status"] == answer.status
    assert said in problem["detail"]
    told = json.loads(get(problem["type"]).body)
    assert told == {name: problem[name] for name in ("type", "title", "status")}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_can_be_written(get: Get, method: str) -> None:
    answer = get("/api/search?q=x", method)
    assert answer.status == 405
    assert answer.headers["Allow"] in ("GET, HEAD", "HEAD, GET")
    assert json.loads(answer.body)["type"] == "/api/problems/read-only"


@pytest.mark.parametrize("path", ["/api/search?q=tractor", "/api/status", table.DOCUMENT_PATH])
def test_head_is_get_without_body(get: Get, path: str) -> None:
    answer, whole = get(path, "HEAD"), get(path)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(whole.body))
