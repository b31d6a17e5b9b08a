"""Which days a part of a sitemap covers: what its URL says, or else when it was changed last.

A paper of thirty years has a thousand parts. Who wants those since last month need not read them
all, if their names tell: ``2024-9.xml``, ``?date_start=20240901&date_end=20240930``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from urllib.parse import unquote, urlsplit

#: Web news is not older, and a part is made at most a year ahead.
_FIRST_YEAR = 1980
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_SEPARATOR = r"[-_/.]"
#: A date that stands for itself: digits and letters beside it would make it something else.
_DATED = re.compile(
    rf"(?<![0-9a-z])(?:"
    rf"(?P<year>(?:19|20)\d\d)"
    rf"(?:{_SEPARATOR}(?P<month>0?[1-9]|1[0-2])(?:{_SEPARATOR}(?P<day>0?[1-9]|[12]\d|3[01]))?"
    rf"|(?P<month2>0[1-9]|1[0-2])(?P<day2>0[1-9]|[12]\d|3[01])?"
    rf"|{_SEPARATOR}?q(?P<quarter>[1-4])"
    rf"|{_SEPARATOR}?w(?P<week>0?[1-9]|[1-4]\d|5[0-3])"
    rf"|{_SEPARATOR}(?P<name>{_MONTH}))?"
    rf"|(?P<name2>{_MONTH}){_SEPARATOR}(?P<year2>(?:19|20)\d\d))(?![0-9a-z])",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:^|&)(?P<key>y{2,4}|year|m{2}|month|d{2}|day)=(?P<value>\d{1,4})(?=&|$)", re.IGNORECASE
)
#: More of a URL is not looked at (characters).
_MAX_LENGTH = 1000
#: A file is changed in one zone and its articles are dated in another.
_ZONES = timedelta(days=1)


def span(url: str, lastmod: datetime | None = None) -> tuple[date, date] | None:
    """Return the first and the last day that a part of a sitemap can hold, or None if unknown.

    Days are those of the site. What the URL says goes before `lastmod`: a part of a past year is
    often written anew each night, or dated by the day it was first made.

    Args:
        url: of the part.
        lastmod: when the index says it was changed last. Nothing in it is newer than that; how
            old it may be is not known, and the first day is `date.min`.

    >>> span("https://example.org/sitemap-2024-10.xml.gz")
    (datetime.date(2024, 10, 1), datetime.date(2024, 10, 31))
    """
    try:
        parts = urlsplit(url[:_MAX_LENGTH])
    except ValueError:
        parts = urlsplit("")
    # The query is the more exact: a path may tell when the scheme was invented.
    found = _parted(parts.query) or _spanned(unquote(parts.query)) or _spanned(unquote(parts.path))
    if found is not None:
        return found
    if lastmod is None:
        return None
    last = lastmod.date()
    return date.min, last + _ZONES if last < date.max else last


def _spanned(text: str) -> tuple[date, date] | None:
    """Return from the first to the last day that is named."""
    named = list(islice(_dates(text), 2))
    if not named:
        return None
    first, last = min(one[0] for one in named), max(one[1] for one in named)
    return first, last


def _dates(text: str) -> Iterator[tuple[date, date]]:
    for match in _DATED.finditer(text):
        year = int(match["year"] or match["year2"])
        name = match["name"] or match["name2"]
        month = _MONTHS.index(name[:3].lower()) + 1 if name else None
        month = month or int(match["month"] or match["month2"] or 0)
        found = _days(year, month, int(match["day"] or match["day2"] or 0))
        if match["quarter"]:
            last = int(match["quarter"]) * 3
            found = date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1])
        elif match["week"]:
            found = _week(year, int(match["week"]))
        if found is not None:
            yield found


def _parted(query: str) -> tuple[date, date] | None:
    """Read ``yyyy=2024&mm=09&dd=03``, as WordPress has it."""
    values = {match["key"][0].lower(): int(match["value"]) for match in _PART.finditer(query)}
    if "y" not in values:
        return None
    return _days(values["y"], values.get("m", 0), values.get("d", 0))


def _days(year: int, month: int, day: int) -> tuple[date, date] | None:
    """Return the days of a year, a month or a day; a 0 stands for all of them."""
    if year < _FIRST_YEAR:
        return None
    try:
        if day and month:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None


def _week(year: int, week: int) -> tuple[date, date] | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)
