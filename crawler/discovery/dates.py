"""The moments that feeds and sitemaps write, in the forms they write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from archive import timestamp

#: Zones that RFC 5322 does not know and that newspapers write, in hours east of Greenwich.
_ZONES = {"MSK": 3, "MSD": 4, "EET": 2, "EEST": 3, "CET": 1, "CEST": 2, "WEST": 1, "BST": 1}
_ZONE = re.compile(r"\b(" + "|".join(_ZONES) + r")$")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ]+(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?)?\s*(.*)"
)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ ,T]+(\d\d):(\d\d)(?::(\d\d))?)?\s*(.*)")
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d\d?):?(\d\d)?")
#: Nothing longer is a date (characters).
_MAX_LENGTH = 64


def moment(text: str) -> datetime | None:
    """Return the moment that a text names, or None; without a zone it is taken for UTC.

    >>> moment("Wed, 23 Oct 2024 08:15:00 MSK").isoformat()
    '2024-10-23T05:15:00+00:00'
    """
    text = text.strip()[:_MAX_LENGTH]
    try:
        return _iso(text) or _old(text)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    epoch = _EPOCH.fullmatch(text)
    if epoch is not None:
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    if re.fullmatch(r"\d{4}(?:-\d\d)?", text):
        return timestamp.from_warc_date(text)
    found = _ISO.fullmatch(text)
    if found is not None:
        numbers = [int(part or 0) for part in found.groups()[:6]]
    else:
        found = _DOTTED.fullmatch(text)
        if found is None:
            return None
        day, month, year, *time = (int(part or 0) for part in found.groups()[:6])
        numbers = [year, month, day, *time]
    year, month, day, hour, minute, second = numbers
    named = datetime(year, month, day, tzinfo=_zone(found[7]))
    return (named + timedelta(hours=hour, minutes=minute, seconds=second)).astimezone(UTC)


def _zone(text: str) -> timezone:
    offset = _OFFSET.fullmatch(text)
    if offset is None:
        return timezone(timedelta(hours=_ZONES.get(text, 0)))
    shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-shift if offset[1] == "-" else shift)


def _old(text: str) -> datetime | None:
    """Read a date of RFC 822 and its kin."""
    zone = _ZONE.search(text)
    parts = parsedate_tz(text[: zone.start()] if zone else text)
    if parts is None:
        return None
    seconds = _ZONES[zone[1]] * 3600 if zone else parts[9] or 0
    return datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=seconds)
