"""cron itself: a real daemon crawls by the lines that `newswarc schedule install` wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.collection import Collection
from crawler.demo.server import DemoServer
from crawler.demo.site import MOSCOW_TIMES, moscow_times

ROOT = Path(__file__).parents[2]

#: A program called newswarc, as cron starts it. What it prints on stdout or stderr would be mailed
#: by cron; here it goes into a file beside the collection, and so does each exit code.
PROGRAM = f"""#!{sys.executable}
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from crawler.cli import main
collection = sys.argv[2]
if sys.argv[3] == "crawl":
    printed = os.open(collection + ".printed", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
try:
    main()
except SystemExit as end:
    if sys.argv[3] == "crawl":
        with open(collection + ".codes", "a") as codes:
            codes.write(f"{{end.code}}\\n")
    raise
"""


@pytest.fixture
def newswarc(tmp_path: Path) -> Path:
    """The program."""
    path = tmp_path / "bin" / "newswarc"
    path.parent.mkdir()
    path.write_text(PROGRAM)
    path.chmod(0o755)
    return path


@pytest.fixture
def cron() -> Iterator[None]:
    """A running cron: our own, or the one that the machine has already."""
    program = shutil.which("cron", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert program, "this test needs cron (Debian: apt-get install cron)"
    daemon = subprocess.Popen([program, "-f"], stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        if daemon.poll() is not None:
            _, errors = daemon.communicate()
            assert "can't lock" in errors, f"cron does not run: {errors}"
        yield
    finally:
        daemon.terminate()
        daemon.communicate()


@pytest.fixture
def schedule(newswarc: Path, tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Let cron crawl a collection every minute; its lines are taken out again at the end."""
    installed = []

    def call(collection: Path, *arguments: str) -> str:
        words = [str(newswarc), "--collection", str(collection), "schedule", *arguments]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def install(settings: str) -> Path:
        # A percent sign means something to cron, a space to the shell.
        path = tmp_path / f"100% news {len(installed)}"
        Collection.create(path).config_path.write_text(settings)
        lines = call(path, "install", "--every", "1m")
        installed.append(path)
        assert call(path, "show") == lines
        return path

    yield install
    for path in installed:
        call(path, "remove")


def codes(collection: Path) -> list[str]:
    """Return how the crawls of a collection ended that have ended so far."""
    path = collection.with_name(f"{collection.name}.codes")
    return path.read_text().split() if path.exists() else []


def printed(collection: Path) -> str:
    """Return what the crawls of a collection printed: what cron would have mailed."""
    return collection.with_name(f"{collection.name}.printed").read_text()


@pytest.mark.usefixtures("cron")
def test_two_minutes_of_cron(schedule: Callable[[str], Path]) -> None:
    with DemoServer(moscow_times()) as site:
        news = schedule(
            f"[crawl]\nconnect_to = {list(site.connect_to)}\n"
            f"[[source]]\nname = 'times'\nurl = '{MOSCOW_TIMES}'\ndelay = 0\n"
        )
        # Nothing listens at this port, and a crawl that fails must say so in a line.
        dead = schedule(
            "[crawl]\nconnect_to = ['dead.example:80:127.0.0.1:9']\n"
            "[[source]]\nname = 'dead'\nurl = 'http://dead.example/'\ndelay = 0\n"
        )
        deadline = time.monotonic() + 150
        while len(codes(news)) < 2 or not codes(dead):
            assert time.monotonic() < deadline, f"cron began {codes(news)} and {codes(dead)}"
            time.sleep(0.2)
        articles = [request.url for request in site.requests if "/2024/" in request.url]

    assert codes(news)[:2] == ["0", "0"]
    assert printed(news) == ""
    assert len(Collection(news).articles(limit=1000)) == 66
    assert set(Counter(articles).values()) == {1}

    assert codes(dead)[0] == "1"
    first = printed(dead).splitlines()[0]
    assert first.startswith("newswarc: http://dead.example/: ")
    assert "Traceback" not in printed(dead)
    assert len(printed(dead).splitlines()) == codes(dead).count("1")
