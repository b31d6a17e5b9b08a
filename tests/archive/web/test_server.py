"""``newswarc replay``, started and stopped as a person does."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import NewswarcError
from archive.web.server import ReplayServer

ROOT = Path(__file__).parents[3]
MAIN = "import sys; from archive.cli import group, run; sys.exit(run(group))"


@contextmanager
def replay(collection: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", MAIN, "-c", str(collection), "replay", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_says_where_it_is_and_ends_when_it_is_told(
    collection: Collection, number: signal.Signals
) -> None:
    with replay(collection.path, "--port", "0") as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        with urllib.request.urlopen(url, timeout=10) as page:
            assert b"Bridge Over the Lipka" in page.read()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_in_use_is_one_line(collection: Collection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with replay(collection.path, "--port", port) as process:
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert err == (
        f"newswarc: cannot listen on 127.0.0.1 port {port}: Address already in use;"
        " choose another with --port\n"
    )


def test_not_a_collection_is_one_line(tmp_path: Path) -> None:
    with replay(tmp_path) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (4, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [("no.such.host.invalid", 0, "cannot listen on"), ("127.0.0.1", 99999, "not a port: 99999")],
)
def test_an_address_that_is_none(collection: Collection, host: str, port: int, said: str) -> None:
    with pytest.raises(NewswarcError, match=said):
        ReplayServer(collection, host=host, port=port)


def test_the_server_needs_nothing_of_a_crawl_or_of_extraction() -> None:
    """They would make its start take several times as long."""
    code = (
        "import sys, crawler.commands.replay;"
        "print({'scrapy', 'twisted', 'trafilatura', 'sqlite_utils'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (shown.stdout, shown.stderr) == ("set()\n", "")
