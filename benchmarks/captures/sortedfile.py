"""The plain way to look captures up: a sorted CDXJ file and binary search."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the file.

    Args:
        path: of it.
        lines: sorted, each with its end.
    """
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines)


class SortedFile:
    """A CDXJ file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        """Let the file go."""
        self._data.close()

    def closest(self, key: str, moment: str) -> dict[str, Any] | None:
        """Return the fields of the line of a urlkey that is nearest to a time."""
        start = key.encode() + b" "
        place = self._find(start + moment.encode())
        near = [self._line(self._before(place)), self._line(place)]
        wanted = _seconds(moment)
        found = [line.split(b" ", 2) for line in near if line.startswith(start)]
        if not found:
            return None
        best = min(found, key=lambda parts: abs(_seconds(parts[1].decode()) - wanted))
        fields: dict[str, Any] = json.loads(best[2])
        return fields | {"timestamp": best[1].decode()}

    def span(self, begin: str, end: str, limit: int) -> list[dict[str, Any]]:
        """Return the fields of the first lines whose urlkeys are in a span."""
        lines = islice(self._lines(self._find(begin.encode())), limit)
        last = end.encode()
        return [json.loads(line.split(b" ", 2)[2]) for line in lines if line < last]

    def _find(self, wanted: bytes) -> int:
        """Return where the first line begins that is not below `wanted`."""
        low, high = 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            begin = self._data.rfind(b"\n", 0, middle) + 1
            if self._data[begin : begin + len(wanted)] < wanted:
                low = self._data.find(b"\n", middle) + 1 or high
            else:
                high = begin
        return low

    def _before(self, place: int) -> int:
        return self._data.rfind(b"\n", 0, max(0, place - 1)) + 1

    def _line(self, place: int) -> bytes:
        end = self._data.find(b"\n", place)
        return self._data[place:end]

    def _lines(self, place: int) -> Iterator[bytes]:
        while place < len(self._data):
            line = self._line(place)
            yield line
            place += len(line) + 1


def _seconds(moment: str) -> float:
    date, time = divmod(int(moment), 1_000_000)
    year, month, day = date // 10_000, date // 100 % 100, date % 100
    hour, minute, second = time // 10_000, time // 100 % 100, time % 100
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
