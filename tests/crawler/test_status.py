from __future__ import annotations

import fcntl
import json
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import timestamp
from archive.cli import run as run_group
from archive.collection import Collection
from archive.errors import NewswarcError
from crawler.cli import group
from crawler.health import examine
from crawler.ledger import reading, states
from crawler.ledger.transaction import Transaction

NOW = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
EVIL = "https://e.org/\x1b[2J\x07evil"
SOURCES = """
[[source]]
name = "times"
url = "https://times.example/"
[[source]]
name = "post"
url = "https://www.post.example/"
"""
Status = Callable[..., tuple[int, str]]


def ago(**span: float) -> str:
    return timestamp.from_datetime(NOW - timedelta(**span))


class Books:
    """A ledger, filled by hand."""

    def __init__(self, path: Path) -> None:
        self.transaction = Transaction(path)

    def insert(self, table: str, **values: object) -> int:
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        return self.transaction.write(statement, list(values.values())).lastrowid or 0

    def url(self, url: str, state: str, source: str = "times", **more: object) -> int:
        values: dict[str, object] = {"kind": "article", "first_seen": ago(days=30), **more}
        if state in ("captured", "unchanged"):
            values = {"last_captured": ago(hours=1), "last_status": 200, **values}
        return self.insert(
            "urls", url=url, host="times.example", source=source, state=state, path="", depth=0,
            priority=1, **values,
        )  # fmt: skip

    def close(self) -> None:
        self.transaction.commit()
        self.transaction.close()


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is seven in the morning."""
    monkeypatch.setattr(timestamp, "now", lambda: NOW)


@pytest.fixture
def status(collection: Collection, capsys: pytest.CaptureFixture[str]) -> Status:
    """Run ``newswarc status``; its exit code and what it printed."""

    def call(*arguments: str) -> tuple[int, str]:
        code = run_group(group, ["--collection", str(collection.path), "status", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return call


@pytest.fixture
def filled(collection: Collection) -> Collection:
    """A collection about which there is something to tell."""
    collection.config_path.write_text(SOURCES)
    books = Books(collection.ledger_path)
    feed = books.url("https://times.example/rss", "captured", kind="feed", next_due=ago(hours=-2))
    books.url("https://times.example/map", "captured", kind="sitemap", next_due=ago(days=-3))
    books.url("https://times.example/a", "captured", first_seen=ago(hours=2))
    books.url("https://times.example/b", "unchanged", first_seen=ago(days=2))
    books.url("https://times.example/c", "due", first_seen=ago(days=3), last_captured=ago(days=3),
              last_status=200)  # fmt: skip
    books.url("https://times.example/old", "captured", first_seen=ago(days=20))
    books.url("https://times.example/moved", "captured", first_seen=ago(hours=2), last_status=301)
    books.url("https://times.example/wall", "quarantined", first_seen=ago(hours=2))
    for number in range(3):
        books.url(f"https://times.example/f{number}", "failed", why="500 Oh", attempts=4,
                  next_due=ago(hours=-5))  # fmt: skip
    books.url(EVIL, "failed", why="timeout\x1b]0;x\x07")
    gone = books.url("https://times.example/gone", "gone")
    back = books.url("https://times.example/back", "captured")
    books.url("https://www.post.example/", "due", "post", kind="home")
    books.url("https://other.example/page", "captured", "other.example", first_seen=ago(hours=1))
    books.insert("gaps", source="times", url_id=feed, kind="silent", since=ago(days=9),
                 noticed=ago(days=8), until=None, detail="nothing new for 90 h")  # fmt: skip
    books.insert("gaps", source="post", kind="no item in common", since=ago(hours=3),
                 noticed=ago(hours=2), until=ago(hours=2), detail="rolled over")  # fmt: skip
    books.insert("gaps", source="post", kind="silent", since=ago(days=40), noticed=ago(days=39),
                 until=ago(days=38), detail="long over")  # fmt: skip
    books.insert("removals", url_id=gone, since=ago(days=4), noticed=ago(days=1), why="404")
    books.insert("removals", url_id=back, since=ago(days=50), noticed=ago(days=45),
                 returned=ago(days=2), why="410")  # fmt: skip
    for hours in (30, 20):
        books.insert("crawls", started=ago(hours=hours), finished=ago(hours=hours - 1),
                     reason="finished", summary=json.dumps({"articles": hours, "size": 5,
                                                            "failed": 2}))  # fmt: skip
    for hours in (19, 18):
        books.insert("crawls", started=ago(hours=hours), finished=ago(hours=hours),
                     reason="nothing due", summary="{}")  # fmt: skip
    books.insert("crawls", started=ago(minutes=1))
    books.close()
    return collection


def test_the_page_in_the_morning(filled: Collection, status: Status) -> None:
    code, page = status()
    assert code == 10
    lines = page.splitlines()
    assert "time        2026-03-09 07:00 UTC" in lines
    assert "runs        2026-03-09 06:59  killed, 0 articles" in lines
    assert "            2026-03-08 11:00  finished, 20 articles, 2 failed, 1h" in lines
    assert "nothing due" not in page
    start = lines.index("gap         times: 2026-02-28 07:00 and still OPEN")
    assert lines[start + 1 : start + 4] == [
        "              nothing new for 90 h",
        "              https://times.example/rss",
        "            post: 2026-03-09 04:00 to 2026-03-09 05:00",
    ]
    assert "long over" not in page
    table = {line.split()[0]: line.split()[1:] for line in lines if re.match(r"\S+ +\d+ +\d", line)}
    assert table["times"] == ["1", "3", "0", "1", "4", "1", "1", "2", "h", "GAP"]
    assert table["post"] == ["0", "0", "0", "1", "0", "0", "0", "now", "GAP"]
    assert table["other.example"] == ["1", "1", "0", "0", "0", "0", "0", "never"]
    assert "urls        16 discovered" in lines
    assert "failed            3  500 Oh" in lines
    assert r"                  1  timeout\x1b]0;x\x07" in lines
    assert "removed     2026-03-05  404" in lines
    assert "            2026-01-18  410, back 2026-03-07" in lines
    assert lines[-1].startswith("disk        ")
    assert "\x1b" not in page


def test_a_source_alone(filled: Collection, status: Status) -> None:
    code, page = status("--source", "post")
    assert code == 10  # it rolled over two hours ago
    assert status("--source", "other.example")[0] == 0
    assert "times" not in page.replace("times.example", "")
    assert "urls        1 discovered" in page
    code, page = status("--source", "nobody")
    assert (code, len(page.splitlines())) == (2, 1)
    assert "no source called 'nobody'" in page


def test_json_for_a_monitor(filled: Collection, status: Status) -> None:
    code, text = status("--json")
    found = json.loads(text)
    assert code == 10
    assert set(found) == {
        "time", "runs", "sources", "discovered", "failures", "gaps", "removals", "disk", "archive",
        "drift",
    }  # fmt: skip
    times = found["sources"][0]
    assert times == {
        "name": "times",
        "configured": True,
        "urls": {"captured": 6, "unchanged": 1, "due": 1, "quarantined": 1, "failed": 4, "gone": 1},
        "articles_day": 1,
        "articles_week": 3,
        "edits_day": 0,
        "removed": 1,
        "returned": 1,
        "open_gaps": 1,
        "gaps_day": 0,
        "next_poll": ago(hours=-2),
    }
    assert [source["configured"] for source in found["sources"]] == [True, True, False]
    assert found["discovered"] == sum(sum(s["urls"].values()) for s in found["sources"]) == 16
    assert found["failures"][0] == ["500 Oh", 3]
    assert found["gaps"][0]["until"] is None
    assert set(found["disk"]) == {"free", "growth_per_day", "days_left"}


def test_urls_of_a_state(filled: Collection, status: Status) -> None:
    code, text = status("--state", "failed", "--source", "times")
    assert code == 0
    assert text.splitlines() == [
        *(
            f"https://times.example/f{number}  500 Oh, 4 attempts, again 20260309120000"
            for number in range(3)
        ),
        r"https://e.org/\x1b[2J\x07evil  timeout\x1b]0;x\x07",
    ]
    _, text = status("--state", "failed", "--json", "--limit", "4")
    rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) == 4
    assert rows[3]["url"] == EVIL
    assert "\x1b" not in text
    assert rows[0] == {
        "url": "https://times.example/f0",
        "source": "times",
        "kind": "article",
        "state": "failed",
        "why": "500 Oh",
        "status": None,
        "attempts": 4,
        "next_due": ago(hours=-5),
        "first_seen": ago(days=30),
        "last_captured": None,
    }
    assert status("--state", "failed", "--source", "post") == (0, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--limit", "5"], "--limit goes with --state"),
        (["--state", "failed", "--metrics", "x.prom"], "not both"),
        (["--state", "lost"], "'lost' is not one of"),
    ],
)
def test_wrong_use(filled: Collection, status: Status, arguments: list[str], said: str) -> None:
    code, text = status(*arguments)
    assert (code, len(text.splitlines())) == (2, 1)
    assert said in text


def test_an_empty_collection(collection: Collection, status: Status) -> None:
    code, page = status()
    assert code == 0
    assert "runs        never crawled" in page
    assert "sources     none; `newswarc source add URL` adds one" in page
    assert not collection.ledger_path.exists()
    assert json.loads(status("--json")[1])["sources"] == []


def test_a_page_of_many_sources_is_80_columns_wide(collection: Collection, status: Status) -> None:
    names = [f"a-newspaper-with-a-long-name-{number}" for number in range(30)]
    collection.config_path.write_text(
        "".join(f'[[source]]\nname = "{n}"\nurl = "https://{n}.example/"\n' for n in names)
    )
    books = Books(collection.ledger_path)
    for number in range(15):
        books.url(f"https://asked{number}.example/", "captured", f"asked{number}.example")
    books.close()
    code, page = status()
    assert code == 0
    lines = page.splitlines()
    assert len([line for line in lines if line.startswith("a-newspaper-with-a-…")]) == 30
    assert "and 5 others that newswarc.toml does not name" in lines
    assert max(len(line) for line in lines if not line.startswith("collection")) <= 80


def test_a_crawl_that_runs(filled: Collection, status: Status) -> None:
    with filled.lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "06:59  running, 0 articles" in status()[1]
    assert "06:59  killed, 0 articles" in status()[1]


def test_edits_are_counted_by_the_source_of_their_host(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.config_path.write_text(SOURCES)
    known: dict[str, Any] = collection.status()
    known["edits_day"] = {"times.example": 3, "en.times.example": 2, "post.example": 1, "x.org": 9}
    monkeypatch.setattr(collection, "status", lambda: known)
    assert [source.edits_day for source in examine(collection).sources] == [5, 1]


def test_growth_and_the_days_left(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    for days, size in ((40, 9_000_000), (6, 7_000_000), (1, 7_000_000)):
        stamp = ago(days=days)
        path = collection.archive_dir / f"NEWSWARC-{stamp}123-00000-host.warc.gz"
        path.write_bytes(b"x" * size)
    free = 2_000_000 * 100 + 256 * 1024 * 1024
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": free}))
    disk = examine(collection).disk
    assert (disk.free, disk.growth_per_day, disk.days_left) == (free, 2_000_000, 100)


def test_a_ledger_of_an_older_newswarc_is_said_in_a_line(
    collection: Collection, status: Status
) -> None:
    with sqlite3.connect(collection.ledger_path) as old:
        old.execute("CREATE TABLE urls (url TEXT, source TEXT, state TEXT)")
    before = collection.ledger_path.read_bytes()
    code, text = status()
    assert (code, len(text.splitlines())) == (1, 1)
    assert "is of an older newswarc" in text
    assert collection.ledger_path.read_bytes() == before


def test_a_ledger_that_is_none(collection: Collection, status: Status) -> None:
    collection.ledger_path.write_bytes(b"this is no database at all" * 100)
    code, text = status()
    assert (code, len(text.splitlines())) == (5, 1)


def test_reading_changes_nothing(filled: Collection) -> None:
    before = filled.ledger_path.read_bytes()
    examine(filled)
    assert states(filled.ledger_path)["post"] == {"due": 1}
    assert filled.ledger_path.read_bytes() == before


def test_a_large_ledger_is_read_from_its_indexes(filled: Collection) -> None:
    """What takes part in every look at a ledger never reads all of its rows."""
    connection = sqlite3.connect(filled.ledger_path)
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    ledger = reading.Reading(connection)
    ledger.states()
    ledger.new_articles("times", ago(days=7))
    ledger.next_poll("times")
    ledger.failures(["times"], 5)
    list(ledger.urls("failed", "times"))
    connection.set_trace_callback(None)
    plans = [
        next(step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"))
        for statement in asked
    ]
    assert plans == [
        "SCAN urls USING COVERING INDEX urls_by_state",
        "SEARCH urls USING INDEX urls_arrivals (source=? AND first_seen>?)",
        "SEARCH urls USING INDEX urls_polls (source=?)",
        "SEARCH urls USING INDEX urls_by_state (source=? AND state=?)",
        "SEARCH urls USING INDEX urls_by_state (source=? AND state=?)",
    ]
    connection.close()


def test_an_error_in_the_middle_of_reading_is_not_taken_for_an_old_ledger(
    filled: Collection,
) -> None:
    with (
        pytest.raises(sqlite3.OperationalError, match="syntax"),
        reading.reading(filled.ledger_path) as ledger,
    ):
        ledger._connection.execute("SELEKT")
    with (
        pytest.raises(NewswarcError, match="older newswarc"),
        reading.reading(filled.ledger_path) as ledger,
    ):
        ledger._connection.execute("SELECT bogus FROM urls")
