"""Build an index of generated articles, search it beside others, and print what that took.

``python -m benchmarks.search [--articles 1000000] [--keep DIRECTORY] [--alone]``. The table is
Markdown, on stdout; what is going on is told on stderr. Times are in ms, the 50th and the 95th
percentile: by the clock, and by the processor, which is what counts where other work runs on the
same machine. Beside ours stand tantivy, and ripgrep over the texts in one file.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from archive.collection import Collection
from archive.index.database import Reader
from archive.index.query import parse
from archive.index.search import search
from archive.index.store import Store
from archive.index.tally import facets
from benchmarks.search import build
from benchmarks.search.corpus import article
from benchmarks.search.peers import Tantivy, missing, ripgrep
from benchmarks.search.queries import queries
from benchmarks.search.timing import Taken, timed, warm

_SECONDS_BESIDE = 10
#: ripgrep goes through all texts: so many queries of a kind.
_OF_RIPGREP = 3

_HEAD = (
    "| ms, 50th / 95th percentile | clock | processor | tantivy, clock | rg, clock |",
    "|---|--:|--:|--:|--:|",
)


class _Searches:
    """Ways to ask an index."""

    def __init__(self, path: Path) -> None:
        self._reader = Reader(path)

    def close(self) -> None:
        self._reader.close()

    def best(self, query: str) -> None:
        with self._reader.reading() as db:
            search(db, parse(query))

    def newest(self, query: str) -> None:
        with self._reader.reading() as db:
            search(db, parse(query), sort="date")

    def facets(self, query: str) -> None:
        with self._reader.reading() as db:
            facets(db, parse(query))


def _row(
    what: str, ours: tuple[Taken, Taken], tantivy: Taken | None = None, rg: Taken | None = None
) -> None:
    cells = (what, *ours, tantivy or "", rg or "")
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def ask(
    path: Path,
    asked: dict[str, list[str]],
    tantivy: Callable[[str], object] | None,
    rg: Callable[[str], float] | None,
) -> None:
    """Print what searches take."""
    with closing(_Searches(path)) as ours:
        for kind, some in asked.items():
            print(f"search: {kind}", file=sys.stderr)
            theirs = line = None
            if tantivy and "site" not in kind:
                theirs, _ = warm(tantivy, some)
            if rg and kind in ("rare word", "common word", "phrase"):
                line = Taken.of([rg(query) for query in some[:_OF_RIPGREP]])
            _row(kind, warm(ours.best, some), theirs, line)
        for kind in ("common word", "stop word", "two words"):
            _row(f"newest first: {kind}", warm(ours.newest, asked[kind]))
        for kind in ("common word", "stop word", "with site and dates"):
            _row(f"facets: {kind}", warm(ours.facets, asked[kind]))


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
        clock, _ = timed(run, asked[:15])
        print(f"| `newswarc search`, the whole command: common word | {clock} | | | |", flush=True)


def beside_a_writer(path: Path, asked: Sequence[str], number: int) -> None:
    """Print what searches take while another thread writes articles, which stay in the index."""
    stop, written = threading.Event(), 0
    with closing(sqlite3.connect(path)) as db:
        first: int = 4 * number + db.execute("SELECT count(*) FROM versions").fetchone()[0]

    def write() -> None:
        nonlocal written
        with closing(Store(path)) as store:
            while not stop.is_set():
                with store.transaction():
                    capture, text = article(first + written, number * 8)
                    store.add_capture(capture, text)
                written += 1
                time.sleep(0.05)

    def until(end: float) -> Iterator[str]:
        while time.monotonic() < end:
            yield from (query for query in asked if time.monotonic() < end)

    with closing(_Searches(path)) as ours:
        writer = threading.Thread(target=write)
        writer.start()
        taken = timed(ours.best, until(time.monotonic() + _SECONDS_BESIDE))
        stop.set()
        writer.join()
    _row(f"common word, beside {written / _SECONDS_BESIDE:.0f} commits a second", taken)


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="newswarc-search-") as name:
            yield Path(name)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep


def main() -> int:
    """Build, search, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.search", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument(
        "--keep", type=Path, metavar="DIRECTORY", help="for what is built; what is there is used"
    )
    parser.add_argument("--alone", action="store_true", help="without tantivy and ripgrep")
    options = parser.parse_args()
    if not options.alone and (absent := missing()):
        print(f"benchmarks.search: missing: {', '.join(absent)}; or --alone", file=sys.stderr)
        return 2
    articles: int = options.articles
    with _place(options.keep) as place:
        # A number in the names: what is kept is of so many articles.
        path, rival = place / f"index-{articles}.db", place / f"tantivy-{articles}"
        lines = place / f"texts-{articles}.txt"
        ours = build.once(path, partial(build.index, path, articles))
        Store(path).close()  # what was kept may be of an older newswarc
        print(f"{articles:,} articles of {ours.text / articles:,.0f} bytes (UTF-8).")
        print(f"newswarc: {ours}.")
        asked = dict(queries(articles))
        tantivy = rg = None
        if not options.alone:
            theirs = build.once(rival, partial(build.tantivy, rival, path, articles))
            print(f"tantivy: {theirs}.")
            build.once(lines, partial(build.texts, lines, path))
            tantivy, rg = Tantivy(rival).searcher(), partial(ripgrep, lines)
        print(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
        print(*_HEAD, sep="\n", flush=True)
        ask(path, asked, tantivy, rg)
        command(path, asked["common word"])
        beside_a_writer(path, asked["common word"], articles)
        print(f"\nLoad at the end {os.getloadavg()[0]:.1f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
