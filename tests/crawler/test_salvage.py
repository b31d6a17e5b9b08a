"""What a killed crawl has stored and not acknowledged is read, and not fetched again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.model import Position
from archive.warc.reader import read_records
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.ledger import Ledger
from crawler.run import CrawlSummary
from tests.crawler.pages import PROSE

HOME = "http://news.example/"
STORIES = [f"/2024/10/23/a-story-of-some-length-a{number}" for number in range(1, 6)]


def html(*links: str) -> Answer:
    body = "".join(f'<p><a href="{link}">{link}</a>' for link in links)
    return Answer.text(f"<!doctype html><body>{PROSE}{body}", "text/html")


@pytest.fixture
def site(serve: Callable[..., DemoServer]) -> DemoServer:
    """The home page names two stories, one of these the others; the last is not to be had."""
    answers = {"/": html(*STORIES[:2]), STORIES[0]: html(*STORIES[2:])}
    answers |= {story: html() for story in STORIES[1:4]}
    answers[STORIES[4]] = Answer(500, {"Content-Type": "text/plain"}, b"no\n")
    return serve(answers)


def asked(server: DemoServer) -> list[str]:
    paths = ["/" + request.url.split("/", 3)[3] for request in server.requests]
    return [path for path in paths if path in STORIES]


def stored(collection: Collection) -> list[str]:
    records = [record for path in collection.warc_files() for record in read_records(path)]
    return [f"/{record.url.split('/', 3)[3]}" for record in records if record.type == "response"]


def kill_before_the_first_commit(collection: Collection) -> None:
    """Bring the ledger to where it was before anything was settled, as a kill would leave it."""
    with closing(sqlite3.connect(collection.ledger_path)) as ledger, ledger:
        ledger.execute("DELETE FROM urls")
        ledger.execute("UPDATE crawls SET warc_file = '', warc_offset = 0, discovered = 0")


Run = Callable[..., CrawlSummary]


def test_stored_answers_are_not_asked_for_again(
    run: Run, site: DemoServer, collection: Collection
) -> None:
    run(site, HOME, depth=3, settings={"NEWSWARC_RETRY_TIMES": 0})
    assert sorted(asked(site)) == STORIES
    kill_before_the_first_commit(collection)
    site.requests.clear()
    summary = run(site, HOME, depth=3, settings={"NEWSWARC_RETRY_TIMES": 0})
    assert summary.articles == 4
    assert asked(site) == [STORIES[4]], "a failure is no answer"
    for story in STORIES[:4]:
        assert stored(collection).count(story) == 1


def test_what_is_acknowledged_is_left_alone(
    run: Run, site: DemoServer, collection: Collection
) -> None:
    run(site, HOME, settings={"NEWSWARC_RETRY_TIMES": 0})
    with closing(sqlite3.connect(collection.ledger_path)) as ledger, ledger:
        ledger.execute("UPDATE urls SET state = 'due' WHERE url LIKE '%a2'")  # due for another
        ledger.execute("UPDATE crawls SET warc_file = '', warc_offset = 0")
    site.requests.clear()
    run(site, HOME, settings={"NEWSWARC_RETRY_TIMES": 0})
    assert asked(site) == [STORIES[1]]


def test_a_page_asked_for_by_name_is_fetched(
    run: Run, site: DemoServer, collection: Collection
) -> None:
    page = HOME + STORIES[1][1:]
    run(site, page)
    kill_before_the_first_commit(collection)
    run(site, page)
    assert asked(site) == [STORIES[1]] * 2


def test_captures_of_before_the_ledger_are_none_of_its_own(
    run: Run, site: DemoServer, collection: Collection, tmp_path: Path
) -> None:
    run(site, HOME, settings={"NEWSWARC_RETRY_TIMES": 0})
    shutil.move(collection.ledger_path, tmp_path / "lost.db")
    site.requests.clear()
    run(site, HOME, settings={"NEWSWARC_RETRY_TIMES": 0})
    assert sorted(asked(site)) == STORIES[:2]


def test_the_ledger_is_one_commit_behind_the_warc(tmp_path: Path) -> None:
    """An answer is stored a moment before its row is settled."""
    with closing(Ledger(tmp_path / "ledger.db")) as ledger:
        ledger.begin_crawl()
        assert ledger.crawls.acknowledged() is None
        for offset in (100, 200, 300):
            ledger.crawls.end("", {})  # something to commit
            ledger.commit(lambda offset=offset: Position("a.warc.gz", offset))
        assert ledger.crawls.acknowledged() == Position("a.warc.gz", 200)
