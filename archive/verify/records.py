"""One WARC file: its records, their digests, and what the index says of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import DamagedArchive, DamagedRecord
from archive.index import captures, originals
from archive.index.database import Reader
from archive.ingest.examine import examine
from archive.manifest.document import Entry
from archive.model import Capture
from archive.urlkey import is_url
from archive.verify.digests import digest_problems
from archive.verify.finding import CUT, RESTORE, RETURN, Finding, of_index
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.reader import Record, next_record, open_warc, read_records
from archive.warc.recover import torn_tail

#: So much is told of one file.
MOST_FINDINGS = 1000

#: What the index says of a capture, and its record says as well.
_COMPARED = (
    *("url", "timestamp", "record_type", "status", "mime", "digest", "location"),
    *("redirect", "refers_to", "truncated"),
)

#: Told how many records, of how many bytes, were read since it was told last.
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Task:
    """A WARC file to be verified; it can be passed to another process.

    Attributes:
        path: of the file.
        index: path of the index.
        indexed_until: up to where the file is indexed, None when the index does not know it.
        listed: what the manifests say of it, None when it is not listed.
        retired: the SHA-256 under which an act has retired it.
        quick: only sizes, and the records behind the last capture.
    """

    path: Path
    index: Path
    indexed_until: int | None = None
    listed: Entry | None = None
    retired: tuple[str, ...] = ()
    quick: bool = False


@dataclass(slots=True)
class _Known:
    """What the index knows of a file: how far it is indexed, and captures by their offset."""

    indexed_until: int = 0
    captures: dict[int, Capture] = field(default_factory=dict)


def check(task: Task) -> tuple[list[Finding], int]:
    """Return what is wrong with a WARC file, and how many records were read."""
    read = 0

    def count(records: int, length: int) -> None:
        nonlocal read
        read += records

    return list(findings(task, count)), read


def findings(task: Task, progress: Progress) -> Iterator[Finding]:
    """Yield what is wrong with a WARC file, `MOST_FINDINGS` at most."""
    for number, finding in enumerate(_findings(task, progress)):
        if number >= MOST_FINDINGS:
            rest = f"there are more than {MOST_FINDINGS:,} findings; the rest is not told"
            yield Finding(task.path.name, rest, RESTORE)
            return
        yield finding


def _findings(task: Task, progress: Progress) -> Iterator[Finding]:
    try:
        with closing(Reader(task.index)) as index:
            known = _Known()
            if task.indexed_until is not None:
                with index.reading() as db:
                    found = captures.of_file(db, _name(task.path))
                known = _Known(task.indexed_until, found)
            yield from _fixity(task)
            if task.quick:
                yield from _end(task, known, progress)
                return
            yield from _dangling(index, known)
            yield from _records(task, known, progress)
    except FileNotFoundError:
        return  # compacted or redacted this moment; what is missing is told elsewhere
    except DamagedArchive as error:
        yield of_index(task.index.name, str(error))


def _fixity(task: Task) -> Iterator[Finding]:
    """Compare the file with what is listed of it."""
    listed = task.listed
    if listed is None and not task.retired:
        return
    with open_warc(task.path) as file:
        size = os.fstat(file.fileno()).st_size
        if listed is not None and size != listed.size:
            problem = f"it has {size:,} bytes, {listed.size:,} are listed in the manifest"
            yield Finding(task.path.name, problem, RESTORE, "file")
            return
        if task.quick:
            return
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if listed is not None and digest != listed.sha256:
        yield Finding(task.path.name, "its SHA-256 is not the one in the manifest", RESTORE, "file")
    elif listed is None and digest in task.retired:
        problem = "it was retired by an act, and is still there"
        yield Finding(task.path.name, problem, "remove it, then `newswarc index --rebuild`", "file")


def _end(task: Task, known: _Known, progress: Progress) -> Iterator[Finding]:
    """Look at the records from the last capture on: whether the file ends with a whole one."""
    start = max(known.captures, default=0)
    try:
        for record in read_records(task.path, start):
            progress(1, record.location.length)
    except DamagedRecord as damage:
        yield _damaged(task, damage)
    yield from _too_short(task.path, known)


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
            RETURN,
            "revisit",
        )


def _records(task: Task, known: _Known, progress: Progress) -> Iterator[Finding]:
    """Compare the records of a file with their digests and with what the index knows."""
    path, offset = task.path, 0
    while True:
        try:
            for record in read_records(path, offset):
                place = f"{record.location.file}:{record.location.offset}"
                for problem in digest_problems(record):
                    yield Finding(place, problem, RESTORE, "digest")
                if record.location.offset < known.indexed_until:
                    found = known.captures.pop(record.location.offset, None)
                    yield from _compare(place, record, found)
                progress(1, record.location.length)
            break
        except DamagedRecord as damage:
            yield _damaged(task, damage)
            following = next_record(path, (damage.offset or 0) + 1)
            if following is None:
                break
            offset = following
    yield from _too_short(path, known)
    for at in known.captures:
        yield of_index(f"{path.name}:{at}", "the index has a capture where no record is")


def _damaged(task: Task, damage: DamagedRecord) -> Finding:
    """Return the finding that a record cannot be read; a torn tail can be cut off."""
    place = f"{task.path.name}:{damage.offset or 0}"
    if is_torn(task.path, damage.offset or 0, task.listed):
        return Finding(place, str(damage), CUT, repairable=True)
    return Finding(place, str(damage), RESTORE)


def is_torn(path: Path, offset: int, listed: Entry | None) -> bool:
    """Tell whether a file breaks off at an offset, and what is behind it may be cut off.

    A file as long as the manifest says was not cut short: what looks like it is a flipped bit. Nor
    was one without a whole record: it is something else, perhaps. A linked file is not ours to cut.
    """
    if not offset or path.is_symlink() or path.name.endswith(OPEN_SUFFIX):
        return False
    with open_warc(path) as file:
        size = os.fstat(file.fileno()).st_size
        if listed is not None and listed.size == size:
            return False
        file.seek(offset)
        return torn_tail(file)


def _too_short(path: Path, known: _Known) -> Iterator[Finding]:
    with open_warc(path) as file:
        size = os.fstat(file.fileno()).st_size
    if size < known.indexed_until:
        problem = f"it has {size:,} bytes, but {known.indexed_until:,} were indexed"
        yield Finding(path.name, problem, RESTORE, "index", repairable=True)


def _compare(place: str, record: Record, known: Capture | None) -> Iterator[Finding]:
    capture = examine(record).capture
    if capture is None:
        return
    if known is None:
        yield of_index(place, f"{capture.url} is not in the index")
        return
    for name in _COMPARED:
        ours, theirs = getattr(capture, name), getattr(known, name)
        if ours != theirs:
            yield of_index(place, f"the record's {name} is {ours!r}, the index has {theirs!r}")


def _name(path: Path) -> str:
    return path.name.removesuffix(OPEN_SUFFIX)
