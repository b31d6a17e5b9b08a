"""Hostile bodies: what is small on the wire and huge in memory, what never ends, what drips."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard

from archive.collection import Collection
from archive.ingest import ingest
from archive.warc.reader import Record, read_records

ROOT = Path(__file__).parents[2]
SIZE = 200 * 1024 * 1024
PIECE = b"<p><a href=/x>more</a> and more of it</p>\n" * 25_000
#: Bytes; a crawl of anything else takes about half of this.
MOST_MEMORY = 200 * 1024 * 1024


def packed(compress: Callable[[bytes], bytes], flush: Callable[[], bytes]) -> bytes:
    """Return 200 MB of HTML as a compressor makes it."""
    pieces = [compress(b"<!doctype html><title>Bomb</title>")]
    pieces += [compress(PIECE) for _ in range(SIZE // len(PIECE))]
    return b"".join([*pieces, flush()])


def bombs() -> Iterator[tuple[str, str, bytes]]:
    """Yield name, content-coding and body."""
    zipped = zlib.compressobj(1, wbits=31)
    gzipped = packed(zipped.compress, zipped.flush)
    yield "gzip", "gzip", gzipped
    yield "nested", "gzip, gzip", gzip.compress(gzipped)
    deflated = zlib.compressobj(1)
    yield "deflate", "deflate", packed(deflated.compress, deflated.flush)
    squeezed = brotli.Compressor(quality=1)
    yield "br", "br", packed(squeezed.process, squeezed.finish)
    zstd = zstandard.ZstdCompressor(level=1).compressobj()
    yield "zstd", "zstd", packed(zstd.compress, zstd.flush)


class Hostile(BaseHTTPRequestHandler):
    """Answers by path: a bomb, or a body that does not end."""

    protocol_version = "HTTP/1.1"
    bombs: dict[str, tuple[str, bytes]]
    over = threading.Event()

    def do_GET(self) -> None:
        name = self.path.strip("/")
        with suppress(ConnectionError):
            if name in self.bombs:
                coding, body = self.bombs[name]
                self.begin(("Content-Encoding", coding), ("Content-Length", str(len(body))))
                self.wfile.write(body)
            elif name == "endless":
                self.begin()
                while not self.over.is_set():
                    self.wfile.write(PIECE)
            elif name == "drip":
                self.begin()
                self.drip(b"a")
            elif name == "dripping-head":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                self.drip(b"A: b\r\n")
            else:
                self.send_error(404)
        self.close_connection = True

    def begin(self, *fields: tuple[str, str]) -> None:
        self.send_response(200)
        for name, value in (("Content-Type", "text/html; charset=utf-8"), *fields):
            self.send_header(name, value)
        self.end_headers()

    def drip(self, drop: bytes) -> None:
        while not self.over.wait(0.1):
            self.wfile.write(drop)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@dataclass(frozen=True)
class Crawled:
    """What a crawl said of itself, and what it stored."""

    said: dict[str, Any]
    collection: Collection
    records: dict[str, Record]


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    Hostile.bombs = {name: (coding, body) for name, coding, body in bombs()}
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        Hostile.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def crawled(server: ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    path = tmp_path_factory.mktemp("bombs") / "news"
    names = [*Hostile.bombs, "endless", "drip", "dripping-head"]
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("bombed.py"),
            path,
            str(server.server_port),
            *(f"/{name}" for name in names),
        ],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    collection = Collection(path)
    records = {
        record.url.rpartition("/")[2]: record
        for file in collection.warc_files()
        for record in read_records(file)
        if record.type == "response"
    }
    return Crawled(json.loads(done.stdout), collection, records)


def test_memory_stays_bounded(crawled: Crawled) -> None:
    said = crawled.said
    print(
        f"peak {said['peak'] / 2**20:.0f} MB, {said['cpu']:.1f} s of CPU in {said['seconds']:.1f} s"
    )
    assert said["peak"] < MOST_MEMORY
    assert said["seconds"] < 20


@pytest.mark.parametrize("name", ["gzip", "nested", "deflate", "br", "zstd"])
def test_bomb_is_stored_as_it_came(crawled: Crawled, name: str) -> None:
    assert crawled.records[name].payload == Hostile.bombs[name][1]


@pytest.mark.parametrize(
    ("name", "truncated", "least", "most"),
    [
        ("endless", "length", 16 * 1024 * 1024, 16 * 1024 * 1024),
        ("drip", "time", 1, 100),
        ("dripping-head", "time", 0, 0),
    ],
)
def test_what_never_ends_is_cut(
    crawled: Crawled, name: str, truncated: str, least: int, most: int
) -> None:
    record = crawled.records[name]
    assert record.headers["WARC-Truncated"] == truncated
    assert least <= len(record.payload) <= most


def test_bombs_are_no_articles(crawled: Crawled) -> None:
    summary = ingest(crawled.collection, workers=1)
    assert summary.articles == 0
    assert not summary.damaged
