"""Extraction, in this process or in others, with the results in the order of the pages.

A page may crash or hang the libraries that read it. In a process of its own it takes nothing with
it: another process goes on, and the page is refused. After a crash, which may be the fault of what
that process had read before, or of a machine short of memory, it is tried once more in a fresh one.
Processes read pages by their place in the WARC, so nothing large passes between them.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from http import HTTPStatus
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from archive.errors import NewswarcError
from archive.extract import RuleBook, extract, text_digest
from archive.extract.rulebook import of_directory
from archive.index.standins import QUARANTINED
from archive.index.texts import Text
from archive.ingest.examine import quarantine
from archive.model import Refusal
from archive.snapshot import RENDERED, page_of_dom
from archive.versions import article_url
from archive.warc.reader import Record, read_record

Found = Text | Refusal
#: What a process does with a page: path of the WARC file, offset of the record.
Task = Callable[[Path, int], Found]

#: The one refusal of the extraction that is a matter for the quarantine.
_SOFT_404 = "not-found"

#: No page takes longer than this (seconds).
TIME_LIMIT = 120.0
#: Nor does a process to begin.
START_LIMIT = 60.0


def find(record: Record, rules: RuleBook | None = None) -> Found:
    """Return the article that a page shows, or why it shows none; whatever is in it.

    Args:
        record: of the page.
        rules: the site rules; None for those that come with newswarc.
    """
    page = page_of_dom(record.url)
    url = page or record.url
    try:
        body = record.body()
        if refusal := quarantine(record, body, url):
            return refusal
        if (record.status or HTTPStatus.OK) >= HTTPStatus.BAD_REQUEST:  # once in quarantine
            return Refusal("not-an-article", f"status {record.status}")
        day = record.date.astimezone(UTC).date()
        article = extract(body, url, charset=record.charset, captured=day, rules=rules)
        if isinstance(article, Refusal):
            stands_in = article.reason == _SOFT_404
            return replace(article, reason=QUARANTINED + _SOFT_404) if stands_in else article
        if page:
            article = replace(article, extractor=article.extractor + RENDERED)
        return Text.of(article_url(article.url, url), article, text_digest(article))
    except Exception as error:  # noqa: BLE001 - one page must not stop the index
        return Refusal("failed", f"{type(error).__name__}: {error}")


def find_at(path: Path, offset: int, rules: Path | None = None) -> Found:
    """Return what `find` finds in the record at a place.

    Args:
        path: of the WARC file.
        offset: of the record, in bytes.
        rules: the directory of the collection's own rules, or None.
    """
    return find(read_record(path, offset), of_directory(rules) if rules else None)


def find_in(rules: Path) -> Task:
    """Return `find_at` with the rules of a collection.

    Args:
        rules: the directory of the collection's own rules.
    """
    return partial(find_at, rules=rules)


class Job(Protocol):
    """One page on its way."""

    def result(self) -> Found:
        """Return what was found, as soon as it is."""


class Extractors(Protocol):
    """Whatever takes pages and finds articles."""

    @property
    def window(self) -> int:
        """How many records may be under way before the first result is asked for."""

    def submit(self, path: Path, record: Record) -> Job:
        """Take a page."""

    def submit_at(self, path: Path, offset: int) -> Job:
        """Take the page whose record is at a place of a WARC file."""

    def close(self) -> None:
        """Stop; what is under way is given up."""


@dataclass(frozen=True, slots=True)
class _Done:
    found: Found

    def result(self) -> Found:
        return self.found


class Inline:
    """Extraction in this process, at once.

    Args:
        rules: the directory of the collection's own rules, or None.
    """

    window = 0

    def __init__(self, rules: Path | None = None) -> None:
        self._rules = rules

    def submit(self, path: Path, record: Record) -> Job:
        """Extract a page."""
        return _Done(find(record, of_directory(self._rules) if self._rules else None))

    def submit_at(self, path: Path, offset: int) -> Job:
        """Extract the page at a place."""
        return _Done(find_at(path, offset, self._rules))

    def close(self) -> None:
        """Do nothing."""


class Pool:
    """Extraction in other processes.

    Args:
        size: how many.
        task: what they do; a function of a module, which they import by its name.
        time_limit: a page that takes longer is refused and its process ended (seconds).
    """

    def __init__(self, size: int, task: Task = find_at, time_limit: float = TIME_LIMIT) -> None:
        self.window = 16 * size
        self._task = task
        self._time_limit = time_limit
        self._waiting: deque[_PoolJob] = deque()
        self._workers = [_Worker(task) for _ in range(size)]

    def submit(self, path: Path, record: Record) -> Job:
        """Pass a page to the process that is free first."""
        return self.submit_at(path, record.location.offset)

    def submit_at(self, path: Path, offset: int) -> Job:
        """Pass the page at a place to the process that is free first."""
        job = _PoolJob(self, path, offset)
        self._waiting.append(job)
        self.advance(0)
        return job

    def advance(self, timeout: float = 1.0) -> None:
        """Give pages to free processes and take results, waiting for one if there is none yet.

        Args:
            timeout: how long to wait, at most (seconds).
        """
        for number, worker in enumerate(self._workers):
            if worker.is_late:
                worker.give_up(f"took longer than {self._time_limit:g} s")
                self._workers[number] = _Worker(self._task)
        ready = set(wait([worker.connection for worker in self._workers], timeout))
        for number, worker in enumerate(self._workers):
            if worker.connection in ready and not worker.receive():
                if worker.job and not worker.job.tried:
                    worker.job.tried = True
                    self._waiting.appendleft(worker.job)
                    worker.job = None
                worker.give_up("crashed the extraction process twice")
                self._workers[number] = _Worker(self._task)
        for worker in self._workers:
            if self._waiting and worker.is_free:
                worker.start(self._waiting.popleft(), self._time_limit)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.end()


class _PoolJob:
    def __init__(self, pool: Pool, path: Path, offset: int) -> None:
        self.path = path
        self.offset = offset
        self.found: Found | None = None
        self.tried = False
        self._pool = pool

    def result(self) -> Found:
        while self.found is None:
            self._pool.advance()
        return self.found


class _Worker:
    """One process and the page it has in hand."""

    def __init__(self, task: Task) -> None:
        # Not forked: a copy of this process would hold its locks and its database.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.job: _PoolJob | None = None
        self._deadline = time.monotonic() + START_LIMIT
        self._ready = False
        self._process: BaseProcess = context.Process(
            target=_serve, args=(theirs, task), name="newswarc-extract"
        )
        self._process.start()
        theirs.close()

    @property
    def is_free(self) -> bool:
        return self._ready and self.job is None

    @property
    def is_late(self) -> bool:
        return not self.is_free and time.monotonic() > self._deadline

    def start(self, job: _PoolJob, time_limit: float) -> None:
        self.job = job
        self._deadline = time.monotonic() + time_limit
        with suppress(BrokenPipeError):  # it has died: `receive` will notice
            self.connection.send((job.path, job.offset))

    def receive(self) -> bool:
        """Take what the process has to say; tell whether it is still there."""
        try:
            said = self.connection.recv()
        except (EOFError, ConnectionResetError):
            return False
        if not self._ready:
            self._ready = True
        elif self.job:
            self.job.found = said
            self.job = None
        return True

    def give_up(self, reason: str) -> None:
        """End the process; the page it has in hand is refused.

        Raises:
            NewswarcError: it never began; nor would the next one.
        """
        if not self._ready:
            raise NewswarcError(
                "extraction processes cannot start; a script that calls ingest() needs"
                ' `if __name__ == "__main__":` around it'
            )
        if self.job:
            self.job.found = Refusal("failed", reason)
            self.job = None
        self.end()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self.connection.close()


def _serve(connection: Connection, task: Task) -> None:
    """Work in a process of its own until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started us decides
    try:
        connection.send("ready")
        while True:
            path, offset = connection.recv()
            connection.send(task(path, offset))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
