"""What is stored is what went over the wire, by http and by https, whatever the server does."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from odd_answers import MAX_BODY, MAX_HEAD, ODD, TIMEOUT, Odd
from odd_server import OddServer

ROOT = Path(__file__).parents[3]
SCHEMES = ("http", "https")
LOSSY = {name: odd for name, odd in ODD.items() if odd.lossy is not None}


@dataclass(frozen=True)
class Stored:
    """A WARC record, read by the standard alone."""

    headers: dict[str, str]
    block: bytes


def stored(path: Path) -> Iterator[Stored]:
    """Read a WARC file without any of the code under test."""
    data = gzip.decompress(path.read_bytes())
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        version, *lines = head.decode().split("\r\n")
        assert version == "WARC/1.1"
        headers = dict(line.split(": ", 1) for line in lines)
        size = int(headers["Content-Length"])
        assert data[size : size + 4] == b"\r\n\r\n"
        yield Stored(headers, data[:size])
        data = data[size + 4 :]


class Visit:
    """A crawl of the whole museum: what was asked, what was seen, what is stored."""

    def __init__(
        self, server: OddServer, directory: Path, answers: dict[str, Odd], **settings: Any
    ) -> None:
        requests = [
            {
                "url": f"{scheme}://odd.example/{name}",
                "method": odd.method,
                "body": odd.sent.hex(),
                "meta": {"download_timeout": TIMEOUT} if odd.then == "stall" else {},
            }
            for scheme in SCHEMES
            for name, odd in answers.items()
        ]
        settings = {
            "NEWSWARC_WARC_DIRECTORY": str(directory),
            "NEWSWARC_CONNECT_TO": server.connect_to,
            "NEWSWARC_MAX_HEAD": MAX_HEAD,
            "DOWNLOAD_MAXSIZE": MAX_BODY,
            "NEWSWARC_DEDUP": False,  # http and https bring the same payloads
            **settings,
        }
        before = len(server.asked)
        done = subprocess.run(
            [
                sys.executable,
                Path(__file__).with_name("odd_spider.py"),
                json.dumps({"requests": requests, "settings": settings}),
            ],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        self.log = done.stderr
        self.asked = {f"{a.scheme}://odd.example/{a.name}": a for a in server.asked[before:]}
        self.times_asked = len(server.asked) - before
        self.saw = {line["url"]: line for line in map(json.loads, done.stdout.splitlines())}
        self.files = sorted(directory.iterdir())
        self.records = [record for path in self.files for record in stored(path)]

    def record(self, kind: str, url: str) -> Stored | None:
        found = [
            record
            for record in self.records
            if record.headers["WARC-Type"] == kind and record.headers.get("WARC-Target-URI") == url
        ]
        assert len(found) < 2, f"{url} is stored {len(found)} times"
        return found[0] if found else None


@pytest.fixture(scope="module")
def visit(odd_server: OddServer, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    return Visit(odd_server, tmp_path_factory.mktemp("strict"), ODD)


@pytest.fixture(scope="module")
def lenient_visit(odd_server: OddServer, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    directory = tmp_path_factory.mktemp("lenient")
    return Visit(odd_server, directory, LOSSY, DOWNLOAD_FAIL_ON_DATALOSS=False)


everywhere = pytest.mark.parametrize("scheme", SCHEMES)
each = pytest.mark.parametrize(("name", "odd"), ODD.items(), ids=ODD)


def test_the_museum_is_large_enough() -> None:
    assert len(ODD) >= 40


@everywhere
@each
def test_request_is_stored_as_sent(visit: Visit, scheme: str, name: str, odd: Odd) -> None:
    url = f"{scheme}://odd.example/{name}"
    record = visit.record("request", url)
    assert record is not None
    assert record.block == visit.asked[url].request
    assert record.block.startswith(
        f"{odd.method} /{name} HTTP/1.1\r\nHost: odd.example\r\n".encode()
    )
    assert record.block.endswith(b"\r\n\r\n" + odd.sent)


@everywhere
@each
def test_response_is_stored_as_received(visit: Visit, scheme: str, name: str, odd: Odd) -> None:
    url = f"{scheme}://odd.example/{name}"
    record = visit.record("response", url)
    if not odd.block:
        assert record is None
        note = visit.record("metadata", url)
        assert note is not None
        assert b"failure: " in note.block
        return
    assert record is not None
    assert record.block == odd.block
    assert record.headers.get("WARC-Truncated") == odd.truncated
    assert record.headers["WARC-IP-Address"] == "127.0.0.1"
    assert record.headers["Content-Type"] == (
        "application/http; msgtype=response" if odd.http else "application/octet-stream"
    )
    assert ("WARC-Payload-Digest" in record.headers) == odd.payload_digest


@everywhere
@each
def test_spider_sees(visit: Visit, scheme: str, name: str, odd: Odd) -> None:
    saw = visit.saw[f"{scheme}://odd.example/{name}"]
    if odd.error is not None:
        assert saw["error"] == odd.error
        return
    assert "error" not in saw, saw
    assert odd.entity is not None
    assert saw["status"] == odd.status
    assert saw["size"] == len(odd.entity)
    assert saw["digest"] == hashlib.sha1(odd.entity).hexdigest()
    assert saw["ip"] == "127.0.0.1"
    assert saw["certificate"] == (scheme == "https")
    assert saw["flags"] == []


@everywhere
@pytest.mark.parametrize(("name", "odd"), LOSSY.items(), ids=LOSSY)
def test_spider_sees_what_there_is_if_it_wants(
    lenient_visit: Visit, scheme: str, name: str, odd: Odd
) -> None:
    saw = lenient_visit.saw[f"{scheme}://odd.example/{name}"]
    assert odd.lossy is not None
    assert saw["digest"] == hashlib.sha1(odd.lossy).hexdigest()
    assert saw["flags"] == ["dataloss"]


def test_headers_reach_the_spider(visit: Visit) -> None:
    def header(name: str, wanted: str) -> list[str]:
        headers = visit.saw[f"http://odd.example/{name}"]["headers"]
        return [value for key, value in headers if key == wanted]

    assert header("duplicate-headers", "Set-Cookie") == ["a=1", "b=2", "a=1"]
    assert header("folded", "X-Long") == ["one, two, three"]
    assert header("nul-in-header", "X-Nul") == ["a\0b"]
    assert header("latin-1", "X-Place") == ["Kursk \xe9t\xe9"]
    assert header("odd-names", "X-Empty") == [""]


def test_each_exchange_happens_once(visit: Visit) -> None:
    assert visit.times_asked == len(ODD) * len(SCHEMES)


def test_no_traceback_is_logged(visit: Visit) -> None:
    assert "Traceback" not in visit.log, visit.log


def test_warcio_accepts_every_file(visit: Visit, lenient_visit: Visit) -> None:
    warcio = Path(sys.executable).with_name("warcio")
    files = [*visit.files, *lenient_visit.files]
    done = subprocess.run([warcio, "check", "-v", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("digest pass") == len(visit.records) + len(lenient_visit.records)
