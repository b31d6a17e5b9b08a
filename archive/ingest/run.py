"""From the WARC files into the index, in batches, each record exactly once.

A batch is one transaction: the rows of its records, and how far each file is indexed. Before it is
committed the WARC files are made durable, so the index never knows of bytes that may still be
lost. Whenever the process is killed, the next one goes on behind the last committed batch.
"""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path

from archive.collection import Collection
from archive.errors import DamagedRecord
from archive.extract.rulebook import of_directory
from archive.index import indexfile
from archive.index.store import Store
from archive.index.texts import Text
from archive.ingest.examine import Examined, examine, is_page
from archive.ingest.extractors import Extractors, Found, Inline, Job, Pool, find_in
from archive.ingest.summary import IngestProgress, IngestSummary
from archive.lock import only_writer
from archive.manifest import key
from archive.rewriting import believed, finish
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.reader import Record, next_record, open_warc, read_records

_BATCH_RECORDS = 100
#: A batch waits no longer than this for more records (seconds).
_BATCH_AGE = 1.0
#: How often files that may grow are looked at (seconds).
_POLL = 0.2
#: With less to read than this, other processes cost more than they save (bytes).
_WORTH_PROCESSES = 16 * 1024 * 1024


def ingest(
    collection: Collection,
    *,
    workers: int | None = None,
    follow: Callable[[], bool] | None = None,
    rebuild: bool = False,
    wait: bool = True,
    waiting: Callable[[], object] = lambda: None,
    progress: Callable[[IngestProgress], None] | None = None,
) -> IngestSummary:
    """Index what is in the WARC files of a collection and not in its index yet.

    Args:
        collection: the collection.
        workers: how many processes extract; 0 for this one alone; None for as many as are of use.
        follow: go on as the files grow, until this returns False and everything is read.
        rebuild: make the index anew, beside the old one, which is replaced at the end.
        wait: for another process that is writing the index; otherwise do nothing then.
        waiting: is called when another process has to end first.
        progress: is told about every batch.

    Raises:
        StorageError: the index cannot be written.
        DamagedArchive: the index is damaged (a rebuild does not mind).
        ConfigError: a site rule of the collection is wrong.
    """
    of_directory(collection.rules_dir)  # what is wrong with them is said before anything begins
    with only_writer(collection.index_lock_path, wait=wait, waiting=waiting) as free:
        if not free:
            return IngestSummary(skipped=True)
        finish(collection)
        path = collection.index_path
        if rebuild:
            path = indexfile.new_beside(path)
        store = Store(path, bulk=rebuild)
        try:
            run = _Run(collection, store, progress)
            run.extractors = _extractors(
                workers, run.backlog(), collection.rules_dir, following=follow is not None
            )
            try:
                run.go(follow)
                store.finish()
            finally:
                run.extractors.close()
        finally:
            store.close()
        if rebuild:
            indexfile.replace(path, collection.index_path)
        return run.summary


def _extractors(workers: int | None, backlog: int, rules: Path, *, following: bool) -> Extractors:
    if workers is None:
        # One at least, wherever there is something to read: a page may take its process with it.
        many = following or backlog > _WORTH_PROCESSES
        workers = (os.cpu_count() or 1) if many else min(backlog, 1)
    return Pool(workers, find_in(rules)) if workers else Inline(rules)


class _Run:
    """One ingest at work."""

    def __init__(
        self,
        collection: Collection,
        store: Store,
        progress: Callable[[IngestProgress], None] | None,
    ) -> None:
        self.summary = IngestSummary()
        self.extractors: Extractors = Inline()
        self._collection = collection
        self._store = store
        self._progress = progress
        self._keys = key.public_keys(collection)
        #: Up to where each WARC file was read, committed or not.
        self._read_until: dict[str, int] = {}
        #: How large each path was when it was looked at last.
        self._sizes: dict[str, int] = {}
        self._under_way: deque[tuple[Examined, Job | None]] = deque()
        self._batch: list[tuple[Examined, Found | None]] = []
        self._batch_begun = 0.0

    def backlog(self) -> int:
        """Return how many bytes are not indexed yet."""
        return sum(
            max(0, _size(path) - self._position(_name(path)))
            for path in self._collection.warc_files()
        )

    def go(self, follow: Callable[[], bool] | None) -> None:
        """Read all there is; with `follow`, until it returns False."""
        while True:
            more = follow is not None and follow()
            before = self.summary.records
            for path in self._collection.warc_files():
                self._read(path)
            if not more:
                break
            if self.summary.records == before:
                self._settle(0)
                self._commit_if_due()
                time.sleep(_POLL)
        self._settle(0)
        self._commit()

    def _position(self, name: str) -> int:
        if name not in self._read_until:
            self._read_until[name] = self._store.indexed_until(name)
        return self._read_until[name]

    def _read(self, path: Path) -> None:
        """Read what is new in one file."""
        size, position = _size(path), self._position(_name(path))
        if size == self._sizes.get(path.name):
            return
        self._sizes[path.name] = size
        if size == position:
            return
        if size < position:
            problem = f"{path.name} has {size:,} bytes, but {position:,} were indexed"
            self._note_damage(_name(path), position, problem)
            return
        while True:
            try:
                for record in read_records(path, position):
                    self._take(path, record)
            except DamagedRecord as damage:
                at = self._read_until[_name(path)] if damage.offset is None else damage.offset
                self._note_damage(_name(path), at, str(damage))
                following = next_record(path, at + 1)
                if following is None:
                    return
                position = following
            else:
                return

    def _take(self, path: Path, record: Record) -> None:
        examined = examine(record)
        self.summary.records += 1
        self._read_until[examined.file] = examined.end
        wanted = (examined.capture or examined.rendered) and is_page(record)
        job = self.extractors.submit(path, record) if wanted else None
        self._under_way.append((examined, job))
        self._settle(self.extractors.window)
        self._commit_if_due()

    def _note_damage(self, file: str, offset: int, problem: str) -> None:
        damage = (file, offset, problem)
        if damage not in self.summary.damaged:
            self.summary.damaged.append(damage)
            self._under_way.append((Examined(file, offset, damage=problem), None))

    def _settle(self, keep: int) -> None:
        """Move records with their results into the batch until no more than `keep` are left."""
        while len(self._under_way) > keep:
            examined, job = self._under_way.popleft()
            found = job.result() if job else None
            if not self._batch:
                self._batch_begun = time.monotonic()
            self._batch.append((examined, found))
            if len(self._batch) >= _BATCH_RECORDS:
                self._commit()

    def _commit_if_due(self) -> None:
        if self._batch and time.monotonic() - self._batch_begun >= _BATCH_AGE:
            self._commit()

    def _commit(self) -> None:
        if not self._batch:
            return
        ends = {examined.file: examined.end for examined, _ in self._batch}
        for file in ends:
            self._make_durable(file)
        with self._store.transaction():
            for examined, found in self._batch:
                self._add(examined, found)
            records = Counter(examined.file for examined, _ in self._batch if not examined.damage)
            for file, end in ends.items():
                self._store.advance(file, end, records[file])
        last = self._batch[-1][0].file
        self._batch = []
        if self._progress:
            files = self._collection.warc_files()
            read = sum(self._read_until.values())
            total = sum(_size(path) for path in files)
            self._progress(IngestProgress(last, min(read, total), total, self.summary))

    def _add(self, examined: Examined, found: Found | None) -> None:
        """Write one record into the index and count it."""
        found = found or examined.refusal
        if examined.damage is not None:
            self._store.add_damage(examined.file, examined.end, examined.damage)
        if examined.redaction is not None:
            self._store.add_redaction(believed(examined.redaction, self._keys))
        if examined.crawl is not None:
            self._store.add_crawl(examined.file, examined.timestamp, examined.crawl)
        if examined.rendered is not None and isinstance(found, Text):
            page, moment = examined.rendered, examined.timestamp
            self.summary.versions += self._store.add_rendering(page, moment, found)
        if examined.capture is None:
            return
        self.summary.captures += 1
        self.summary.versions += self._store.add_capture(examined.capture, found)
        if isinstance(found, Text):
            self.summary.articles += 1
        elif found is not None:
            refused = self.summary.refused
            refused[found.reason] = refused.get(found.reason, 0) + 1
            if found.reason == "failed":
                self.summary.failed.append((examined.capture.url, found.detail))

    def _make_durable(self, file: str) -> None:
        with open_warc(self._collection.warc_path(file)) as warc:
            os.fsync(warc.fileno())


def _name(path: Path) -> str:
    return path.name.removesuffix(OPEN_SUFFIX)


def _size(path: Path) -> int:
    with open_warc(path) as file:
        return os.fstat(file.fileno()).st_size
