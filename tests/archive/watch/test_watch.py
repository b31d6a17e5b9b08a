"""Watches: what is told, never twice and never not at all."""

from __future__ import annotations

import json
import shutil
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from archive import timestamp
from archive.collection import Collection
from archive.errors import DamagedArchive, UsageError
from archive.hook import tell
from archive.watch import Watches, run

URL = "https://www.example.com/2024/10/{}"


def told(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def numbers(path: Path) -> list[str]:
    return [hit["url"].rpartition("/")[2] for hit in told(path)]


@pytest.fixture
def paper(newsroom: Any) -> Any:
    """A newsroom with one article that is old news to every watch."""
    newsroom.page(URL.format("old"), "Ferry sinks")
    newsroom.index()
    return newsroom


def add(newsroom: Any, query: str = "ferry", **options: Any) -> Path:
    with Watches(newsroom.collection) as watches:
        return watches.add(query, name="ferries", **options).jsonl


def test_without_watches_there_is_nothing_to_do(paper: Any) -> None:
    assert run(paper.collection).found == {}
    assert not (paper.collection.path / "watches.db").exists()


def test_what_is_new_and_matches_is_told_once(paper: Any) -> None:
    path = add(paper)
    assert run(paper.collection).found == {"ferries": 0}
    paper.page(URL.format("a"), "Ferry returns")
    paper.page(URL.format("b"), "Budget passed", text="Nothing of boats is said in it, but money.")
    paper.index()
    assert run(paper.collection).found == {"ferries": 1}
    assert run(paper.collection).found == {"ferries": 0}
    paper.page(URL.format("c"), "Ferry leaves")
    paper.index()
    run(paper.collection)
    assert numbers(path) == ["a", "c"]
    (first, _) = told(path)
    assert first["title"] == "Ferry returns"
    assert first["location"]["file"].endswith(".warc.gz")
    assert (first["watch"], first["edited"], first["versions"]) == ("ferries", False, 1)
    assert "\x02" not in first["snippet"]


def test_another_capture_of_the_same_text_is_no_news(paper: Any) -> None:
    path = add(paper)
    paper.page(URL.format("old"), "Ferry sinks")
    paper.index()
    assert run(paper.collection).found == {"ferries": 0}
    assert numbers(path) == []


EDITED = "All hands are safe, the captain of the ferry said in the harbor on Thursday evening."


def test_an_edited_article_is_news_when_it_did_not_match_before(paper: Any) -> None:
    path = add(paper, "captain")
    paper.page(URL.format("old"), "Ferry sinks", text=EDITED, at="20241101081500")
    paper.index()
    run(paper.collection)
    assert [(hit["edited"], hit["versions"]) for hit in told(path)] == [(False, 2)]


def test_edits_are_told_where_they_are_asked_for(paper: Any) -> None:
    quiet = add(paper)
    with Watches(paper.collection) as watches:
        loud = watches.add("ferry", name="all", edits=True).jsonl
    paper.page(URL.format("old"), "Ferry sinks", text=EDITED, at="20241101081500")
    paper.index()
    assert run(paper.collection).found == {"all": 1, "ferries": 0}
    assert numbers(quiet) == []
    assert [hit["edited"] for hit in told(loud)] == [True]


def test_an_index_made_again_brings_no_old_news(paper: Any) -> None:
    path = add(paper)
    paper.page(URL.format("a"), "Ferry returns")
    paper.index()
    run(paper.collection)
    paper.index(rebuild=True)
    assert run(paper.collection).found == {"ferries": 0}
    paper.collection.close()
    paper.collection.index_path.unlink()
    assert run(paper.collection).found == {"ferries": 0}
    paper.page(URL.format("b"), "Ferry leaves")
    paper.index()
    run(paper.collection)
    assert numbers(path) == ["a", "b"]


def test_a_file_that_is_brought_in_later_is_news_however_old(paper: Any) -> None:
    path = add(paper)
    paper.close()
    paper.page(URL.format("1999"), "Ferry of old times", at="19991231235959")
    paper.close()
    files = sorted(paper.collection.archive_dir.iterdir())
    files[-1].rename(files[-1].with_name("A-00000-OLD.warc.gz"))
    paper.index()
    run(paper.collection)
    assert numbers(path) == ["1999"]


def test_what_was_found_before_a_kill_is_told_behind_it(
    paper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add(paper)
    for number in range(5):
        paper.page(URL.format(number), f"Ferry number {number}")
    paper.index()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # found, not written
        patch.setattr("archive.watch.looking.append", killed)
        with pytest.raises(KeyboardInterrupt):
            run(paper.collection)
    assert not path.exists()
    with monkeypatch.context() as patch:  # written, not noted
        patch.setattr("archive.watch.looking.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            run(paper.collection)
    whole = path.read_bytes()
    assert len(whole.splitlines()) == 5
    for cut in (0, 10, len(whole) // 2, len(whole) - 1, len(whole)):  # in the middle of writing
        path.write_bytes(whole[:cut])
        with monkeypatch.context() as patch:
            patch.setattr("archive.watch.looking.replace", killed)
            with pytest.raises(KeyboardInterrupt):
                run(paper.collection)
        assert path.read_bytes() == whole
    assert run(paper.collection).found == {"ferries": 0}
    assert path.read_bytes() == whole


def test_lines_of_others_stay(paper: Any, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text('{"url": "x/mine"}\n{"url": "x/torn"}')
    add(paper, jsonl=path)
    paper.page(URL.format("a"), "Ferry returns")
    paper.index()
    run(paper.collection)
    assert numbers(path) == ["mine", "torn", "a"]


def test_a_feed_that_readers_can_read(paper: Any) -> None:
    add(paper)
    run(paper.collection)
    feed = paper.collection.path / "watches" / "ferries.atom"
    assert feedparser.parse(feed.read_bytes()).entries == []
    paper.page(URL.format("a"), "Ferry &amp; &lt;b&gt; \x07returns")
    paper.page(URL.format("b"), "Ferry leaves")
    paper.index()
    run(paper.collection)
    read = feedparser.parse(feed.read_bytes())
    assert read.feed.title == "newswarc: ferry"
    assert [entry.title for entry in read.entries] == ["Ferry leaves", "Ferry & <b> returns"]
    assert read.entries[1].link == URL.format("a")
    assert len({entry.id for entry in read.entries}) == 2
    for required in ("id", "title", "updated"):
        assert ElementTree.fromstring(feed.read_bytes()).find(f"{{*}}{required}") is not None


KEEP = "import sys, pathlib; p = pathlib.Path(sys.argv[1]); p.write_bytes(sys.stdin.buffer.read())"


def test_a_command_gets_what_is_new_and_gets_it_again_when_it_fails(
    paper: Any, tmp_path: Path
) -> None:
    kept = tmp_path / "kept here"
    failing = f"{sys.executable} -c 'raise SystemExit(3)' ; rm -rf $HOME"
    add(paper, command=failing)
    paper.page(URL.format("a"), "Ferry returns")
    paper.index()
    (problem,) = run(paper.collection).problems
    assert "ended with 3; it is told again" in problem
    (_,) = run(paper.collection).problems
    with Watches(paper.collection) as watches:
        watches._db.execute(
            "UPDATE watches SET command = ?", (f"{sys.executable} -c '{KEEP}' '{kept}'",)
        )
    paper.page(URL.format("b"), "Ferry leaves")
    paper.index()
    assert run(paper.collection).problems == []
    message = json.loads(kept.read_text())
    assert (message["watch"], message["query"]) == ("ferries", "ferry")
    assert [hit["url"] for hit in message["hits"]] == [URL.format("a"), URL.format("b")]
    kept.unlink()
    run(paper.collection)
    assert not kept.exists()


def test_a_command_that_hangs_is_stopped() -> None:
    assert tell("sleep 60", {}, seconds=0.2) == "sleep took longer than 0 s"
    begun = time.monotonic()
    assert tell("sh -c 'sleep 60 & yes'", {}, seconds=0.5) == "sh took longer than 0 s"
    assert time.monotonic() - begun < 10
    assert "No such file" in (tell("/no/such/program", {}, seconds=1) or "")


def test_not_more_often_than_asked(paper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = add(paper, every="day")
    paper.page(URL.format("a"), "Ferry returns")
    paper.index()
    assert run(paper.collection).found == {}
    later = timestamp.now() + timedelta(days=1)
    monkeypatch.setattr(timestamp, "now", lambda: later)
    assert run(paper.collection).found == {"ferries": 1}
    paper.page(URL.format("b"), "Ferry leaves")
    paper.index()
    assert run(paper.collection).found == {}
    assert run(paper.collection, only_due=False).found == {"ferries": 1}
    assert numbers(path) == ["a", "b"]


def test_a_watch_that_cannot_write_keeps_what_it_found(paper: Any, tmp_path: Path) -> None:
    place = tmp_path / "place"
    path = add(paper, jsonl=place / "a.jsonl")
    place.write_text("a file, no directory")
    paper.page(URL.format("a"), "Ferry returns")
    paper.index()
    (problem,) = run(paper.collection).problems
    assert problem.startswith(f"watch ferries: cannot write {path}")
    place.unlink()
    assert run(paper.collection).problems == []
    assert numbers(path) == ["a"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"query": "!!!"}, "nothing to search for in '!!!'"),
        ({"query": ""}, "nothing to search for"),
        ({"name": "a/b"}, "not a name: 'a/b'"),
        ({"name": "../x"}, "not a name"),
        ({"command": "tell 'me"}, "not a command line"),
        ({"command": " "}, "not a command line"),
        ({"every": "year"}, "not a rhythm"),
    ],
)
def test_what_is_no_watch(paper: Any, options: dict[str, Any], said: str) -> None:
    with Watches(paper.collection) as watches, pytest.raises(UsageError, match=said):
        watches.add(**{"query": "ferry", **options})


def test_names_are_made_of_queries(paper: Any) -> None:
    with Watches(paper.collection) as watches:
        names = [watches.add(query).name for query in ('"North Korea"', "north-korea", "Войска!")]
        assert names == ["north-korea", "north-korea-2", "войска"]
        with pytest.raises(UsageError, match="already"):
            watches.add("ferry", name="войска")
        watches.remove("north-korea")
        assert [watch.name for watch in watches.all()] == ["north-korea-2", "войска"]
        with pytest.raises(UsageError, match="there is no watch 'north-korea'"):
            watches.remove("north-korea")


def test_a_damaged_file_is_said_so(paper: Any) -> None:
    add(paper)
    (paper.collection.path / "watches.db").write_bytes(b"no database" * 1000)
    with pytest.raises(DamagedArchive, match=r"watches\.db is damaged"):
        run(paper.collection)


def test_a_collection_that_was_moved_is_watched_on(paper: Any, tmp_path: Path) -> None:
    path = add(paper)
    paper.page(URL.format("a"), "Ferry returns")
    paper.index()
    moved = tmp_path / "moved"
    shutil.copytree(paper.collection.path, moved)
    with Collection(moved) as collection:
        assert run(collection).found == {"ferries": 1}
    assert numbers(moved / "watches" / "ferries.jsonl") == ["a"]
    assert not path.exists()
