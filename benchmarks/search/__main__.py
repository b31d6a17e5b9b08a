"""Build an index of generated articles, search it, and print what that took.

``python -m benchmarks.search [--articles 1000000] [--keep FILE] [--peer]``. The articles are made
in processes of their own; what is told of the build is the processor time of the one that writes.
Searches are told both by the clock and by processor time, which is what counts where other work
runs on the same machine. ``--peer`` does the same with tantivy and ripgrep, where they are.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from archive.collection import Collection
from archive.index.database import Reader
from archive.index.query import parse
from archive.index.search import search
from archive.index.store import Store
from archive.index.tally import facets
from archive.index.texts import Text
from archive.model import Capture
from benchmarks.search.corpus import FILE, article
from benchmarks.search.peers import Tantivy, ripgrep
from benchmarks.search.queries import queries

_BATCH = 1000
#: Sizes of what a peer is given at a time.
_CHUNK = 50
_SECONDS_BESIDE = 10
#: Of two percentiles (characters).
_WIDTH = 20


def corpus(articles: int, pool: multiprocessing.pool.Pool) -> Iterator[tuple[Capture, Text]]:
    """Yield the articles in the order of time."""
    yield from pool.imap(partial(article, of=articles), range(articles), chunksize=_CHUNK)


def build(path: Path, made: Iterator[tuple[Capture, Text]]) -> tuple[float, int]:
    """Write the index; return the processor time that it took (s), and the bytes of all texts."""
    took, size = 0.0, 0
    with closing(Store(path, bulk=True)) as store:
        while batch := list(islice(made, _BATCH)):
            begun = time.process_time()
            with store.transaction():
                for capture, text in batch:
                    store.add_capture(capture, text)
                end = batch[-1][0].location
                store.advance(FILE, end.offset + end.length, len(batch))
            took += time.process_time() - begun
            size += sum(len(text.version["text"].encode()) for _, text in batch)
    return took, size


def timed(do: Callable[[str], object], asked: Iterable[str]) -> str:
    """Return the 50th and 95th percentile of what something takes, by clock and processor."""
    clock, processor = [], []
    for query in asked:
        begun, begun_processor = time.perf_counter(), time.thread_time()
        do(query)
        processor.append((time.thread_time() - begun_processor) * 1000)
        clock.append((time.perf_counter() - begun) * 1000)
    return f"{_percentiles(clock)}{_percentiles(processor)}"


def _percentiles(taken: Sequence[float]) -> str:
    ordered = sorted(taken)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"{middle:>10.1f} /{high:>8.1f}"


def ask(path: Path, asked: dict[str, list[str]]) -> None:
    """Print what searches take."""
    reader = Reader(path)

    def best(query: str) -> None:
        with reader.reading() as db:
            search(db, parse(query))

    def newest(query: str) -> None:
        with reader.reading() as db:
            search(db, parse(query), sort="date")

    def counted(query: str) -> None:
        with reader.reading() as db:
            facets(db, parse(query))

    for kind, some in asked.items():
        for query in some[:5]:
            best(query)
        print(f"{kind:<34}{timed(best, some)}", flush=True)
    for kind in ("common word", "stop word", "two words"):
        print(f"{f'newest first: {kind}':<34}{timed(newest, asked[kind])}", flush=True)
    for kind in ("common word", "stop word", "with site and dates"):
        print(f"{f'facets: {kind}':<34}{timed(counted, asked[kind])}", flush=True)
    reader.close()


def beside_a_writer(path: Path, asked: Sequence[str], number: int) -> None:
    """Print what searches take while another thread writes articles."""
    stop, reader = threading.Event(), Reader(path)
    written = 0

    def write() -> None:
        nonlocal written
        with closing(Store(path)) as store:
            while not stop.is_set():
                with store.transaction():
                    capture, text = article(number + written, number * 2)
                    store.add_capture(capture, text)
                written += 1
                time.sleep(0.05)

    def best(query: str) -> None:
        with reader.reading() as db:
            search(db, parse(query))

    writer = threading.Thread(target=write)
    writer.start()
    end = time.monotonic() + _SECONDS_BESIDE
    many = (query for _ in range(1000) for query in asked)
    line = timed(best, (query for query in many if time.monotonic() < end))
    stop.set()
    writer.join()
    reader.close()
    print(f"{f'common word, beside {written} commits':<34}{line}", flush=True)


def command(path: Path, asked: Sequence[str]) -> None:
    """Print what the whole command takes, with its start, by the clock."""
    with tempfile.TemporaryDirectory(prefix="newswarc-search-") as place:
        collection = Collection.create(Path(place) / "news")
        collection.index_path.symlink_to(path.absolute())

        def run(query: str) -> None:
            subprocess.run(
                [sys.executable, "-m", "crawler.cli", "-c", str(collection.path), "search", query],
                check=True,
                capture_output=True,
            )

        run(asked[0])
        line = timed(run, asked[:15])[:_WIDTH]
        print(f"{'the whole command: common word':<34}{line}", flush=True)


def peers(place: Path, articles: int, asked: dict[str, list[str]]) -> None:
    """Print what others take."""
    texts = place / "texts"
    with multiprocessing.Pool() as pool:
        made = corpus(articles, pool)
        peer = Tantivy(_directory(place / "tantivy")) if find_spec("tantivy") else None
        with texts.open("w", encoding="utf-8") as file:
            while batch := list(islice(made, _BATCH)):
                some = [(text.version["title"], text.version["text"]) for _, text in batch]
                file.writelines(text.replace("\n", " ") + "\n" for _, text in some)
                if peer:
                    peer.add(some)
    if peer:
        peer.finish()
        size = sum(one.stat().st_size for one in (place / "tantivy").iterdir())
        print(f"tantivy: {size / articles:,.0f} bytes an article")
        for kind in ("rare word", "medium word", "common word", "stop word", "two words", "phrase"):
            print(f"{f'tantivy: {kind}':<34}{timed(peer.searcher(), asked[kind])}", flush=True)
    for kind in ("rare word", "common word"):
        if taken := ripgrep(texts, asked[kind][:5]):
            print(f"{f'rg: {kind}':<34}{_percentiles([each * 1000 for each in taken])}")


def _directory(path: Path) -> Path:
    path.mkdir()
    return path


def main() -> None:
    """Build, search, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="the index; used if it is there")
    parser.add_argument("--peer", action="store_true", help="tantivy and rg as well")
    options = parser.parse_args()
    articles: int = options.articles
    with tempfile.TemporaryDirectory(prefix="newswarc-search-") as name:
        place = Path(name)
        path = options.keep or place / "index.db"
        if not path.exists():
            with multiprocessing.Pool() as pool:
                took, size = build(path, corpus(articles, pool))
            print(f"{articles:,} articles of {size / articles:,.0f} bytes (UTF-8):"
                  f" {articles / took:,.0f} articles/s, {path.stat().st_size / size:.2f} times the"
                  f" text, load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
        asked = dict(queries(articles))
        print(f"{'ms, 50th / 95th percentile':<34}{'clock':>20}{'processor':>20}")
        ask(path, asked)
        command(path, asked["common word"])
        beside_a_writer(path, asked["common word"], articles)
        if options.peer:
            peers(place, articles, asked)


if __name__ == "__main__":
    main()
