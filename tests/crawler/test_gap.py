from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.gap import ROLLED_OVER, Gap, rolled_over, silent

START = datetime(2024, 10, 7, tzinfo=UTC)  # a Monday


def daily(days: int, hours: range, number: int = 1) -> dict[datetime, int]:
    return {
        START + timedelta(days=day, hours=hour): number for day in range(days) for hour in hours
    }


def on(days: float) -> datetime:
    return START + timedelta(days=days)


@pytest.mark.parametrize(
    ("before", "after", "rolled"),
    [
        (set(), set(), False),
        (set(), {1}, False),
        ({1}, set(), False),
        ({1}, {1}, False),
        ({1, 2, 3}, {3, 4, 5}, False),
        ({1, 2, 3}, {4, 5, 6}, True),
        ({1}, {2}, True),
    ],
)
def test_two_lists_without_an_item_in_common(
    before: set[int], after: set[int], rolled: bool
) -> None:
    assert rolled_over(before, after) is rolled


WORKDAYS = {moment: 1 for moment in daily(28, range(8, 20)) if moment.weekday() < 5}


@pytest.mark.parametrize(
    ("arrivals", "now", "is_silent"),
    [
        ({}, on(30), False),
        # Ten a day for four weeks, from 8 to 18.
        (daily(28, range(8, 18)), on(28.3), False),  # the next night
        (daily(28, range(8, 18)), on(28.5), False),  # noon: two hours late
        (daily(28, range(8, 18)), on(29.5), True),
        (daily(28, range(8, 18)), on(60), True),
        # Closed at the weekend: Monday before work is no silence, Wednesday is.
        (WORKDAYS, on(28.2), False),
        (WORKDAYS, on(30.5), True),
        # A weekly that is two weeks late, and one that is three months late.
        ({on(7 * week): 1 for week in range(4)}, on(35), False),
        ({on(7 * week): 1 for week in range(8)}, on(49 + 90), True),
        # Too little is known: three articles; ten in two days.
        ({on(0): 1, on(1): 1, on(20): 1}, on(400), False),
        (daily(2, range(5)), on(9), False),
        # Thirty in two days will not do, what came in the week after that will.
        (daily(2, range(8, 23)), on(5), False),
        (daily(8, range(8, 23)), on(11), True),
        # A burst and nothing since: one bucket has no longest silence to speak of.
        ({on(0): 40}, on(0.2), False),
    ],
)
def test_silence(arrivals: dict[datetime, int], now: datetime, is_silent: bool) -> None:
    why = silent(arrivals, START, now)
    assert (why is not None) is is_silent
    assert why is None or why.startswith("nothing new for ")


def test_a_gap_says_what_it_is() -> None:
    gap = Gap("times", ROLLED_OVER, on(0), on(1), on(0.5), "none is left", "https://e.org/feed")
    assert gap.line == (
        "gap in times since 2024-10-07 00:00 until 2024-10-07 12:00 (UTC): none is left"
    )
    assert gap.facts["until"] == "2024-10-07T12:00:00+00:00"
    assert gap.facts["url"] == "https://e.org/feed"
