"""Taking files into a collection, one after another, each whole or not at all.

A file gets its name when all of it is on disk. After a kill the next try finds what is there and
goes on with what is not; what was half copied is thrown away.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from archive.collection import Collection
from archive.complete import sync_directory
from archive.errors import DamagedArchive, UsageError, storage_errors
from archive.intake.inspect import inspect, sha256_of
from archive.intake.known import Known
from archive.intake.remake import remake
from archive.intake.sources import Source
from archive.intake.taken import Taken
from archive.lock import only_writer
from archive.wacz import WaczReader
from archive.warc.openfile import OPEN_SUFFIX

#: Behind the name of a file that is not whole yet; no reader takes it for a WARC file.
_PART: Final = ".importing"
_PIECE: Final = 1024 * 1024


def take_in(
    collection: Collection,
    sources: Iterable[Source],
    *,
    link: bool = False,
    progress: Callable[[int], object] = lambda size: None,
    waiting: Callable[[], object] = lambda: None,
) -> Iterator[Taken]:
    """Take files into a collection; yield what became of each when it is done.

    They are not indexed: `archive.ingest.ingest` does that. Two imports take turns.

    Args:
        collection: that they come into.
        sources: see `archive.intake.sources.find`.
        link: leave the files where they are, and put a symbolic link to each into the collection.
            That goes for WARC files with a gzip member for each record, in which nothing is
            damaged; any other is refused.
        progress: is told how many bytes of the sources were read.
        waiting: is called when another import has to end first.

    Raises:
        StorageError: the collection cannot be written; what was yielded before is in it.
    """
    with (
        storage_errors(collection.archive_dir),
        only_writer(collection.path / "import.lock", wait=True, waiting=waiting),
    ):
        collection.archive_dir.mkdir(exist_ok=True)
        for left in collection.archive_dir.glob(f"*{_PART}"):
            left.unlink()
        known = Known(collection)
        for source in sources:
            taken = Taken(str(source))
            try:
                _take(collection, known, source, taken, link=link, progress=progress)
            except (UsageError, DamagedArchive) as error:
                taken.how = "refused"
                taken.problems.append(str(error))
            yield taken


def _take(
    collection: Collection,
    known: Known,
    source: Source,
    taken: Taken,
    *,
    link: bool,
    progress: Callable[[int], object],
) -> None:
    part = collection.archive_dir / (source.name + _PART)
    if source.problem:
        raise DamagedArchive(source.problem)
    try:
        if source.entry and link:
            raise UsageError("it is in a WACZ, and cannot be linked; import it without --link")
        path = _unpack(source, part) if source.entry else source.path
        try:
            sha256 = sha256_of(path)
        except OSError as error:
            raise UsageError(f"it cannot be read: {error.strerror}") from None
        size = path.stat().st_size
        there = known.find(size, sha256)
        if there is not None:
            taken.how, taken.file = "there", there
            progress(source.size)
            return
        taken.file = _free_name(collection, source.name, sha256)
        seen = inspect(path, progress)
        if link:
            if not seen.usable:
                raise UsageError(
                    "it has not one gzip member for each record, or a damaged one, and cannot be"
                    " linked; import it without --link"
                )
            part.symlink_to(path.resolve())
        elif seen.usable and not source.entry:
            _copy(path, part, sha256)
        if seen.usable:
            taken.how = "linked" if link else "copied"
            taken.records, taken.oddities = seen.records, dict(seen.oddities)
        else:
            _remake(source, path, sha256, part, taken, progress)
        # Another file may have come to that name while this one was copied.
        taken.file = _free_name(collection, taken.file, sha256)
        _settle(part, collection.archive_dir / taken.file, sync=not link)
        known.add(collection.archive_dir / taken.file)
    finally:
        part.unlink(missing_ok=True)


def _remake(
    source: Source,
    path: Path,
    sha256: str,
    part: Path,
    taken: Taken,
    progress: Callable[[int], object],
) -> None:
    target = part.with_name(f"remade{_PART}")
    try:
        remake(source, path, sha256, target, taken, progress)
        if not taken.records:
            raise DamagedArchive("it has no WARC or ARC record that can be read")
        taken.how = "remade"
        target.replace(part)
    finally:
        target.unlink(missing_ok=True)


def _unpack(source: Source, part: Path) -> Path:
    """Copy a file out of its WACZ, and compare it with its hash there.

    Raises:
        DamagedArchive: it is another.
    """
    digest = hashlib.sha256()
    with WaczReader(source.path) as wacz:
        entry = wacz.entry(source.entry)
        if entry is None:
            raise DamagedArchive("it is not in the WACZ any more")
        with part.open("wb") as out:
            for piece in wacz.pieces(entry):
                out.write(piece)
                digest.update(piece)
        listed = {one.path: one.hash for one in wacz.resources()}
    said = listed.get(source.entry, "")
    if said.startswith("sha256:") and said != f"sha256:{digest.hexdigest()}":
        raise DamagedArchive("it is not what the WACZ says that it is (its hash is another)")
    return part


def _copy(path: Path, part: Path, sha256: str) -> None:
    """Copy a file.

    Raises:
        DamagedArchive: it has changed since it was looked at.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file, part.open("wb") as out:
        while piece := file.read(_PIECE):
            out.write(piece)
            digest.update(piece)
    if digest.hexdigest() != sha256:
        raise DamagedArchive("it changes while it is read; import it when it is at rest")


def _free_name(collection: Collection, name: str, sha256: str) -> str:
    """Return the name for a file: its own, or with a part of its hash where another has that."""
    number = 8
    free = name
    while any(
        os.path.lexists(collection.archive_dir / (free + suffix)) for suffix in ("", OPEN_SUFFIX)
    ):
        free = f"{name.removesuffix('.warc.gz')}-{sha256[:number]}.warc.gz"
        number += 4
    return free


def _settle(part: Path, final: Path, *, sync: bool) -> None:
    """Make a file durable, and give it its name."""
    if sync:
        descriptor = os.open(part, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    part.rename(final)
    sync_directory(final.parent)
