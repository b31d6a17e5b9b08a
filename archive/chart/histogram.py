"""A histogram of days: how many of what is from each day, month or year, as columns of a plot.

Where and how it is drawn is left to whoever draws it; see `archive.chart.picture` for a picture
with axes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archive.chart.axis import Bar, without_gaps

#: Size of the plot, in units of its own.
WIDTH, HEIGHT = 600, 60
#: No more columns than this stand side by side, and no more where the unit is given.
MOST, MOST_GIVEN = 62, 400
#: Of the room of a column, so much stays empty.
_GAP = 0.16
#: What there is, is seen.
_LEAST = 1.5
#: Units of time, the finest first, by how many letters of a day they have.
_UNITS = {"day": 10, "month": 7, "year": 4}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: which time it is of, and where it stands.

    Attributes:
        label: a day, month or year: ``2024-10-23``, ``2024-10``, ``2024``.
        count: how many are from then.
        left: where the room for it begins; it goes on for `room`.
        room: how wide that is.
        x: where the column itself begins.
        y: its upper end; below is 0.
        width: of the column.
        height: of the column.
    """

    label: str
    count: int
    left: float
    room: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Columns in the order of time.

    Attributes:
        unit: ``day``, ``month`` or ``year``.
        columns: without gaps in time.
        most: the count of the highest.
    """

    unit: str
    columns: tuple[Column, ...]
    most: int


def histogram(days: Sequence[Bar], unit: str | None = None) -> Histogram:
    """Return the histogram of days and their counts.

    >>> found = histogram([("2024-10-23", 2), ("2024-10-25", 1)])
    >>> found.unit, [(column.label[8:], column.height) for column in found.columns]
    ('day', [('23', 60.0), ('24', 0), ('25', 30.0)])

    Args:
        days: in their order.
        unit: of a column; None for the finest of which there are few enough.
    """
    for name, letters in _UNITS.items():
        if unit is not None and name != unit:
            continue
        counted: Counter[str] = Counter()
        for day, count in days:
            counted[day[:letters]] += count
        bars = without_gaps(list(counted.items()))
        if len(bars) <= MOST or name in (unit, "year"):
            shown = bars[-(MOST_GIVEN if unit else MOST) :]
            return Histogram(name, columns(shown), max((n for _, n in shown), default=0))
    raise ValueError(f"no such unit: {unit!r}")


def columns(bars: Sequence[Bar]) -> tuple[Column, ...]:
    """Return the columns of a plot that has room for all of them."""
    room = WIDTH / max(1, len(bars))
    most = max((count for _, count in bars), default=0) or 1
    placed = []
    for number, (label, count) in enumerate(bars):
        height = max(_LEAST, round(count / most * HEIGHT, 2)) if count else 0
        placed.append(
            Column(
                label=label,
                count=count,
                left=round(number * room, 2),
                room=round(room, 2),
                x=round((number + _GAP / 2) * room, 2),
                y=HEIGHT - height,
                width=round(room * (1 - _GAP), 2),
                height=height,
            )
        )
    return tuple(placed)
