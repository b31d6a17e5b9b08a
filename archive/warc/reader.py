"""WARC files, read one record after another or by offset, with whatever is wrong with them said.

Each record is a gzip member of its own (WARC 1.1, annex D). Read here and not by warcio, whose
reader takes seven times as long for a record at an offset and raises whatever its parts raise.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from archive.errors import DamagedRecord
from archive.model import Location
from archive.warc.compress import GzipError, decompressor
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.record import Record, parse

__all__ = [
    "Record",
    "next_record",
    "open_warc",
    "read_beginning",
    "read_record",
    "read_record_in",
    "read_records",
]

#: A longer block is cut to this when it is read, so that no record fills the memory (bytes).
MAX_BLOCK = 256 * 1024 * 1024

_PIECE = 16 * 1024
#: Compressed bytes that hold WARC header and HTTP head, but for the longest of heads.
_BEGINNING = 4 * 1024
#: The beginning of a gzip member: magic number and deflate, the only method there is.
_MAGIC = b"\x1f\x8b\x08"


def read_records(path: Path, offset: int = 0) -> Generator[Record, None, None]:
    """Yield the records of a WARC file in their order, from the one at `offset` on.

    A file that is being written (``.open``) may end inside a record: reading stops before it.

    Raises:
        DamagedRecord: at a record that cannot be read. `next_record` finds the one after it.
    """
    growing = path.name.endswith(OPEN_SUFFIX)
    with open_warc(path) as file:
        while True:
            try:
                record = _read(file, _name(path), offset)
            except _EndsEarly:
                if growing:
                    return
                raise
            if record is None:
                return
            yield record
            offset += record.location.length


def read_record(path: Path, offset: int) -> Record:
    """Return the record that begins at `offset`.

    Raises:
        DamagedRecord: there is none, or it cannot be read.
    """
    with open_warc(path) as file:
        return read_record_in(file, _name(path), offset)


def read_record_in(file: BinaryIO, name: str, offset: int) -> Record:
    """Return the record that begins at `offset` of an open file; see `read_record`.

    Args:
        file: it may be a part of another, a WACZ.
        name: of the file, for `Record.location` and for messages.
        offset: in bytes.

    Raises:
        DamagedRecord: see `read_record`.
    """
    record = _read(file, name, offset)
    if record is None:
        raise DamagedRecord(f"{name}: the file ends before offset {offset}", offset)
    return record


def read_beginning(path: Path, offset: int) -> Record:
    """Return the record that begins at `offset` with no more than the beginning of its block.

    Its length in the file is not known (0). For what a few KB of the compressed record tell: the
    WARC header and, as a rule, the HTTP head.

    Raises:
        DamagedRecord: there is none, or it cannot be read.
    """
    name = _name(path)
    with open_warc(path) as file:
        file.seek(offset)
        piece = file.read(_BEGINNING)
    try:
        return parse(decompressor().decompress(piece), sys.maxsize, Location(name, offset, 0))
    except (GzipError, ValueError) as error:
        raise DamagedRecord(f"{name}: record at {offset}: {error}", offset) from None


def next_record(path: Path, offset: int) -> int | None:
    """Return where the next record begins that can be read, at or after `offset`, or None.

    The way on after damage: candidates are the places that look like a gzip member.
    """
    with open_warc(path) as file:
        before = b""
        at = offset
        file.seek(at)
        while piece := file.read(_PIECE):
            window = before + piece
            start = at - len(before)
            found = window.find(_MAGIC)
            while found >= 0:
                if _is_record(file, start + found):
                    return start + found
                found = window.find(_MAGIC, found + 1)
            before = window[-len(_MAGIC) + 1 :]
            at += len(piece)
            file.seek(at)
    return None


def open_warc(path: Path) -> BufferedReader:
    """Open a WARC file for reading, also when it was closed, and so renamed, this moment."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return path.with_name(_name(path)).open("rb")


class _EndsEarly(DamagedRecord):
    """The file ends inside a gzip member."""


def _name(path: Path) -> str:
    return path.name.removesuffix(OPEN_SUFFIX)


def _is_record(file: BinaryIO, offset: int) -> bool:
    try:
        return _read(file, "", offset) is not None
    except DamagedRecord:
        return False


def _read(file: BinaryIO, name: str, offset: int) -> Record | None:
    """Return the record at `offset`, or None at the end of the file."""
    data, size, length = _inflate(file, name, offset)
    if not length:
        return None
    try:
        return parse(data, size, Location(name, offset, length))
    except ValueError as error:
        raise DamagedRecord(f"{name}: record at {offset}: {error}", offset) from None


def _inflate(file: BinaryIO, name: str, offset: int) -> tuple[bytes, int, int]:
    """Return the content of a gzip member (`MAX_BLOCK` of it), its size and the member's length."""
    file.seek(offset)
    data = bytearray()
    size = length = 0
    member = decompressor()
    while not member.eof:
        piece = file.read(_PIECE)
        if not piece and not length:
            return b"", 0, 0
        if not piece:
            raise _EndsEarly(f"{name}: the record at {offset} is cut short", offset)
        if not length and not _MAGIC.startswith(piece[: len(_MAGIC)]):
            raise DamagedRecord(f"{name}: no gzip member at {offset}", offset)
        try:
            inflated = member.decompress(piece)
        except GzipError as error:
            raise DamagedRecord(f"{name}: bad gzip member at {offset}: {error}", offset) from None
        length += len(piece)
        size += len(inflated)
        data += inflated[: max(0, MAX_BLOCK - len(data))]
    return bytes(data), size, length - len(member.unused_data)
