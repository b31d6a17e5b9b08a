"""Import a WARC file of news: reading beside cdxj-indexer, extraction beside plain trafilatura.

``python -m benchmarks.imports --megabytes 1000`` makes a file as Common Crawl's are (bodies
decoded, a request with each response, a gzip member for each record), of pages of
`benchmarks.site`, and runs one program after another over it. The time of the processor counts:
it is that of all processes of a program.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import trafilatura

from archive.collection import Collection
from archive.intake import take_in
from archive.intake.sources import find
from archive.model import Exchange
from archive.warc.reader import read_records
from archive.warc.writer import WarcWriter
from benchmarks.process import Usage, measure
from benchmarks.site import EPOCH, heading, page

HOST = "https://www.gazette.example"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
#: Links lead to so many pages; the rest is like them.
_KNOWN = 2000


def make(directory: Path, size: int) -> tuple[Path, int]:
    """Write a WARC file of at least `size` bytes; return it and how many pages it has."""
    headings = [heading(number) for number in range(_KNOWN)]
    writer = WarcWriter(directory, info={"isPartOf": "benchmark"}, max_size=2**62, prefix="NEWS")
    pages = end = 0
    while end < size:
        made = page(pages % _KNOWN, headings)
        body = made.replace(b"</h1>", b" %d</h1>" % pages, 1).replace(b"<p>", b"<p>%d " % pages)
        place = writer.write_exchange(
            Exchange(
                f"{HOST}/{pages}{headings[pages % _KNOWN].path}",
                "GET",
                b"GET / HTTP/1.1\r\nHost: www.gazette.example\r\n\r\n",
                _HEAD,
                io.BytesIO(body),
                len(body),
                EPOCH + timedelta(seconds=pages),
                200,
            )
        )
        pages, end = pages + 1, place.offset + place.length
    writer.close()
    return next(directory.glob("NEWS-*.warc.gz")), pages


def read(source: Path, place: Path) -> None:
    """Take the file in, without indexing it."""
    list(take_in(Collection.create(place), find([source])))


def extract(source: Path) -> None:
    """Do what a program does that has trafilatura and a reader of WARC files."""
    for record in read_records(source):
        if record.type == "response":
            trafilatura.bare_extraction(record.body(), url=record.url, with_metadata=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--directory", type=Path, help="for the files  [default: a temporary one]")
    parser.add_argument("--part", choices=["read", "extract"], help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "read":
        read(*options.files)
    elif options.part == "extract":
        extract(*options.files)
    else:
        with tempfile.TemporaryDirectory(dir=options.directory) as directory:
            report(Path(directory), options.megabytes * 1_000_000)


def report(place: Path, size: int) -> None:
    """Run the programs and print what each used."""
    source, pages = make(place, size)
    here = [sys.executable, "-m", "benchmarks.imports"]
    news = [sys.executable, "-m", "crawler", "-c", place / "news", "import", source]
    programs: dict[str, list[str | Path]] = {
        "read: cdxj-indexer": [
            *(sys.executable, "-m", "cdxj_indexer.main", "-o", place / "index.cdxj", source),
        ],
        "read: import without the index": [*here, "--part", "read", source, place / "copy"],
        "extract: trafilatura with metadata, one process": [*here, "--part", "extract", source],
        "all: newswarc import": news,
        "all: newswarc import, once more": news,
    }
    megabytes = source.stat().st_size / 1e6
    print(
        f"{megabytes:,.0f} MB, {pages:,} pages; load {os.getloadavg()[0]:.1f} on {os.cpu_count()}"
    )
    print("\n| | s | CPU s | CPU ms a page | MB/s by CPU | peak memory, MB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, command in programs.items():
        used: Usage = measure(command, place / "log")
        print(
            f"| {name} | {used.wall:.1f} | {used.cpu:.1f} | {1000 * used.cpu / pages:.2f}"
            f" | {megabytes / used.cpu:.1f} | {used.memory / 1e6:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
