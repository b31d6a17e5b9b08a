from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import timestamp
from archive.errors import DamagedArchive, StorageError
from archive.model import Position
from crawler import ledger as ledgers
from crawler.ledger import REQUESTED, Ledger
from crawler.ledger.crawls import NOTHING_DUE
from crawler.model import Discovery, Kind, Lane, More, Outcome, Row, State

LANE = Lane("times", "e.org")
EVERY = 10**9


def nothing() -> None:
    """A WARC that needs no sync."""


def url(place: str = "/a", **changes: Any) -> Discovery:
    values: dict[str, Any] = {
        "url": f"https://e.org{place}",
        "host": "e.org",
        "kind": Kind.ARTICLE,
        "source": "times",
        "path": "L",
        "depth": 1,
        "priority": 50,
    }
    return Discovery(**values | changes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    ledger = Ledger(path)
    ledger.begin_crawl()
    yield ledger
    ledger.close()


def claim(ledger: Ledger, cap: int = EVERY, number: int = 100) -> list[Row]:
    return ledger.claim(LANE, cap, number, ())


def claimed(ledger: Ledger) -> list[str]:
    return [row.url.removeprefix("https://e.org") for row in claim(ledger)]


def again(ledger: Ledger) -> None:
    """End this crawl and begin another."""
    ledger.commit(nothing)
    ledger.begin_crawl()


def test_a_url_is_discovered_once(ledger: Ledger) -> None:
    assert ledger.discover([url("/a"), url("/b"), url("/a")]) == [url("/a"), url("/b")]
    assert ledger.discover([url("/b"), url("/c")]) == [url("/c")]
    assert claimed(ledger) == ["/a", "/b", "/c"]
    assert ledger.lanes(["times"]) == [LANE]


def test_the_best_comes_first(ledger: Ledger) -> None:
    ledger.discover([url("/a", priority=9), url("/b", priority=1), url("/c", priority=9)])
    assert claimed(ledger) == ["/b", "/a", "/c"]
    assert [row.url[-1] for row in ledger.claim(LANE, 5, 100, ())] == ["b"]
    assert [row.url[-1] for row in ledger.claim(LANE, EVERY, 1, ())] == ["b"]
    best = claim(ledger)[0].id
    assert [row.url[-1] for row in ledger.claim(LANE, EVERY, 1, {best})] == ["a"]


def test_a_row_remembers_its_way_here(ledger: Ledger) -> None:
    more = More("https://e.org/news/{{offset}}", 19, 18)
    ledger.discover([url("/news", kind=Kind.SECTION)])
    (section,) = claim(ledger)
    ledger.settle(section, Outcome(State.CAPTURED, 200))
    ledger.discover([url("/news/19", kind=Kind.MORE, path="LL", via=section.id, more=more)])
    (row,) = claim(ledger)
    assert (row.referrer, row.path, row.more) == ("https://e.org/news", "LL", more)


def test_what_is_settled_is_not_due_in_the_next_crawl(ledger: Ledger) -> None:
    ledger.discover([url("/a"), url("/b"), url("/c"), url("/d")])
    a, b, c, d = claim(ledger)
    ledger.settle(a, Outcome(State.CAPTURED, 200))
    ledger.settle(b, Outcome(State.FAILED, 500, "500", wait=0))
    ledger.settle(c, Outcome(State.FAILED, 500, "500", wait=3600))
    ledger.settle(d, Outcome(State.GONE, 404, "404"))
    assert claimed(ledger) == []
    again(ledger)
    assert claimed(ledger) == ["/b"]
    assert claim(ledger)[0].attempts == 1
    assert ledger.discover([url("/a"), url("/c"), url("/d")]) == []


def test_out_of_scope_as_a_link_and_in_it_as_the_item_of_a_feed(ledger: Ledger) -> None:
    outside = url("/a", state=State.OUT_OF_SCOPE, why="not article-like", kind=Kind.PAGE)
    assert ledger.discover([outside]) == []
    assert ledger.lanes(["times"]) == []
    ledger.discover([url("/a", path="M")])
    (row,) = claim(ledger)
    assert (row.kind, row.path) == (Kind.ARTICLE, "M")
    assert ledger.discover([outside]) == []


def test_a_seed_is_due_in_every_crawl_once(ledger: Ledger) -> None:
    seed = url("/feed", kind=Kind.FEED, path="", again=True)
    for _ in range(3):
        assert ledger.discover([seed]) == [seed]
        (row,) = claim(ledger)
        ledger.settle(row, Outcome(State.CAPTURED, 200, wait=3600))
        assert ledger.discover([seed]) == []
        again(ledger)


def test_a_page_asked_for_by_name_keeps_its_place(ledger: Ledger) -> None:
    ledger.discover([url("/feed", kind=Kind.FEED)])
    ledger.settle(claim(ledger)[0], Outcome(State.CAPTURED, 200))
    again(ledger)
    ledger.discover([url("/feed", source="e.org", priority=REQUESTED, again=True)])
    assert ledger.lanes([]) == [LANE]
    (row,) = ledger.claim(LANE, REQUESTED, 10, ())
    assert (row.kind, row.source, row.priority) == (Kind.FEED, "times", REQUESTED)


def test_what_was_asked_for_and_failed_is_ordinary_later(ledger: Ledger) -> None:
    ledger.discover([url("/a", priority=REQUESTED, again=True)])
    ledger.settle(claim(ledger)[0], Outcome(State.FAILED, 500, wait=0))
    again(ledger)
    assert ledger.lanes([]) == []
    assert claimed(ledger) == ["/a"]


def test_what_has_gone_stale_is_due_again(ledger: Ledger) -> None:
    image = url("/a.jpg", kind=Kind.REQUISITE)
    ledger.discover([image])
    ledger.settle(claim(ledger)[0], Outcome(State.CAPTURED, 200))
    again(ledger)
    now = timestamp.now()
    old, fresh = now - timedelta(days=1), now + timedelta(days=1)
    ledger._recent = type(ledger._recent)(10)
    assert ledger.discover([url("/a.jpg", kind=Kind.REQUISITE, stale=old)]) == []
    ledger._recent = type(ledger._recent)(10)
    assert len(ledger.discover([url("/a.jpg", kind=Kind.REQUISITE, stale=fresh)])) == 1


def test_the_states_add_up_to_what_was_discovered(ledger: Ledger, path: Path) -> None:
    ledger.discover([url(f"/{number}") for number in range(10)])
    ledger.discover([url("/x", state=State.OUT_OF_SCOPE)])
    for row, state in zip(claim(ledger), [State.CAPTURED, State.FAILED, State.GONE], strict=False):
        ledger.settle(row, Outcome(state))
    ledger.commit(nothing)
    states = ledgers.states(path)
    assert states == {"times": {"captured": 1, "due": 7, "failed": 1, "gone": 1, "out of scope": 1}}
    assert sum(states["times"].values()) == 11


def test_reading_makes_nothing(path: Path) -> None:
    assert ledgers.states(path) == {}
    assert ledgers.due(path, ["times"]) == []
    assert not path.exists()


def test_what_is_due_in_order(ledger: Ledger, path: Path) -> None:
    ledger.discover([url("/a", priority=9), url("/b", priority=1), url("/c", source="other")])
    ledger.commit(nothing)
    assert ledgers.due(path, ["times"]) == [
        ("article", "https://e.org/b"),
        ("article", "https://e.org/a"),
    ]


def test_the_warc_is_safe_before_the_ledger_says_so(ledger: Ledger, path: Path) -> None:
    ledger.discover([url()])

    def sync() -> None:
        assert ledgers.states(path) == {}

    ledger.commit(sync)
    assert ledgers.states(path) == {"times": {"due": 1}}


def test_a_warc_that_cannot_be_synced_leaves_the_ledger_as_it_was(
    ledger: Ledger, path: Path
) -> None:
    ledger.discover([url()])

    def sync() -> None:
        raise StorageError("full")

    with pytest.raises(StorageError):
        ledger.commit(sync)
    assert ledgers.states(path) == {}


def test_what_was_not_committed_never_happened(path: Path) -> None:
    first = Ledger(path)
    first.begin_crawl()
    first.discover([url("/a"), url("/b")])
    first.commit(nothing)
    a, _ = claim(first)
    first.settle(a, Outcome(State.CAPTURED, 200))
    first.discover([url("/c")])
    first.close()
    second = Ledger(path)
    second.begin_crawl()
    assert claimed(second) == ["/a", "/b"]
    second.close()


def test_no_ledger(path: Path) -> None:
    path.write_bytes(b"This is no database at all, but long enough to look at." * 100)
    with pytest.raises(DamagedArchive, match="move it away"):
        Ledger(path)


def test_a_directory_that_is_not_there(path: Path) -> None:
    with pytest.raises(StorageError, match="cannot write"):
        Ledger(path / "nowhere" / "ledger.db")


def test_a_disk_that_is_full(ledger: Ledger) -> None:
    ledger.commit(nothing)
    connection: sqlite3.Connection = ledger._transaction._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="full"):
        ledger.discover(url(f"/{number}") for number in range(10_000))


CHILD = """
import sys
from crawler.ledger import Ledger
from crawler.model import *
ledger = Ledger(__import__("pathlib").Path(sys.argv[1]))
ledger.begin_crawl()
lane = Lane("times", "e.org")
seed = [Discovery(f"https://e.org/{n}", "e.org", Kind.ARTICLE, "times", "L", 1, 50)
        for n in range(1000)]
ledger.discover(seed)
ledger.commit(lambda: None)
while True:
    for row in ledger.claim(lane, 99, 7, ()):
        ledger.settle(row, Outcome(State.CAPTURED, 200))
        print(row.url, flush=True)
    ledger.commit(lambda: None)
    print("committed", flush=True)
"""


def test_a_kill_takes_back_what_was_not_committed_and_nothing_else(path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline().strip() for _ in range(100)]
        os.kill(child.pid, signal.SIGKILL)
        lines += child.stdout.read().split()
    last = len(lines) - lines[::-1].index("committed")
    acknowledged = {line for line in lines[:last] if line != "committed"}
    ledger = Ledger(path)
    ledger.begin_crawl()
    due = {row.url for row in claim(ledger, number=10_000)}
    ledger.close()
    assert acknowledged
    assert not acknowledged & due
    assert len(due) >= 1000 - len(acknowledged) - 14
    assert len(due) % 7 == 1000 % 7  # whole transactions only


def test_thirty_thousand_urls_are_no_matter(ledger: Ledger) -> None:
    started = time.process_time()
    ledger.discover(url(f"/{number}", priority=number % 1000) for number in range(30_000))
    ledger.commit(nothing)
    assert time.process_time() - started < 3
    started = time.process_time()
    assert ledger.lanes(["times"]) == [LANE]
    assert claim(ledger, number=32)
    assert time.process_time() - started < 1


# What is forgotten -------------------------------------------------------------------------------


def test_quiet_polls_are_kept_as_the_time_in_which_nothing_came(
    ledger: Ledger, later: Callable[..., None]
) -> None:
    ledger.discover([url("/feed", kind=Kind.FEED)])
    for new in (10, 0, 0, 0, 0, 2, 0, 0, 0):
        polls = ledger.listings.polled(1, ledger.crawls.current, 10, new)
        later(seconds=5)
    assert [poll.new for poll in polls] == [10, 0, 0, 2, 0, 0]
    watched = polls[-1].time - polls[0].time
    assert watched.total_seconds() == 8 * 5


def test_crawls_of_long_ago_and_idle_ones_leave_their_sum(
    ledger: Ledger, path: Path, later: Callable[..., None]
) -> None:
    ledger.discover([url("/one"), url("/two")])
    ledger.crawls.end("finished", {})
    for _ in range(3):
        later(minutes=5)
        again(ledger)
        ledger.crawls.end(NOTHING_DUE, {})
    later(minutes=5)
    again(ledger)
    ledger.discover([url("/three")])
    ledger.commit(nothing)
    with closing(sqlite3.connect(path)) as db:
        reasons = [reason for (reason,) in db.execute("SELECT reason FROM crawls ORDER BY id")]
        assert reasons == ["finished", None]
        later(days=91)
        again(ledger)
        assert db.execute("SELECT count(*), sum(discovered) FROM crawls").fetchone() == (1, 3)


def test_what_crawls_have_acknowledged_outlasts_them(
    ledger: Ledger, later: Callable[..., None]
) -> None:
    ledger.crawls.acknowledge(Position("a.warc.gz", 200))
    ledger.habits.read_to(ledger.crawls.current, timestamp.now())
    noted = ledger.habits.read_until()
    later(days=200)
    again(ledger)
    assert ledger.crawls.acknowledged() == Position("a.warc.gz", 200)
    assert ledger.habits.read_until() == noted


def test_no_more_polls_are_kept_than_are_of_use(
    ledger: Ledger, path: Path, later: Callable[..., None]
) -> None:
    ledger.discover([url("/feed", kind=Kind.FEED), url("/other", kind=Kind.FEED)])
    before = [timestamp.now() - timedelta(minutes=5 * ago) for ago in range(1010, 0, -1)]
    ledger._transaction.write_all(
        "INSERT INTO polls (url_id, crawl, time, items, new) VALUES (1, ?, ?, 10, 1)",
        [(ledger.crawls.current, timestamp.from_datetime(moment)) for moment in before],
    )
    polls = ledger.listings.polled(1, ledger.crawls.current, 10, 1)
    assert len(polls) == 1000
    ledger.listings.polled(2, ledger.crawls.current, 10, 1)
    later(days=29)
    again(ledger)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM polls").fetchone() == (0,)


# A clock that was wrong --------------------------------------------------------------------------


def test_a_clock_that_is_set_back_delays_nothing(
    ledger: Ledger, later: Callable[..., None]
) -> None:
    ledger.discover([url("/feed", kind=Kind.FEED), url("/article")])
    later(days=3650)
    again(ledger)
    for row, wait in zip(claim(ledger), (900.0, 7200.0), strict=True):
        ledger.settle(row, Outcome(State.CAPTURED, 200, wait=wait))
    ledger.hosts.hold("e.org", "503 Service Unavailable")
    ledger.hosts.slow("e.org", 4.0)
    ledger.listings.polled(1, ledger.crawls.current, 10, 1)
    later(days=-3650)
    again(ledger)
    assert claimed(ledger) == []
    assert ledger.hosts.held(timestamp.now()) == {}
    assert ledger.hosts.slowed(timestamp.now()) == {}
    assert len(ledger.listings.polled(1, ledger.crawls.current, 10, 1)) == 1
    later(minutes=16)
    again(ledger)
    assert claimed(ledger) == ["/feed"]
    later(hours=2)
    again(ledger)
    assert claimed(ledger) == ["/feed", "/article"]


def test_a_clock_that_is_put_right_by_a_minute_is_no_matter(
    ledger: Ledger, later: Callable[..., None]
) -> None:
    ledger.discover([url("/feed", kind=Kind.FEED)])
    (row,) = claim(ledger)
    ledger.settle(row, Outcome(State.CAPTURED, 200, wait=900.0))
    later(minutes=-1)
    again(ledger)
    later(minutes=15)
    again(ledger)
    assert claimed(ledger) == []
    later(minutes=2)
    again(ledger)
    assert claimed(ledger) == ["/feed"]
