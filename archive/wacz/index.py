"""Reading the index of a WACZ, whichever of the allowed forms it has, line by line."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from archive.errors import DamagedArchive

#: No line is longer than this (bytes); that of a page has all its text.
_MAX_LINE: Final = 64 * 1024 * 1024
_GZIP: Final = 31
_PIECE: Final = 64 * 1024
_STEP: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of CDXJ.

    Attributes:
        urlkey: SURT.
        timestamp: 14 digits, or what stands there.
        url: of the capture.
        file: name of the WARC file in ``archive/``.
        offset: of the record, in bytes.
        length: of its gzip member, in bytes.
        digest: of the payload; empty where the line has none.
    """

    urlkey: str
    timestamp: str
    url: str
    file: str
    offset: int
    length: int
    digest: str


def lines(pieces: Iterable[bytes], *, packed: bool) -> Iterator[bytes]:
    """Yield the lines of an index or a list, without their ends.

    Args:
        pieces: of the file.
        packed: it is a row of gzip members.

    Raises:
        DamagedArchive: no gzip, or a line without end.
    """
    rest: list[bytes] = []
    size = 0
    for piece in _unpacked(pieces) if packed else pieces:
        first, *others = piece.split(b"\n")
        rest.append(first)
        size += len(first)
        if others:
            yield b"".join(rest)
            yield from others[:-1]
            rest, size = [others[-1]], len(others[-1])
        if size > _MAX_LINE:
            raise DamagedArchive(f"a line is longer than {_MAX_LINE:,} bytes")
    if size:
        yield b"".join(rest)


def parse(line: bytes) -> Line:
    """Return what a line says.

    Raises:
        ValueError: it is no line of CDXJ.
    """
    text = line.decode()
    head, brace, rest = text.partition("{")
    urlkey, _, timestamp = head.strip().rpartition(" ")
    fields: Any = json.loads(brace + rest)
    if not urlkey or not isinstance(fields, dict):
        raise ValueError("no line of CDXJ")
    return Line(
        urlkey=urlkey,
        timestamp=timestamp,
        url=str(fields.get("url", "")),
        file=str(fields.get("filename", "")),
        offset=_number(fields.get("offset")),
        length=_number(fields.get("length")),
        digest=str(fields.get("digest", "")),
    )


def _number(value: object) -> int:
    number = int(value) if isinstance(value, int | str) and len(str(value)) < 20 else -1
    if number < 0:
        raise ValueError(f"no place in a file: {str(value)[:20]!r}")
    return number


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what is in a row of gzip members, some KB at a time, however well it is packed."""
    member = zlib.decompressobj(wbits=_GZIP)
    for step in _steps(pieces):
        data = step
        while data:
            try:
                yield member.decompress(data, _PIECE)
            except zlib.error as error:
                raise DamagedArchive(f"the index is no gzip, or a broken one: {error}") from None
            data = member.unconsumed_tail
            if member.eof:
                data = member.unused_data
                member = zlib.decompressobj(wbits=_GZIP)


def _steps(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in small pieces: what is left of one is copied again and again."""
    for piece in pieces:
        for start in range(0, len(piece), _STEP):
            yield piece[start : start + _STEP]
