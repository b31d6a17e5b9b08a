"""A chart as a picture: where everything stands, for any way to draw it.

Times stand side by side as columns, all else below each other as bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from archive.chart.axis import Bar
from archive.chart.bars import columns, fitted

#: Colours, as CSS has them.
INK, FAINT, LINE, FILL, PAPER = "#1f2933", "#6b7785", "#dde3e9", "#3867a8", "#ffffff"
#: Letters are so high (pixels), and so wide on the average (share of it).
LETTER, LETTER_WIDTH = 13, 0.62

#: No picture has more bars; what is beyond is the least, or the oldest.
MAX_BARS = 400
_WIDTH, _HEIGHT = 860, 380
_MARGIN, _HEADING = 24, 56
_ROW = 24
_LABEL = 26


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width and height in pixels, and its colour."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text: where its base line is and which end of it stands there."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    fill: str = INK
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and labels on a sheet of a size in pixels; boxes lie below labels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]


def picture(bars: Sequence[Bar], title: str, *, upright: bool) -> Picture:
    """Return the picture of a chart.

    Args:
        bars: in their order.
        title: what is shown.
        upright: bars are times and stand side by side.
    """
    heading = Label(_MARGIN, _MARGIN + LETTER, fitted(title, 100), bold=True)
    if not bars:
        nothing = Label(_MARGIN, _HEADING + LETTER, "nothing found", fill=FAINT)
        return Picture(_WIDTH, _HEADING + 2 * _MARGIN, (), (heading, nothing))
    return _standing(bars[-MAX_BARS:], heading) if upright else _lying(bars[:MAX_BARS], heading)


def _standing(bars: Sequence[Bar], heading: Label) -> Picture:
    most = max(count for _, count in bars) or 1
    step = _step(most)
    top = -(-most // step) * step
    left = _MARGIN + _width(f"{top:,}") + 8
    right, bottom = _WIDTH - _MARGIN, _HEIGHT - _MARGIN - 2 * LETTER
    scale = (bottom - _HEADING) / top
    boxes, labels = [], [heading]
    for value in range(0, top + 1, step):
        y = bottom - value * scale
        boxes.append(Box(left, y, right - left, 1, FAINT if value == 0 else LINE))
        labels.append(Label(left - 8, y + LETTER * 0.35, f"{value:,}", "end", FAINT))
    slot = (right - left) / len(bars)
    every = max(1, -(-round(_width(bars[0][0]) + 10) // max(1, int(slot))))
    for number, (label, count) in enumerate(bars):
        width = max(1.0, min(slot * 0.78, 64.0))
        middle = left + (number + 0.5) * slot
        if count:
            height = max(1.0, count * scale)
            boxes.append(Box(middle - width / 2, bottom - height, width, height, FILL))
        if number % every == 0 and middle + _width(label) / 2 <= _WIDTH:
            labels.append(Label(middle, bottom + LETTER + 8, label, "middle", FAINT))
    return Picture(_WIDTH, _HEIGHT, tuple(boxes), tuple(labels))


def _lying(bars: Sequence[Bar], heading: Label) -> Picture:
    most = max(count for _, count in bars) or 1
    names = [fitted(label, _LABEL) for label, _ in bars]
    left = _MARGIN + max(map(_width, names)) + 10
    room = _WIDTH - _MARGIN - _width(f"{most:,}") - 8 - left
    boxes, labels = [], [heading]
    for number, (name, (_, count)) in enumerate(zip(names, bars, strict=True)):
        y = _HEADING + number * _ROW
        base = y + _ROW * 0.5 + LETTER * 0.35
        width = max(1.0, count / most * room) if count else 0.0
        boxes.append(Box(left, y + 3, width, _ROW - 6, FILL))
        labels.append(Label(left - 10, base, name, "end"))
        labels.append(Label(left + width + 8, base, f"{count:,}", fill=FAINT))
    height = _HEADING + len(bars) * _ROW + _MARGIN
    return Picture(_WIDTH, height, tuple(boxes), tuple(labels))


def _step(most: int) -> int:
    """Return the distance of lines across a chart: 1, 2 or 5 times a power of ten, at most six.

    >>> [_step(most) for most in (1, 7, 42, 1000, 12345)]
    [1, 2, 10, 200, 5000]
    """
    power = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 5 * factor * power:
                return factor * power
        power *= 10


def _width(text: str) -> float:
    return columns(text) * LETTER * LETTER_WIDTH
