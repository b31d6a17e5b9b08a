"""What other programs write is imported: wget, py-wacz, pywb; what we make of it, others read."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive.collection import Collection
from archive.ingest import ingest
from archive.intake import take_in
from archive.intake.sources import find
from archive.verify import verify
from tests.archive.intake.foreign import FORMS, URLS, by_warcio, gzip_records, page
from tests.interop.strangers import program


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "news")


@pytest.fixture
def site() -> Iterator[str]:
    """A site with an article, on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = page(1)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/2024/tram"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("options", "how"), [([], "copied"), (["--no-warc-compression"], "remade")]
)
def test_wget(
    collection: Collection, site: str, tmp_path: Path, options: list[str], how: str
) -> None:
    subprocess.run(
        ["wget", "-q", "-O", "/dev/null", "--warc-file=fetched", *options, site],
        cwd=tmp_path,
        check=True,
    )
    source = next(tmp_path.glob("fetched.warc*"))
    (taken,) = take_in(collection, find([source]))
    assert (taken.how, taken.problems) == (how, [])
    assert taken.oddities["chunked body stored as it came"] == 1
    assert taken.oddities["target URI in angle brackets"] >= 1
    ingest(collection, workers=0)
    article = collection.article(site)
    assert article is not None
    assert article.article.title == "Tram 1"
    assert list(verify(collection)) == []


def test_a_wacz_of_py_wacz(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(by_warcio(packed=True))
    path = tmp_path / "theirs.wacz"
    subprocess.run(
        [program("wacz"), "create", "-o", path, tmp_path / "a.warc.gz"],
        capture_output=True,
        check=True,
    )
    (taken,) = take_in(collection, find([path]))
    assert (taken.how, taken.file) == ("copied", "a.warc.gz")
    assert ingest(collection, workers=0).captures == 3


def test_a_directory_that_pywb_made(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip_records())
    (tmp_path / "wb").mkdir()
    for words in (["init", "paper"], ["add", "paper", str(tmp_path / "a.warc.gz")]):
        subprocess.run(
            [program("wb-manager"), *words], cwd=tmp_path / "wb", capture_output=True, check=True
        )
    (taken,) = take_in(collection, find([tmp_path / "wb"]))
    assert (taken.how, taken.records) == ("copied", 3)


@pytest.mark.parametrize(
    ("name", "make"), [form[:2] for form in FORMS], ids=[form[0] for form in FORMS]
)
def test_others_read_what_was_taken_in(
    collection: Collection, tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    (tmp_path / name).write_bytes(make())
    (taken,) = take_in(collection, find([tmp_path / name]))
    path = collection.archive_dir / taken.file
    with path.open("rb") as file:
        urls = [
            record.rec_headers.get_header("WARC-Target-URI").strip("<>")
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        ]
    assert sorted(urls) == URLS
    with path.open("rb") as file:
        assert sum(1 for _ in FastIterator(file)) >= 3
    indexed = subprocess.run(
        [sys.executable, "-m", "cdxj_indexer.main", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert sum(url in indexed.stdout for url in URLS) == 3
