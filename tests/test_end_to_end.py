"""The whole road, by the commands alone: a site is crawled, shut down, searched and replayed."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator

from archive import Collection
from archive.web.server import ReplayServer
from crawler.demo.server import DemoServer
from crawler.demo.site import FOUNDING, MOSCOW_TIMES, moscow_times
from tests.browser import Browser

ROOT = Path(__file__).parent.parent
ARTICLES = 66
Result = subprocess.CompletedProcess[str]


def newswarc(collection: Path, *arguments: str) -> Result:
    return subprocess.run(
        [sys.executable, "-m", "crawler", "-c", collection, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )


@dataclass(frozen=True)
class Archived:
    """A collection of the bundled site, which is gone, and how the crawls went."""

    path: Path
    first: Result
    second: Result
    asked_again: list[str]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    path = tmp_path_factory.mktemp("end-to-end") / "news"
    with DemoServer(moscow_times()) as site:
        connect = [word for rule in site.connect_to for word in ("--connect-to", rule)]
        command = ("crawl", MOSCOW_TIMES, "--delay", "0", "--json", *connect)
        first = newswarc(path, *command)
        before = len(site.requests)
        second = newswarc(path, *command)
        again = [request.url for request in site.requests[before:]]
    return Archived(path, first, second, again)


def warcs(path: Path) -> list[Path]:
    return sorted((path / "archive").glob("*.warc.gz"))


def test_a_crawl_takes_every_article_and_is_silent(archived: Archived) -> None:
    assert archived.first.returncode == 0
    assert archived.first.stderr == ""  # as under cron
    summary = json.loads(archived.first.stdout)
    assert summary["articles"] == ARTICLES
    assert summary["requisites"] > 20
    assert summary["failed"] == 0


def test_the_next_crawl_fetches_no_article_again(archived: Archived) -> None:
    assert archived.second.returncode == 0
    assert json.loads(archived.second.stdout)["articles"] == 0
    assert not [url for url in archived.asked_again if re.search(r"-a\d+$", url)]


def test_everything_went_into_the_warc(archived: Archived) -> None:
    """Robots.txt, feeds, sitemaps and redirects as well as pages, each with its request."""
    urls: dict[str, list[str]] = {}
    for file in warcs(archived.path):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, verify_digests=True):
                kind = record.headers["WARC-Type"]
                urls.setdefault(kind, []).append(record.headers.get("WARC-Target-URI", ""))
    responses = set(urls["response"])
    assert {
        "https://www.themoscowtimes.com/robots.txt",
        "https://www.themoscowtimes.com/rss/news",
        "https://static.themoscowtimes.com/sitemap/sitemap.xml",
        MOSCOW_TIMES,
        FOUNDING,
    } <= responses
    assert responses <= set(urls["request"])
    assert len(urls["warcinfo"]) == len(warcs(archived.path))


def test_warcio_accepts_every_file(archived: Archived) -> None:
    check = [sys.executable, "-m", "warcio.cli", "check", *warcs(archived.path)]
    result = subprocess.run(check, capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stdout) == (0, "")


def test_search_finds_the_article(archived: Archived) -> None:
    result = newswarc(archived.path, "search", "north korea troops", "--json")
    assert result.returncode == 0
    assert FOUNDING in result.stdout


def test_show_prints_the_founding_document(archived: Archived) -> None:
    """The same words in the same order with the same emphasis as the document that began it."""
    expected = (ROOT / "fixtures/pages/founding/expected.md").read_text()
    result = newswarc(archived.path, "show", FOUNDING, "--format", "markdown")
    assert result.returncode == 0
    assert result.stdout == expected


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_show_has_other_forms(archived: Archived, form: str) -> None:
    result = newswarc(archived.path, "show", FOUNDING, "--format", form)
    assert result.returncode == 0
    assert "approximately 3,000 North Korean soldiers" in result.stdout


def test_history_lists_the_capture(archived: Archived) -> None:
    result = newswarc(archived.path, "history", FOUNDING, "--json")
    assert result.returncode == 0
    assert json.loads(result.stdout)


def rows(path: Path) -> dict[str, list[Any]]:
    """Every row of every table of an index, but for the times at which it was made."""
    with sqlite3.connect(path) as db:
        tables = [
            name
            for (name,) in db.execute("select name from sqlite_master where type = 'table'")
            if not name.startswith(("sqlite_", "_sqlite_"))
        ]
        found = {
            name: db.execute(f"select * from [{name}] order by 1").fetchall() for name in tables
        }
        # The order in which texts came decides the numbers that names and additions have.
        names = {row[0]: row[1:] for row in found.pop("names")}
        del found["fulltext_state"]
        found["docs"] = [
            (
                *(row[name] for name in ("id", "article_id", "current", "edited", "dated", "seen")),
                *(names.get(row[name]) for name in ("host_id", "language_id", "section_id")),
                *(names[int(author)] for author in (row["author_ids"] or "").split()),
            )
            for row in named(db, "docs")
        ]
        return found | {"names": sorted(names.values())}


def named(db: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = db.execute(f"select * from [{table}] order by 1")
    columns = [column for column, *_ in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def test_the_index_can_be_made_again_from_the_warcs(archived: Archived) -> None:
    live = rows(archived.path / "index.db")
    assert len(live["articles"]) == ARTICLES
    assert newswarc(archived.path, "index", "--rebuild").returncode == 0
    rebuilt = rows(archived.path / "index.db")
    for table in live:
        if "_fts_" not in table:  # shadow tables of FTS5: the same words, other segments
            assert rebuilt[table] == live[table], table


def test_the_page_is_replayed_without_the_site(archived: Archived) -> None:
    with Collection(archived.path) as collection, ReplayServer(collection, port=0) as server:
        with Browser() as browser:
            page = browser.open(f"{server.url}web/2026/{FOUNDING}")
            inside = f"mp_/{FOUNDING}"
            text = page.text(frame=inside)
            assert "North Korea Sent 1,500 More Troops" in text
            assert "military technologies, such as surveillance satellites" in text
            images = page.images(frame=inside)
            assert images
            assert all(images.values()), images
            assert "Georgia" in page.style("article h1", "font-family", frame=inside)
            assert page.style("body", "margin-top", frame=inside) == "0px"  # 8px without styles
            traffic = browser.traffic()
        assert any(url.endswith(FOUNDING) for url in traffic.requests)
        assert traffic.beyond(server.url) == set()


def test_the_demo_ends_with_collection_hits_and_replay(tmp_path: Path) -> None:
    result = newswarc(tmp_path / "demo", "demo", "--no-serve")
    assert result.returncode == 0, result.stderr
    last = result.stdout.rstrip().splitlines()[-3:]
    assert last[0] == f"Collection  {tmp_path / 'demo'}"
    assert last[1].startswith("Hit         2024-10-23  North Korea Sent 1,500 More Troops")
    assert re.fullmatch(rf"Replay      http://127\.0\.0\.1:8080/web/\d{{14}}/{FOUNDING}", last[2])
    assert "approximately 3,000 North Korean soldiers" in result.stdout
    assert (tmp_path / "demo" / "replay.png").stat().st_size > 50_000
