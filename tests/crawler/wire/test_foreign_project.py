"""The project of docs/scrapy.md does what the document says: it is run as it stands there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from archive.warc.reader import Record, read_record, read_records
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.demo.site import Site

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs/scrapy.md").read_text()
PROJECT, READING = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
(COMMAND,) = re.findall(r"^```sh\n(.*?)\n```", DOCUMENT, re.MULTILINE | re.DOTALL)
#: Larger than the smallest payload that is worth a revisit, also in gzip.
TEXT = "".join(f"<p>The ferry came back {hash(number / 7)} times." for number in range(200))


def site(host: str, target: str) -> Answer:
    pages = {
        "/": "<title>Home</title><a href=/one>1</a><a href=/two>2</a><a href=/old>old</a>",
        "/one": TEXT,
        "/two": TEXT,
    }
    if target == "/old":
        return Answer.redirect("/one?from=old", 302)
    page = pages.get(target.partition("?")[0])
    return Answer.text(page, "text/html") if page else Answer(404, {}, b"not here")


def run(arguments: list[str], directory: Path) -> str:
    done = subprocess.run(
        arguments,
        cwd=directory,
        env={"PYTHONPATH": str(ROOT), "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("project")
    (directory / "pages.py").write_text(PROJECT)
    (directory / "read.py").write_text(READING)
    with DemoServer(Site(("example.org",), site)) as server:
        connect_to = ",".join(server.connect_to)
        settings = ["-s", f"NEWSWARC_CONNECT_TO={connect_to}", "-s", "DOWNLOAD_DELAY=0"]
        run([sys.executable, "-m", *shlex.split(COMMAND), *settings], directory)
    return directory


@pytest.fixture(scope="module")
def records(project: Path) -> list[Record]:
    (path,) = (project / "archive").iterdir()
    return list(read_records(path))


def test_project_is_short() -> None:
    assert len([line for line in PROJECT.splitlines() if line]) <= 20


def test_every_exchange_is_stored(records: list[Record]) -> None:
    captured = {record.url: record for record in records if record.type in ("response", "revisit")}
    assert {url: record.status for url, record in captured.items()} == {
        "https://example.org/": 200,
        "https://example.org/one": 200,
        "https://example.org/two": 200,
        "https://example.org/old": 302,
        "https://example.org/one?from=old": 200,
    }
    assert [record.type for record in records].count("request") == 5


def test_payload_that_comes_again_is_a_revisit(records: list[Record]) -> None:
    revisits = [record for record in records if record.type == "revisit"]
    assert len(revisits) == 2, "of three pages with the same text"
    (first,) = {record.headers["WARC-Refers-To-Target-URI"] for record in revisits}
    (original,) = [record for record in records if (record.type, record.url) == ("response", first)]
    assert {record.headers["WARC-Refers-To"] for record in revisits} == {
        original.headers["WARC-Record-ID"]
    }
    assert original.body() == TEXT.encode()


def test_items_say_where_the_pages_are(project: Path) -> None:
    items = [json.loads(line) for line in (project / "pages.jsonl").read_text().splitlines()]
    assert len(items) == 4
    for item in items:
        record = read_record(project / "archive" / item["file"], item["offset"])
        assert record.url == item["url"]


def test_notes_are_stored(records: list[Record]) -> None:
    notes = {record.url: record.payload for record in records if record.type == "metadata"}
    assert b"via: https://example.org/\r\n" in notes["https://example.org/two"]


def test_files_are_read_as_the_document_says(project: Path) -> None:
    (path,) = (project / "archive").iterdir()
    lines = run([sys.executable, "read.py", str(path)], project).splitlines()
    assert lines[0] == f"warcinfo {path.name}"
    assert "response https://example.org/" in lines


def test_document_has_all_settings() -> None:
    sources = ("crawler/capture.py", "crawler/wire/settings.py", "crawler/wire/addon.py")
    names = {
        name
        for source in sources
        for name in re.findall(r"NEWSWARC_[A-Z_]+", (ROOT / source).read_text())
    }
    assert names == set(re.findall(r"^\| `(NEWSWARC_[A-Z_]+)`", DOCUMENT, re.MULTILINE))
