"""Times, in the three forms web archives write them: 14 digits, WARC-Date, ``datetime``.

Inside newswarc a time is an aware ``datetime`` in UTC; a *timestamp* is the 14-digit form
``YYYYMMDDhhmmss`` of CDX files and replay URLs.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from archive.errors import UsageError

_SHORT = re.compile(r"\d{4,14}")
#: What a short timestamp stands for when it is read as a *beginning* or as an *end*.
_FIRST = "00000101000000"
_LAST = "99991231235959"


def now() -> datetime:
    """Return the present, aware, in UTC."""
    return datetime.now(UTC)


def from_datetime(moment: datetime) -> str:
    """Return the 14-digit timestamp of an aware `moment`.

    >>> from_datetime(datetime(2024, 10, 23, 8, 15, tzinfo=UTC))
    '20241023081500'
    """
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}{utc:%m%d%H%M%S}"  # %Y of the year 1 is 1


def to_datetime(timestamp: str) -> datetime:
    """Return the moment of a timestamp of 4 to 14 digits; what is missing is the earliest.

    >>> to_datetime("202410").isoformat()
    '2024-10-01T00:00:00+00:00'

    Raises:
        UsageError: it is not a timestamp.
    """
    return _parse(timestamp, _FIRST)


def last_moment(timestamp: str) -> datetime:
    """Return the last second that a timestamp of 4 to 14 digits covers.

    >>> last_moment("202402").isoformat()
    '2024-02-29T23:59:59+00:00'

    Raises:
        UsageError: it is not a timestamp.
    """
    if len(timestamp) == 6 and timestamp.isdigit():
        first = _parse(timestamp, _FIRST)
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        return following - timedelta(seconds=1)
    return _parse(timestamp, _LAST)


def _parse(timestamp: str, rest: str) -> datetime:
    if not _SHORT.fullmatch(timestamp) or len(timestamp) % 2:
        raise UsageError(f"not a timestamp (4 to 14 digits, YYYYMMDDhhmmss): {timestamp!r}")
    digits = timestamp + rest[len(timestamp) :]
    parts = (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])
    year, month, day, hour, minute, second = map(int, parts)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise UsageError(f"no such day or hour: {timestamp!r}") from None


def to_warc_date(moment: datetime) -> str:
    """Return the WARC-Date of an aware `moment`, to the microsecond (WARC 1.1, clause 5.4).

    >>> to_warc_date(datetime(2024, 10, 23, 8, 15, tzinfo=UTC))
    '2024-10-23T08:15:00.000000Z'
    """
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}-{utc:%m-%dT%H:%M:%S.%f}Z"


def from_warc_date(value: str) -> datetime:
    """Return the moment of a WARC-Date, which may be cut short or carry a fraction.

    >>> from_warc_date("2024-10-23T08:15:00Z").isoformat()
    '2024-10-23T08:15:00+00:00'

    Raises:
        ValueError: it is no such date.
    """
    if re.fullmatch(r"\d{4}(-\d{2})?", value):
        value = f"{value}-01-01"[:10]
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse(text: str) -> datetime:
    """Return the moment a person means by ``2024-10-23``, ``20241023`` or an ISO date and time.

    Raises:
        UsageError: the text is none of these.
    """
    if _SHORT.fullmatch(text):
        return to_datetime(text)
    try:
        return from_warc_date(text)
    except ValueError:
        raise UsageError(f"not a time: {text!r} (write 2024-10-23 or 20241023081500)") from None
