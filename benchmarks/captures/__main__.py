"""Look captures up in an index of millions, and in a sorted CDXJ file of the same.

``python -m benchmarks.captures --rows 5000000``. Both are asked the same questions, in turn, in
one process, warm; what they answer is compared. The index is written as ingest writes it, in the
order of the crawl, and its columns of versions are filled; texts are not in it.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from archive import cdx
from archive.index import captures, cdxj, indexfile
from archive.index.cdxj import Span
from archive.index.compact import Packer
from archive.index.database import Reader
from archive.index.rows import insert
from archive.timestamp import from_datetime
from archive.urlkey import urlkey
from benchmarks.captures.corpus import FIRST, PACE, SITES, article, corpus, listing, site
from benchmarks.captures.sortedfile import SortedFile, write

_BATCH = 10_000
_LOOK_UPS = 2_000
_SPANS = 200
_LIMIT = 100
_TABLES = "('urlkeys', 'origins', 'capture_kinds', 'compact_captures')"


def build(path: Path, rows: int) -> float:
    """Write the index and return the seconds of CPU that it took, the corpus apart."""
    seconds = 0.0
    wanted = corpus(rows)
    with closing(indexfile.open_index(path)) as db:
        packer, files = Packer(db), dict[str, int]()
        while batch := list(islice(wanted, _BATCH)):
            begun = time.process_time()
            db.execute("BEGIN IMMEDIATE")
            for capture, version in batch:
                file = capture.location.file
                if file not in files:
                    files[file] = insert(db, "warc_files", name=file)
                row = packer.add(capture, files[file], None)
                if version is not None:
                    db.execute(
                        "UPDATE compact_captures SET version_id = ? WHERE id = ?", (version, row)
                    )
            db.execute("COMMIT")
            seconds += time.process_time() - begun
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return seconds


def room(path: Path) -> tuple[int, int]:
    """Return how many bytes captures take in the index, and in how many rows of URLs they are."""
    with closing(sqlite3.connect(path)) as db:
        size: int = db.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name IN"
            f" (SELECT name FROM sqlite_master WHERE tbl_name IN {_TABLES})"
        ).fetchone()[0]
        urls: int = db.execute("SELECT count(*) FROM urlkeys").fetchone()[0]
    return size, urls


def export(reader: Reader, path: Path) -> float:
    """Write the CDXJ file out of the index and return the seconds of CPU that it took."""
    begun = time.process_time()
    found = cdxj.walk(reader.reading, Span())
    write(path, cdxj.in_order_of_lines(found, cdx.line))
    return time.process_time() - begun


class Measure:
    """Asks both, compares what they say, and prints how long they take."""

    def __init__(self, reader: Reader, file: SortedFile) -> None:
        self._reader = reader
        self._file = file

    def closest(self, name: str, asked: Iterable[tuple[str, str]]) -> None:
        """Ask for the capture of a URL that is nearest to a time."""

        def ours(url: str, moment: str) -> str | None:
            with (
                self._reader.reading() as db,
                closing(captures.by_nearness(db, url, moment)) as found,
            ):
                nearest = next(found, None)
            return nearest.timestamp if nearest else None

        def theirs(url: str, moment: str) -> str | None:
            found = self._file.closest(urlkey(url), moment)
            return found["timestamp"] if found else None

        self._ask(f"closest: {name}", list(asked), ours, theirs, 1e6)

    def spans(self, name: str, asked: Iterable[Span]) -> None:
        """Ask for the first captures of a span."""

        def ours(span: Span) -> list[str]:
            found = islice(cdxj.walk(self._reader.reading, span, piece=_LIMIT), _LIMIT)
            return [capture.url for capture in found]

        def theirs(span: Span) -> list[str]:
            return [fields["url"] for fields in self._file.span(span.begin, span.end, _LIMIT)]

        self._ask(f"first {_LIMIT}: {name}", [(span,) for span in asked], ours, theirs, 1e6)

    def _ask(
        self,
        name: str,
        asked: list[tuple[Any, ...]],
        ours: Callable[..., Any],
        theirs: Callable[..., Any],
        unit: float,
    ) -> None:
        times: dict[Callable[..., Any], list[float]] = {}
        answers: dict[Callable[..., Any], list[Any]] = {}
        for look_up in (ours, theirs):
            for question in asked[: len(asked) // 4]:  # warm
                look_up(*question)
            for question in asked:
                begun = time.perf_counter()
                answer = look_up(*question)
                times.setdefault(look_up, []).append(time.perf_counter() - begun)
                answers.setdefault(look_up, []).append(answer)
        if answers[ours] != answers[theirs]:
            sys.exit(f"{name}: the index and the file do not say the same")
        columns = (f"{unit * part:>9,.0f}" for it in (ours, theirs) for part in _parts(times[it]))
        print(f"{name:<48}" + "".join(columns))


def _parts(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--keep", type=Path, help="directory for the index and the file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newswarc-captures-") as place:
        measure(options.keep or Path(place), options.rows)


def measure(place: Path, rows: int) -> None:
    """Build, ask and print."""
    index, plain = place / "index.db", place / "captures.cdxj"
    if not index.exists():
        seconds = build(index, rows)
        print(f"index written: {1e6 * seconds / rows:.0f} µs of CPU a capture")
    reader = Reader(index)
    if not plain.exists():
        seconds = export(reader, plain)
        print(f"CDXJ written out of it: {1e6 * seconds / rows:.0f} µs of CPU a capture")
    size, urls = room(index)
    print(f"{rows:,} captures of {urls:,} URLs; load {os.getloadavg()[0]:.1f}")
    print(f"index {size / rows:.0f} bytes a capture, file {plain.stat().st_size / rows:.0f}\n")
    print(f"{'µs':<48}{'index p50':>9}{'p95':>9}{'file p50':>9}{'p95':>9}")
    file = SortedFile(plain)
    both = Measure(reader, file)
    chance = random.Random(6)
    stories = rows // 14

    def times(count: int) -> list[str]:
        return [
            from_datetime(FIRST + timedelta(seconds=PACE * stories * chance.random()))
            for _ in range(count)
        ]

    some = [article(chance.randrange(stories)) for _ in range(_LOOK_UPS)]
    both.closest("articles", zip(some, times(_LOOK_UPS), strict=True))
    hot = [listing(int(20 * chance.random())) for _ in range(_LOOK_UPS)]
    both.closest("listings with thousands of captures", zip(hot, times(_LOOK_UPS), strict=True))
    none = [f"{site(number)}/nowhere/{number}" for number in range(_LOOK_UPS)]
    both.closest("URLs without a capture", zip(none, times(_LOOK_UPS), strict=True))
    days = [article(chance.randrange(stories)).rpartition("/")[0] + "/" for _ in range(_SPANS)]
    both.spans("a day's directory", map(Span.prefix, days))
    both.spans("a host", (Span.host(site(number % SITES)) for number in range(_SPANS)))
    both.spans("a domain", (Span.domain(site(number % SITES)) for number in range(_SPANS)))
    file.close()
    reader.close()


if __name__ == "__main__":
    main()
