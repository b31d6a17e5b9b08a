"""``newswarc compact``, as a person types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from archive.lock import only_writer


def publish(newsroom: Any) -> list[str]:
    for number in range(3):
        newsroom.page(f"https://www.example.com/2024/10/23/{number}", title=f"Harbor {number}")
        newsroom.close()
    newsroom.index()
    return [path.name for path in newsroom.collection.warc_files()]


def test_what_would_be_merged_and_what_was(newsroom: Any, newswarc: Callable[..., Any]) -> None:
    names = publish(newsroom)
    told = newswarc("compact", "--dry-run")
    assert told.out.splitlines()[1:] == [f"  {name}" for name in names]
    assert len(newsroom.collection.warc_files()) == 3
    done = newswarc("compact", "--json")
    (merged,) = json.loads(done.out)["merged"]
    assert merged["files"] == names
    assert [path.name for path in newsroom.collection.warc_files()] == [merged["name"]]
    told = newswarc("compact")
    assert (told.code, told.out, told.err) == (0, "", "newswarc: nothing to merge\n")


def test_what_cannot_be_merged_is_named(newsroom: Any, newswarc: Callable[..., Any]) -> None:
    publish(newsroom)
    newsroom.page("https://www.example.com/later")
    newsroom.close()
    last = newsroom.collection.warc_files()[-1].name
    told = newswarc("compact")
    assert told.code == 0
    assert told.out.endswith(".r1.warc.gz, of 3 files\n")
    assert told.err == (
        f"newswarc: left as it is: {last}: it is not indexed; `newswarc index` does it\n"
    )


def test_a_crawl_goes_first(newsroom: Any, newswarc: Callable[..., Any]) -> None:
    publish(newsroom)
    with only_writer(newsroom.collection.lock_path, wait=False):
        told = newswarc("compact")
    assert (told.code, told.out) == (0, "")
    assert told.err == "newswarc: skipped: a crawl runs, or the index is being written\n"
