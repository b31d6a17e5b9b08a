"""``newswarc count``, and the forms in which ``newswarc search`` answers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from archive.chart import png


@pytest.fixture
def filled(newsroom: Any) -> Any:
    """Four articles of two outlets and three months."""
    for month, day, host in ((8, 1, "a"), (10, 2, "a"), (10, 3, "b"), (10, 23, "a")):
        url = f"https://www.{host}.example.com/2024/{month:02}/{day:02}/ferry"
        newsroom.page(url, f"Ferry of the {day}th", at=f"2024{month:02}{day:02}081500")
    newsroom.index()
    return newsroom


def test_a_chart_of_months_shows_those_without_anything(filled: Any, newswarc: Any) -> None:
    done = newswarc("count", "ferry")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["2024-08", "2024-09", "2024-10"]
    assert [line.split()[-1] for line in lines] == ["1", "0", "3"]
    assert lines[2].count("█") > 2 * lines[0].count("█") > 0
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("arguments", "counts"),
    [
        (["ferry", "--by", "year"], {"2024": 4}),
        (["ferry", "--by", "day", "--since", "2024-10"], None),
        (["ferry", "--by", "site"], {"a.example.com": 3, "b.example.com": 1}),
        (["ferry", "--by", "lang"], {"en": 4}),
        (["ferry", "--by", "author"], {"": 4}),
        (["--by", "year"], {"2024": 4}),  # all articles
        (["--by", "year", "--site", "b.example.com"], {"2024": 1}),
        (["ferry", "--by", "site", "--limit", "1"], {"a.example.com": 3}),
        (["submarine"], {}),
        (["ferry", "--at", "2024-09"], {"2024-08": 1}),
    ],
)
def test_counts(
    filled: Any, newswarc: Any, arguments: list[str], counts: dict[str, int] | None
) -> None:
    found = json.loads(newswarc("count", *arguments, "--json").out)["counts"]
    if counts is None:
        assert (len(found), sum(found.values())) == (22, 3)
    else:
        assert found == counts


def test_counts_as_csv(filled: Any, newswarc: Any) -> None:
    out = newswarc("count", "ferry", "--by", "site", "--csv").out
    assert list(csv.reader(io.StringIO(out))) == [
        ["site", "articles"],
        ["a.example.com", "3"],
        ["b.example.com", "1"],
    ]


def test_plots(filled: Any, newswarc: Any, tmp_path: Path) -> None:
    for name, begin in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG")):
        done = newswarc("count", "ferry", "--plot", str(tmp_path / name))
        assert (done.code, done.out) == (0, "")
        assert (tmp_path / name).read_bytes().startswith(begin)
        assert f"wrote {tmp_path / name}" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ferry", "--plot", "a.gif"], 2, "cannot draw 'a.gif'"),
        (["ferry", "--plot", "nowhere/a.svg"], 2, "there is no directory nowhere"),
        (["!!!"], 2, "nothing to search for in '!!!'"),
        (["ferry", "--by", "size"], 2, "'size' is not one of"),
        (["ferry (", "--raw"], 2, "FTS5 does not understand"),
    ],
)
def test_count_is_told_what_it_cannot_do(
    filled: Any, newswarc: Any, arguments: list[str], code: int, said: str
) -> None:
    done = newswarc("count", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err
    assert done.err.count("\n") == 1


def test_png_needs_pillow(filled: Any, newswarc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    assert png.draw
    monkeypatch.setattr("archive.commands.count.import_module", missing)
    done = newswarc("count", "ferry", "--plot", "a.png")
    assert done.code == 2
    assert "pip install 'newswarc[plot]'" in done.err


def test_hits_as_lines_and_as_urls(filled: Any, newswarc: Any) -> None:
    done = newswarc("search", "ferry", "--jsonl", "--limit", "3")
    hits = [json.loads(line) for line in done.out.splitlines()]
    assert len(hits) == 3
    assert hits[0]["location"]["offset"] > 0
    assert "1 to 3 of 4; the next page: --after " in done.err
    urls = newswarc("search", "ferry", "--urls", "--sort", "date", "--all").out.splitlines()
    assert len(urls) == 4
    assert urls[0] == "https://www.a.example.com/2024/10/23/ferry"


def test_pages_by_cursor(filled: Any, newswarc: Any) -> None:
    for sort in ("rank", "date"):
        seen: list[str] = []
        after: list[str] = []
        for _ in range(4):
            done = newswarc("search", "ferry", "--urls", "--limit", "1", "--sort", sort, *after)
            seen += done.out.splitlines()
            after = ["--after", done.err.split()[-1]]
        assert len(set(seen)) == 4
        assert "--after" not in done.err


def test_facets(filled: Any, newswarc: Any) -> None:
    out = newswarc("search", "ferry", "--facets", "--limit", "1").out
    assert "site     a.example.com 3, b.example.com 1" in out.splitlines()
    assert "month    2024-08 1, 2024-10 3" in out.splitlines()
    assert "author   none" in out.splitlines()
    found = json.loads(newswarc("search", "ferry", "--facets", "--json").out)["facets"]
    assert found["lang"] == {"en": 4}


def test_filters_alone_are_a_search(filled: Any, newswarc: Any) -> None:
    done = newswarc("search", "--site", "b.example.com", "--urls")
    assert done.out == "https://www.b.example.com/2024/10/03/ferry\n"
    assert newswarc("search", "site:b.example.com", "--urls").out == done.out
    assert newswarc("search", "--title", "of the 3th", "--urls").out == done.out
    assert newswarc("search", "--url", "b.example.com/2024/10", "--urls").out == done.out
    assert newswarc("search", "ferry", "--is", "edited", "--urls").out == ""
