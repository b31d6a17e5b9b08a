"""export cdxj: sorted lines, as cdxj-indexer writes them of the same WARC files."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive import digest
from archive.model import Exchange
from archive.timestamp import to_datetime
from archive.warc.dedup import Dedup
from archive.warc.writer import WarcWriter

MUSEUM = Path(__file__).parents[3] / "fixtures" / "warcs"
URL = "https://www.example.com/2024/10/23/Ferry?b=2&a=1"
Run = Callable[..., Any]


@pytest.fixture
def filled(newsroom: Any) -> Any:
    newsroom.page(URL, "Ferry returns", at="20241001120000")
    newsroom.page(URL)
    newsroom.page("https://www.example.com/harbor", "Harbor opens")
    newsroom.close()
    newsroom.answer(
        "https://www.example.com/logo.png", b"\x89PNG", headers="Content-Type: image/png"
    )
    newsroom.answer("https://cdn.example.com:8443/x", b"x", headers="Content-Type: a/b ;c=d")
    newsroom.answer("https://www.example.com/gone", b"", status=404, headers="X: y")
    newsroom.answer("http://www.example.com/", b"", status=301, headers="Location: https://e.org/")
    newsroom.close()
    newsroom.index()
    return newsroom


def indexed(collection: Any) -> list[str]:
    """Return the lines of cdxj-indexer, sorted."""
    files = [str(path) for path in collection.warc_files()]
    done = subprocess.run(
        [sys.executable, "-m", "cdxj_indexer.main", "--sort", *files],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_the_lines_are_those_of_another_program(filled: Any, newswarc: Run) -> None:
    done = newswarc("export", "cdxj")
    assert done.code == 0
    lines = done.out.splitlines()
    assert len(lines) == 7
    assert lines == sorted(lines, key=str.encode)
    assert lines == indexed(filled.collection)


def test_revisits_and_chunked_bodies(newsroom: Any, newswarc: Run) -> None:
    """Our digest is of the payload without its chunks; cdxj-indexer's is of what is stored."""
    writer = WarcWriter(newsroom.collection.archive_dir, info={}, dedup=Dedup())
    for second in range(3):
        head, body = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", b"\x89PNG" * 500
        if second == 2:
            head, body = head[:-2] + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n0\r\n\r\n"
        entity = digest.sha1(b"a" if second == 2 else body)
        at = to_datetime(f"2024102308150{second}")
        url = f"https://www.example.com/{second}.png"
        writer.write_exchange(
            Exchange(
                url, "GET", b"GET / HTTP/1.1\r\n\r\n", head, io.BytesIO(body), len(body), at, 200,
                chunked=second == 2, entity_digest=entity,
            )
        )  # fmt: skip
    writer.close()
    newsroom.index()
    ours = newswarc("export", "cdxj").out.splitlines()
    theirs = indexed(newsroom.collection)
    assert '"mime": "warc/revisit"' in ours[1]
    assert ours[:2] == theirs[:2]
    ours_chunked, theirs_chunked = (json.loads(one[2].split(" ", 2)[2]) for one in (ours, theirs))
    assert ours_chunked.pop("digest") == digest.sha1(b"a")
    assert theirs_chunked.pop("digest") == digest.sha1(b"1\r\na\r\n0\r\n\r\n")
    assert ours_chunked == theirs_chunked


def test_into_a_file(filled: Any, newswarc: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.cdxj"
    done = newswarc("export", "cdxj", "--output", str(path))
    assert (done.code, done.out) == (0, "")
    assert done.err == f"newswarc: 7 captures in {path}\n"
    assert path.read_text() == newswarc("export", "cdxj").out
    assert [one.name for one in tmp_path.glob("out*")] == ["out.cdxj"]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["*.example.com"], 7),
        (["www.example.com/2024/*"], 2),
        ([URL], 2),
        ([URL, "--since", "2024-10-02"], 0),
        (["--until", "2024-10-01"], 7),
        (["--until", "2024-09"], 0),
        (["nowhere.example"], 0),
    ],
)
def test_a_part(filled: Any, newswarc: Run, words: list[str], count: int) -> None:
    done = newswarc("export", "cdxj", *words)
    assert (done.code, len(done.out.splitlines())) == (0, count)


def test_what_datasette_is_told(filled: Any, newswarc: Run) -> None:
    done = newswarc("export", "--datasette-metadata")
    assert (done.code, done.err) == (0, "")
    assert f"newswarc: {filled.collection.path.name}" in done.out


def test_nothing_asked_for(filled: Any, newswarc: Run) -> None:
    done = newswarc("export")
    assert (done.code, done.out) == (2, "")
    assert "newswarc export --help" in done.err


def test_what_is_no_url(filled: Any, newswarc: Run) -> None:
    done = newswarc("export", "cdxj", "ftp://example.com/")
    assert (done.code, done.out) == (2, "")
    assert done.err == "newswarc: not an http or https URL: 'ftp://example.com/'\n"


def test_a_place_that_cannot_be_written(filled: Any, newswarc: Run, tmp_path: Path) -> None:
    done = newswarc("export", "cdxj", "--output", str(tmp_path / "no" / "such.cdxj"))
    assert (done.code, done.out) == (2, "")
    assert done.err == f"newswarc: there is no directory {tmp_path / 'no'}\n"
    locked = tmp_path / "file"
    locked.mkdir()
    assert newswarc("export", "cdxj", "-o", str(locked)).code == 2


@pytest.mark.parametrize(
    "names",
    [
        [
            "good",
            "gzip",
            "brotli",
            "zstd",
            "deflate",
            "deflate-raw",
            "unknown-coding",
            "chunked-not",
        ],
        ["folded-header", "header-without-colon", "latin-1-header", "line-feeds-only", "head-only"],
        ["bracketed-url", "twice-coded", "gzip-bomb", "gzip-cut", "gzip-not", "empty"],
    ],
    ids=["codings", "heads", "oddities"],
)
def test_files_of_strangers(newsroom: Any, newswarc: Run, names: list[str]) -> None:
    for name in names:
        shutil.copy(MUSEUM / f"{name}.warc.gz", newsroom.collection.archive_dir)
    newsroom.index()
    assert newswarc("export", "cdxj").out.splitlines() == indexed(newsroom.collection)
