"""Bars of a terminal, an eighth of a character fine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

from archive.chart.axis import Bar

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"
#: No label takes more of the width than this.
_LABEL_SHARE = 0.4
_MIN_BAR = 8


def lines(bars: Sequence[Bar], width: int, *, plain: bool = False) -> Iterator[str]:
    r"""Yield a line for each bar: its label, its length, its count.

    >>> print(*lines([("2024-10", 12), ("2024-11", 5)], 30), sep="\n")
    2024-10  █████████████████  12
    2024-11  ███████▏            5

    Args:
        bars: labels may be in any alphabet; no controls in them.
        width: of the terminal, in columns.
        plain: with ``#``, for a terminal that shows only ASCII.
    """
    if not bars:
        return
    longest = max(columns(label) for label, _ in bars)
    numbers = max(len(f"{count:,}") for _, count in bars)
    share = min(int(width * _LABEL_SHARE), width - numbers - _MIN_BAR - 4)
    labels = min(longest, max(4, share))
    room = max(_MIN_BAR, width - labels - numbers - 4)
    most = max(count for _, count in bars) or 1
    for label, count in bars:
        eighths = -(-count * room * 8 // most)  # what is there is seen
        if plain:
            bar = "#" * -(-eighths // 8)
        else:
            bar = _FULL * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        shown = fitted(label, labels)
        yield f"{shown}{' ' * (labels - columns(shown))}  {bar:<{room}}  {count:>{numbers},}"


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes.

    >>> columns("Войска"), columns("東京"), columns("Zoe\u0308")
    (6, 4, 3)
    """
    wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(combining, text)))


def fitted(text: str, width: int) -> str:
    """Return `text`, cut so that it takes no more columns than `width`."""
    if columns(text) <= width:
        return text
    kept = text[:width]
    while kept and columns(kept) > width - 1:
        kept = kept[:-1]
    return f"{kept}…"
