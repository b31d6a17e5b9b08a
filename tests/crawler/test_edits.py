"""Edits that the index knows bring the next look nearer, and are counted as a habit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from archive import timestamp
from archive.collection import Collection
from crawler import sources
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.model import Kind
from crawler.run import CrawlSummary
from crawler.sources import Seed, Source

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]
Later = Callable[..., None]

FEED = "http://news.example/feed"
STORIES = [f"/2024/10/23/a-story-of-some-length-a{number}" for number in (1, 2)]
TEXT = """\
The council met on Wednesday and heard from the harbour master, who said that the ferries would
run again by the end of the week if the wind kept to the west as it had since Sunday morning.

Passengers had waited for three days, and several of them had slept in the hall of the terminal,
where the town brought blankets and soup and the school sent its choir on the second evening.

The company that owns the ferries said it would pay for hotels, but only for those who could show
a ticket that had been bought before the storm was announced by the weather service on Friday.

Two fishing boats are still missing, and the coast guard said its search would go on at first
light, with a helicopter from the mainland and with volunteers from both villages of the island.
"""
OTHER = TEXT.replace("ferries", "trains").replace("harbour", "station").replace("sea", "hill")


def article(text: str) -> Answer:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    page = f"<article><h1>Back by the end of the week</h1>{paragraphs}</article>"
    head = '<title>Back by the end of the week</title><meta property="og:type" content="article">'
    return Answer.text(f"<!doctype html><html><head>{head}</head><body>{page}", "text/html")


def next_due(collection: Collection, path: str) -> tuple[str | None, str | None]:
    with closing(sqlite3.connect(collection.ledger_path)) as db:
        found: tuple[str | None, str | None] = db.execute(
            "SELECT next_due, changed FROM urls WHERE url LIKE ?", [f"%{path}"]
        ).fetchone()
    return found


@pytest.fixture
def feed() -> Answer:
    items = "".join(f"<item><link>http://news.example{path}</link></item>" for path in STORIES)
    return Answer.text(f"<rss><channel>{items}</channel></rss>", "application/rss+xml")


def test_an_edited_article_is_looked_at_sooner(
    run: Run, serve: Serve, collection: Collection, later: Later, feed: Answer
) -> None:
    sources.add(collection.config_path, Source("times", (Seed(FEED, Kind.FEED),)))
    answers = {"/feed": feed} | {STORIES[0]: article(TEXT), STORIES[1]: article(OTHER)}
    server = serve(answers)
    run(server, index=True)
    answers[STORIES[0]] = article(TEXT.replace("three days", "four days and nights"))
    later(hours=7)
    seen = timestamp.now()
    run(server, index=True)
    assert next_due(collection, STORIES[0]) == next_due(collection, STORIES[1])
    later(minutes=1)
    run(server, index=True)  # this one knows what was extracted after the one before
    edited, changed = next_due(collection, STORIES[0])
    assert changed is not None
    due = timestamp.to_datetime(edited or "")
    assert 1.5 * 3600 < (due - seen).total_seconds() < 2 * 3600  # a quarter of seven hours
    untouched, nothing = next_due(collection, STORIES[1])
    assert nothing is None
    assert (untouched or "") > (edited or "")
    with closing(sqlite3.connect(collection.ledger_path)) as db:
        habits = db.execute("SELECT source, stage, checks, edits FROM habits").fetchall()
    assert habits == [("times", 1, 2, 1)]
