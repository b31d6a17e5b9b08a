from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.recheck import DAY, HOUR, MINUTE, SAMPLE, Habit, born, next_check, stage

PLAN = (HOUR, 6 * HOUR, DAY, 3 * DAY, 14 * DAY, 90 * DAY)
NOW = datetime(2024, 10, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (0, HOUR),
        (10 * MINUTE, 50 * MINUTE),
        (50 * MINUTE, 10 * MINUTE),
        (55 * MINUTE, 6 * HOUR - 55 * MINUTE),  # it has just been seen
        (2 * HOUR, 4 * HOUR),
        (20 * DAY, 70 * DAY),
        (89 * DAY, None),
        (365 * DAY, None),
    ],
)
def test_the_next_age_of_the_plan(age: float, wait: float | None) -> None:
    assert next_check(PLAN, age, 1) == wait


def test_an_empty_plan_is_never() -> None:
    assert next_check((), 0, 1) is None


@pytest.mark.parametrize(
    ("age", "reached"), [(0, None), (54 * MINUTE, 0), (HOUR, 0), (DAY, 2), (400 * DAY, 5)]
)
def test_the_stage_of_an_age(age: float, reached: int | None) -> None:
    assert stage(PLAN, age) == reached


@pytest.mark.parametrize(
    ("habit", "hardly"),
    [
        (Habit(), False),
        (Habit(49, 0), False),
        (Habit(50, 0), True),
        (Habit(50, 1), False),
        (Habit(100, 1), True),
        (Habit(1000, 20), False),
    ],
)
def test_a_habit_has_to_be_known(habit: Habit, hardly: bool) -> None:
    assert habit.hardly_edits is hardly


def test_where_a_source_hardly_edits_a_sample_is_looked_at() -> None:
    quiet = [Habit(), Habit(500, 1), Habit(500, 1), Habit(), Habit(), Habit()]
    waits = [next_check(PLAN, 2 * HOUR, number, quiet) for number in range(400)]
    assert waits.count(4 * HOUR) == 400 / SAMPLE
    assert waits.count(22 * HOUR) == 400 / SAMPLE
    assert waits.count(3 * DAY - 2 * HOUR) == 200


def test_the_last_look_is_always_taken() -> None:
    quiet = [Habit(500, 0)] * len(PLAN)
    assert {next_check(PLAN, 20 * DAY, number, quiet) for number in range(10)} == {70 * DAY}


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, NOW),
        (NOW - timedelta(days=1), NOW - timedelta(days=1)),
        (NOW + timedelta(days=1), NOW),
    ],
)
def test_the_age_counts_from(published: datetime | None, expected: datetime) -> None:
    assert born(published, NOW) == expected
