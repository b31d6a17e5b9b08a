"""The list of all captures of a URL, in three forms."""

from __future__ import annotations

import json

import pytest

from archive.collection import Collection
from archive.index.cdxj import Span
from archive.replay import memento
from archive.replay.timemap import timemap
from tests.archive.recorded import Recorder

HOME = "https://www.news.example/"
ORIGIN = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("timemap") / "news")
    recorder.redirect("http://news.example/", HOME, at="20240101000000")
    for moment in ("20240101000001", "20240601000000", "20241231000000"):
        recorder.record(HOME, f"home at {moment}", at=moment)
    return recorder.finished()


def listed(collection: Collection, form: str) -> str:
    ends = memento.around(collection, HOME, "20240601000000")
    assert ends
    return "".join(timemap(ORIGIN, HOME, collection.walk(Span.exact(HOME)), ends, form))


def test_as_links(collection: Collection) -> None:
    lines = listed(collection, "link").splitlines()
    assert lines[1] == (
        f'<{ORIGIN}/web/timemap/link/{HOME}>; rel="self"; type="application/link-format";'
        ' from="Mon, 01 Jan 2024 00:00:01 GMT"; until="Tue, 31 Dec 2024 00:00:00 GMT",'
    )
    assert sum("memento" in line for line in lines) == 4
    assert 'rel="first memento"' in lines[4]
    assert 'rel="last memento"' in lines[-1]


def test_as_json(collection: Collection) -> None:
    answer = json.loads(listed(collection, "json"))
    assert answer["original_uri"] == HOME
    assert answer["timemap_uri"]["cdxj_format"] == f"{ORIGIN}/web/timemap/cdxj/{HOME}"
    assert answer["mementos"]["last"] == {
        "datetime": "2024-12-31T00:00:00Z",
        "uri": f"{ORIGIN}/web/20241231000000/{HOME}",
    }
    assert len(answer["mementos"]["list"]) == 4


def test_as_cdxj(collection: Collection) -> None:
    lines = listed(collection, "cdxj").splitlines()
    key, moment, fields = lines[-1].split(" ", 2)
    assert (key, moment) == ("example,news)/", "20241231000000")
    assert json.loads(fields)["status"] == "200"
    assert (collection.archive_dir / json.loads(fields)["filename"]).exists()
