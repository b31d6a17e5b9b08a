"""Versions compared, edits, removals, sites, status, feeds."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest

from archive.collection import Collection
from archive.desk import Gap, Removal, Report, Room, Run, SourceState
from archive.errors import NewswarcError
from archive.model import Version
from archive.web.diff import Paragraph, stretches
from archive.web.server import ReplayServer
from archive.wording.diff import Piece
from tests.archive.web.paper import PAPER, STORY, Answer, Get


class Told:
    """A desk that says what it was given."""

    def report(self) -> Report:
        source = SourceState(
            "paper", ("paper.example",), True, {"captured": 5, "failed": 1}, 3, 9, 1, None, True
        )
        waiting = SourceState("post", ("post.example",), True, {}, 0, 0, 0, "20241025", False)
        return Report(
            time="20241025120000",
            runs=[Run("20241025110000", "killed", None, 4, None, 12_345)],
            sources=[source, waiting],
            failures=[("500 Internal Server Error", 1)],
            gaps=self.gaps("paper"),
            removals=[
                Removal("paper", f"{PAPER}/b", "20241023120000", "20241024120000", "404"),
            ],
            room=Room(10**9, 10**6, 800),
        )

    def gaps(self, source: str) -> Sequence[Gap]:
        return [Gap("paper", "20241020120000", None, "nothing new for 51 h")]


class Broken(Told):
    """A desk whose papers are lost."""

    def report(self) -> Report:
        raise NewswarcError("ledger.db is damaged")


def ask(server: ReplayServer, path: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


@pytest.fixture(scope="module")
def told(collection: Collection) -> Iterator[ReplayServer]:
    with ReplayServer(collection, port=0, desk=Told()) as running:
        yield running


@pytest.fixture(scope="module")
def story(collection: Collection) -> Version:
    version = collection.article(STORY)
    assert version
    return version


def test_two_versions_stand_beside_each_other(get: Get, story: Version) -> None:
    answer = get(f"/article/{story.article_id}/diff")
    assert answer.status == 200
    assert "Version 1, October 23, 2024, 09:30 UTC" in answer.words
    assert "<ins>, Briefly</ins>" in answer.text
    assert "substantial" in answer.words
    backwards = get(f"/article/{story.article_id}/diff?from=2&to=1")
    assert "<del>, Briefly</del>" in backwards.text
    same = get(f"/article/{story.article_id}/diff?from=1&to=1")
    assert "The two texts are the same." in same.words


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/article/99/diff", "no article 99"),
        (f"/article/{2**70}/diff", "no article"),
        (f"/article/{'9' * 5000}/diff", "no such page"),
        ("/article/1/diff?from=7&to=1", "no version 7"),
        ("/source/nowhere.example", "Nothing is known of nowhere.example"),
    ],
)
def test_what_there_is_not(get: Get, path: str, said: str) -> None:
    answer = get(path)
    assert answer.status == 404
    assert said in answer.words


def test_paragraphs_far_from_a_change_are_folded() -> None:
    same = Paragraph.of([Piece("same", "x")])
    changed = Paragraph.of([Piece("removed", "x"), Piece("added", "y")])
    found = list(stretches([same, same, same, changed, same, same, same]))
    assert [(len(one.paragraphs), one.folded) for one in found] == [
        (2, True), (3, False), (2, True),
    ]  # fmt: skip
    assert [one.folded for one in stretches([same, same])] == [False]


def test_edits_come_with_what_changed(get: Get) -> None:
    assert "There is no such edit." in get("/edits").words
    answer = get("/edits?show=all")
    assert "Bridge Over the Lipka Reopens , Briefly" in answer.words
    assert "<ins>On Thursday the bridge was closed again, for the paint." in answer.text
    assert "There is no such edit." in get("/edits?show=all&site=other.example").words
    assert "There is no such edit." in get("/edits?show=all&kind=minor").words
    assert get("/edits?since=yesterday").status == 400


def test_removed_articles_are_listed(told: ReplayServer) -> None:
    answer = ask(told, "/removed")
    assert "No article is known to be removed." in answer.words
    assert "Back again, of late" in answer.words


def test_sources_without_and_with_a_crawler(get: Get, told: ReplayServer) -> None:
    assert "paper.example" in get("/sources").words
    assert "Next look" not in get("/sources").words
    answer = ask(told, "/sources")
    assert "paper.example gap" in answer.words
    assert "post crawled" in answer.words


def test_a_source_has_plots_and_gaps(get: Get, told: ReplayServer) -> None:
    alone = get("/source/www.Paper.example")
    assert alone.text.count("<svg") == 3
    assert "Gaps" not in alone.words
    for path in ("/source/paper", "/source/paper.example"):
        answer = ask(told, path)
        assert "nothing new for 51 h" in answer.words
        assert "Wed, 6:00" in answer.words
    assert "No article of it is indexed yet." in ask(told, "/source/post").words


def test_status_without_and_with_a_crawler(get: Get, told: ReplayServer) -> None:
    assert "Crawls" in get("/status").words
    answer = ask(told, "/status")
    for said in ("killed", "12.3 kB", "enough for 800 days", "500 Internal Server Error", "open"):
        assert said in answer.words


def test_pages_stay_where_the_crawler_cannot_be_asked(collection: Collection) -> None:
    with ReplayServer(collection, port=0, desk=Broken()) as server:
        for path in ("/sources", "/source/paper.example", "/status", "/removed"):
            answer = ask(server, path)
            assert answer.status == 200
            assert "ledger.db is damaged" in answer.words


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("/feed?q=bridge", 2),
        ("/feed", 2),
        ("/feed?site=other.example", 0),
        ("/edits/feed?show=all", 1),
        ("/edits/feed", 0),
    ],
)
def test_feeds(get: Get, server: ReplayServer, path: str, entries: int) -> None:
    answer = get(path)
    assert answer.headers["Content-Type"] == "application/atom+xml"
    found = feedparser.parse(answer.body)
    assert not found.bozo
    assert len(found.entries) == entries
    assert found.feed.links[0].href.startswith(server.url)
    for entry in found.entries:
        assert get(entry.link.removeprefix(server.url.rstrip("/"))).status == 200
    again = get(path, if_none_match=answer.headers["ETag"])
    assert again.status == 304 or not entries  # an empty feed says when it was made


def test_a_feed_of_a_wrong_search_says_why(get: Get) -> None:
    assert get("/feed?q=bridge&since=never").status == 400


def test_an_article_tells_how_we_know(get: Get, collection: Collection, story: Version) -> None:
    answer = get(f"/article/{story.article_id}")
    assert "meta article:published_time" in answer.words
    assert story.digest in answer.words
    capture = collection.closest(STORY, story.first_capture)
    assert capture
    assert f"{capture.location.file} at {capture.location.offset}" in answer.words


def test_an_empty_collection_has_all_pages(tmp_path: Path) -> None:
    with ReplayServer(Collection.create(tmp_path / "news"), port=0) as server:
        for path in ("/edits", "/removed", "/sources", "/status", "/feed", "/hints?q=x"):
            assert ask(server, path).status == 200
