"""Crawls, index runs, merges and redactions at once: each waits, or says that it has not begun."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from archive.collection import Collection
from archive.ingest import ingest
from benchmarks.faults.verdict import captures, judge
from benchmarks.kill import HOST
from benchmarks.site import Site, served
from tests.faults.conftest import HOST as PAPER


def test_everything_at_once(collection: Collection) -> None:
    before = captures(collection)
    collection.close()
    root = Path(__file__).parents[2]
    with served(Site(30)) as port:
        crawl = (
            *("crawl", f"http://{HOST}/", "--connect-to", f"{HOST}:80:127.0.0.1:{port}"),
            *("--delay", "0", "--depth", "3", "--limit", "10"),
        )
        commands = (
            *(crawl, crawl, ("index",), ("index", "--rebuild"), ("compact",)),
            ("redact", f"{PAPER}/2024/10/23/ferry-1", "--reason", "asked"),
        )
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "crawler", "-c", str(collection.path), *command],
                cwd=root,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for command in commands
        ]
        said = [process.communicate(timeout=300)[1] for process in running]
    codes = [process.returncode for process in running]
    assert codes[:5] == [0] * 5, said
    assert codes[5] in (0, 1), said
    assert codes[5] == 0 or "redact when" in said[5]
    assert sum("another run" in one or "skipped" in one for one in said[:2]) <= 1
    ingest(collection, workers=0)
    gone = {"example,paper)/2024/10/23/ferry-1"} if codes[5] == 0 else set()
    found = judge(collection, before, gone)
    assert found.sound, found
    assert found.captures > len(before), "one of the crawls has crawled"
