"""Verification of a collection, from its signatures to its last record."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from datetime import datetime
from pathlib import Path

from archive import wacz
from archive.collection import Collection
from archive.errors import NewswarcError
from archive.index.database import Reader
from archive.manifest.minisign import PublicKey
from archive.rewriting import Journal
from archive.verify import contents, manifests, records
from archive.verify.finding import REBUILD, RESTORE, RESTORE_IT, Finding, of_index
from archive.verify.records import Progress, Task
from archive.warc.openfile import OPEN_SUFFIX

#: With less to read than this, other processes cost more than they save (bytes).
_WORTH_PROCESSES = 32 * 1024 * 1024
_FINISH = "wait until that is done, or, after a kill, let `newswarc index` finish it"


def verify(
    collection: Collection,
    progress: Progress = lambda records, length: None,
    *,
    quick: bool = False,
    since: datetime | None = None,
    jobs: int | None = None,
    key: PublicKey | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with a collection; nothing is changed.

    What is not indexed or not listed in a manifest yet is no fault. A file that is being written
    is checked up to its last whole record.

    Args:
        collection: the collection.
        progress: is told how many records, of how many bytes, were read since it was told last.
        quick: signatures, sizes, whether the last records are whole and whether the index can be
            read; no digests.
        since: of the WARC files only those that were changed then or later.
        jobs: so many processes read files; None for as many as are of use.
        key: the only one whose signatures count; None for all in ``keys/``.
    """
    if (journal := Journal(collection.path).path).exists():
        yield Finding(journal.name, "files are put in the place of others", _FINISH, "file", True)
    chain = manifests.read(collection, key)
    yield from chain.findings
    files = {path.name.removesuffix(OPEN_SUFFIX): path for path in collection.warc_files()}
    with closing(Reader(collection.index_path)) as index:
        until, problem = contents.indexed_until(index)
        if problem:
            yield of_index(collection.index_path.name, problem)
        elif not quick:
            yield from contents.check(collection, index)
    yield from _missing(chain, until, files)
    tasks = [
        Task(
            path,
            collection.index_path,
            until.get(name),
            chain.listed.get(f"archive/{name}"),
            chain.retired.get(f"archive/{name}", ()),
            quick,
        )
        for name, path in files.items()
        if since is None or path.stat().st_mtime >= since.timestamp()
    ]
    jobs = 1 if quick and jobs is None else jobs
    yield from _files(tasks, progress, _processes(jobs, [task.path for task in tasks]))
    for path in packages(collection):
        if since is None or path.stat().st_mtime >= since.timestamp():
            for wrong in () if quick else wacz.check(path):
                place = path.relative_to(collection.path).as_posix()
                yield Finding(place, str(wrong), RESTORE_IT, "wacz")


def packages(collection: Collection) -> list[Path]:
    """Return the WACZ files that lie in a collection."""
    places = (collection.path, collection.path / "exports", collection.archive_dir)
    return [path for place in places if place.is_dir() for path in sorted(place.glob("*.wacz"))]


def _missing(
    chain: manifests.Chain, until: dict[str, int], files: dict[str, Path]
) -> Iterator[Finding]:
    """Yield the files that are to be there and are not."""
    listed = {path.removeprefix("archive/") for path in chain.listed}
    for name in sorted((until.keys() | listed) - files.keys()):
        if name in listed:
            problem = "the manifest lists this file, but it is not there"
            yield Finding(name, problem, RESTORE, "file")
        if name in until and f"archive/{name}" in chain.retired:
            yield of_index(name, "the index knows this file, which an act has retired")
        elif name in until:
            problem = "the index knows this file, but it is not there"
            remedy = f"put it back, or {REBUILD} without it"
            yield Finding(name, problem, remedy, "index", repairable=True)


def _files(tasks: Sequence[Task], progress: Progress, processes: int) -> Iterator[Finding]:
    """Verify files one after another, or several at once; the findings are in their order."""
    if processes < 2:
        for task in tasks:
            yield from records.findings(task, progress)
        return
    # Not forked: a copy of this process would hold its database.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context) as pool:
        under_way: deque[tuple[Task, Future[tuple[list[Finding], int]]]] = deque()
        waiting = iter(tasks)
        try:
            while True:
                for task in waiting:
                    under_way.append((task, pool.submit(records.check, task)))
                    if len(under_way) >= 2 * processes:
                        break
                if not under_way:
                    return
                task, future = under_way.popleft()
                found, read = future.result()
                progress(read, _size(task.path))
                yield from found
        except BrokenProcessPool:
            raise NewswarcError("a process that reads WARC files died; try `--jobs 1`") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _processes(jobs: int | None, paths: Sequence[Path]) -> int:
    if jobs is not None:
        return min(jobs, len(paths))
    worth = sum(map(_size, paths)) > _WORTH_PROCESSES
    return min(os.cpu_count() or 1, len(paths)) if worth else 1


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # closed, or compacted, this moment
        return 0
