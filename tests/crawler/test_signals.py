"""Ctrl-C, SIGTERM and kill -9 in the middle of a crawl, seen from outside."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.warc.reader import read_records
from crawler import ledger
from crawler.demo.server import DemoServer
from tests.crawler.pages import asked, html

Start = Callable[..., subprocess.Popen[str]]

ARTICLES = [f"/2024/10/23/slug-{number}" for number in range(40)]


@pytest.fixture
def site(serve: Callable[..., DemoServer]) -> DemoServer:
    """A site that takes its time."""
    return serve({"/": html(*ARTICLES), **dict.fromkeys(ARTICLES, html())}, latency=0.05)


@pytest.fixture
def start(tmp_path: Path, site: DemoServer) -> Iterator[Start]:
    """Start `newswarc crawl` as a program of its own."""
    processes: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "crawler", "-c", str(tmp_path / "news"), "crawl"]
        command += ["http://news.example/", "--delay", "0", "--json", *options]
        for entry in site.connect_to:
            command += ["--connect-to", entry]
        pipe = subprocess.PIPE
        processes.append(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def wait_for(site: DemoServer, number: int) -> None:
    """Wait until so many articles were asked for."""
    deadline = time.monotonic() + 30
    while len(asked(site, "/2024")) < number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stored(path: Path) -> list[str]:
    """Return the articles in the WARC files."""
    collection = Collection(path / "news")
    return [
        record.url.removeprefix("http://news.example")
        for file in collection.warc_files()
        for record in read_records(file)
        if record.type == "response" and "/2024" in record.url
    ]


def test_the_first_signal_ends_in_good_order(
    start: Start, site: DemoServer, tmp_path: Path
) -> None:
    process = start("--no-index")
    wait_for(site, 10)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, "")
    summary = json.loads(output)
    assert summary["reason"] == "interrupted"
    assert summary["articles"] >= 9
    assert stored(tmp_path) == asked(site, "/2024")
    assert not list((tmp_path / "news" / "archive").glob("*.open"))
    states = ledger.states(tmp_path / "news" / "ledger.db")["news.example"]
    assert states["captured"] == summary["articles"] + 1

    finished = start("--no-index")
    finished.communicate(timeout=30)
    assert sorted(asked(site, "/2024")) == sorted(ARTICLES)


def test_the_second_signal_ends_at_once(start: Start, site: DemoServer, tmp_path: Path) -> None:
    site.latency = 0.2
    process = start()
    wait_for(site, 3)
    site.latency = 60
    wait_for(site, 4)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, "")
    assert json.loads(output)["reason"] == "killed"
    assert len(stored(tmp_path)) >= 3
    assert not list((tmp_path / "news" / "archive").glob("*.open"))


def test_after_a_kill_nothing_acknowledged_is_fetched_twice_and_nothing_is_lost(
    start: Start, site: DemoServer, tmp_path: Path
) -> None:
    path = tmp_path / "news" / "ledger.db"
    acknowledged: set[str] = set()
    for number in (12, 30):
        process = start("--no-index")
        wait_for(site, number)
        process.kill()
        process.communicate()
        rows = ledger.due(path, ["news.example"])
        due = {url.removeprefix("http://news.example") for _, url in rows}
        acknowledged = set(ARTICLES) - due
        before = len(asked(site, "/2024"))
    assert acknowledged
    process = start("--no-index")
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert not acknowledged & set(asked(site, "/2024")[before:])
    assert set(stored(tmp_path)) == set(ARTICLES)
    assert not list((tmp_path / "news" / "archive").glob("*.open"))
