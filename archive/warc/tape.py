"""A stream of bytes that can be looked at before it is taken, with gaps in it.

At a gap it ends, as at its end, until whoever reads it passes the gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO, Final

from archive.warc.unpack import Gap

_PIECE: Final = 1024 * 1024
#: What is dropped at the front of the buffer is removed when it is as long as this (bytes).
_SLACK: Final = 4 * 1024 * 1024


class Tape:
    """Bytes to be taken from the front.

    Args:
        pieces: that the stream is made of.

    Attributes:
        at: how many bytes were taken.
    """

    def __init__(self, pieces: Iterable[bytes | Gap]) -> None:
        self.at = 0
        self._pieces = iter(pieces)
        self._data = bytearray()
        self._front = 0
        self._gap: Gap | None = None

    @property
    def gap(self) -> str | None:
        """Why there is a gap before what is read next, or a little later; None if there is none."""
        return self._gap.problem if self._gap else None

    def pass_gap(self) -> None:
        """Go on behind the gap; what is left before it is lost."""
        self._gap = None
        del self._data[:]
        self._front = 0

    def look(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer at the end, and leave them."""
        while len(self._data) - self._front < size and self._more():
            pass
        return bytes(self._data[self._front : self._front + size])

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer at the end."""
        data = self.look(size)
        self._front += len(data)
        self.at += len(data)
        if self._front > _SLACK:
            del self._data[: self._front]
            self._front = 0
        return data

    def take_until(self, end: re.Pattern[bytes], most: int) -> bytes | None:
        """Return what comes up to and with the first match of `end`; None if that is too far.

        Nothing is taken then.

        Args:
            end: matches few bytes.
            most: no more than so many bytes are looked at.
        """
        size = 4096
        while True:
            found = end.search(self.look(min(size, most)))
            if found:
                return self.take(found.end())
            if size >= most or len(self._data) - self._front < size:
                return None
            size *= 4

    def skip(self, begin: re.Pattern[bytes]) -> int | None:
        """Take all that comes before the first match of `begin`.

        Args:
            begin: matches no more than some hundred bytes.

        Returns:
            How many bytes that was; None if there is no match up to the end, and all is taken.
        """
        skipped = 0
        while True:
            piece = self.look(_PIECE)
            found = begin.search(piece)
            if found:
                return skipped + len(self.take(found.start()))
            if len(piece) < _PIECE:
                self.take(len(piece))
                return None
            skipped += len(self.take(_PIECE - 1024))

    def copy(self, size: int, target: IO[bytes]) -> int:
        """Take `size` bytes, fewer at the end, and write them to `target`.

        Returns:
            How many it were.
        """
        left = size
        while left:
            data = self.take(min(left, _PIECE))
            if not data:
                break
            target.write(data)
            left -= len(data)
        return size - left

    def put_back(self, data: bytes) -> None:
        """Put bytes before what comes next."""
        self._data[: self._front] = data
        self._front = 0
        self.at -= len(data)

    def _more(self) -> bool:
        piece = None if self._gap else next(self._pieces, None)
        if isinstance(piece, Gap):
            self._gap = piece
            return False
        self._data += piece or b""
        return piece is not None
