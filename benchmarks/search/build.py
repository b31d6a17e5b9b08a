"""An index of generated articles, and the same texts for those that it is compared with.

The articles are made in processes of their own; what is told of a build is the processor time of
the thread that writes. A directory that is kept is used again: what is in it is not made anew.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Self

from archive.index.store import Store
from archive.index.texts import Text
from archive.model import Capture
from benchmarks.search.corpus import FILE, article
from benchmarks.search.peers import Tantivy

_BATCH = 1000
#: Sizes of what another process makes at a time, and how much of it may wait.
_CHUNK, _WAITING = 50, 40
_TOLD = 20_000


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took.

    Attributes:
        articles: how many.
        text: bytes of all texts, in UTF-8.
        size: bytes of what was built.
        seconds: of the processor.
        load: of the machine, at the end.
    """

    articles: int
    text: int
    size: int
    seconds: float
    load: float

    @classmethod
    def of(cls, articles: int, text: int, size: int, seconds: float) -> Self:
        """Return what a build took that is at its end."""
        return cls(articles, text, size, seconds, os.getloadavg()[0])

    def __str__(self) -> str:
        return (
            f"{self.articles / self.seconds:,.0f} articles/s of the processor,"
            f" {self.size / self.articles:,.0f} bytes an article,"
            f" {self.size / self.text:.2f} times the text, load {self.load:.1f}"
        )


def once(path: Path, make: Callable[[], Built]) -> Built:
    """Return what the build of `path` took: now, or when it was made; a file beside it says so."""
    note = path.with_name(path.name + ".json")
    if note.exists():
        return Built(**json.loads(note.read_text()))
    made = make()
    note.write_text(json.dumps(asdict(made)))
    return made


def index(path: Path, articles: int) -> Built:
    """Build the index, as a rebuild does."""
    seconds, text = 0.0, 0
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with closing(Store(path, bulk=True)) as store:
        made = _made(articles)
        for done in count(_BATCH, _BATCH):
            if not (batch := list(islice(made, _BATCH))):
                break
            begun = time.thread_time()
            with store.transaction():
                for capture, found in batch:
                    store.add_capture(capture, found)
                end = batch[-1][0].location
                store.advance(FILE, end.offset + end.length, len(batch))
            seconds += time.thread_time() - begun
            text += sum(len(found.version["text"].encode()) for _, found in batch)
            _tell("index", min(done, articles), articles, seconds)
        print(f"index: full text, copies, indexes of {articles:,} articles", file=sys.stderr)
        begun = time.thread_time()
        store.finish()
        seconds += time.thread_time() - begun
    return Built.of(articles, text, path.stat().st_size, seconds)


def texts(path: Path, source: Path) -> Built:
    """Write the texts of an index into a file, one on each line."""
    begun, text, done = time.thread_time(), 0, 0
    with path.open("wb") as file:
        for _, found in _stored(source):
            line = found.replace("\n", " ").encode()
            text, done = text + len(line), done + 1
            file.write(line + b"\n")
    return Built.of(done, text, path.stat().st_size, time.thread_time() - begun)


def tantivy(place: Path, source: Path, articles: int) -> Built:
    """Let tantivy build an index of the titles and texts in ours."""
    place.mkdir(exist_ok=True)
    for left in place.iterdir():
        left.unlink()
    begun, text, done = time.process_time(), 0, 0
    peer = Tantivy(place, new=True)
    stored = _stored(source)
    while batch := list(islice(stored, _BATCH)):
        peer.add(batch)
        text += sum(len(found.encode()) for _, found in batch)
        done += len(batch)
        _tell("tantivy", done, articles, time.process_time() - begun)
    peer.finish()
    seconds = time.process_time() - begun  # it writes in threads of its own
    return Built.of(done, text, sum(one.stat().st_size for one in place.iterdir()), seconds)


def _made(articles: int) -> Iterator[tuple[Capture, Text]]:
    """Yield the articles in the order of time; no more are made than can be taken."""
    chunks = iter(range(0, articles, _CHUNK))
    with multiprocessing.Pool() as pool:
        waiting = deque(
            pool.apply_async(_chunk, (first, articles)) for first in islice(chunks, _WAITING)
        )
        while waiting:
            yield from waiting.popleft().get()
            waiting += [pool.apply_async(_chunk, (first, articles)) for first in islice(chunks, 1)]


def _chunk(first: int, articles: int) -> list[tuple[Capture, Text]]:
    return [*map(partial(article, of=articles), range(first, min(first + _CHUNK, articles)))]


def _stored(index: Path) -> Iterator[tuple[str, str]]:
    """Yield titles and texts."""
    with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)) as db:
        yield from db.execute('SELECT title, "text" FROM versions ORDER BY id')


def _tell(what: str, done: int, articles: int, seconds: float) -> None:
    if done % _TOLD == 0 or done == articles:
        print(
            f"{what}: {done:,} of {articles:,}, {seconds:,.0f} s of the processor", file=sys.stderr
        )
