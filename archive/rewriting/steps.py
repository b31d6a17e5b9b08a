"""Going through with what the journal says, from wherever it was left.

Every step may be taken twice. A new file is verified before the journal says that it is ready; the
old ones are there until the index says where its captures are in the new one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from archive import manifest
from archive.collection import Collection
from archive.complete import sync_directory
from archive.errors import DamagedArchive, storage_errors
from archive.index.indexfile import NEW_SUFFIX as UNFINISHED
from archive.index.store import Store
from archive.manifest import acts, key, measure
from archive.rewriting.journal import Journal, Work
from archive.rewriting.newfile import NEW_SUFFIX, NewFile, build, whole_records
from archive.rewriting.removal import Removal, holds
from archive.rewriting.signing import signing
from archive.warc import tombstone
from archive.warc.reader import read_record
from archive.watch.forgetting import forget
from archive.watch.watches import Watches, path_of

_PIECE = 1024 * 1024


def finish(collection: Collection, progress: Callable[[str], object] = lambda name: None) -> Work:
    """Finish what is under way; without anything, take away what was never ready.

    Whoever calls it holds the lock of the index.

    Args:
        collection: the collection.
        progress: is told the name of each file that came in the place of others.

    Returns:
        What was done; no groups where there was nothing.

    Raises:
        StorageError: the disk takes no more; what is under way stays so.
        DamagedArchive: a file or the index is damaged.
    """
    journal = Journal(collection.path)
    work = journal.read()
    journal.tidy()
    if work is None:
        _tidy(collection.archive_dir)
        return Work([])
    if work.removal is not None and not work.removed:
        _forget(collection, work.removal)
        work.removed = True
        journal.write(work)
    while work.groups:
        _replace(collection, journal, work)
        if work.ready:
            work.done[work.ready.name] = work.ready.old
            progress(work.ready.name)
        work.groups, work.ready = work.groups[1:], None
        journal.write(work)
    if work.removal is not None:
        _scrub(collection, work.removal)
    manifest.write(collection)
    journal.clear()
    _tidy(collection.archive_dir)
    return work


def _replace(collection: Collection, journal: Journal, work: Work) -> None:
    """Put a new file in the place of the first group."""
    directory = collection.archive_dir
    group = work.groups[0]
    if work.ready and _both_there(directory, work.ready):
        work.ready = None  # an import has taken the name meanwhile
        journal.write(work)
    if work.ready is None:
        there = [name for name in group if (directory / name).exists()]
        sign = signing(collection)
        work.ready = build(directory, there, work.removal, sign) if there else None
        if work.ready is None:
            return
        journal.write(work)
        if _both_there(directory, work.ready):
            _replace(collection, journal, work)
            return
    ready = work.ready
    beside, path = directory / (ready.name + NEW_SUFFIX), directory / ready.name
    with storage_errors(path):
        if beside.exists():
            beside.rename(path)
            sync_directory(directory)
    if not path.exists():
        raise DamagedArchive(
            f"{path.name} should be in the place of {', '.join(ready.old)}, but is not there"
        )
    _move(collection, ready)
    _sign(collection, ready, work.removal)
    for name in ready.old:
        destroy(directory / name, overwrite=work.removal is not None)
    sync_directory(directory)


def _both_there(directory: Path, ready: NewFile) -> bool:
    """Tell whether a new file is there and another one, of somebody else, under its name."""
    return (directory / (ready.name + NEW_SUFFIX)).exists() and (directory / ready.name).exists()


def _move(collection: Collection, ready: NewFile) -> None:
    """Let the index and the watches know where records are now."""
    if collection.index_path.exists():
        path = collection.archive_dir / ready.name
        redacted = [tombstone.read(read_record(path, at)) for at in ready.tombstones]
        with closing(Store(collection.index_path, durable=True)) as store, store.transaction():
            store.move(ready.name, ready.old, ready.spans, ready.size, ready.records)
            for redaction in redacted:
                if redaction:
                    store.add_redaction(redaction)
    if path_of(collection).exists():
        with Watches(collection) as watches:
            watches.move(ready.name, ready.old, ready.spans, ready.size)


def _sign(collection: Collection, ready: NewFile, removal: Removal | None) -> None:
    """Write down, signed, that some files came in the place of others, unless that is done."""
    made = f"{collection.archive_dir.name}/{ready.name}"
    done = acts.read(collection, key.public_keys(collection))
    if any(entry.path == made for act in done for entry in act.made):
        return
    directory = collection.archive_dir
    old = [directory / name for name in ready.old if (directory / name).exists()]
    acts.record(
        collection,
        "redact" if removal else "compact",
        removal.reason if removal else "small files were made into a large one",
        retired=[measure(collection, path) for path in old],
        made=[measure(collection, directory / ready.name)],
        details={"by": removal.by, "captures": len(ready.tombstones)} if removal else None,
    )


def _forget(collection: Collection, removal: Removal) -> None:
    """Take out of the index what is left out; from now on it is shown no more."""
    if not collection.index_path.exists():
        return
    with closing(Store(collection.index_path, durable=True)) as store, store.transaction():
        store.forget(store.redacted(removal.urls, removal.captures))
        for redaction in removal.redactions():
            store.add_redaction(redaction)


def _scrub(collection: Collection, removal: Removal) -> None:
    """Let nothing of what was taken out be left beside the WARC files."""
    keys = removal.urls.keys() | {key for key, _ in removal.captures}
    forget(collection, keys)
    for directory in (collection.archive_dir, collection.aside_dir):
        for path in directory.glob("*.cut*"):
            # The first record in it is torn; behind it there may be whole ones.
            if holds(path, keys) or any(map(removal.takes, whole_records(path))):
                destroy(path, overwrite=True)
    for path in collection.aside_dir.glob("index-*.db*"):  # a broken index, and what it holds
        destroy(path, overwrite=True)
    index = collection.index_path
    for path in index.parent.glob(f"{index.name}{UNFINISHED}*"):  # a kill left it so
        destroy(path, overwrite=True)
    if index.exists():
        with closing(Store(index, durable=True)) as store:
            store.scrub()


def _tidy(directory: Path) -> None:
    """Take away new files that were never ready."""
    for path in directory.glob(f"*.warc.gz{NEW_SUFFIX}"):
        with storage_errors(path):
            path.unlink()


def destroy(path: Path, *, overwrite: bool) -> None:
    """Remove a file.

    Args:
        path: of the file; it need not exist. Of a link, only the link goes.
        overwrite: let the disk forget it, as far as the file system has that in its hands.

    Raises:
        StorageError: it cannot be removed.
    """
    with storage_errors(path), suppress(FileNotFoundError):
        if overwrite and not path.is_symlink():
            with path.open("r+b") as file:
                left = os.fstat(file.fileno()).st_size
                while left > 0:
                    left -= file.write(bytes(min(_PIECE, left)))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()
