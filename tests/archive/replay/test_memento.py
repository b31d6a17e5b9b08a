"""Which capture answers, and what Memento says of it."""

from __future__ import annotations

import pytest

from archive.collection import Collection
from archive.errors import UsageError
from archive.index import compact
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
    for minute in range(300):
        moment = f"20240501{minute // 60:02}{minute % 60:02}00"
        recorder.record("https://often.example/", "the same", at=moment)
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


@pytest.mark.parametrize(
    ("moment", "previous", "following"),
    [
        ("20240101000001", None, "20240601000000"),  # the redirect of a second before is no page
        ("20240601000000", "20240101000001", "20241231000000"),
        ("20240315000000", "20240101000001", "20240601000000"),
        ("20241231000000", "20240601000000", None),
    ],
)
def test_what_stands_around_a_time(
    collection: Collection, moment: str, previous: str | None, following: str | None
) -> None:
    beside = memento.around(collection, HOME, moment)
    assert beside
    assert (beside.first.timestamp, beside.last.timestamp) == ("20240101000001", "20241231000000")
    assert (beside.previous.timestamp if beside.previous else None) == previous
    assert (beside.following.timestamp if beside.following else None) == following


def test_nothing_stands_around_a_url_that_is_not_there(collection: Collection) -> None:
    assert memento.around(collection, "https://news.example/never", "20240101000000") is None
    loop = memento.around(collection, "https://loop.example/", "20240101000000")
    assert loop
    assert memento.is_loop(loop.first)


def test_of_many_captures_few_are_read(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    original = compact.capture
    monkeypatch.setattr(compact, "capture", lambda row: read.append(row) or original(row))
    beside = memento.around(collection, "https://often.example/", "20240501020000")
    assert beside
    assert beside.count == 300
    assert beside.previous
    assert beside.previous.timestamp == "20240501015900"
    assert 4 <= len(read) <= 16


def test_links_of_a_memento(collection: Collection) -> None:
    beside = memento.around(collection, HOME, "20240601000000")
    assert beside
    assert beside.count == 4
    middle = memento.find(collection, HOME, "20240601000000")
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
