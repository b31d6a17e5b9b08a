from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.frontier import Frontier, page_priority
from crawler.ledger import REQUESTED, Ledger
from crawler.model import Discovery, Kind, Outcome, Row, State

CAPTURED = Outcome(State.CAPTURED, 200)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.begin_crawl()
    yield ledger
    ledger.close()


@pytest.fixture
def frontier(ledger: Ledger) -> Callable[..., Frontier]:
    def make(*urls: Discovery, width: int = 1, limit: int | None = None) -> Frontier:
        ledger.discover(urls)
        return Frontier(ledger, ["times"], lambda host: width, limit)

    return make


def url(text: str, **changes: Any) -> Discovery:
    host = text.partition("/")[0]
    values: dict[str, Any] = {
        "url": f"https://{text}",
        "host": host,
        "kind": Kind.ARTICLE,
        "source": "times",
        "path": "L",
        "depth": 1,
        "priority": 50,
    }
    return Discovery(**values | changes)


def take(frontier: Frontier) -> Row:
    row = frontier.take()
    assert row is not None
    return row


def all_of(frontier: Frontier) -> list[str]:
    """Fetch everything, one after another."""
    found = []
    while row := frontier.take():
        found.append(row.url.removeprefix("https://"))
        frontier.settle(row, CAPTURED)
    return found


def test_everything_is_dealt_out_once(frontier: Callable[..., Frontier]) -> None:
    urls = [f"a.org/{number}" for number in range(100)]
    assert all_of(frontier(*map(url, urls))) == urls


def test_hosts_take_turns(frontier: Callable[..., Frontier]) -> None:
    made = frontier(*(url(f"{host}.org/{n}") for host in "abc" for n in range(2)))
    assert [one[0] for one in all_of(made)] == ["a", "b", "c", "a", "b", "c"]


def test_a_busy_host_keeps_nobody_waiting(frontier: Callable[..., Frontier]) -> None:
    made = frontier(url("a.org/1"), url("a.org/2"), url("b.org/1"), url("b.org/2"))
    slow = take(made)
    assert slow.host == "a.org"
    assert all_of(made) == ["b.org/1", "b.org/2"]
    assert made.take() is None
    made.settle(slow, CAPTURED)
    assert take(made).url == "https://a.org/2"


def test_a_wide_host_takes_several(frontier: Callable[..., Frontier]) -> None:
    made = frontier(*(url(f"a.org/{n}") for n in range(5)), width=3)
    assert made.take()
    assert made.take()
    assert made.take()
    assert made.take() is None
    assert made.in_flight == 3


def test_what_is_discovered_later_is_dealt_out_too(frontier: Callable[..., Frontier]) -> None:
    made = frontier(url("a.org/1"))
    assert all_of(made) == ["a.org/1"]
    assert not made.ready
    assert made.discover([url("a.org/1"), url("a.org/2"), url("b.org/1")]) == 2
    assert made.ready
    assert all_of(made) == ["a.org/2", "b.org/1"]


def test_something_better_goes_first(frontier: Callable[..., Frontier]) -> None:
    made = frontier(*(url(f"a.org/{n}") for n in range(5)))
    first = take(made)
    made.discover([url("a.org/image", kind=Kind.REQUISITE, priority=3)])
    made.settle(first, CAPTURED)
    assert take(made).url == "https://a.org/image"


def test_other_sources_are_left_alone(frontier: Callable[..., Frontier]) -> None:
    made = frontier(url("a.org/1", source="other"), url("a.org/2"))
    made.discover([url("b.org/1", source="other")])
    assert all_of(made) == ["a.org/2"]


def test_what_was_asked_for_by_name_is_dealt_out_whatever_its_source(
    frontier: Callable[..., Frontier],
) -> None:
    made = frontier(url("a.org/1", source="other"))
    made.discover([url("a.org/2", source="other", priority=REQUESTED)])
    assert all_of(made) == ["a.org/2"]


def test_the_limit_is_of_articles_captured(frontier: Callable[..., Frontier]) -> None:
    made = frontier(*(url(f"a.org/{n}") for n in range(9)), width=9, limit=2)
    one, two = take(made), take(made)
    assert made.take() is None
    made.settle(one, Outcome(State.FAILED, 500))
    three = take(made)
    made.settle(two, CAPTURED)
    made.settle(three, Outcome(State.CAPTURED, 301))
    assert not made.limit_reached
    made.settle(take(made), CAPTURED)
    assert made.limit_reached
    assert made.take() is None
    made.discover([url("a.org/image", kind=Kind.REQUISITE, priority=3)])
    assert all_of(made) == ["a.org/image"]


def test_a_held_host_waits(frontier: Callable[..., Frontier]) -> None:
    made = frontier(url("a.org/1"), url("a.org/2"), width=5)
    made.hold("a.org")
    made.hold("a.org")
    assert made.take() is None
    made.release("a.org")
    assert made.take() is None
    made.release("a.org")
    assert all_of(made) == ["a.org/1", "a.org/2"]


def test_a_host_that_is_shut_stays_shut_and_its_rows_stay_due(
    frontier: Callable[..., Frontier], ledger: Ledger
) -> None:
    made = frontier(url("a.org/1"), url("a.org/2"), url("b.org/1"))
    row = take(made)
    made.shut_host("a.org", "unknown host")
    made.settle(row, Outcome(State.FAILED, why="unknown host"))
    made.discover([url("a.org/3")])
    assert all_of(made) == ["b.org/1"]
    assert made.shut == {"a.org": "unknown host"}
    again = Frontier(ledger, ["times"], lambda host: 1)
    assert all_of(again) == ["a.org/2", "a.org/3"]


def test_what_is_put_back_stays_due(frontier: Callable[..., Frontier]) -> None:
    made = frontier(url("a.org/1"))
    made.put_back(take(made))
    assert made.in_flight == 0
    made.refresh()
    assert all_of(made) == ["a.org/1"]


def test_newer_pages_come_first() -> None:
    assert page_priority(20_001) < page_priority(20_000) < page_priority(0)
    assert page_priority(10**9) > 3
