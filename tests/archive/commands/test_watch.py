"""``newswarc watch``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_a_watch_from_its_beginning_to_its_end(newsroom: Any, newswarc: Any) -> None:
    newsroom.page("https://www.example.com/old", "Ferry sinks")
    newsroom.index()
    added = newswarc("watch", "add", "ferry -navy", "--name", "ferries")
    assert (added.code, added.out, added.err) == (0, "ferries\n", "")
    newsroom.page("https://www.example.com/new", "Ferry returns")
    newsroom.close()
    done = newswarc("index", "--workers", "0")
    assert (done.code, done.err.splitlines()[-1]) == (0, "newswarc: watch ferries: 1 new hit")
    assert newswarc("watch", "run").err == ""

    (row,) = json.loads(newswarc("watch", "list", "--json").out)
    assert (row["query"], row["every"], row["command"]) == ("ferry -navy", "crawl", None)
    shown = newswarc("watch", "list").out
    assert shown.startswith("ferries  ferry -navy\n  every crawl; looked 2")
    lines = Path(row["jsonl"]).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["Ferry returns"]

    assert newswarc("watch", "remove", "ferries").code == 0
    assert newswarc("watch", "list", "--json").out == "[]\n"
    assert newswarc("watch", "run").code == 0


def test_a_command_that_fails_is_said_so(newsroom: Any, newswarc: Any) -> None:
    newswarc("watch", "add", "ferry", "--run", "false")
    newsroom.page("https://www.example.com/new", "Ferry returns")
    newsroom.close()
    done = newswarc("index", "--workers", "0")
    assert done.code == 1
    assert done.err.endswith("false ended with 1; it is told again with the next run\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", "!!!"], 2, "nothing to search for in '!!!'"),
        (["add", '"ferry'], 0, "a quotation mark is not closed"),
        (["add", "ferry", "--run", "'"], 2, "not a command line"),
        (["add", "ferry", "--every", "year"], 2, "'year' is not one of"),
        (["remove", "nothing"], 2, "there is no watch 'nothing'; `newswarc watch list` tells"),
        (["run", "nothing"], 2, "there is no watch 'nothing'"),
    ],
)
def test_watch_is_told_what_it_cannot_do(
    newsroom: Any, newswarc: Any, arguments: list[str], code: int, said: str
) -> None:
    done = newswarc("watch", *arguments)
    assert done.code == code
    assert said in done.err
    assert done.err.count("\n") == 1
