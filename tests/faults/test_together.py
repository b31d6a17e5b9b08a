"""Crawls, index runs, merges and redactions at once: each waits, or says that it has not begun."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from archive.collection import Collection
from archive.ingest import ingest
from benchmarks.faults.verdict import captures, judge
from benchmarks.kill import HOST
from benchmarks.site import Site, served
from tests.faults.conftest import HOST as PAPER

URL, KEY = f"{PAPER}/2024/10/23/ferry-1", "example,paper)/2024/10/23/ferry-1"


def begin(collection: Collection, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler", "-c", str(collection.path), *command],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_everything_at_once(collection: Collection, make: Callable[..., Collection]) -> None:
    before = captures(collection)
    collection.close()
    site = Site(30)
    with served(site) as port:
        crawl = (
            *("crawl", f"http://{HOST}/", "--connect-to", f"{HOST}:80:127.0.0.1:{port}"),
            *("--delay", "0", "--depth", "3", "--limit", "10"),
        )
        foreign = make(collection.path.parent / "foreign", files=1)
        foreign.close()
        crawls = [begin(collection, *crawl) for _ in range(2)]
        while not site.asked and any(one.poll() is None for one in crawls):
            time.sleep(0.01)
        others = [
            begin(collection, *command)
            for command in (
                ("index",),
                ("index", "--rebuild"),
                ("import", str(foreign.path)),
                ("compact",),
                ("redact", URL, "--reason", "asked"),
            )
        ]
        said = [process.communicate(timeout=300)[1] for process in (*crawls, *others)]
    codes = [process.returncode for process in (*crawls, *others)]
    assert codes[:6] == [0] * 6, said
    assert codes[6] in (0, 1), said
    assert codes[6] == 0 or "redact when" in said[6]
    ingest(collection, workers=0)
    found = judge(collection, before, {KEY} if codes[6] == 0 else set())
    assert found.sound, found
    # Nine were there, three of the foreign ones are the same addresses, the crawl brought others.
    assert found.captures > len(before) + 3
