"""import, as a person types it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.archive.intake.foreign import gzip_records, plain

Run = Callable[..., Any]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip_records())
    return path


def test_what_is_said(newswarc: Run, source: Path) -> None:
    done = newswarc("import", str(source), "--jobs", "0")
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines() == [
        f"newswarc: {source} copied: 3 records",
        "newswarc: odd, and kept: no digest (3 records)",
        "newswarc: 3 records, 3 captures, 3 new versions of articles",
    ]
    again = newswarc("import", str(source), "--jobs", "0")
    assert again.code == 0
    assert f"{source} is there already, as a.warc.gz" in again.err
    assert "0 captures" in again.err


def test_its_articles_are_found(newswarc: Run, source: Path) -> None:
    newswarc("import", str(source.parent), "--jobs", "0")
    assert newswarc("search", "tram", "--urls").out.count("http://www.gazette.example/") == 3
    assert newswarc("verify").code == 0


def test_as_json(newswarc: Run, tmp_path: Path) -> None:
    path = tmp_path / "brackets.warc"
    path.write_bytes(plain(uri="<{}>"))
    done = newswarc("import", str(path), "--json", "--jobs", "0")
    (told,) = json.loads(done.out)
    assert told == {
        "source": str(path),
        "how": "remade",
        "file": "brackets.warc.gz",
        "records": 3,
        "oddities": {"no digest": 3, "target URI in angle brackets": 3},
        "problems": [],
    }


def test_what_is_lost_ends_with_the_code_of_damage(newswarc: Run, source: Path) -> None:
    source.write_bytes(source.read_bytes()[:-20])
    (source.parent / "b.warc").write_bytes(b"nothing")
    done = newswarc("import", str(source), str(source.parent / "b.warc"), "--jobs", "0")
    assert done.code == 5
    assert f"{source} copied, with a gzip member for each record: 2 records in a.wa" in done.err
    assert f"{source}: the file ends within the gzip member at" in done.err
    assert "b.warc: it has no WARC or ARC record that can be read" in done.err
    assert "2 captures" in done.err


def test_a_link(newswarc: Run, source: Path) -> None:
    done = newswarc("import", "--link", str(source), "--jobs", "0")
    assert (done.code, done.err.splitlines()[0]) == (0, f"newswarc: {source} linked: 3 records")
    source.with_name("b.warc").write_bytes(plain())
    refused = newswarc("import", "--link", str(source.with_name("b.warc")), "--jobs", "0")
    assert refused.code == 5
    assert "import it without --link" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing argument 'PATH...'"),
        (["/no/such/file"], "there is no file /no/such/file"),
        (["{empty}"], "has no WARC, ARC or WACZ file in it"),
        (["x", "--jobs", "-1"], "Invalid value for '--jobs'"),
    ],
)
def test_wrong_use(newswarc: Run, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "empty").mkdir()
    done = newswarc("import", *(word.format(empty=tmp_path / "empty") for word in words))
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize("form", ["wacz", "warc"])
def test_what_was_exported_comes_back(
    newswarc: Run, tmp_path: Path, source: Path, form: str
) -> None:
    newswarc("import", str(source), "--jobs", "0")
    path = tmp_path / ("out.wacz" if form == "wacz" else "out.warc.gz")
    assert newswarc("export", form, "tram", "-o", str(path)).code == 0
    other = str(tmp_path / "other")
    assert newswarc("-c", other, "import", str(path), "--jobs", "0").code == 0
    rows = [newswarc(*words, "search", "tram", "--json").out for words in ([], ["-c", other])]
    ours, theirs = (
        [(hit["url"], hit["timestamp"], hit["title"]) for hit in json.loads(one)["hits"]]
        for one in rows
    )
    assert ours == theirs
    assert len(ours) == 3
    assert newswarc("-c", other, "verify").code == 0


def test_a_damaged_wacz_is_refused(newswarc: Run, tmp_path: Path, source: Path) -> None:
    newswarc("import", str(source), "--jobs", "0")
    path = tmp_path / "out.wacz"
    newswarc("export", "wacz", "-o", str(path))
    data = path.read_bytes()
    path.write_bytes(data.replace(source.read_bytes(), source.read_bytes()[:-9] + b"x" * 9))
    done = newswarc("-c", str(tmp_path / "other"), "import", str(path), "--jobs", "0")
    assert done.code == 5
    assert "Bad CRC-32" in done.err


def test_a_wacz_whose_hash_is_another_is_refused(newswarc: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    listed = [{"path": "archive/a.warc.gz", "hash": "sha256:" + "0" * 64, "bytes": 1}]
    with zipfile.ZipFile(path, "w") as wacz:
        wacz.writestr("archive/a.warc.gz", gzip_records())
        wacz.writestr("archive/b.warc.gz", gzip_records())
        wacz.writestr("datapackage.json", json.dumps({"resources": listed}))
    done = newswarc("import", str(path), "--jobs", "0")
    assert done.code == 5
    assert "a.warc.gz: it is not what the WACZ says that it is" in done.err
    assert f"{path}:archive/b.warc.gz copied: 3 records" in done.err
