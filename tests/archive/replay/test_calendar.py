"""The calendar of a URL with few captures and with very many."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from archive.collection import Collection
from archive.errors import UsageError
from archive.replay.calendar import LISTED, calendar
from archive.timestamp import from_datetime, to_datetime
from tests.archive.recorded import Recorder

HOME = "https://www.news.example/"
FIRST = "20241023000000"
BUSY = LISTED + 50


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("calendar") / "news")
    recorder.record(HOME, "old", at="20220228235959")
    beginning: datetime = to_datetime(FIRST)
    for number in range(BUSY):
        recorder.record(HOME, "the same", at=beginning + timedelta(minutes=2 * number))
    recorder.record(HOME, "new", at="20241101000000")
    return recorder.finished()


def test_the_latest_year_is_shown_first(collection: Collection) -> None:
    found = calendar(collection, HOME)
    assert found
    assert (found.count, found.years) == (BUSY + 2, {"2022": 1, "2024": BUSY + 1})
    assert (found.period, found.in_period) == ("2024", BUSY + 1)
    assert [month.period for month in found.months] == ["202410", "202411"]
    assert len(found.listed) == LISTED
    assert found.listed[0].timestamp == "20241101000000"
    assert found.hours == {}


def test_days_stand_in_weeks_that_begin_on_monday(collection: Collection) -> None:
    found = calendar(collection, HOME, "202202")
    assert found
    (month,) = found.months
    assert [day and day.period for day in month.weeks[0]] == [
        None,
        *(f"2022020{n}" for n in range(1, 7)),
    ]
    last = month.weeks[-1][0]
    assert last
    assert (last.period, last.captures) == ("20220228", 1)
    assert [one.timestamp for one in found.listed] == ["20220228235959"]


def test_a_busy_day_has_hours(collection: Collection) -> None:
    found = calendar(collection, HOME, "20241023")
    assert found
    assert found.in_period == BUSY
    assert sum(found.hours.values()) == BUSY
    assert next(iter(found.hours)) == "2024102300"
    hour = calendar(collection, HOME, "2024102301")
    assert hour
    assert (hour.in_period, hour.hours) == (30, {})
    assert from_datetime(to_datetime(FIRST) + timedelta(hours=1)) == hour.listed[-1].timestamp


def test_a_period_may_be_empty_and_must_be_one(collection: Collection) -> None:
    empty = calendar(collection, HOME, "2023")
    assert empty
    assert (empty.in_period, empty.months) == (0, [])
    assert calendar(collection, HOME + "never") is None
    for wrong in ("20241", "202413", "20230229"):
        with pytest.raises(UsageError):
            calendar(collection, HOME, wrong)
