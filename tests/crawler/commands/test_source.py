"""``newswarc source``, as a person runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.cli import run as run_group
from crawler.cli import group
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.sources import load
from tests.crawler.pages import asked, html

Serve = Callable[..., DemoServer]

HOME = "http://news.example/"
STORIES = [f"/2024/10/{day}/story-of-the-day-a{day}" for day in range(10, 20)]
KEPT = '# Mine.\n[crawl]\ncontact = "a@e.org"  # me\n'


class Newswarc:
    """Runs one command after another on one collection."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.config = path / "newswarc.toml"
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        code = run_group(group, ["--collection", str(self.path), "source", *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Newswarc:
    return Newswarc(tmp_path / "news", capsys)


def options(server: DemoServer) -> list[str]:
    return ["--delay", "0", *(word for e in server.connect_to for word in ("--connect-to", e))]


def rss(*paths: str) -> Answer:
    items = "".join(f"<item><link>{HOME[:-1]}{path}</link></item>" for path in paths)
    text = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    return Answer.text(text, "application/rss+xml")


@pytest.fixture
def server(serve: Serve) -> DemoServer:
    return serve({"/": html("/feed/\x1b[2J", *STORIES), "/feed": rss(*STORIES)})


def test_adding_looks_at_the_site(source: Newswarc, server: DemoServer) -> None:
    source.path.mkdir()
    source.config.write_text(KEPT)
    assert source("add", HOME, "--name", "news", *options(server)) == 0
    lines = source.out.splitlines()
    assert lines[0] == (
        "+ home          http://news.example/"
        "  11 items, 10 in scope, newest 2024-10-19 00:00  (given)"
    )
    assert (
        "+ feed          http://news.example/feed"
        "  10 items, 10 in scope, newest 2024-10-19 00:00  (usual place)"
    ) in lines
    assert [line for line in lines if line.startswith("- feed") and "404 Not Found" in line]
    assert lines[-1] == f"news added to {source.config}"
    assert "\x1b" not in source.out
    assert source.config.read_text().startswith(KEPT)
    (added,) = load(source.config).sources
    assert [seed.url for seed in added.seeds] == [HOME, f"{HOME}feed"]
    assert not list(source.path.rglob("*.warc.gz*"))


def test_a_dry_run_writes_nothing(source: Newswarc, server: DemoServer) -> None:
    assert source("add", HOME, "--dry-run", *options(server)) == 0
    assert "http://news.example/feed" in source.out
    assert not source.path.exists()


def test_what_was_found_as_json(source: Newswarc, server: DemoServer) -> None:
    feed = f"{HOME}other"
    assert source("add", HOME, "--json", "--feed", feed, *options(server)) == 0
    told = json.loads(source.out)
    assert told["name"] == "news.example"
    assert [seed["url"] for seed in told["seeds"]] == [HOME, f"{HOME}feed", feed]
    home = told["tried"][0]
    assert home["newest"] == "2024-10-19T00:00:00Z"
    assert (home["items"], home["in_scope"], home["error"]) == (11, 10, None)
    assert {one["error"] for one in told["tried"]} == {None, "404 Not Found"}
    assert load(source.config).sources[0].name == "news.example"


def test_a_site_that_cannot_be_reached_is_not_written(source: Newswarc) -> None:
    assert source("add", "http://nobody.invalid/") == 1
    assert source.err.startswith("newswarc: http://nobody.invalid/: unknown host: nobody.invalid")
    assert len(source.err.splitlines()) == 1
    assert not source.path.exists()
    assert source("add", "http://nobody.invalid/", "--no-probe") == 0
    assert load(source.config).sources[0].name == "nobody.invalid"
    assert source("add", "http://nobody.invalid/") == 2
    assert "there is a source called 'nobody.invalid' already" in source.err


def test_a_home_page_kept_from_us_leaves_its_host_in_scope(source: Newswarc, serve: Serve) -> None:
    urls = "".join(f"<url><loc>{HOME[:-1]}{path}</loc></url>" for path in STORIES)
    answers = {
        "//news.example/": Answer(403),
        "//news.example/robots.txt": Answer.text("Sitemap: http://cdn.test/map.xml", "text/plain"),
        "//cdn.test/map.xml": Answer.text(f"<urlset>{urls}</urlset>", "text/xml"),
    }
    server = serve(answers, "cdn.test")
    assert source("add", HOME, *options(server)) == 0
    (added,) = load(source.config).sources
    assert (added.name, added.all_hosts) == ("news.example", ["cdn.test", "news.example"])


def test_an_interrupt_ends_it_and_nothing_is_written(source: Newswarc, serve: Serve) -> None:
    server = serve({"/": html(*STORIES)}, latency=30.0)
    words = ["--collection", str(source.path), "source", "add", HOME, *options(server)]
    program = subprocess.Popen(
        [sys.executable, "-m", "crawler", *words], stderr=subprocess.PIPE, text=True
    )
    while not server.requests and program.poll() is None:
        time.sleep(0.05)
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=20)
    assert (program.returncode, said.strip()) == (130, "newswarc: interrupted")
    assert not source.path.exists()


def test_checking(source: Newswarc, server: DemoServer) -> None:
    source("add", HOME, "--name", "good", "--no-probe")
    assert source("check", *options(server)) == 0
    assert source.out == (
        "+ home          http://news.example/"
        "  11 items, 10 in scope, newest 2024-10-19 00:00  (good)\n"
    )
    source("add", HOME, "--name", "bad", "--feed", f"{HOME}gone", "--no-probe")
    assert source("check", "good", *options(server)) == 0
    assert source("check", "--json", *options(server)) == 1
    told = json.loads(source.out)
    assert [(one["source"], one["kind"], one["error"]) for one in told] == [
        ("good", "home", None),
        ("bad", "home", None),
        ("bad", "feed", "404 Not Found"),
    ]
    assert source("check", "nobody") == 2
    assert "/gone" in asked(server)


def test_a_host_that_crawls_leave_alone_is_left_alone(source: Newswarc, serve: Serve) -> None:
    busy = Answer(503, {"Retry-After": "3600"})
    server = serve({"/": busy})
    source("add", HOME, "--name", "news", "--no-probe")
    run_group(group, ["--collection", str(source.path), "crawl", "--no-index", *options(server)])
    before = len(server.requests)
    assert source("check", *options(server)) == 1
    assert source.out.startswith("- home          http://news.example/  left alone until 20")
    assert "503 Service Unavailable" in source.out
    assert source("add", "http://www.news.example/", *options(server)) == 1
    assert "left alone until" in source.err
    assert len(server.requests) == before


def test_what_was_found_is_crawled(source: Newswarc, times: DemoServer) -> None:
    assert source("add", "https://themoscowtimes.com/", *options(times)) == 0
    words = ["crawl", "--no-index", *options(times)]
    assert run_group(group, ["--collection", str(source.path), *words]) == 0
    assert source("check", "--json", *options(times)) == 0
    told = json.loads(source.out)
    assert len(told) == 17
    assert {one["source"] for one in told} == {"www.themoscowtimes.com"}


def test_checking_nothing(source: Newswarc) -> None:
    assert source("check") == 4
    source("add", HOME, "--no-probe")
    source("remove", "news.example")
    assert source("check") == 0
    assert (source.out, source.err) == ("", "")


def test_feeds_come_and_go_as_opml(source: Newswarc, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(
        '<opml version="2.0"><body><outline xmlUrl="http://news.example/feed"'
        ' htmlUrl="http://www.news.example/"/><outline xmlUrl="https://b.org/rss"/></body></opml>'
    )
    assert source("import", str(file), "--dry-run") == 0
    assert source.out == "news.example: 1 new feed\nb.org: 1 new feed\n"
    assert not source.path.exists()

    source("add", HOME, "--name", "mine", "--no-probe")
    text = source.config.read_text()
    assert source("import", str(file)) == 0
    assert source.out == "mine: 1 new feed\nb.org: 1 new feed\n"
    assert source.config.read_text().startswith(text.rstrip())
    mine, b = load(source.config).sources
    assert [seed.url for seed in mine.seeds] == [HOME, f"{HOME}feed"]
    assert [seed.url for seed in b.seeds] == ["https://b.org/rss"]

    assert source("import", str(file)) == 0
    assert source.out == ""
    assert "nothing in" in source.err

    source("add", "https://c.org/", "--no-probe")
    assert source("export") == 0
    assert 'xmlUrl="http://news.example/feed" htmlUrl="http://news.example/"' in source.out
    assert source.err == "newswarc: without a feed, and so not in it: c.org\n"
    assert source("export", "b.org") == 0
    assert source.out.count("<outline") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Dear Anna", "is no OPML"),
        (
            "<opml><body><outline text='a'/></body></opml>",
            "names no feed: no outline has an xmlUrl",
        ),
    ],
)
def test_a_file_that_is_no_opml(source: Newswarc, tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(text)
    assert source("import", str(file)) == 2
    assert message in source.err
    assert len(source.err.splitlines()) == 1
    assert not source.path.exists()
    assert source("import", str(tmp_path / "none")) == 2
