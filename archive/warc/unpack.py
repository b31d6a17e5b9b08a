"""WARC and ARC files in whatever packing they come, as one stream of plain bytes.

gzip with a member for each record, gzip around all of it, zstandard with and without a dictionary
in front (https://iipc.github.io/warc-specifications/specifications/warc-zstd/), or plain.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import zstandard

from archive.errors import DamagedRecord
from archive.warc.compress import GzipError, decompressor
from archive.warc.reader import next_record

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
#: A skippable frame that holds the dictionary of the frames behind it.
ZSTD_DICTIONARY: Final = b"\x5d\x2a\x4d\x18"

_PIECE: Final = 256 * 1024
#: What is unpacked at once (bytes).
_MOST: Final = 1024 * 1024
#: No honest archive is packed so well; an allowance beside it for small files (bytes).
_MAX_RATIO: Final = 300
_ALLOWANCE: Final = 256 * 1024 * 1024
_MAX_WINDOW: Final = 128 * 1024 * 1024
_MAX_DICTIONARY: Final = 16 * 1024 * 1024


class Gap:
    """A place in the stream where bytes are lost.

    Attributes:
        problem: why, one line.
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem


def unpacked(
    path: Path, progress: Callable[[int], object] = lambda size: None
) -> Iterator[bytes | Gap]:
    """Yield the plain bytes of a file.

    Where gzip is broken, the stream goes on at the next record that can be read, behind a `Gap`;
    where zstandard is, it ends with one.

    Args:
        path: of the file.
        progress: is told how many bytes of the file were read.

    Raises:
        DamagedRecord: it unpacks to more than an archive can.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start.startswith(GZIP):
            pieces = _gunzip(path, file)
        elif start in (ZSTD, ZSTD_DICTIONARY):
            pieces = _unzstd(file)
        else:
            pieces = iter(lambda: file.read(_PIECE), b"")
        size, most = 0, os.fstat(file.fileno()).st_size * _MAX_RATIO + _ALLOWANCE
        told = 0
        for piece in pieces:
            if (at := file.tell()) > told:
                progress(at - told)
                told = at
            if isinstance(piece, bytes):
                size += len(piece)
                if size > most:
                    raise DamagedRecord(
                        f"{path.name}: it unpacks to more than {_MAX_RATIO} times its size"
                    )
            yield piece


def _gunzip(path: Path, file: BinaryIO) -> Iterator[bytes | Gap]:
    member, begin, data = decompressor(), 0, b""
    while True:
        data = data or file.read(_PIECE)
        if not data:
            break
        try:
            piece = member.decompress(data, _MOST)
        except GzipError as error:
            yield Gap(f"broken gzip at {begin}: {error}")
            following = next_record(path, begin + 1)
            if following is None:
                return
            file.seek(following)
            member, begin, data = decompressor(), following, b""
            continue
        if piece:
            yield piece
        if member.eof:
            data = member.unused_data
            begin = file.tell() - len(data)
            member = decompressor()
        else:
            data = member.unconsumed_tail
    if begin < file.tell():
        yield Gap(f"the file ends within the gzip member at {begin}")


def _unzstd(file: BinaryIO) -> Iterator[bytes | Gap]:
    try:
        dictionary = _dictionary(file)
        unpacker = zstandard.ZstdDecompressor(
            dict_data=dictionary, max_window_size=_MAX_WINDOW, format=zstandard.FORMAT_ZSTD1
        )
        with unpacker.stream_reader(file, read_across_frames=True, closefd=False) as reader:
            while piece := reader.read(_PIECE):
                yield piece
    except (zstandard.ZstdError, MemoryError) as error:
        yield Gap(f"broken zstandard: {error}")


def _dictionary(file: BinaryIO) -> zstandard.ZstdCompressionDict | None:
    """Return the dictionary at the beginning of a file, or None; leave it behind that.

    Raises:
        zstandard.ZstdError: it is broken, or too large.
    """
    if file.read(4) != ZSTD_DICTIONARY:
        file.seek(0)
        return None
    size = int.from_bytes(file.read(4), "little")
    if size > _MAX_DICTIONARY:
        raise zstandard.ZstdError(f"a dictionary of {size:,} bytes")
    data = file.read(size)
    if data.startswith(ZSTD):
        data = zstandard.ZstdDecompressor().decompress(data, max_output_size=_MAX_DICTIONARY)
    return zstandard.ZstdCompressionDict(data)
