"""export wacz and warc, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.wacz import WaczReader, check

URL = "https://www.example.com/2024/10/23/Ferry"
Run = Callable[..., Any]


@pytest.fixture
def filled(newsroom: Any) -> Any:
    newsroom.page(URL, "Ferry returns", at="20241001120000")
    newsroom.page("https://www.example.com/harbor", "Harbor opens")
    newsroom.close()
    newsroom.index()
    return newsroom


def test_a_wacz(filled: Any, newswarc: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.wacz"
    done = newswarc("export", "wacz", "returns", "-o", str(path), "--name", "Ferries")
    size = f"{path.stat().st_size:,}"
    assert (done.code, done.out) == (0, "")
    assert done.err == f"newswarc: 1 article, 1 capture, {size} bytes in {path}\n"
    assert list(check(path)) == []
    with WaczReader(path) as wacz:
        assert wacz.read_json("datapackage.json")["title"] == "Ferries"


def test_a_warc(filled: Any, newswarc: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.warc.gz"
    done = newswarc("export", "warc", "-o", str(path), "--as-of", "2024-11")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("newswarc: 2 articles, 2 captures, ")
    first = path.read_bytes()
    assert newswarc("export", "warc", "-o", str(path), "--as-of", "2024-11").code == 0
    assert path.read_bytes() == first


@pytest.mark.parametrize("form", ["wacz", "warc"])
def test_nothing_found_leaves_nothing(
    filled: Any, newswarc: Run, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"out.{form}.gz"
    done = newswarc("export", form, "zeppelin", "-o", str(path))
    assert (done.code, done.out) == (2, "")
    assert done.err == "newswarc: nothing to export: no article matches\n"
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wacz"], "Missing option '--output'"),
        (["warc", "-o", "x.warc"], "x.warc must end with .warc.gz"),
        (["wacz", "-o", "/no/such/x.wacz"], "there is no directory /no/such"),
        (["wacz", "--nonsense", "-o", "x.wacz"], "no such option: --nonsense"),
        (["wacz", "-o", "x.wacz", "--as-of", "yesterday"], "not a time"),
        (["warc", "--raw", "AND AND", "-o", "x.warc.gz"], "FTS5"),
    ],
)
def test_wrong_use(filled: Any, newswarc: Run, words: list[str], said: str) -> None:
    done = newswarc("export", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_records_that_cannot_be_read(filled: Any, newswarc: Run, tmp_path: Path) -> None:
    (file,) = filled.collection.warc_files()
    file.rename(tmp_path / "away.warc.gz")
    done = newswarc("export", "warc", "returns", "-o", str(tmp_path / "out.warc.gz"))
    assert (done.code, done.err) == (5, f"newswarc: {file.name} is missing; put it back\n")


def test_lines_and_tables(filled: Any, newswarc: Run, tmp_path: Path) -> None:
    done = newswarc("export", "jsonl", "returns")
    assert (done.code, done.err) == (0, "")
    assert [json.loads(line)["title"] for line in done.out.splitlines()] == ["Ferry returns"]
    path = tmp_path / "out.csv"
    done = newswarc("export", "csv", "-o", str(path))
    assert (done.code, done.err) == (0, f"newswarc: 2 articles in {path}\n")
    assert path.read_text().startswith("article_id,url,title")


def test_a_folder_and_a_book(filled: Any, newswarc: Run, tmp_path: Path) -> None:
    folder, book = tmp_path / "out", tmp_path / "out.epub"
    done = newswarc("export", "markdown", "-o", str(folder))
    assert (done.code, done.err) == (0, f"newswarc: 2 files in {folder}\n")
    assert newswarc("export", "markdown", "-o", str(folder)).code == 2
    done = newswarc("export", "epub", "-o", str(book), "--name", "Ferries")
    size = f"{book.stat().st_size:,}"
    assert done.err == f"newswarc: 2 articles, 0 pictures, {size} bytes in {book}\n"
    assert done.code == 0
