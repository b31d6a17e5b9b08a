"""index, search, show, history, status, verify: output, errors and exit codes."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.commands.output import counted, print_json, when
from archive.terminal import visible

MUSEUM = Path(__file__).parents[3] / "fixtures" / "warcs"
URL = "https://www.example.com/2024/10/23/ferry-returns"
Run = Callable[..., Any]


@pytest.fixture
def filled(newsroom: Any) -> Any:
    newsroom.page(URL, "Ferry returns", at="20241001120000")
    newsroom.page(URL, "Ferry returns at last", at="20241003120000")
    newsroom.page("https://www.example.com/2024/10/24/harbor", "Harbor opens")
    newsroom.answer(
        "https://www.example.com/logo.png", b"\x89PNG", headers="Content-Type: image/png"
    )
    newsroom.answer("https://www.example.com/empty", b"<html></html>")
    newsroom.close()
    newsroom.index()
    return newsroom


def test_index(newsroom: Any, newswarc: Run) -> None:
    newsroom.page(URL)
    done = newswarc("index", "--workers", "0")
    assert (done.code, done.out) == (0, "")
    assert done.err == "newswarc: 3 records, 1 capture, 1 new version of articles\n"
    assert "0 records" in newswarc("index").err
    newsroom.answer("https://www.example.com/empty", b"<html></html>")
    assert "pages without an article: 1 quarantined:empty" in newswarc("index").err
    assert newswarc("index", "--rebuild").code == 0


def test_index_beside_another_that_runs(filled: Any, newswarc: Run) -> None:
    with filled.collection.index_lock_path.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = newswarc("index", "--rebuild")
    assert (done.code, done.out) == (0, "")
    assert done.err == "newswarc: skipped: another process is writing the index\n"


def test_index_with_damage(filled: Any, newswarc: Run) -> None:
    shutil.copy(MUSEUM / "flipped-bit.warc.gz", filled.collection.archive_dir)
    done = newswarc("index")
    assert done.code == 5
    assert "newswarc: flipped-bit.warc.gz: bad gzip member at 0" in done.err
    assert "damaged     flipped-bit.warc.gz" in newswarc("status").out


def test_search(filled: Any, newswarc: Run) -> None:
    done = newswarc("search", "ferry", "--sort", "date")
    assert done.code == 0
    assert done.err == "newswarc: 1 to 2 of 2\n"
    lines = done.out.splitlines()
    assert lines[:3] == [
        "Harbor opens",
        "2024-10-24 · id 2",
        "https://www.example.com/2024/10/24/harbor",
    ]
    assert lines[5] == "Ferry returns at last"
    assert "\x1b" not in done.out


def test_search_finds_an_older_version_and_says_so(filled: Any, newswarc: Run) -> None:
    out = newswarc("search", '"ferry returns"', "-last").out
    assert out.startswith("Ferry returns  (an older version)\n")


def test_search_as_json_and_csv(filled: Any, newswarc: Run) -> None:
    found = json.loads(newswarc("search", "harbor", "opens", "--json").out)
    assert (found["query"], found["total"], found["hint"]) == ("harbor opens", 1, None)
    (hit,) = found["hits"]
    assert hit["url"] == "https://www.example.com/2024/10/24/harbor"
    assert hit["location"]["file"].endswith(".warc.gz")
    assert "\x02" not in hit["snippet"]
    (row,) = csv.DictReader(io.StringIO(newswarc("search", "opens", "--csv").out))
    assert (row["title"], row["versions"]) == ("Harbor opens", "1")


def test_search_finds_nothing(filled: Any, newswarc: Run) -> None:
    done = newswarc("search", "submarine")
    assert (done.code, done.out, done.err) == (0, "", "newswarc: no hit\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (['"ferry'], 0, "a quotation mark is not closed"),
        (["ferry", "--sit", "x"], 2, "no such option: --sit"),
        (["!!!"], 2, "nothing to search for in '!!!'"),
        ([], 2, "nothing to search for; name a word or a field"),
        (["ferry", "--after", "x"], 2, "not a cursor: 'x'"),
        (["ferry (", "--raw"], 2, "FTS5 does not understand the query"),
        (["ferry", "--facets", "--csv"], 2, "--facets goes with --json"),
        (["ferry", "--since", "soon"], 2, "not a time: 'soon'"),
        (["ferry", "--limit", "0"], 2, "not in the range"),
    ],
)
def test_search_is_told_what_it_cannot_read(
    filled: Any, newswarc: Run, words: list[str], code: int, said: str
) -> None:
    done = newswarc("search", *words)
    assert done.code == code
    assert said in done.err


def test_search_between_days(filled: Any, newswarc: Run) -> None:
    def found(*options: str) -> int:
        total: int = json.loads(newswarc("search", "ferry", "--json", *options).out)["total"]
        return total

    assert found("--since", "2024-10-23", "--until", "2024-10-23") == 1
    assert found("--since", "2024-10-24") == 1
    assert found("--until", "2024") == 2
    assert found("--until", "2024-09") == 0


def test_show(filled: Any, newswarc: Run) -> None:
    done = newswarc("show", URL)
    assert done.code == 0
    assert done.out.startswith("# Ferry returns at last\n")
    assert newswarc("show", "1").out == done.out
    assert newswarc("show", URL, "--at", "2024-10-02").out.startswith("# Ferry returns\n")
    assert json.loads(newswarc("show", URL, "--format", "json").out)["url"] == URL
    assert newswarc("show", URL, "--format", "text").out.startswith("Ferry returns at last\n")
    assert "<h1>" in newswarc("show", URL, "--format", "html").out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (URL + "x", f"{URL}x is not in the collection; do you mean {URL} ?"),
        ("https://other.example/", "https://other.example/ is not in the collection"),
        ("https://www.example.com/empty", "1 capture, but shows no article: quarantined:empty on"),
        ("https://www.example.com/logo.png", "shows no article: it is image/png, status 200"),
        ("99", "no article has the id 99"),
        ("ferry", "not an http or https URL: 'ferry'"),
    ],
)
def test_show_says_why_it_cannot(filled: Any, newswarc: Run, asked: str, said: str) -> None:
    done = newswarc("show", asked)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_history(filled: Any, newswarc: Run) -> None:
    lines = newswarc("history", URL).out.splitlines()
    assert lines[0] == (
        "version 1  2024-10-01 12:00:00 to 2024-10-01 12:00:00  1 capture  Ferry returns"
    )
    assert lines[3].startswith("2024-10-03 12:00:00  200  text/html  version 2  NEWSWARC-")
    empty = newswarc("history", "https://www.example.com/empty").out
    assert "no article: quarantined:empty" in empty

    found = json.loads(newswarc("history", URL, "--json").out)
    assert [version["number"] for version in found["versions"]] == [1, 2]
    assert [capture["timestamp"] for capture in found["captures"]] == [
        "20241001120000",
        "20241003120000",
    ]
    assert newswarc("history", "https://www.example.com/nothing").code == 2


def test_status(filled: Any, newswarc: Run) -> None:
    out = newswarc("status").out
    assert "articles    2 in 3 versions" in out
    assert "captures    5" in out
    status = json.loads(newswarc("status", "--json").out)
    assert (status["articles"], status["refusals"]) == (2, {"quarantined:empty": 1})


def test_status_of_what_was_not_indexed(newsroom: Any, newswarc: Run) -> None:
    newsroom.page(URL)
    assert "of WARC are not indexed: `newswarc index`" in newswarc("status").out


def test_search_of_what_was_not_indexed(newsroom: Any, newswarc: Run) -> None:
    newsroom.page(URL)
    done = newswarc("search", "something")
    assert (done.code, done.out) == (0, "")
    assert "of WARC are not indexed: `newswarc index`" in done.err


def test_verify(filled: Any, newswarc: Run) -> None:
    done = newswarc("verify")
    assert (done.code, done.out) == (0, "")
    assert done.err == "newswarc: 1 WARC file, 11 records, 0 findings\n"
    (path,) = filled.collection.warc_files()
    path.write_bytes(path.read_bytes()[:-5])
    done = newswarc("verify")
    assert done.code == 5
    assert "is cut short; `newswarc verify --repair` cuts it off" in done.out
    assert len(json.loads(newswarc("verify", "--json").out)) == 2


@pytest.mark.parametrize(
    "command", ["index", "search x", "show 1", "history x", "status", "verify"]
)
def test_what_is_not_a_collection(newsroom: Any, newswarc: Run, command: str) -> None:
    newsroom.collection.config_path.unlink()
    done = newswarc(*command.split())
    assert done.code == 4
    assert "is not a collection" in done.err


def test_strangers_do_not_write_to_the_terminal(newsroom: Any, newswarc: Run) -> None:
    evil = "https://www.example.com/evil"
    newsroom.page(evil, "Ferry \x1b]0;owned\x07\u202e returns", "A \x9b31m ferry. " * 30)
    newsroom.index()
    for arguments in (("search", "ferry"), ("search", "ferry", "--json"), ("history", evil)):
        out = newswarc(*arguments).out
        assert "returns" in out
        assert not set(out) & set("\x1b\x07\x9b\u202e\x02\x03")


def test_output() -> None:
    assert visible("a\x1b[2J\nb\tc\u202ed") == "a\\x1b[2J b c\\u202ed"
    assert when("20241023081500") == "2024-10-23 08:15:00"
    assert (counted(1, "version"), counted(1200, "version")) == ("1 version", "1,200 versions")


def test_json_keeps_letters_and_escapes_controls(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"title": "Корея\x1b\x9b\u202e"})
    out = capsys.readouterr().out
    assert out == '{\n  "title": "Корея\\u001b\\u009b\\u202e"\n}\n'
    assert json.loads(out) == {"title": "Корея\x1b\x9b\u202e"}


@pytest.mark.parametrize("arguments", [["search", "ferry"], ["export", "csv"], ["count"]])
def test_a_reader_that_goes_is_no_failure(filled: Any, arguments: list[str]) -> None:
    filled.index()
    program = "import sys; from archive.cli import group, run; sys.exit(run(group))"
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, "-c", str(filled.collection.path), *arguments],
            stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")
