"""The times that pages write, in all the forms they write them, as aware datetimes.

A time keeps the offset it was written with. One without an offset is taken as UTC, unless the page
says the same moment with an offset elsewhere (`Moment.agrees`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from archive.extract.address import split

#: Years outside are typing errors and "never": a page has shown ``9999``.
YEARS = range(1700, 2101)

_ISO = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    r"(?:[T\s,]+(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_RFC = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\w*\.?\s+\d{4}\s+\d{1,2}:\d{2}")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        1,
    )
}
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_CLOCK = r"(?:\D{1,12}(?P<hour>\d{1,2})[:.](?P<minute>\d{2})\s*(?P<half>[ap]\.?m)?)?"
_WRITTEN = (
    re.compile(
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}}){_CLOCK}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<day>\d{{1,2}})\.(?P<number>\d{{1,2}})\.(?P<year>\d{{4}}){_CLOCK}"),
)
_IN_PATH = re.compile(
    r"/(20\d\d|19\d\d)[/-]?(\d{1,2}|[a-z]{3})[/-]?(\d{1,2})(?:[/-]|$)", re.IGNORECASE
)
#: No offset in use is further from UTC.
_FURTHEST = timedelta(hours=15)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a page writes it.

    Attributes:
        time: aware; midnight when only the day is known.
        has_time: the hour is known.
        has_zone: the offset is the page's own, not our assumption.
    """

    time: datetime
    has_time: bool
    has_zone: bool

    def agrees(self, other: Moment) -> bool:
        """Tell whether both can be the same moment, written with more and with less."""
        if not (self.has_time and other.has_time):
            return abs(self.time - other.time) <= timedelta(days=1)
        if self.has_zone and other.has_zone:
            return self.time == other.time
        gap = self.time.replace(tzinfo=UTC, second=0) - other.time.replace(tzinfo=UTC, second=0)
        utc_gap = self.time - other.time
        return gap.total_seconds() == 0 or (
            abs(utc_gap) <= _FURTHEST and utc_gap.total_seconds() % 900 < 60
        )


def parse(value: object) -> Moment | None:
    """Return the moment of one value of a page's markup, or None if it is no time.

    >>> parse("2024-04-28 07:00:00Z").time.isoformat()
    '2024-04-28T07:00:00+00:00'
    >>> parse("Oct. 23, 2024").has_time
    False
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()[:100]
    try:
        return _epoch(text) or _iso(text) or _rfc(text) or _written(text)
    except (ValueError, OverflowError):
        return None


def best(candidates: Iterable[Moment | None]) -> Moment | None:
    """Return the first moment, or one that agrees with it and says more: the hour, the offset."""
    known = [moment for moment in candidates if moment]
    if not known:
        return None
    first = known[0]
    agreeing = [moment for moment in known if first.agrees(moment)]
    return max(agreeing, key=lambda moment: (moment.has_time, moment.has_zone))


def from_url(url: str) -> Moment | None:
    """Return the day in a URL's path: ``/2024/10/23/``, ``/2024/oct/23/``, ``/20241023/``."""
    match = _IN_PATH.search(split(url).path)
    if not match:
        return None
    month = match[2] if match[2].isdigit() else _MONTHS.get(match[2].lower())
    try:
        return _moment(int(match[1]), int(month or 0), int(match[3]))
    except ValueError:
        return None


def _moment(year: int, month: int, day: int) -> Moment:
    if year not in YEARS:
        raise ValueError(f"no year of a news article: {year}")
    return Moment(datetime(year, month, day, tzinfo=UTC), has_time=False, has_zone=False)


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = float(text)
    time = datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, UTC)
    return Moment(time.replace(microsecond=0), has_time=True, has_zone=True)


def _iso(text: str) -> Moment | None:
    match = _ISO.match(text)
    if not match:
        return None
    day = _moment(int(match["year"]), int(match["month"]), int(match["day"]))
    if not match["hour"]:
        return day
    zone = _zone(match["zone"])
    time = day.time.replace(
        hour=int(match["hour"]),
        minute=int(match["minute"]),
        second=min(int(match["second"] or 0), 59),  # a leap second
        tzinfo=zone or UTC,
    )
    return Moment(time, has_time=True, has_zone=zone is not None)


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _rfc(text: str) -> Moment | None:
    if not _RFC.match(text):
        return None
    time = parsedate_to_datetime(text)
    if time.year not in YEARS:
        return None
    has_zone = time.tzinfo is not None
    return Moment(time if has_zone else time.replace(tzinfo=UTC), True, has_zone)


def _written(text: str) -> Moment | None:
    for pattern in _WRITTEN:
        match = pattern.search(text)
        if not match:
            continue
        parts = match.groupdict()
        month = parts.get("number") or _MONTHS.get(str(parts.get("name"))[:3].lower())
        if not month:
            continue
        day = _moment(int(parts["year"]), int(month), int(parts["day"]))
        if not parts["hour"]:
            return day
        hour = int(parts["hour"])
        if parts["half"]:
            hour = hour % 12 + (12 if parts["half"][0] in "pP" else 0)
        time = day.time.replace(hour=hour, minute=int(parts["minute"]))
        return Moment(time, has_time=True, has_zone=False)
    return None
