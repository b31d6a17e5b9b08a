"""Verification: every record is what it was, and the index says what the records say."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.collection import Collection
from archive.errors import DamagedArchive, DamagedRecord
from archive.index import captures, counts, originals
from archive.index.database import Reader
from archive.ingest.examine import examine
from archive.model import Capture
from archive.urlkey import is_url
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.reader import Record, next_record, open_warc, read_records

_REBUILD = "`newswarc index --rebuild` makes the index again"
_RETURN = "put the file with it back into archive/, then `newswarc index`"
_RESTORE = "restore the file from a copy, then `newswarc index --rebuild`"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        place: a file, and where in it.
        problem: what is wrong there.
        remedy: what to do.
    """

    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.place}: {self.problem}; {self.remedy}"


def verify(
    collection: Collection, progress: Callable[[int], object] = lambda length: None
) -> Iterator[Finding]:
    """Yield what is wrong with a collection; nothing is changed.

    What is not indexed yet is no fault. A file that is being written is checked up to its last
    whole record.

    Args:
        collection: the collection.
        progress: is told after every record how long it is in its file (bytes).
    """
    files = {path.name.removesuffix(OPEN_SUFFIX): path for path in collection.warc_files()}
    index = Reader(collection.index_path)
    indexed_until, problem = _indexed_until(index)
    if problem:
        yield Finding(collection.index_path.name, problem, _REBUILD)
    for name in sorted(indexed_until.keys() - files.keys()):
        yield Finding(name, "the index knows this file, but it is not there", _RESTORE)
    for name, path in files.items():
        known = _known(index, name, indexed_until)
        yield from _dangling(index, known)
        yield from _verify_file(path, known, progress)
    index.close()


@dataclass(slots=True)
class _Known:
    """What the index knows of a file: how far it is indexed, and captures by their offset."""

    indexed_until: int = 0
    captures: dict[int, Capture] = field(default_factory=dict)


def _indexed_until(index: Reader) -> tuple[dict[str, int], str | None]:
    """Return how far each file is indexed, and what is wrong with the index itself."""
    try:
        with index.reading() as db:
            checked: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if checked == "ok":
                return counts.indexed_until(db), None
    except DamagedArchive:
        checked = "it is no index, or a broken one"
    return {}, checked


def _known(index: Reader, name: str, indexed_until: dict[str, int]) -> _Known:
    if name not in indexed_until:
        return _Known()
    with index.reading() as db:
        return _Known(indexed_until[name], captures.of_file(db, name))


def _dangling(index: Reader, known: _Known) -> Iterator[Finding]:
    """Yield the revisits of a file that refer to nothing the index knows."""
    for capture in known.captures.values():
        if capture.refers_to is None or not is_url(capture.refers_to[0]):
            continue
        with index.reading() as db:
            if originals.is_known(db, *capture.refers_to):
                continue
        url, moment = capture.refers_to
        yield Finding(
            f"{capture.location.file}:{capture.location.offset}",
            f"{capture.url} is stored as a revisit of {url} at {moment}, which is in no file",
            _RETURN,
        )


def _verify_file(path: Path, known: _Known, progress: Callable[[int], object]) -> Iterator[Finding]:
    """Compare the records of a file with their digests and with what the index knows."""
    offset: int | None = 0
    while offset is not None:
        try:
            for record in read_records(path, offset):
                place = f"{record.location.file}:{record.location.offset}"
                for problem in digest_problems(record):
                    yield Finding(place, problem, _RESTORE)
                if record.location.offset < known.indexed_until:
                    found = known.captures.pop(record.location.offset, None)
                    yield from _compare(place, record, found)
                progress(record.location.length)
            offset = None
        except DamagedRecord as damage:
            at = damage.offset or 0
            yield Finding(f"{path.name}:{at}", str(damage), _RESTORE)
            offset = next_record(path, at + 1)
    with open_warc(path) as file:
        size = os.fstat(file.fileno()).st_size
    if size < known.indexed_until:
        problem = f"it has {size:,} bytes, but {known.indexed_until:,} were indexed"
        yield Finding(path.name, problem, _RESTORE)
    for at in known.captures:
        yield Finding(f"{path.name}:{at}", "the index has a capture where no record is", _REBUILD)


def _compare(place: str, record: Record, known: Capture | None) -> Iterator[Finding]:
    capture = examine(record).capture
    if capture is None:
        return
    if known is None:
        yield Finding(place, f"{capture.url} is not in the index", _REBUILD)
        return
    for name in ("url", "timestamp", "record_type", "status", "mime", "digest", "location"):
        ours, theirs = getattr(capture, name), getattr(known, name)
        if ours != theirs:
            yield Finding(
                place, f"the record's {name} is {ours!r}, the index has {theirs!r}", _REBUILD
            )


def digest_problems(record: Record) -> Iterator[str]:
    """Yield what is wrong with the digests of a record.

    The payload of a chunked body is the body without its chunks by the standard, with them by
    many writers: either is right.
    """
    if not record.whole:
        return
    block = record.headers.get("WARC-Block-Digest")
    if block and not _matches(block, record.head + record.payload):
        yield f"the block is not what its digest says ({block})"
    payload = record.headers.get("WARC-Payload-Digest")
    if (
        payload
        and record.type != "revisit"
        and not _matches(payload, record.payload)
        and not _matches(payload, record.entity())
    ):
        yield f"the payload is not what its digest says ({payload})"


def _matches(labelled: str, data: bytes) -> bool:
    """Tell whether a digest ``algorithm:value``, in base32 or hexadecimal, is that of `data`.

    One that cannot be checked, for its algorithm or its form, is taken for right.
    """
    algorithm, _, value = labelled.partition(":")
    name = algorithm.strip().lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return True
    found = hashlib.new(name, data, usedforsecurity=False).digest()
    value = value.strip()
    try:
        if len(value) == 2 * len(found):
            return bytes.fromhex(value) == found
        return base64.b32decode(value + "=" * (-len(value) % 8), casefold=True) == found
    except (ValueError, binascii.Error):
        return True
