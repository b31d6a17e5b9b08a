"""The commands, as a person runs them: what they print, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.cli import run as run_group
from crawler.cli import group
from crawler.demo.server import DemoServer
from tests.crawler.pages import asked, html

ONE = "/2024/10/23/one-a1001"
HOME = "http://news.example/"


class Newswarc:
    """Runs one command after another on one collection."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        code = run_group(group, ["--collection", str(self.path), *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def newswarc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Newswarc:
    return Newswarc(tmp_path / "news", capsys)


def options(server: DemoServer) -> list[str]:
    return ["--delay", "0", *(word for e in server.connect_to for word in ("--connect-to", e))]


def test_a_crawl_without_any_set_up(newswarc: Newswarc, serve: Callable[..., DemoServer]) -> None:
    server = serve({"/": html(ONE), ONE: html()})
    assert newswarc("crawl", HOME, *options(server)) == 0
    assert (newswarc.out, newswarc.err) == ("", "")
    assert (newswarc.path / "newswarc.toml").exists()
    assert (newswarc.path / "index.db").exists()
    assert newswarc("crawl", HOME, "--json", "--no-index", *options(server)) == 0
    assert json.loads(newswarc.out)["articles"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["crawl"], 2, "nothing to crawl: name a URL, or add a source"),
        (["crawl", "nobody"], 2, "no source called 'nobody' (known: none)"),
        (["crawl", "ftp://e.org/x"], 2, "not an http or https URL: 'ftp://e.org/x'"),
        (["crawl", "https://e.org/", "--connect-to", "x"], 2, "HOST:PORT:ADDR:PORT"),
        (["crawl", "https://e.org/", "--limit", "0"], 2, "--limit"),
        (["crawl", "https://e.org/", "--robots", "no"], 2, "--robots"),
        (["crawl", "--no-index", "http://nobody.invalid/a"], 1, "unknown host: nobody.invalid"),
        (["crawl", "--no-index", "http://127.0.0.1:9/a"], 1, "is not a public address"),
        (["crawl", "--no-index", "http://[::1]/a"], 1, "is not a public address"),
        (["crawl", "--no-index", "http://0x7f.1/a"], 1, "is not a public address"),
        (
            ["crawl", "--no-index", "http://e.example/a", "--connect-to", "::127.0.0.1:1"],
            1,
            "connection refused",
        ),
        (["source", "add", "e.org"], 2, "not an http or https URL"),
        (["source", "remove", "x"], 4, "is not a collection"),
        (["source", "list"], 4, "is not a collection"),
        (["schedule", "install", "--every", "7m", "--print"], 2, "cron cannot run every 7m"),
        (["schedule", "install", "--every", "5m", "--cron", "x"], 2, "not both"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(
    newswarc: Newswarc, arguments: list[str], code: int, message: str
) -> None:
    assert newswarc(*arguments) == code
    assert message in newswarc.err
    assert newswarc.out == ""
    if code != 2 or "Usage" not in newswarc.err:
        assert len(newswarc.err.splitlines()) == 1


def test_a_configuration_that_is_wrong(newswarc: Newswarc) -> None:
    newswarc("init")
    config = newswarc.path / "newswarc.toml"
    config.write_text("[[source]]\nname = 'a'\nurl = 'e.org'\n")
    assert newswarc("crawl") == 4
    assert (
        newswarc.err
        == f"newswarc: {config}: line 3: source 'a': url: not an http or https URL: 'e.org'\n"
    )


def test_a_directory_that_is_something_else(newswarc: Newswarc) -> None:
    newswarc.path.mkdir()
    (newswarc.path / "letter.txt").write_text("Dear Anna")
    assert newswarc("crawl", HOME) == 2
    assert "is not empty and not a collection" in newswarc.err


def test_a_ledger_that_is_damaged(newswarc: Newswarc) -> None:
    newswarc("init")
    (newswarc.path / "ledger.db").write_text("no database" * 1000)
    assert newswarc("crawl", HOME) == 5
    assert "ledger.db is damaged" in newswarc.err


def test_a_disk_that_is_full(newswarc: Newswarc, serve: Callable[..., DemoServer]) -> None:
    server = serve({"/": html(ONE), ONE: html()})
    newswarc("init")
    (newswarc.path / "newswarc.toml").write_text(f"[crawl]\nmin_free = {1 << 60}\n")
    assert newswarc("crawl", HOME, *options(server)) == 3
    assert "nearly full" in newswarc.err
    assert len(newswarc.err.splitlines()) == 1


def test_init(newswarc: Newswarc) -> None:
    assert newswarc("init") == 0
    assert newswarc.out == f"{newswarc.path / 'newswarc.toml'}\n"
    (newswarc.path / "newswarc.toml").write_text("# mine\n")
    assert newswarc("init") == 0
    assert (newswarc.path / "newswarc.toml").read_text() == "# mine\n"


def test_sources(newswarc: Newswarc, serve: Callable[..., DemoServer]) -> None:
    feed = "http://news.example/rss"
    given = ("--name", "news", "--feed", feed, "--delay", "0", "--no-probe")
    assert newswarc("source", "add", HOME, *given) == 0
    assert newswarc("source", "add", "https://e.org", "--no-probe") == 0
    assert newswarc("source", "list") == 0
    assert newswarc.out.splitlines() == [
        "news  home     http://news.example/",
        "news  feed     http://news.example/rss",
        "e.org  home     https://e.org/",
    ]
    assert newswarc("source", "add", HOME, "--name", "news") == 2
    assert newswarc("source", "remove", "e.org") == 0
    assert newswarc("source", "list", "--json") == 0
    assert [source["name"] for source in json.loads(newswarc.out)] == ["news"]

    server = serve({"/": html(ONE), ONE: html()})
    assert newswarc("crawl", "news", "--no-index", *options(server)) == 1
    assert newswarc.err == "newswarc: http://news.example/rss: 404 Not Found\n"
    assert ONE in asked(server)


def test_a_dry_run_fetches_nothing(newswarc: Newswarc, serve: Callable[..., DemoServer]) -> None:
    newswarc("source", "add", HOME, "--no-probe")
    assert newswarc("crawl", "--dry-run") == 0
    assert newswarc.out == "home      http://news.example/\n"
    server = serve({"/": html(ONE, "/2024/10/22/two-a1002"), ONE: html()})
    newswarc("crawl", "--limit", "1", "--no-index", *options(server))
    before = len(server.requests)
    assert newswarc("crawl", "--dry-run") == 0
    assert "article   http://news.example/2024/10/22/two-a1002" in newswarc.out.splitlines()
    assert ONE not in newswarc.out
    assert HOME not in newswarc.out.split()  # it was asked just now
    assert newswarc("crawl", "--dry-run", HOME) == 0
    assert HOME in newswarc.out.split()
    assert len(server.requests) == before


def test_schedule(newswarc: Newswarc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    table = tmp_path / "table"
    script = f'#!/bin/sh\n[ "$1" = - ] && exec cat > {table}\ncat {table} 2>/dev/null || true\n'
    (programs / "crontab").write_text(script)
    (programs / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")

    assert newswarc("schedule", "install", "--print") == 0
    assert not table.exists()
    assert newswarc("schedule", "show") == 1
    assert newswarc("schedule", "install", "--every", "15m") == 0
    installed = newswarc.out
    assert installed.splitlines()[1].startswith("*/15 * * * * /")
    assert table.read_text() == installed
    assert newswarc("schedule", "show") == 0
    assert newswarc.out == installed
    assert newswarc("schedule", "remove") == 0
    assert table.read_text() == ""
    assert newswarc("schedule", "remove") == 1
