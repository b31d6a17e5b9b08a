"""A new WARC file made of the members of others, byte for byte, and verified."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive.complete import sync_directory
from archive.errors import DamagedArchive, DamagedRecord, storage_errors
from archive.index.moving import Span
from archive.rewriting.removal import Removal
from archive.rewriting.signing import Signing
from archive.warc import tombstone
from archive.warc.reader import Record, next_record, read_record, read_records

#: Beside the archive's files, until it is verified.
NEW_SUFFIX = ".new"

_PIECE = 1024 * 1024
_REVISION = re.compile(r"(?:\.r(\d+))?\.warc\.gz$")


@dataclass(slots=True)
class NewFile:
    """What a new file consists of.

    Attributes:
        name: its final name.
        old: names of the files in whose place it comes.
        spans: what of them is in it, and where.
        size: its length, in bytes.
        records: how many of their records are in it, and tombstones.
        tombstones: where these are.
    """

    name: str
    old: tuple[str, ...]
    spans: list[Span] = field(default_factory=list)
    size: int = 0
    records: int = 0
    tombstones: list[int] = field(default_factory=list)


def name_after(name: str, directory: Path) -> str:
    """Return a name for what comes in the place of a file; it sorts where that one does.

    >>> name_after("A-00000-host.warc.gz", Path("nowhere"))
    'A-00000-host.r1.warc.gz'
    >>> name_after("A-00000-host.r1.warc.gz", Path("nowhere"))
    'A-00000-host.r2.warc.gz'
    """
    found = _REVISION.search(name)
    stem, number = (name[: found.start()], int(found[1] or 0)) if found else (name, 0)
    while True:
        number += 1
        made = f"{stem}.r{number}.warc.gz"
        if not (directory / made).exists():
            return made


def build(
    directory: Path,
    old: Sequence[str],
    removal: Removal | None = None,
    sign: Signing = lambda redaction: redaction,
) -> NewFile | None:
    """Write a new file beside its final place, durably, and verify it.

    Args:
        directory: of the WARC files.
        old: names of the files to be replaced, in their order.
        removal: what is left out, with a tombstone in its place.
        sign: signs what the tombstones say.

    Returns:
        None where it would be as the old one.

    Raises:
        DamagedArchive: a file cannot be read as it was copied; nothing is left of the new one.
        StorageError: it cannot be written; likewise.
    """
    made = NewFile(name_after(old[0], directory), tuple(old))
    path = directory / (made.name + NEW_SUFFIX)
    try:
        with storage_errors(path), path.open("wb") as file:
            for name in old:
                _copy(directory / name, file, made, removal, sign)
            file.flush()
            os.fsync(file.fileno())
        if removal is not None and not made.tombstones:
            path.unlink()
            return None
        _verify(directory, path, made)
    except BaseException:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise
    sync_directory(directory)
    return made


def _copy(old: Path, file: BinaryIO, made: NewFile, removal: Removal | None, sign: Signing) -> None:
    """Append to `file` what stays of an old file."""
    begun = position = 0
    with old.open("rb") as source:

        def keep(end: int) -> None:
            if begun < end:
                made.spans.append(Span(old.name, begun, end, made.size))
                made.size += _append(source, begun, end, file)

        dropped: set[str] = set()
        said: set[tuple[str, str]] = set()
        # Without a removal no record need be read for what it says; that it is whole is verified.
        for record in whole_records(old) if removal else ():
            position = record.location.offset + record.location.length
            beside = record.headers.get("WARC-Concurrent-To") in dropped
            redaction = removal.takes(record) if removal else None
            if redaction is None and not beside:
                made.records += 1
                continue
            keep(record.location.offset)
            begun = position
            dropped.add(record.headers.get("WARC-Record-ID", ""))
            if redaction is None or (redaction.urlkey, redaction.timestamp) in said:
                continue
            said.add((redaction.urlkey, redaction.timestamp))
            stones = [tombstone.make(sign(redaction), record.headers.get("WARC-Record-ID"))]
            if removal and not made.tombstones:
                stones += [tombstone.make(sign(one), None) for one in removal.uncaptured()]
            for stone in stones:
                made.tombstones.append(made.size)
                made.records += 1
                made.size += file.write(stone)
        keep(os.fstat(source.fileno()).st_size)


def whole_records(path: Path) -> Iterator[Record]:
    """Yield the records that can be read."""
    offset: int | None = 0
    while offset is not None:
        try:
            with closing(read_records(path, offset)) as found:
                yield from found
            return
        except DamagedRecord as damage:
            offset = next_record(path, (damage.offset or 0) + 1)


def _append(source: BinaryIO, start: int, end: int, file: BinaryIO) -> int:
    file.writelines(_pieces(source, start, end))
    return end - start


def _verify(directory: Path, path: Path, made: NewFile) -> None:
    """Compare the new file, as it is on the disk, with what it was made of."""
    if path.stat().st_size != made.size:
        raise DamagedArchive(
            f"{path.name}: {made.size:,} bytes were written, but not all are there"
        )
    with path.open("rb") as new:
        for span in made.spans:
            with (directory / span.file).open("rb") as source:
                before = _digest(source, span.start, span.end)
            if before != _digest(new, span.to, span.to + span.end - span.start):
                raise DamagedArchive(f"{path.name} is not what it was copied from ({span.file})")
    for offset in made.tombstones:
        if tombstone.read(read_record(path, offset)) is None:
            raise DamagedArchive(f"{path.name}: no tombstone at {offset}")
    if not made.tombstones:  # of whole files: every record is read
        made.records = sum(1 for _ in read_records(path))


def _digest(file: BinaryIO, start: int, end: int) -> bytes:
    found = hashlib.sha256()
    for piece in _pieces(file, start, end):
        found.update(piece)
    return found.digest()


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (piece := file.read(min(_PIECE, end - start))):
        start += len(piece)
        yield piece
