"""Times on the command line: ``2024``, ``2024-10``, ``2024-10-23``, 14 digits, ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from archive import timestamp
from archive.errors import UsageError

_AGO = re.compile(r"(\d{1,9})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SHORT = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?|\d{4,14}")


def since(text: str) -> datetime:
    """Return the moment that `text` means as a beginning.

    Raises:
        UsageError: it is no time.
    """
    if _SHORT.fullmatch(text):
        return timestamp.to_datetime(text.replace("-", ""))
    return timestamp.parse(text)


def ago(text: str) -> datetime:
    """Return the moment that ``7d``, ``12h`` or ``2w`` mean, counted back; else as `since`.

    Raises:
        UsageError: it is no time.
    """
    match = _AGO.fullmatch(text)
    if match is None:
        return since(text)
    try:
        return timestamp.now() - int(match[1]) * _UNITS[match[2]]
    except OverflowError:
        raise UsageError(f"so long ago there was no calendar: {text!r}") from None


def until(text: str) -> datetime:
    """Return the moment that `text` means as an end: of a year, a month or a day the last second.

    Raises:
        UsageError: it is no time.
    """
    if _SHORT.fullmatch(text):
        return timestamp.last_moment(text.replace("-", ""))
    return timestamp.parse(text)
