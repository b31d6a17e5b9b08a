"""Which capture answers, and what Memento says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import UsageError
from archive.replay import memento
from tests.archive.recorded import Recorder

HOME = "https://www.news.example/"
ORIGIN = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("memento") / "news")
    recorder.redirect("http://news.example/", HOME, at="20240101000000")
    for moment in ("20240101000001", "20240601000000", "20241231000000"):
        recorder.record(HOME, f"home at {moment}", at=moment)
    recorder.redirect("http://loop.example/", "https://loop.example/")
    recorder.record("https://news.example/app.js?cb=17", "f()", "text/javascript")
    recorder.record("https://news.example/style.css", "p {}", "text/css")
    recorder.record("https://news.example/2024/10/story?page=2", "text")
    recorder.record("https://news.example/2024/", "a year")
    return recorder.finished()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2023", "20240101000001"),
        ("20240101000000", "20240101000001"),  # not the redirect of that second
        ("20240315", "20240101000001"),
        ("20240318", "20240601000000"),
        ("2030", "20241231000000"),
    ],
)
def test_the_nearest_capture_answers(collection: Collection, asked: str, answer: str) -> None:
    found = memento.find(collection, "http://news.example", asked)
    assert found
    assert (found.timestamp, found.url) == (answer, HOME)


def test_a_redirect_to_itself_is_taken_when_there_is_nothing_else(collection: Collection) -> None:
    found = memento.find(collection, "https://loop.example/", "2024")
    assert found
    assert memento.is_loop(found)


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://news.example/style.css?v=20241023", "https://news.example/style.css"),
        ("https://news.example/style.css?1729671300", "https://news.example/style.css"),
        ("https://news.example/app.js?cb=17", "https://news.example/app.js?cb=17"),
        ("https://news.example/style.css?theme=dark", None),
    ],
)
def test_cache_busters_fall_only_when_nothing_fits(
    collection: Collection, url: str, answer: str | None
) -> None:
    found = memento.find(collection, url, "2024")
    assert (found.url if found else None) == answer


def test_what_is_near_to_a_missing_page(collection: Collection) -> None:
    near = memento.alternatives(collection, "https://news.example/2024/10/story/else?x=1")
    assert [capture.url for capture in near] == ["https://news.example/2024/", HOME]


def test_accept_datetime() -> None:
    assert memento.accepted("Wed, 23 Oct 2024 08:15:00 GMT") == "20241023081500"
    assert memento.accepted("Wed, 23 Oct 2024 11:15:00 +0300") == "20241023081500"
    with pytest.raises(UsageError):
        memento.accepted("yesterday")


def test_links_of_a_memento(collection: Collection) -> None:
    captures = collection.captures(HOME)
    beside = memento.around(captures, "20240601000000")
    assert beside
    assert beside.count == 3
    middle = next(one for one in captures if one.timestamp == "20240601000000")
    web = f"{ORIGIN}/web"
    assert memento.links(ORIGIN, HOME, beside, middle) == (
        f'<{HOME}>; rel="original", '
        f'<{web}/{HOME}>; rel="timegate", '
        f'<{web}/timemap/link/{HOME}>; rel="timemap"; type="application/link-format", '
        f'<{web}/20240101000001/{HOME}>; rel="first prev memento";'
        ' datetime="Mon, 01 Jan 2024 00:00:01 GMT", '
        f'<{web}/20240601000000/{HOME}>; rel="memento"; datetime="Sat, 01 Jun 2024 00:00:00 GMT", '
        f'<{web}/20241231000000/{HOME}>; rel="next last memento";'
        ' datetime="Tue, 31 Dec 2024 00:00:00 GMT"'
    )


def test_timemap_as_links(collection: Collection) -> None:
    lines = memento.timemap(ORIGIN, HOME, collection.captures(HOME), "link").splitlines()
    assert lines[1] == (
        f'<{ORIGIN}/web/timemap/link/{HOME}>; rel="self"; type="application/link-format";'
        ' from="Mon, 01 Jan 2024 00:00:00 GMT"; until="Tue, 31 Dec 2024 00:00:00 GMT",'
    )
    assert sum("memento" in line for line in lines) == 4
    assert 'rel="first memento"' in lines[3]
    assert 'rel="last memento"' in lines[-1]


def test_timemap_as_json(collection: Collection) -> None:
    answer = json.loads(memento.timemap(ORIGIN, HOME, collection.captures(HOME), "json"))
    assert answer["original_uri"] == HOME
    assert answer["mementos"]["last"] == {
        "datetime": "2024-12-31T00:00:00Z",
        "uri": f"{ORIGIN}/web/20241231000000/{HOME}",
    }
    assert len(answer["mementos"]["list"]) == 4


def test_timemap_as_cdxj(collection: Collection) -> None:
    lines = memento.timemap(ORIGIN, HOME, collection.captures(HOME), "cdxj").splitlines()
    key, moment, fields = lines[-1].split(" ", 2)
    assert (key, moment) == ("example,news)/", "20241231000000")
    assert json.loads(fields)["status"] == "200"
    assert (collection.archive_dir / json.loads(fields)["filename"]).exists()


def test_a_url_without_captures_has_an_empty_timemap(tmp_path: Path) -> None:
    lines = memento.timemap(ORIGIN, HOME, [], "link").splitlines()
    assert len(lines) == 3
    assert json.loads(memento.timemap(ORIGIN, HOME, [], "json"))["mementos"] == {"list": []}
