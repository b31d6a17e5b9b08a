"""Every form of a time that news pages were seen to use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract.dates import best, from_url, parse


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-10-23T13:05:00+03:00", "2024-10-23T13:05:00+03:00"),
        ("2024-10-23T13:05:00+0300", "2024-10-23T13:05:00+03:00"),
        ("2024-10-23T13:05:00+03", "2024-10-23T13:05:00+03:00"),
        ("2024-10-23T13:05:00.999Z", "2024-10-23T13:05:00+00:00"),
        ("2024-10-23T13:05Z", "2024-10-23T13:05:00+00:00"),
        ("2024-10-23T13:05:07.123-05:30", "2024-10-23T13:05:07-05:30"),
        ("2024-04-28 07:00:00Z", "2024-04-28T07:00:00+00:00"),
        ("2024-04-28 07:00:00 UTC", "2024-04-28T07:00:00+00:00"),
        ("20250607T0609", "2025-06-07T06:09:00+00:00"),
        ("2025-06-07T23:59:60Z", "2025-06-07T23:59:59+00:00"),
        ("1729678000000", "2024-10-23T10:06:40+00:00"),
        ("1729678000", "2024-10-23T10:06:40+00:00"),
        (1729678000000, "2024-10-23T10:06:40+00:00"),
        ("Wed, 23 Oct 2024 13:05:00 +0300", "2024-10-23T13:05:00+03:00"),
        ("Wed, 23 Oct 2024 13:05:00 GMT", "2024-10-23T13:05:00+00:00"),
        ("Oct. 23, 2024, 1:05 p.m.", "2024-10-23T13:05:00+00:00"),
        ("Published 23 October 2024 at 13:05", "2024-10-23T13:05:00+00:00"),
    ],
)
def test_times(text: object, iso: str) -> None:
    moment = parse(text)
    assert moment is not None
    assert moment.has_time
    assert moment.time.isoformat() == iso


@pytest.mark.parametrize(
    "text", ["2024-10-23", "20241023", "Oct. 23, 2024", "23rd October 2024", "23.10.2024"]
)
def test_days(text: str) -> None:
    moment = parse(text)
    assert moment is not None
    assert not moment.has_time
    assert moment.time.isoformat() == "2024-10-23T00:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "", "1 day ago", "Fri Apr 99 12:00:00 CEST 9999", "9999-12-31", "0000-00-00", "2024-13-01",
        "2024-02-30", "NaN", "not 2024", "Tomorrow", None, True, [], {}, "31.31.2024", "4" * 80,
    ],
)  # fmt: skip
def test_no_times(text: object) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        # AP: the same moment without a zone in <meta>, with one in JSON-LD.
        (["2024-10-23T13:05:00", "2024-10-23T13:05:00Z"], "2024-10-23T13:05:00+00:00"),
        (["2024-10-23T13:05:00", "2024-10-23T13:05:00+03:00"], "2024-10-23T13:05:00+03:00"),
        # A wall clock in UTC without saying so, and the local time that says where it is.
        (["2024-10-23T10:05:00", "2024-10-23T13:05:00+03:00"], "2024-10-23T13:05:00+03:00"),
        (["2024-10-23", "2024-10-23T13:05:00+03:00"], "2024-10-23T13:05:00+03:00"),
        # Another moment is another statement: the first counts.
        (["2024-10-23T13:05:00", "2024-10-25T09:00:00Z"], "2024-10-23T13:05:00+00:00"),
        (["2024-10-20", "2024-10-23T13:05:00+03:00"], "2024-10-20T00:00:00+00:00"),
    ],
)
def test_the_fuller_statement_of_one_moment_counts(stated: list[str], iso: str) -> None:
    moment = best(map(parse, stated))
    assert moment is not None
    assert moment.time.isoformat() == iso


def test_nothing_stated() -> None:
    assert best([None, None]) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.com/2024/10/23/slug-a1", "2024-10-23"),
        ("https://example.com/news/2024/oct/23/slug", "2024-10-23"),
        ("https://example.com/20241023/slug", "2024-10-23"),
        ("https://example.com/2024-10-23", "2024-10-23"),
        ("https://example.com/2024/13/45/slug", None),
        ("https://example.com/2024/slug", None),
        ("https://[broken/2024/10/23/", None),
    ],
)
def test_day_in_the_path(url: str, day: str | None) -> None:
    moment = from_url(url)
    assert (moment and moment.time.date().isoformat()) == day


@given(st.text(max_size=40) | st.from_regex(r"[0-9T:.,+Z /-]{0,30}") | st.floats() | st.integers())
def test_any_value_is_a_time_or_none(value: object) -> None:
    moment = parse(value)
    assert moment is None or moment.time.tzinfo is not None
