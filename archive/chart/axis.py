"""The values of a chart, with the times in between at which nothing was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

#: A value and its count.
Bar = tuple[str, int]
#: Over more times than this, those without anything are left out.
MAX_TIMES = 2000

_TIME = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def without_gaps(bars: Sequence[Bar]) -> list[Bar]:
    """Return `bars` with a bar of 0 for each year, month or day that is missing between two.

    >>> without_gaps([("2024-11", 3), ("2025-02", 1)])
    [('2024-11', 3), ('2024-12', 0), ('2025-01', 0), ('2025-02', 1)]

    Args:
        bars: their values are times, all of one kind, in their order.
    """
    if len(bars) < 2:
        return list(bars)
    counts = dict(bars)
    filled: list[Bar] = []
    for value in _between(bars[0][0], bars[-1][0]):
        if len(filled) == MAX_TIMES:
            return list(bars)
        filled.append((value, counts.get(value, 0)))
    return filled if counts.keys() <= {value for value, _ in filled} else list(bars)


def _between(first: str, last: str) -> Iterator[str]:
    """Yield the times from `first` to `last`, both included; nothing where they are no times."""
    value: str | None = first
    while value is not None and value <= last:
        yield value
        value = _following(value)


def _following(value: str) -> str | None:
    match = _TIME.fullmatch(value)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        if day is not None:
            return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
        if month is not None:
            later = int(year) * 12 + int(month)
            return f"{later // 12:04}-{later % 12 + 1:02}"
    except (ValueError, OverflowError):
        return None
    return f"{int(year) + 1:04}"
