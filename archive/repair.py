"""Repair: what can be mended without touching a whole record is mended, and said.

Nothing is thrown away: torn tails, a broken index, a manifest that is not what was signed are kept
in ``aside/``. Files that were closed change only by an act (`archive.manifest.acts`). What is left
needs a copy: a bit that flipped inside a record, a file that is gone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from archive import manifest, timestamp
from archive.collection import Collection
from archive.complete import sync_directory
from archive.errors import NewswarcError, StorageError, storage_errors
from archive.index.database import Reader
from archive.index.store import Store
from archive.ingest import IngestProgress, ingest
from archive.lock import only_writer
from archive.manifest import acts, history, key, sealed
from archive.rewriting import finish
from archive.verify import Finding
from archive.verify.contents import indexed_until
from archive.warc.recover import recover

#: What SQLite keeps beside a database in WAL mode.
_COMPANIONS = ("-wal", "-shm")


class Busy(NewswarcError):
    """A crawl or another writer is at work in the collection."""


@contextmanager
def alone(collection: Collection) -> Iterator[None]:
    """Keep crawls away while the block runs, and begin only when nobody writes the index.

    Raises:
        Busy: somebody is at work.
    """
    with only_writer(collection.lock_path, wait=False) as free:
        if not free:
            raise Busy("a crawl is running; repair the collection when it has ended")
        with only_writer(collection.index_lock_path, wait=False) as idle:
            if not idle:
                raise Busy("the index is being written; repair the collection afterwards")
        yield


def prepare(collection: Collection) -> Iterator[str]:
    """Finish what was left half done, and yield what was; before anything is verified.

    Files that were left open are closed, those that were to come in the place of others do,
    signatures that were made are put in their place, the public key is written again from the
    secret one.

    Raises:
        StorageError: something cannot be written.
        ConfigError: the keys do not belong together.
    """
    for recovered in recover(collection.archive_dir):
        yield str(recovered)
    with only_writer(collection.index_lock_path, wait=True):
        for new, old in finish(collection).done.items():
            yield f"finished putting {new} in the place of {', '.join(old)}"
    if key.secret_path(collection).exists():
        had = key.public_path(collection).exists()
        key.ensure(collection)
        if not had:
            yield f"made {_name(collection, key.public_path(collection))} again"
    keys = key.public_keys(collection)
    for path in (*history.paths(collection), *acts.paths(collection)):
        sealed.finish(path, keys)


def repair(
    collection: Collection,
    findings: Sequence[Finding],
    progress: Callable[[IngestProgress], None] | None = None,
) -> Iterator[str]:
    """Mend what verification has found and can be mended; yield what was done, a line each.

    Args:
        collection: the collection; the caller has it `alone`.
        findings: of `archive.verify.verify`, behind `prepare`.
        progress: is told how far an index is made again.

    Raises:
        StorageError: the disk takes no more; what is done so far is whole.
        NewswarcError: an act or the manifest cannot be signed.
    """
    wanted = [finding for finding in findings if finding.repairable]
    for finding in wanted:
        if finding.kind == "record":
            file, _, offset = finding.place.rpartition(":")
            yield _cut(collection, collection.archive_dir / file, int(offset))
        elif finding.kind == "manifest":
            yield _set_aside_manifest(collection, collection.path / finding.place, finding.problem)
    yield from _index(collection, wanted, progress)
    before = _state(collection)
    written = manifest.write(collection)
    if written is not None and _state(collection) != before:
        yield f"wrote {_name(collection, written.path)}"


def _cut(collection: Collection, path: Path, offset: int) -> str:
    """Cut a torn tail off a closed file; an act says so before."""
    with storage_errors(path), path.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        aside = _aside(collection, f"{path.name}.{offset}.cut")
        file.seek(offset)
        with aside.open("xb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
        sync_directory(aside.parent)
        before = manifest.measure(collection, path)
        after = manifest.measure(collection, path, offset)
        told = {"cut": size - offset, "aside": _name(collection, aside)}
        acts.record(collection, "repair", "torn tail", retired=[before], made=[after], details=told)
        file.truncate(offset)
        os.fsync(file.fileno())
    _forget_damage(collection, path.name, offset)
    return f"cut {size - offset:,} bytes off {path.name}, kept in {_name(collection, aside)}"


def _forget_damage(collection: Collection, file: str, offset: int) -> None:
    """Take out of the index that the tail of a file could not be read."""
    if not collection.index_path.exists() or _broken(collection):
        return
    with (
        only_writer(collection.index_lock_path, wait=True),
        closing(Store(collection.index_path)) as store,
        store.transaction(),
    ):
        store.forget_damages(file, offset)


def _set_aside_manifest(collection: Collection, path: Path, problem: str) -> str:
    """Take the newest manifest out of the chain; it is made again from the one before it."""
    moves = {
        part: _aside(collection, part.name)
        for part in (path, sealed.signature_path(path))
        if part.exists()
    }
    names = [_name(collection, aside) for aside in moves.values()]
    # The act comes first: a kill in between leaves a manifest that is set aside the next time.
    told = {"manifest": path.name, "problem": problem, "aside": names}
    acts.record(collection, "repair", "a manifest that is not what was signed", details=told)
    for part, aside in moves.items():
        with storage_errors(part):
            part.rename(aside)
            sync_directory(part.parent)
            sync_directory(aside.parent)
    return f"kept manifests/{path.name} in {' and '.join(names)}"


def _index(
    collection: Collection,
    findings: Sequence[Finding],
    progress: Callable[[IngestProgress], None] | None,
) -> Iterator[str]:
    """Make the index again where it is wrong, and index what is missing."""
    wrong = any(finding.kind == "index" for finding in findings)
    if wrong and _broken(collection):
        aside = _aside(collection, f"index-{timestamp.from_datetime(timestamp.now())}.db")
        with storage_errors(collection.index_path):
            for suffix in ("", *_COMPANIONS):
                part = collection.index_path.with_name(collection.index_path.name + suffix)
                if part.exists():
                    part.rename(aside.with_name(aside.name + suffix))
            sync_directory(collection.path)
        yield f"kept the broken index in {_name(collection, aside)}"
    summary = ingest(collection, rebuild=wrong, wait=False, progress=progress)
    if summary.skipped:
        raise Busy("the index is being written; repair the collection afterwards")
    if wrong:
        yield f"made the index again: {summary.records:,} records, {summary.captures:,} captures"
    elif summary.records:
        yield f"indexed {summary.records:,} records that were not indexed"


def _broken(collection: Collection) -> bool:
    with closing(Reader(collection.index_path)) as index:
        return indexed_until(index)[1] is not None


def _aside(collection: Collection, name: str) -> Path:
    """Return a path in ``aside/`` where nothing is yet."""
    directory = collection.aside_dir
    with storage_errors(directory):
        directory.mkdir(exist_ok=True)
        sync_directory(collection.path)
    path, number = directory / name, 1
    while path.exists():
        path, number = directory / f"{name}.{number}", number + 1
    return path


def _state(collection: Collection) -> tuple[str, bytes] | None:
    found = history.paths(collection)
    try:
        return (found[-1].name, found[-1].read_bytes()) if found else None
    except OSError as error:
        raise StorageError(f"cannot read {found[-1]}: {error.strerror}") from None


def _name(collection: Collection, path: Path) -> str:
    try:
        return path.relative_to(collection.path).as_posix()
    except ValueError:
        return str(path)
