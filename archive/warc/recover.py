"""Closing what a killed process left open: every whole record is kept, and nothing is lost.

A file ``X.warc.gz.open`` that nobody holds the lock of was left behind. It is cut after its last
whole record and closed as ``X.warc.gz``; what was cut is kept aside as ``X.warc.gz.cut``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.complete import sync_directory
from archive.errors import storage_errors
from archive.warc.compress import GzipError, decompressor
from archive.warc.openfile import OPEN_SUFFIX, lock

CUT_SUFFIX = ".cut"

_CHUNK = 64 * 1024
_BEGIN = b"WARC/1."
_END = b"\r\n\r\n"
#: The beginning of a gzip member: magic number and deflate.
_MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of a file that was left open.

    Attributes:
        path: the closed file, or None when there was no whole record in it.
        records: how many it holds.
        cut: bytes that were no whole record.
        aside: where those bytes are kept, or None when there were none.
    """

    path: Path | None
    records: int
    cut: int
    aside: Path | None

    def __str__(self) -> str:
        """Return one line for a person."""
        what = f"closed {self.path.name} with {self.records} records" if self.path else "no record"
        return f"{what}, kept {self.cut} bytes in {self.aside.name}" if self.aside else what


def recover(directory: Path) -> list[Recovered]:
    """Close the WARC files in `directory` that were left open; those in work are left alone.

    Raises:
        StorageError: a file cannot be cut, copied or renamed; it is then as it was.
    """
    found = []
    for path in sorted(directory.glob(f"*.warc.gz{OPEN_SUFFIX}")):
        with storage_errors(path):
            try:
                file = path.open("r+b")
            except FileNotFoundError:  # closed meanwhile
                continue
            with file:
                if _take(file, path):
                    found.append(_close(file, path))
    return found


def whole_records(file: BinaryIO) -> Iterator[int]:
    """Yield the end of each whole record from where `file` stands, up to the first broken one.

    A record is whole when its gzip member is (the check sum is verified), and begins and ends as
    a record does.
    """
    member, begin, last = decompressor(), b"", b""
    at = file.tell()
    while data := file.read(_CHUNK):
        while data:
            try:
                text = member.decompress(data)
            except GzipError:
                return
            begin = (begin + text)[: len(_BEGIN)]
            last = (last + text)[-len(_END) :]
            rest = member.unused_data
            at += len(data) - len(rest)
            data = rest
            if member.eof:
                if begin != _BEGIN or last != _END:
                    return
                yield at
                member, begin, last = decompressor(), b"", b""


def torn_tail(file: BinaryIO) -> bool:
    """Tell whether a file, from where it stands, is a torn tail: the beginning of one record.

    That, or bytes among which no gzip member begins. What breaks inside is no torn tail: it was
    whole once, and was damaged.
    """
    member, first = decompressor(), file.read(_CHUNK)
    if not first:
        return False
    if not _MAGIC.startswith(first[: len(_MAGIC)]):
        before, data = b"", first
        while data:
            if _MAGIC in before + data:
                return False
            before, data = data[1 - len(_MAGIC) :], file.read(_CHUNK)
        return True
    data = first
    while data:
        try:
            member.decompress(data)
        except GzipError:
            return False
        if member.eof:
            return False
        data = file.read(_CHUNK)
    return True


def _take(file: BinaryIO, path: Path) -> bool:
    """Lock `file`; False when somebody has it, or has closed it while we opened it."""
    try:
        lock(file.fileno())
    except BlockingIOError:
        return False
    try:
        now = path.stat()
    except FileNotFoundError:
        return False
    return now.st_ino == os.fstat(file.fileno()).st_ino


def _close(file: BinaryIO, path: Path) -> Recovered:
    records, end = 0, 0
    for end in whole_records(file):  # noqa: B007 - the last one counts
        records += 1
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    cut = os.fstat(file.fileno()).st_size - end
    aside = None
    if cut:
        aside = final.with_name(final.name + CUT_SUFFIX)
        file.seek(end)
        with aside.open("wb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
        sync_directory(path.parent)
        file.truncate(end)
    if records:
        os.fsync(file.fileno())
        path.rename(final)
    else:
        path.unlink()
    sync_directory(path.parent)
    return Recovered(final if records else None, records, cut, aside)
