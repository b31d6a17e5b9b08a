"""Two sites that are empty without JavaScript, crawled with a browser by the commands alone."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Collection
from archive.ingest import ingest
from archive.replay import memento
from archive.timestamp import from_datetime, now
from archive.urlkey import is_url
from archive.verify import verify
from archive.warc.reader import Record, read_records
from crawler.demo.scripted import POLDEN, SEVERNAYA, polden, severnaya
from crawler.demo.server import DemoServer, Request

ROOT = Path(__file__).parents[3]
LIGHTHOUSE = POLDEN + "feature/2024/10/21/mayak-na-kosa"
FERRY = SEVERNAYA + "articles/2024/10/23/the-last-ferry-pilot"
LIBRARY = SEVERNAYA + "articles/2024/10/22/a-library-moves-by-hand"
RECORD = SEVERNAYA + "api/v1/get/record?slug=2024%2F10%2F23%2Fthe-last-ferry-pilot"
PICTURE = POLDEN + "image/attachments/mayak.jpg"


@dataclass(frozen=True)
class Rendered:
    """A collection of the two sites, what these were asked, and what the crawl said."""

    path: Path
    requests: list[Request]
    result: subprocess.CompletedProcess[str]

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.path / "archive").glob("*.warc.gz"))

    def records(self, kind: str) -> Iterator[Record]:
        for path in self.warcs:
            yield from (record for record in read_records(path) if record.type == kind)

    def resource(self, uri: str) -> Record:
        (found,) = [record for record in self.records("resource") if record.url == uri]
        return found


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    path = tmp_path_factory.mktemp("render") / "news"
    with ExitStack() as stack:
        servers = [stack.enter_context(DemoServer(site)) for site in (polden(), severnaya())]
        rules = [rule for server in servers for rule in server.connect_to]
        connect = [word for rule in rules for word in ("--connect-to", rule)]
        command = ("crawl", POLDEN, SEVERNAYA, "--render", "--delay", "0", "--json", *connect)
        result = subprocess.run(
            [sys.executable, "-m", "crawler", "-c", path, *command],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=ROOT,
        )
        requests = [request for server in servers for request in server.requests]
    return Rendered(path, requests, result)


def test_it_goes_well_and_is_silent(rendered: Rendered) -> None:
    assert (rendered.result.returncode, rendered.result.stderr) == (0, "")
    assert json.loads(rendered.result.stdout)["articles"] == 4


@pytest.mark.parametrize(
    ("words", "url"),
    [("маяк лампа обещание", LIGHTHOUSE), ("young ice radar table", FERRY), ("atlas", LIBRARY)],
)
def test_search_finds_text_that_came_as_json(rendered: Rendered, words: str, url: str) -> None:
    with Collection(rendered.path) as collection:
        assert [hit.url for hit in collection.search(words).hits] == [url]


def test_an_article_has_its_title_and_date_from_the_browser(rendered: Rendered) -> None:
    with Collection(rendered.path) as collection:
        version = collection.article(FERRY)
    assert version is not None
    assert version.article.title == "The Last Ferry Pilot of the Northern Sound"
    assert version.article.published == datetime.fromtimestamp(1729681200, UTC)


def test_every_exchange_of_the_browser_is_in_the_warc(rendered: Rendered) -> None:
    """As often as the servers were asked, POSTs included; nothing else is there."""
    stored = Counter(
        (record.head.split(b" ", 1)[0].decode(), record.url)
        for record in rendered.records("request")
    )
    assert stored == Counter((request.method, request.url) for request in rendered.requests)
    assert {("POST", POLDEN + "api/w5/stats"), ("GET", RECORD), ("GET", PICTURE)} <= set(stored)


def test_requests_are_stored_as_the_servers_saw_them(rendered: Rendered) -> None:
    """Every header field in its order, not only those that we would have sent."""
    seen = [(one.method, one.url, list(one.headers.items())) for one in rendered.requests]
    for record in rendered.records("request"):
        fields = [(name.lower(), value) for name, value in record.http_headers]
        assert (record.head.split(b" ", 1)[0].decode(), record.url, fields) in seen


def test_answers_are_stored_byte_for_byte(rendered: Rendered) -> None:
    """In the coding they came in, which the browser asked for."""
    (api,) = [record for record in rendered.records("response") if record.url == RECORD]
    assert api.header("Content-Encoding") == "gzip"
    file = ROOT / "fixtures/sites/render/severnaya/records/2024-10-23-the-last-ferry-pilot.json"
    record = json.loads(file.read_text())
    body = json.dumps(record, ensure_ascii=False).encode()
    assert api.payload == gzip.compress(body, 6, mtime=0)  # as the server sent it
    (picture,) = [record for record in rendered.records("response") if record.url == PICTURE]
    assert picture.payload.startswith(b"\xff\xd8\xff")
    assert len(picture.payload) == int(picture.header("Content-Length") or 0)


def test_nothing_is_asked_twice_for_pages_of_one_site(rendered: Rendered) -> None:
    """Not the page itself by wire and browser, not what pages share, nor what the browser has."""
    asked = Counter(request.url for request in rendered.requests if request.method == "GET")
    assert {url: count for url, count in asked.items() if count > 1} == {}


def test_the_document_is_kept_beside_the_page(rendered: Rendered) -> None:
    dom = rendered.resource(f"urn:newswarc:dom:{FERRY}")
    page = next(
        record
        for kind in ("response", "revisit")
        for record in rendered.records(kind)
        if record.url == FERRY
    )
    assert dom.mime == "text/html"
    assert dom.charset == "utf-8"
    assert "caraway seeds" in dom.payload.decode()
    assert dom.headers["WARC-Concurrent-To"] == page.headers["WARC-Record-ID"]
    assert dom.headers["WARC-Date"] == page.headers["WARC-Date"]


def test_a_screenshot_is_kept(rendered: Rendered) -> None:
    picture = rendered.resource(f"urn:newswarc:screenshot:{LIGHTHOUSE}")
    assert picture.mime == "image/png"
    assert picture.payload.startswith(b"\x89PNG\r\n\x1a\n")
    size = io.BytesIO(picture.payload[16:24])
    width, height = (int.from_bytes(size.read(4), "big") for _ in range(2))
    assert width == 1280
    assert 2000 < height < 3000  # the whole page, which is longer than the window
    assert len(picture.payload) > 100_000  # the photograph, which comes by scrolling, is in it


def test_the_metadata_tells_of_the_visit(rendered: Rendered) -> None:
    notes = [record.payload.decode() for record in rendered.records("metadata")]
    (note,) = [note for note in notes if f"render-url: {LIGHTHOUSE}\r\n" in note]
    assert "browser: Chrome/" in note
    assert "render-at-rest: yes\r\n" in note
    assert [one for one in notes if f"renderedFor: {FERRY}\r\n" in one]


def test_warcio_accepts_every_file(rendered: Rendered) -> None:
    check = [sys.executable, "-m", "warcio.cli", "check", *rendered.warcs]
    result = subprocess.run(check, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (0, "")


def test_verify_finds_nothing_wrong(rendered: Rendered) -> None:
    with Collection(rendered.path) as collection:
        assert list(verify(collection)) == []


def test_replay_shows_pages_and_no_resources(rendered: Rendered) -> None:
    with sqlite3.connect(rendered.path / "index.db") as db:
        urls = [url for (url,) in db.execute("SELECT url FROM captures")]
    assert all(map(is_url, urls))
    with Collection(rendered.path) as collection:
        found = memento.find(collection, FERRY, from_datetime(now()))
        assert found is not None
        assert found.record_type in ("response", "revisit")
        assert b'<div id="app"></div>' in collection.record(found).body()


def test_a_rebuilt_index_has_the_same_rows(rendered: Rendered) -> None:
    before = rows(rendered.path)
    assert len(before["articles"]) == 4
    with Collection(rendered.path) as collection:
        ingest(collection, rebuild=True, workers=0)
    assert rows(rendered.path) == before


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path / "index.db") as db:
        tables = ("articles", "versions", "captures")
        return {name: db.execute(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in tables}
