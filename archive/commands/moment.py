"""Times on the command line: ``2024``, ``2024-10``, ``2024-10-23``, 14 digits, ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime

from archive import timestamp

_SHORT = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?|\d{4,14}")


def since(text: str) -> datetime:
    """Return the moment that `text` means as a beginning.

    Raises:
        UsageError: it is no time.
    """
    if _SHORT.fullmatch(text):
        return timestamp.to_datetime(text.replace("-", ""))
    return timestamp.parse(text)


def until(text: str) -> datetime:
    """Return the moment that `text` means as an end: of a year, a month or a day the last second.

    Raises:
        UsageError: it is no time.
    """
    if _SHORT.fullmatch(text):
        return timestamp.last_moment(text.replace("-", ""))
    return timestamp.parse(text)
