"""The programs that are compared, each run over the generated site and measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.warc.reader import read_records
from benchmarks.process import ProgramFailed, Usage, measure

HOST = "news.example"


@contextmanager
def site(pages: int, *options: str) -> Iterator[int]:
    """Serve the generated site in a process of its own; give its port.

    Args:
        pages: of the site.
        options: more of ``python -m benchmarks.site``.
    """
    command = [sys.executable, "-m", "benchmarks.site", "--port", "0", "--pages", str(pages)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(json.loads(server.stdout.readline())["port"])
        finally:
            server.terminate()
            server.stdout.read()


def crawl_command(place: Path, port: int, concurrency: int, *options: str) -> list[str]:
    """Return the command of newswarc that crawls the site into ``place/news``."""
    return [
        *(sys.executable, "-m", "crawler", "-c", str(place / "news"), "crawl"),
        *(f"http://{HOST}/", "--connect-to", f"{HOST}:80:127.0.0.1:{port}"),
        *("--delay", "0", "--concurrency", str(concurrency), "--depth", "100", *options),
    ]


def newswarc(place: Path, port: int, concurrency: int, pages: int) -> Usage:
    """Crawl with newswarc, without indexing."""
    command = crawl_command(place, port, concurrency, "--no-index")
    usage = measure(command, place / "newswarc.log")
    _check(place, "news/archive/*.warc.gz", pages)
    return usage


def pipeline(place: Path, port: int, concurrency: int, pages: int) -> Usage:
    """Crawl with newswarc until everything can be searched."""
    usage = measure(crawl_command(place, port, concurrency), place / "pipeline.log")
    _check(place, "news/archive/*.warc.gz", pages)
    return usage


def index(place: Path) -> Usage:
    """Index what newswarc has crawled."""
    return measure(
        [sys.executable, "-m", "crawler", "-c", place / "news", "index"], place / "index.log"
    )


def wget(place: Path, port: int, concurrency: int, pages: int) -> Usage:
    """Crawl with wget as it comes, into a WARC file; it has one connection and asks for no gzip."""
    del concurrency
    return _wget(place, port, pages)


def wget_gzip(place: Path, port: int, concurrency: int, pages: int) -> Usage:
    """Crawl with wget at its cheapest: gzipped answers are stored as they are, no files kept."""
    del concurrency
    return _wget(place, port, pages, "--compression=gzip", "--delete-after")


def _wget(place: Path, port: int, pages: int, *options: str) -> Usage:
    usage = measure(
        [
            *("wget", "--recursive", "--level=inf", "--no-verbose", *options),
            *("--no-directories", "--directory-prefix", place / "tree"),
            *("--warc-file", place / "wget", f"http://127.0.0.1:{port}/"),
        ],
        place / "wget.log",
        accept=(0, 8),  # 8: some answer was an error, as for /favicon.ico
    )
    _check(place, "wget*.warc.gz", pages)
    return usage


def bare_scrapy(place: Path, port: int, concurrency: int, pages: int) -> Usage:
    """Crawl with Scrapy, storing nothing."""
    log = place / "scrapy.log"
    home = f"http://127.0.0.1:{port}/"
    usage = measure([sys.executable, "-m", "benchmarks.bare_scrapy", home, str(concurrency)], log)
    fetched = int(log.read_text().split()[-1])
    if fetched != pages + 1:
        raise ProgramFailed(f"Scrapy fetched {fetched} of {pages} pages and the home page")
    return usage


def _check(place: Path, pattern: str, pages: int) -> None:
    """See to it that every article page is stored."""
    stored = {
        record.url.partition("/20")[2]
        for path in place.glob(pattern)
        for record in read_records(path)
        if record.type == "response" and record.status == 200 and "/20" in record.url
    }
    if len(stored) != pages:
        raise ProgramFailed(f"{pattern} holds {len(stored)} of {pages} pages")
