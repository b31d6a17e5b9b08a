"""Imports and exports that are killed, or find the disk full: all of a file or nothing of it."""

from __future__ import annotations

import gzip
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.verify import verify
from tests.archive.intake.foreign import record

ROOT = Path(__file__).parents[3]


def command(collection: Path, *words: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "crawler", "-c", collection, *words]


def run(
    collection: Path, *words: str | Path, largest: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command where, with `largest`, no file can become larger, as on a full disk."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    return subprocess.run(
        command(collection, *words), cwd=ROOT, capture_output=True, text=True, preexec_fn=limited
    )


def write(path: Path, *, whole: bool, count: int = 30, noise: int = 0) -> Path:
    """Write a WARC file of three pages again and again, and blocks that do not compress."""
    pad = bytes((number * 7919 + number // 251) % 256 for number in range(noise))
    records = [
        record(
            number % 3,
            block=None if number < 3 else b"HTTP/1.1 200 OK\r\n\r\n%d" % number + pad,
            more=f"X-Number: {number}",
        )
        for number in range(count)
    ]
    if whole:
        path.write_bytes(b"".join(records))
    else:
        path.write_bytes(b"".join(gzip.compress(one, 1) for one in records))
    return path


@pytest.mark.parametrize("whole", [False, True], ids=["copied", "remade"])
def test_an_import_that_was_killed_is_called_again(tmp_path: Path, whole: bool) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("a", "b"):
        write(
            sources / f"{name}.warc.gz", whole=whole, count=3 if name == "a" else 600, noise=20_000
        )
    news = tmp_path / "news"
    Collection.create(news)
    process = subprocess.Popen(
        command(news, "import", sources, "--jobs", "0"), cwd=ROOT, stderr=subprocess.DEVNULL
    )
    while not (news / "archive" / "a.warc.gz").exists():
        time.sleep(0.005)
    time.sleep(0.05)  # somewhere in the second file
    process.kill()
    process.wait()
    again = run(news, "import", sources, "--jobs", "0")
    assert again.returncode == 0, again.stderr
    assert "a.warc.gz is there already" in again.stderr
    assert sorted(path.name for path in (news / "archive").iterdir()) == [
        "a.warc.gz",
        "b.warc.gz",
    ]
    with Collection(news) as collection:
        assert list(verify(collection)) == []
        assert collection.status()["captures"] == 603


@pytest.mark.parametrize("whole", [False, True], ids=["copied", "remade"])
def test_an_import_that_finds_the_disk_full(tmp_path: Path, whole: bool) -> None:
    source = write(tmp_path / "a.warc.gz", whole=whole, noise=20_000)
    news = tmp_path / "news"
    Collection.create(news)
    full = run(news, "import", source, "--jobs", "0", largest=20_000)
    assert full.returncode == 3
    assert full.stderr.startswith("newswarc: cannot write")
    assert full.stderr.count("\n") == 1
    assert list((news / "archive").iterdir()) == []
    enough = run(news, "import", source, "--jobs", "0")
    assert enough.returncode == 0, enough.stderr
    assert [path.name for path in (news / "archive").iterdir()] == ["a.warc.gz"]


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("wacz", "out.wacz"),
        ("warc", "out.warc.gz"),
        ("cdxj", "out.cdxj"),
        ("jsonl", "out.jsonl"),
        ("csv", "out.csv"),
        ("markdown", "out"),
        ("epub", "out.epub"),
    ],
)
def test_an_export_that_finds_the_disk_full(tmp_path: Path, form: str, name: str) -> None:
    news, place = tmp_path / "news", tmp_path / "place"
    assert (
        run(news, "import", write(tmp_path / "a.warc", whole=True), "--jobs", "0").returncode == 0
    )
    place.mkdir()
    if form != "markdown":
        (place / name).write_bytes(b"before")
    full = run(news, "export", form, "-o", place / name, largest=600)
    assert full.returncode == 3, full.stderr
    assert full.stderr.startswith("newswarc: cannot write")
    assert full.stderr.count("\n") == 1
    assert [path.read_bytes() for path in place.iterdir()] == [b"before"] * (form != "markdown")
    enough = run(news, "export", form, "-o", place / name)
    assert enough.returncode == 0, enough.stderr
    assert [path.name for path in place.iterdir()] == [name]
