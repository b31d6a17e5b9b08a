"""When a URL was captured: its years, the days of one of them, and the captures of a period."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from archive.collection import Collection
from archive.errors import UsageError
from archive.index.cdxj import Span
from archive.model import Capture
from archive.timestamp import from_datetime, last_moment, to_datetime

#: No more captures of a period are listed one by one.
LISTED = 400


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar.

    Attributes:
        period: six digits, ``202410``.
        weeks: rows of seven days, Monday first; None stands for days of other months.
    """

    period: str
    weeks: Sequence[Sequence[Day | None]]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: eight digits, and how many captures it has."""

    period: str
    captures: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The captures of a URL.

    Attributes:
        count: how many there are.
        years: how many each year has, the earliest first.
        period: what is shown of them: a year, month, day or hour, by its digits.
        in_period: how many that has.
        months: those of the period, or around it, that have captures.
        hours: how many each hour of the day has, where the period is a day with very many.
        listed: the captures of the period, the latest first; no more than `LISTED`.
    """

    count: int
    years: Mapping[str, int]
    period: str
    in_period: int
    months: Sequence[Month]
    hours: Mapping[str, int]
    listed: Sequence[Capture]


def calendar(collection: Collection, url: str, period: str = "") -> Calendar | None:
    """Return the calendar of a URL, or None without a capture of it.

    However many there are, no more than `LISTED` captures are read.

    Args:
        collection: where to look.
        url: the original's.
        period: 4, 6, 8 or 10 digits; the latest year with a capture when empty.

    Raises:
        UsageError: there is no such period.
    """
    years = collection.captures_per_period(url, 4)
    if not years:
        return None
    period = period or max(years)
    since, until = _bounds(period)
    first, last = _bounds(period[:6] if len(period) > 4 else period)
    days = collection.captures_per_period(url, 8, since=first, until=last)
    span = replace(Span.exact(url), since=since, until=until)
    in_period = collection.count_captures(span)
    busy = len(period) == 8 and in_period > LISTED
    return Calendar(
        count=sum(years.values()),
        years=years,
        period=period,
        in_period=in_period,
        months=[_month(month, days) for month in sorted({day[:6] for day in days})],
        hours=collection.captures_per_period(url, 10, since=since, until=until) if busy else {},
        listed=list(islice(collection.walk(span, backwards=True, piece=LISTED), LISTED)),
    )


def _month(period: str, days: Mapping[str, int]) -> Month:
    rows = months.monthcalendar(int(period[:4]), int(period[4:]))
    weeks = [
        [
            Day(here, days.get(here, 0)) if day else None
            for day in row
            for here in [f"{period}{day:02}"]
        ]
        for row in rows
    ]
    return Month(period, weeks)


def _bounds(period: str) -> tuple[str, str]:
    if len(period) % 2:
        raise UsageError(f"no year, month, day or hour: {period!r}")
    return from_datetime(to_datetime(period)).zfill(14), from_datetime(last_moment(period)).zfill(
        14
    )
