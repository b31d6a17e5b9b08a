"""A heat map of a week: seven rows of 24 hours, the fuller the darker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Names of the rows.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: The fullest hour has this level; an empty one has 0.
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of the week: how much is from it, and its level."""

    weekday: int
    hour: int
    count: int
    level: int


def cells(hours: Sequence[Sequence[int]]) -> list[Cell]:
    """Return the cells of a week.

    >>> [(cell.hour, cell.level) for cell in cells([[0, 1, 10]])]
    [(0, 0), (1, 1), (2, 5)]

    Args:
        hours: for each weekday for each hour how much is from it.
    """
    most = max((count for row in hours for count in row), default=0) or 1
    return [
        Cell(weekday, hour, count, -(-count * LEVELS // most))
        for weekday, row in enumerate(hours)
        for hour, count in enumerate(row)
    ]


def fullest(hours: Sequence[Sequence[int]]) -> str:
    """Return the fullest hour in words: ``Tue, 9:00``."""
    best = max(cells(hours), key=lambda cell: cell.count)
    return f"{WEEKDAYS[best.weekday]}, {best.hour}:00"
