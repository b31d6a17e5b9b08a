"""``newswarc verify`` of the ledger: what it takes for captured has to be in the archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive import cli
from archive.collection import Collection
from archive.ingest import ingest
from archive.manifest import acts, measure
from archive.redaction import redact
from crawler.agreement import Agreement
from crawler.cli import group
from crawler.demo.server import DemoServer
from crawler.run import CrawlSummary
from tests.crawler.pages import html

STORY = "http://news.example/2024/10/23/a-story-of-some-length-a1"


@pytest.fixture
def crawled(
    collection: Collection,
    serve: Callable[..., DemoServer],
    run: Callable[..., CrawlSummary],
) -> Collection:
    """A collection after a crawl of one article."""
    path = urlsplit(STORY).path
    run(serve({"/": html(path), path: html()}), "http://news.example/")
    ingest(collection, workers=0)
    return collection


def problems(collection: Collection, *, quick: bool = False) -> list[tuple[str, str]]:
    return [(one.place, one.problem) for one in Agreement().find(collection, quick=quick)]


def change(path: Path, sql: str) -> int:
    with closing(sqlite3.connect(path)) as db, db:
        return db.execute(sql).rowcount


def test_after_a_crawl_they_agree(crawled: Collection) -> None:
    assert problems(crawled) == []
    assert cli.run(group, ["--collection", str(crawled.path), "verify"]) == 0


def test_without_a_ledger_there_is_nothing_to_agree(collection: Collection) -> None:
    assert problems(collection) == []
    assert list(Agreement().repair(collection)) == []
    assert not collection.ledger_path.exists()


def test_what_was_captured_and_is_gone_falls_due_again(
    crawled: Collection, capfd: pytest.CaptureFixture[str]
) -> None:
    url = "http://news.example/2024/10/23/lost-a1"
    number = change(
        crawled.ledger_path,
        f"UPDATE urls SET url = '{url}' WHERE id ="
        " (SELECT min(id) FROM urls WHERE kind = 'article' AND state = 'captured')",
    )
    assert number == 1
    told = f"{url} is captured by it, and is in no WARC file"
    assert problems(crawled) == [("ledger.db", told)]
    assert problems(crawled, quick=True) == []
    command = ["--collection", str(crawled.path), "verify"]
    assert cli.run(group, command) == 5
    assert told in capfd.readouterr().out
    assert cli.run(group, [*command, "--repair"]) == 0
    assert "repaired: made 1 URLs due again" in capfd.readouterr().out
    with closing(sqlite3.connect(crawled.ledger_path)) as db:
        row = db.execute("SELECT state, last_captured FROM urls WHERE url = ?", [url]).fetchone()
    assert row == ("due", None)


def test_what_is_not_indexed_is_not_missed(crawled: Collection) -> None:
    crawled.index_path.unlink()
    assert problems(crawled) == []


def test_what_was_redacted_is_not_missed(crawled: Collection) -> None:
    redact(crawled, [STORY], reason="a court asked for it", by="A. Keeper")
    assert problems(crawled) == []


def test_the_place_up_to_which_a_crawl_is_certain(crawled: Collection) -> None:
    with closing(sqlite3.connect(crawled.ledger_path)) as db:
        (name,) = db.execute("SELECT max(warc_file) FROM crawls").fetchone()
    path = crawled.archive_dir / name
    whole = path.read_bytes()
    entry = measure(crawled, path)
    path.write_bytes(whole[:100])
    ((place, problem),) = problems(crawled, quick=True)
    assert place == name
    assert problem == f"a crawl was acknowledged up to {len(whole):,}, it has 100 bytes"
    path.unlink()
    told = "a crawl was acknowledged in this file, which is not there"
    assert problems(crawled, quick=True) == [(name, told)]
    acts.record(crawled, "compact", "for a test", retired=[entry])
    assert problems(crawled, quick=True) == []
    last = crawled.path / acts.record(crawled, "repair", "for a test").path
    last.write_bytes(last.read_bytes() + b" ")
    assert problems(crawled, quick=True) == [], "another act cannot be believed; this one can"


@pytest.mark.parametrize("damage", [b"no database" * 1000, b""])
def test_a_ledger_that_is_none(crawled: Collection, damage: bytes) -> None:
    for companion in crawled.path.glob("ledger.db-*"):
        companion.unlink()
    crawled.ledger_path.write_bytes(damage)
    found = problems(crawled)
    assert [place for place, _ in found] == (["ledger.db"] if damage else [])
    assert list(Agreement().repair(crawled)) == []


def test_many_losses_are_counted(crawled: Collection) -> None:
    change(
        crawled.ledger_path,
        "INSERT INTO urls (url, host, kind, source, state, path, depth, priority, first_seen,"
        " last_captured) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 150)"
        " SELECT 'https://a.example/' || i, 'a.example', 'article', 's', 'captured', '', 0, 5,"
        " '20241023000000', '20241023000000' FROM n",
    )
    found = problems(crawled)
    assert len(found) == 101
    assert "more than 100 others" in found[-1][1]
    assert list(Agreement().repair(crawled)) == ["made 150 URLs due again that are in no WARC file"]
    assert problems(crawled) == []
