"""A real Datasette over our index, as a browser shows it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from archive.cli import group as newswarc
from archive.cli import run
from archive.datasette import metadata, to_yaml
from tests.browser import Browser

TROOPS = "Lawmakers were told on Wednesday that the troops had been sent in October, by train."


@pytest.fixture
def datasette(newsroom: Any, tmp_path: Path, capfd: Any) -> Iterator[str]:
    """The URL of a Datasette that serves the newsroom's index with our metadata."""
    site = "https://www.{}.example.com/2024/{}"
    newsroom.page(site.format("a", "korea"), "North Korea sent troops", text=TROOPS)
    newsroom.page(site.format("b", "troop"), "A troop of actors", text=TROOPS)
    newsroom.page(site.format("a", "ferry"), "Ferry returns")
    newsroom.page(site.format("a", "ferry"), "Ferry returns at last", at="20241101081500")
    newsroom.index()
    newsroom.close()
    assert (
        run(newswarc, ["-c", str(newsroom.collection.path), "export", "--datasette-metadata"]) == 0
    )
    told = tmp_path / "datasette.yaml"
    told.write_text(capfd.readouterr().out, encoding="utf-8")
    words = ["serve", str(newsroom.collection.index_path), "--metadata", str(told), "--port", "0"]
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "datasette", *words], stdout=log, stderr=log
        )
        try:
            yield _url(process, tmp_path / "log")
        finally:
            process.terminate()
            process.wait(20)


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            return found[0]
        time.sleep(0.05)
    raise TimeoutError(log.read_text())


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def test_search_facets_and_queries(datasette: str, tmp_path: Path) -> None:
    found = fetch(f"{datasette}/index/articles.json?_search=troops&_shape=array")
    assert {row["title"] for row in found} == {"North Korea sent troops", "A troop of actors"}
    page = fetch(f"{datasette}/index/articles.json")
    hosts = page["facet_results"]["host"]["results"]
    assert {each["value"]: each["count"] for each in hosts} == {
        "a.example.com": 2,
        "b.example.com": 1,
    }
    assert {
        table["name"] for table in fetch(f"{datasette}/index.json")["tables"] if not table["hidden"]
    } == {
        *("articles", "versions", "crawls", "warc_files", "redactions"),
    }
    for name in metadata(Path("index.db"), "news")["databases"]["index"]["queries"]:
        answer = fetch(
            f"{datasette}/index/{name}.json?_shape=array&query=troops&host=&url="
            + quote("https://www.a.example.com/2024/ferry")
        )
        assert isinstance(answer, list), (name, answer)
        assert answer or name in ("authors", "stealth_edits"), name
    for view in ("current_articles", "edits", "captures", "capture_locations", "copied_articles"):
        assert fetch(f"{datasette}/index/{view}.json?_shape=array") or view == "copied_articles"

    with Browser() as browser:
        shown = browser.open(f"{datasette}/index/articles")
        assert "One row for each article" in shown.text()
        shown.evaluate("document.querySelector('input[name=_search]').value = 'troops'")
        shown.evaluate("document.querySelector('input[name=_search]').form.submit()")
        shown.wait()
        assert "2 rows" in shown.text()
        assert "Ferry returns" not in shown.text()
        shown.click(".facet-results a[href*='b.example.com']")
        shown.wait()
        assert "1 row where" in shown.text()
        assert "A troop of actors" in shown.text()
        assert "North Korea sent troops" not in shown.text()
        shown.screenshot(tmp_path / "datasette.png")
        assert browser.traffic().beyond(datasette) == set()


def test_every_table_it_speaks_of_is_there(newsroom: Any) -> None:
    newsroom.page("https://www.example.com/a")
    newsroom.index()
    with newsroom.collection._reader.reading() as db:
        there = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        told = metadata(newsroom.collection.index_path, "news")["databases"]["index"]["tables"]
        assert told.keys() <= there
        for name, table in told.items():
            names = {row[1] for row in db.execute(f"PRAGMA table_info({name})")}
            facets = {f if isinstance(f, str) else f["array"] for f in table.get("facets", ())}
            assert facets | set(table.get("columns", ())) <= names, name
            assert {table[key] for key in ("sort_desc", "fts_pk") if key in table} <= names, name


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1, "b": [], "c": {}, "d": None, "e": True},
        {"no": 1, "Y": 2, "null": 3, "1": 4, "": 5, "a-b": 6, "on": 7},
        {"a: b": ["- x", {"k": "v", "l": ["m"]}, "#", "'\"", "日本 войска"]},
        {"sql": "SELECT 1\n  -- two\nFROM t", "list": [["a", "b"], ["c"]]},
        metadata(Path("index.db"), 'a "name": x'),
    ],
)
def test_yaml_reads_as_what_was_written(value: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(value)) == json.loads(json.dumps(value))
