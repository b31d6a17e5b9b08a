"""Answers of many lines, sent while they are found."""

from __future__ import annotations

from collections.abc import Iterator

#: Lines are sent in pieces of about so many letters.
_PIECE = 32 * 1024


def pieces(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines together; an empty one is passed on with what there is."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= _PIECE or not line:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)
