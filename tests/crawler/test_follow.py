"""The process that indexes beside a crawl."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from archive.collection import Collection


def follow(collection: Collection, stdout: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.follow", str(collection.path)],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def test_it_ends_with_the_crawl_and_tells_what_went_wrong(collection: Collection) -> None:
    out, err = follow(collection, subprocess.PIPE).communicate(timeout=60)
    assert (json.loads(out), err) == ([], b"")


def test_a_crawl_that_was_killed_hears_nothing_and_so_does_cron(collection: Collection) -> None:
    reading, writing = os.pipe()
    helper = follow(collection, writing)
    os.close(writing)
    os.close(reading)
    _, err = helper.communicate(timeout=60)
    assert (helper.returncode, err) == (0, b"")
