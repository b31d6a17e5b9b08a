"""gzip members, and the choice of the library that makes them.

A WARC file is a row of gzip members, one record in each (WARC 1.1, annex D), so that a record can
be read from its offset alone. Compression is most of what writing costs: `isal` does it in a
fifth of the time of `zlib` at about the same size, and is used wherever it is installed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Protocol

LIBRARY: ModuleType
try:
    from isal import isal_zlib
except ImportError:  # no wheel for this machine
    LIBRARY = zlib
else:
    LIBRARY = isal_zlib

#: What a damaged member raises.
GzipError: type[Exception] = LIBRARY.error

#: gzip header and trailer, the largest window (zlib's ``wbits``).
_GZIP = 31
#: `isal` has the levels 0 to 3; its 2 packs about as well as zlib's 6.
_HIGHEST = 9 if LIBRARY is zlib else 3


class Compressor(Protocol):
    """What `zlib.compressobj` returns."""

    def compress(self, data: bytes, /) -> bytes:
        """Take `data`; return what is ready."""

    def flush(self) -> bytes:
        """End the member; return what is left of it."""


class Decompressor(Protocol):
    """What `zlib.decompressobj` returns."""

    @property
    def eof(self) -> bool:
        """Tell whether the member is at its end."""

    @property
    def unused_data(self) -> bytes:
        """Return what came after the member."""

    @property
    def unconsumed_tail(self) -> bytes:
        """Return what `decompress` did not take because of its `max_length`."""

    def decompress(self, data: bytes, /, max_length: int = 0) -> bytes:
        """Take compressed `data`; return what it holds, or `max_length` bytes of it."""


def compressor(level: int) -> Compressor:
    """Return what compresses one gzip member.

    Args:
        level: 0 to 9, as zlib counts; isal takes anything above 3 as 3.
    """
    made: Compressor = LIBRARY.compressobj(min(level, _HIGHEST), wbits=_GZIP)
    return made


def decompressor() -> Decompressor:
    """Return what reads one gzip member; its check sum is verified at its end."""
    made: Decompressor = LIBRARY.decompressobj(wbits=_GZIP)
    return made


class GzipMember:
    """A file for warcio to write one record into, which comes out as one gzip member.

    Args:
        sink: takes the compressed bytes.
        level: see `compressor`.
    """

    def __init__(self, sink: Callable[[bytes], object], level: int) -> None:
        self._sink = sink
        self._compressor = compressor(level)

    def write(self, data: bytes) -> None:
        """Compress `data` and pass on what is ready."""
        if ready := self._compressor.compress(data):
            self._sink(ready)

    def flush(self) -> None:
        """Do nothing: warcio asks for it, but a flush inside a member would only cost size."""

    def close(self) -> None:
        """End the member."""
        self._sink(self._compressor.flush())
