"""What status tells of the quarantine and of templates that have changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from archive.commands.status import drifted
from archive.model import Drift

Run = Callable[..., Any]


def test_the_quarantine_is_listed(newsroom: Any, newswarc: Run) -> None:
    newsroom.page("https://www.example.com/a")
    newsroom.answer(
        "https://www.example.com/b",
        "<title>404\x1b[2J \u202eсюда</title>".encode(),
        at="20241024081500",
    )
    newsroom.answer("https://www.example.com/c", b"Blocked", status=403, at="20241024091500")
    newsroom.index()
    lines = newswarc("status", "--quarantine").out.splitlines()
    assert lines == [
        "2024-10-24 09:15:00  403  block-page    https://www.example.com/c  (status 403)",
        "2024-10-24 08:15:00  200  not-found     https://www.example.com/b  (404[2J \\u202eсюда)",
    ]
    rows = json.loads(newswarc("status", "--quarantine", "--json").out)
    assert [row["reason"] for row in rows] == ["block-page", "not-found"]


def test_a_new_template_is_named() -> None:
    (line,) = drifted([Drift("example.com\x07", "author", 0.05, 0.8, 10)])
    assert line == (
        "template?   example.com\\x07: of the newest 10 articles 80% name no author, 5% before"
    )


def test_space_by_site_and_kind(newsroom: Any, newswarc: Run) -> None:
    for number in range(3):
        newsroom.page(f"https://www.example.com/{number}")
    picture = bytes(range(256)) * 20
    newsroom.answer(
        "https://img.example.org:8080/a.png", picture, headers="Content-Type: image/png"
    )
    newsroom.close()
    newsroom.index()
    said = json.loads(newswarc("status", "--space", "--json").out)
    assert [(one["name"], one["captures"]) for one in said["sites"]] == [
        ("example.com", 3),
        ("img.example.org:8080", 1),
    ]
    assert {one["name"]: one["captures"] for one in said["kinds"]} == {
        "text/html": 3,
        "image/png": 1,
    }
    files = newsroom.collection.warc_files()
    assert said["warc"] == sum(path.stat().st_size for path in files)
    assert said["warc"] == said["rest"] + sum(one["size"] for one in said["kinds"])
    whole = sum(p.stat().st_size for p in newsroom.collection.path.rglob("*") if p.is_file())
    parts = ("warc", "index", "ledger", "logs", "other")
    assert sum(said[part] for part in parts) == whole
    lines = newswarc("status", "--space").out.splitlines()
    assert lines[0].endswith("  WARC, 1 file")
    assert any(line.endswith("    site example.com, 3 captures") for line in lines)
    assert [line.split("  ")[-1] for line in lines[-4:]] == [
        "index", "ledger", "logs", "everything else",
    ]  # fmt: skip
