"""Small WARC files made into few large ones: their gzip members one after another, unchanged.

Many runs a day leave many small files. Every record is copied byte for byte, the warcinfo records
among them, and files that follow one another by their names are merged, so that the records of the
archive stay in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from archive.collection import Collection
from archive.errors import DamagedArchive, NewswarcError
from archive.index import counts
from archive.index.database import Reader
from archive.lock import only_writer
from archive.rewriting import Journal, Work, finish
from archive.warc.openfile import OPEN_SUFFIX

#: So large, at most, is what small files are made into (bytes).
MAX_SIZE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are to become one.

    Attributes:
        files: their names, in order.
        size: of all of them, in bytes.
    """

    files: tuple[str, ...]
    size: int


@dataclass(slots=True)
class Merging:
    """What was merged.

    Attributes:
        merged: name of each new file, and of those in whose place it is.
        left: why further files were left as they are, by name.
        skipped: nothing was done: a crawl is running, or the index is being written.
    """

    merged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    skipped: bool = False


def plan(collection: Collection, max_size: int = MAX_SIZE) -> tuple[list[Group], dict[str, str]]:
    """Return what is to be merged, and which small files cannot be, and why.

    Small is what has less than half of the size that is wanted.

    Args:
        collection: the collection.
        max_size: of a merged file, in bytes.
    """
    indexed, damaged = _known(collection)
    groups: list[Group] = []
    left: dict[str, str] = {}
    files: list[str] = []
    size = 0

    def end() -> None:
        nonlocal size
        if len(files) > 1:
            groups.append(Group(tuple(files), size))
        files.clear()
        size = 0

    for path in collection.warc_files():
        name, length = path.name.removesuffix(OPEN_SUFFIX), path.stat().st_size
        why = ""
        if path.name != name:
            why = "it is being written"
        elif path.is_symlink():
            why = "it is a link to a file elsewhere"
        elif name in damaged:
            why = "it is damaged; see `newswarc verify`"
        elif indexed.get(name) != length:
            why = "it is not indexed; `newswarc index` does it"
        if why or length >= max_size / 2:
            if why and length < max_size / 2:
                left[name] = why
            end()
            continue
        if size + length > max_size:
            end()
        files.append(name)
        size += length
    end()
    return groups, left


def merge(
    collection: Collection,
    *,
    max_size: int = MAX_SIZE,
    progress: Callable[[str], object] = lambda name: None,
) -> Merging:
    """Merge small WARC files; the index and the watches know at once where everything is.

    Killed at any moment, it leaves an archive that is whole; whoever writes the index next
    finishes what was begun.

    Args:
        collection: the collection.
        max_size: of a merged file, in bytes.
        progress: is told the name of each merged file.

    Raises:
        StorageError: the disk takes no more; what was merged is.
        DamagedArchive: the index is damaged.
    """
    result = Merging()
    with (
        only_writer(collection.lock_path, wait=False) as no_crawl,
        only_writer(collection.index_lock_path, wait=False) as no_writer,
    ):
        if not (no_crawl and no_writer):
            result.skipped = True
            return result
        result.merged |= finish(collection, progress).done
        groups, result.left = plan(collection, max_size)
        journal = Journal(collection.path)
        for group in groups:
            journal.write(Work([group.files]))
            try:
                result.merged |= finish(collection, progress).done
            except NewswarcError as error:
                work = journal.read()
                if work is None or work.ready is not None:
                    raise
                journal.clear()  # nothing was changed
                if not isinstance(error, DamagedArchive):
                    raise
                result.left |= dict.fromkeys(group.files, str(error))
    return result


def _known(collection: Collection) -> tuple[dict[str, int], set[str]]:
    """Return how far each file is indexed, and the names of those that are damaged."""
    reader = Reader(collection.index_path)
    try:
        with reader.reading() as db:
            return counts.indexed_until(db), counts.damaged(db)
    finally:
        reader.close()
