"""Spans of time as people write them: ``90m``, ``6h``, ``3d``, ``2w``, ``1h30m``."""

from __future__ import annotations

import re

#: Units and their seconds, the longest first.
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d{1,9})\s*(min|[wdhms])", re.ASCII)
#: No span is longer than a hundred years: dates reach no further back.
LONGEST = 36_525 * 86_400.0


def parse(text: str) -> float:
    """Return the seconds of a span of time.

    >>> parse("90m"), parse("2w"), parse("1h30m")
    (5400.0, 1209600.0, 5400.0)

    Raises:
        ValueError: it is none, or longer than a hundred years.
    """
    rest, seconds = text.strip(), 0.0
    while rest:
        part = _PART.match(rest)
        if part is None:
            break
        seconds += int(part[1]) * _UNITS[part[2][0]]
        rest = rest[part.end() :].lstrip()
    if rest or not text.strip():
        raise ValueError(f"not a span of time: {text!r} (write 90m, 6h, 3d or 2w)")
    if seconds > LONGEST:
        raise ValueError(f"longer than a hundred years: {text!r}")
    return seconds


def written(seconds: float) -> str:
    """Return a span of time as `parse` reads it, in the largest units that fit; whole seconds.

    >>> written(5400), written(1209600), written(0)
    ('1h30m', '2w', '0s')
    """
    rest, parts = int(seconds), []
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
