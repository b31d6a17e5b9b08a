"""The articles of a collection, extracted again from its WARC files.

Extraction is a pure function over stored bytes, and it gets better, as do site rules. What it makes
of every page now is put in the place of what the index says, a batch of captures in a transaction,
in the order of time. A run that was ended is run again: what is done already differs in nothing.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from archive import timestamp
from archive.collection import Collection
from archive.extract.rulebook import of_directory
from archive.index import replacing
from archive.index.store import Store
from archive.ingest.extractors import Extractors, Found, Inline, Job, Pool, find_in
from archive.lock import only_writer
from archive.model import Refusal

_BATCH = 50
#: So many examples of what would change are kept.
MAX_EXAMPLES = 20
#: Below this, other processes cost more than they save (captures).
_WORTH_PROCESSES = 200


@dataclass
class Reextraction:
    """What extracting again changes.

    Attributes:
        pages: captures looked at.
        changed: of these, that say something else now.
        fields: how many change in which field; ``article``: it becomes one, or is none any more.
        examples: some of the changed ones: URL, timestamp, fields.
        failed: captures that cannot be read, with the problem.
        skipped: nothing was done: another process is writing the index.
    """

    pages: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    skipped: bool = False


def reextract(
    collection: Collection,
    *,
    site: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    failed: bool = False,
    dry_run: bool = False,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Reextraction:
    """Extract pages again, and make the index say what they say now.

    Args:
        collection: the collection.
        site: only pages of this host and its subdomains.
        since: only captures of this moment or later.
        until: only captures of this moment or earlier.
        failed: only pages that could not be read; each is read in a process of its own.
        dry_run: only find out what would change.
        workers: how many processes extract; 0 for this one alone; None for as many as are of use.
        progress: is told how many captures are done, and of how many.

    Raises:
        ConfigError: a site rule of the collection is wrong.
        StorageError: the index cannot be written.
        DamagedArchive: the index is damaged.
    """
    of_directory(collection.rules_dir)  # what is wrong with them is said before anything begins
    with only_writer(collection.index_lock_path, wait=False) as free:
        if not free:
            return Reextraction(skipped=True)
        store = Store(collection.index_path)
        try:
            with store.transaction():
                pages = store.pages(
                    site.lower().removeprefix("www.") if site else None,
                    timestamp.from_datetime(since) if since else "",
                    timestamp.from_datetime(until) if until else "9",
                    failed=failed,
                )
            run = _Run(collection, store, dry_run=dry_run)
            extractors = _extractors(collection, workers, len(pages))
            try:
                for done in run.go(pages, extractors):
                    if progress:
                        progress(done, len(pages))
            finally:
                extractors.close()
        finally:
            store.close()
    return run.result


def _extractors(collection: Collection, workers: int | None, pages: int) -> Extractors:
    if workers is None:  # one at least: a page may take its process with it
        workers = 2 if pages > _WORTH_PROCESSES else min(pages, 1)
    rules = collection.rules_dir
    return Pool(workers, find_in(rules)) if workers else Inline(rules)


class _Run:
    """One run at work."""

    def __init__(self, collection: Collection, store: Store, *, dry_run: bool) -> None:
        self.result = Reextraction()
        self._collection = collection
        self._store = store
        self._dry_run = dry_run

    def go(self, pages: Sequence[int], extractors: Extractors) -> Iterator[int]:
        """Go through captures; yield how many are done."""
        under_way: deque[tuple[int, Job]] = deque()
        batch: list[tuple[int, Found]] = []
        done = 0
        for capture_id in pages:
            if job := self._submit(capture_id, extractors):
                under_way.append((capture_id, job))
            while len(under_way) > extractors.window:
                first, job = under_way.popleft()
                batch.append((first, job.result()))
            if len(batch) >= _BATCH:
                self._settle(batch)
                done += len(batch)
                batch = []
                yield done
        batch += [(first, job.result()) for first, job in under_way]
        self._settle(batch)
        yield len(pages)

    def _submit(self, capture_id: int, extractors: Extractors) -> Job | None:
        with self._store.transaction():
            page = self._store.page(capture_id)
        if page is None:
            return None
        path = self._collection.warc_path(page.file)
        try:
            return extractors.submit_at(path, page.offset)
        except Exception as error:  # noqa: BLE001 - a record that cannot be read must not end it
            self.result.failed.append((page.url, f"{type(error).__name__}: {error}"))
            return None

    def _settle(self, batch: Sequence[tuple[int, Found]]) -> None:
        """Compare what was found with what the index says, and put it in its place."""
        with self._store.transaction():
            for capture_id, found in batch:
                page = self._store.page(capture_id)
                if page is None:
                    continue
                self.result.pages += 1
                if isinstance(found, Refusal) and found.reason == "failed":
                    # Nothing is taken away because a page crashed what reads it.
                    self.result.failed.append((page.url, found.detail))
                    continue
                self._count(page, found)
                if not self._dry_run:
                    self._store.replace(page, found)

    def _count(self, page: replacing.Page, found: Found) -> None:
        fields = tuple(replacing.differences(page, found))
        if not fields:
            return
        self.result.changed += 1
        self.result.fields.update(fields)
        if len(self.result.examples) < MAX_EXAMPLES:
            self.result.examples.append((page.url, page.moment, fields))
