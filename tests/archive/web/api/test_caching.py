"""Entity tags: an answer that is still true is not sent again, and one that is not is."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.collection import Collection
from archive.ingest import ingest
from archive.web.server import ReplayServer
from tests.archive.recorded import Recorder
from tests.archive.web.paper import STORY, Get, asking, story


@pytest.mark.parametrize(
    "path",
    [
        "/api/search?q=tractor",
        "/api/article?id=1",
        "/api/versions?id=1",
        "/api/diff?id=1",
        f"/api/captures?url={STORY}",
        "/api/edits?since=2024",
    ],
)
def test_an_answer_that_is_still_true_is_not_sent_again(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    tag = answer.headers["ETag"]
    for given in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = get(path, If_None_Match=given)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert get(path, If_None_Match='W/"other"').body == answer.body
    assert get(f"{path}&limt=1", If_None_Match=tag).status == 400


def test_each_question_has_a_tag_of_its_own(get: Get) -> None:
    paths = [f"/api/search?q={word}" for word in ("tractor", "ferry")] + ["/api/article?id=1"]
    assert len({get(path).headers["ETag"] for path in paths}) == 3


@pytest.mark.parametrize(
    "path",
    [
        "/api/status",
        "/api/sources",
        "/api/search?q=after%3A7d",
        "/api/search?q=x&since=7d",
        "/api/edits?since=Today",
    ],
)
def test_what_the_clock_makes_untrue_has_no_tag(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["ETag"] is None


def test_a_tag_changes_with_the_index(tmp_path: Path) -> None:
    path = f"/api/captures?url={STORY}"
    collection = Collection.create(tmp_path / "news")
    tags = []
    with ReplayServer(collection, port=0) as server:
        get = asking(server.url)

        def tag() -> str:
            return get(path).headers["ETag"]

        tags.append(tag())
        for day in (23, 24):
            recorder = Recorder(collection.path)
            recorder.record(STORY, story(f"Bridge {day}"), at=f"202410{day}093000")
            recorder.finished()
            tags.append(tag())
            assert tag() == tags[-1]
        ingest(collection, workers=0, rebuild=True)
        tags.append(tag())
        collection.index_path.unlink()
        tags.append(tag())
    assert len(set(tags)) == 5
