"""Times as they stand in a query: ``2024``, ``2024-10``, ``2024-10-23``, ``7d``, ``today``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from archive import timestamp
from archive.errors import UsageError

_AGO = re.compile(r"(\d{1,6})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SHORT = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?|\d{4,14}")
_DAYS = {"today": 0, "yesterday": 1}
_SECOND = timedelta(seconds=1)


class Span(NamedTuple):
    """A stretch of time, with its first and its last second."""

    first: datetime
    last: datetime


def span(text: str) -> Span:
    """Return what a time covers: a day to its last second, ``7d`` up to the present.

    >>> [moment.isoformat() for moment in span("2024-02")]
    ['2024-02-01T00:00:00+00:00', '2024-02-29T23:59:59+00:00']

    Raises:
        UsageError: it is no time.
    """
    try:
        return _span(text.strip().lower())
    except OverflowError:
        raise UsageError(f"not a time: {text!r}, there is no such calendar") from None


def _span(text: str) -> Span:
    if ago := _AGO.fullmatch(text):
        now = timestamp.now()
        return Span(now - int(ago[1]) * _UNITS[ago[2]], now)
    if text in _DAYS:
        day = timestamp.now() - timedelta(days=_DAYS[text])
        text = f"{day:%Y-%m-%d}"
    if _SHORT.fullmatch(text):
        digits = text.replace("-", "")
        return Span(timestamp.to_datetime(digits), timestamp.last_moment(digits))
    moment = timestamp.parse(text.upper())
    return Span(moment, moment)


def published(name: str, value: str) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when the field `name` with this value wants articles to be.

    >>> _, last = published("before", "2024-10-23")
    >>> last.isoformat()
    '2024-10-22T23:59:59+00:00'

    Raises:
        UsageError: the value is no time.
    """
    first, last = span(value)
    if name == "after":
        return first, None
    if name == "before":
        return None, first - _SECOND
    if name == "until":
        return None, last
    return first, last
