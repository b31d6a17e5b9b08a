"""Times in the forms of web archives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import timestamp
from archive.errors import UsageError


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01T00:00:00", "2024-12-31T23:59:59"),
        ("202402", "2024-02-01T00:00:00", "2024-02-29T23:59:59"),
        ("202302", "2023-02-01T00:00:00", "2023-02-28T23:59:59"),
        ("202412", "2024-12-01T00:00:00", "2024-12-31T23:59:59"),
        ("20241023", "2024-10-23T00:00:00", "2024-10-23T23:59:59"),
        ("2024102308", "2024-10-23T08:00:00", "2024-10-23T08:59:59"),
        ("20241023081500", "2024-10-23T08:15:00", "2024-10-23T08:15:00"),
    ],
)
def test_a_short_timestamp_is_a_span(text: str, first: str, last: str) -> None:
    assert timestamp.to_datetime(text).isoformat() == first + "+00:00"
    assert timestamp.last_moment(text).isoformat() == last + "+00:00"


@pytest.mark.parametrize(
    "text", ["", "24", "20241", "2024-10", "20241332", "20240230", "99999999999999", "tomorrow"]
)
def test_what_is_no_timestamp(text: str) -> None:
    with pytest.raises(UsageError):
        timestamp.to_datetime(text)


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 1, 1)))  # noqa: DTZ001
def test_there_and_back(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert timestamp.from_warc_date(timestamp.to_warc_date(moment)) == moment
    stamp = timestamp.from_datetime(moment)
    assert timestamp.to_datetime(stamp) == moment.replace(microsecond=0)


def test_other_zones_become_utc() -> None:
    moscow = timezone(timedelta(hours=3))
    assert timestamp.from_datetime(datetime(2024, 10, 23, 1, tzinfo=moscow)) == "20241022220000"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024", "2024-01-01T00:00:00+00:00"),
        ("2024-10", "2024-10-01T00:00:00+00:00"),
        ("2024-10-23", "2024-10-23T00:00:00+00:00"),
        ("2024-10-23T08:15:00Z", "2024-10-23T08:15:00+00:00"),
        ("2024-10-23T08:15:00.123456Z", "2024-10-23T08:15:00.123456+00:00"),
        ("2024-10-23T08:15:00+03:00", "2024-10-23T05:15:00+00:00"),
    ],
)
def test_warc_dates_of_any_precision(text: str, moment: str) -> None:
    assert timestamp.from_warc_date(text).isoformat() == moment


def test_what_people_write() -> None:
    assert timestamp.parse("20241023") == timestamp.parse("2024-10-23")
    with pytest.raises(UsageError, match="not a time: 'soon'"):
        timestamp.parse("soon")
