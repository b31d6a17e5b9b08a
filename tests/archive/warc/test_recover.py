"""Files that were left open are closed with all their whole records, and nothing is lost."""

from __future__ import annotations

import errno
import gzip
import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import StorageError
from archive.model import Exchange
from archive.warc.recover import Recovered, recover, whole_records
from archive.warc.writer import WarcWriter

NAME = "NEWSWARC-20241023081500123-00000-host.warc.gz"


def exchange(number: int, size: int = 1000) -> Exchange:
    body = os.urandom(size)
    return Exchange(
        url=f"https://news.example/{number}",
        method="GET",
        request=b"GET / HTTP/1.1\r\n\r\n",
        head=b"HTTP/1.1 200 OK\r\n\r\n",
        body=io.BytesIO(body),
        size=len(body),
        started=datetime(2024, 10, 23, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A WARC file of seven records: warcinfo, and three exchanges."""
    directory = tmp_path_factory.mktemp("whole")
    writer = WarcWriter(directory, info={})
    for number in range(3):
        writer.write_exchange(exchange(number))
    writer.close()
    (path,) = directory.iterdir()
    return path.read_bytes()


def left_open(directory: Path, data: bytes) -> Path:
    path = directory / (NAME + ".open")
    path.write_bytes(data)
    return path


def ends(data: bytes) -> list[int]:
    return list(whole_records(io.BytesIO(data)))


def test_whole_file_is_closed(tmp_path: Path, whole: bytes) -> None:
    left_open(tmp_path, whole)
    assert recover(tmp_path) == [Recovered(tmp_path / NAME, 7, 0, None)]
    assert (tmp_path / NAME).read_bytes() == whole
    assert recover(tmp_path) == []


def test_torn_file_is_cut_and_the_rest_kept(tmp_path: Path, whole: bytes) -> None:
    *_, before_last, last = ends(whole)
    left_open(tmp_path, whole[: last - 5])
    (found,) = recover(tmp_path)
    assert found.records == 6
    assert (tmp_path / NAME).read_bytes() == whole[:before_last]
    assert found.aside == tmp_path / (NAME + ".cut")
    assert found.aside.read_bytes() == whole[before_last : last - 5]
    assert str(found).startswith(f"closed {NAME} with 6 records, kept ")


@pytest.mark.parametrize("cut", range(1, 40))
def test_file_torn_anywhere(tmp_path: Path, whole: bytes, cut: int) -> None:
    size = len(whole) * cut // 40
    left_open(tmp_path, whole[:size])
    (found,) = recover(tmp_path)
    good = max((end for end in ends(whole) if end <= size), default=0)
    if found.path is None:
        assert good == 0
    else:
        assert found.path.read_bytes() == whole[:good]
    assert found.cut == size - good
    assert (found.aside.read_bytes() if found.aside else b"") == whole[good:size]


@pytest.mark.parametrize(
    "tail",
    [b"\x00" * 4096, b"\x1f\x8b", b"WARC/1.1\r\n", gzip.compress(b"no record\r\n\r\n"),
     gzip.compress(b"WARC/1.1\r\nno end")],
)  # fmt: skip
def test_tail_that_is_no_record(tmp_path: Path, whole: bytes, tail: bytes) -> None:
    left_open(tmp_path, whole + tail)
    (found,) = recover(tmp_path)
    assert (tmp_path / NAME).read_bytes() == whole
    assert found.aside is not None
    assert found.aside.read_bytes() == tail


def test_flipped_bit_ends_the_good_part(tmp_path: Path, whole: bytes) -> None:
    first, second, *_ = ends(whole)
    broken = bytearray(whole)
    broken[(first + second) // 2] ^= 1
    left_open(tmp_path, bytes(broken))
    (found,) = recover(tmp_path)
    assert (tmp_path / NAME).read_bytes() == whole[:first]
    assert found.cut == len(whole) - first


def test_empty_file_goes(tmp_path: Path) -> None:
    left_open(tmp_path, b"")
    assert recover(tmp_path) == [Recovered(None, 0, 0, None)]
    assert list(tmp_path.iterdir()) == []


def test_nothing_whole_is_kept_aside(tmp_path: Path, whole: bytes) -> None:
    left_open(tmp_path, whole[:50])
    (found,) = recover(tmp_path)
    assert found.path is None
    assert [path.name for path in tmp_path.iterdir()] == [NAME + ".cut"]


def test_closed_files_and_strangers_are_left_alone(tmp_path: Path, whole: bytes) -> None:
    for name in (NAME, "foreign.warc.gz", "notes.open", "other.warc"):
        (tmp_path / name).write_bytes(whole[:-3])
    assert recover(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 4


def test_directory_that_is_missing(tmp_path: Path) -> None:
    assert recover(tmp_path / "nowhere") == []


def test_file_in_work_is_left_alone(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={})
    writer.write_exchange(exchange(1))
    assert recover(tmp_path) == []
    writer.write_exchange(exchange(2))
    writer.close()
    (path,) = tmp_path.iterdir()
    assert len(ends(path.read_bytes())) == 5


def test_disk_that_does_not_take_it(
    tmp_path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = left_open(tmp_path, whole[:-3])
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        recover(tmp_path)
    assert path.read_bytes() == whole[:-3]


def test_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_recover import WarcWriter, exchange
writer = WarcWriter(Path(sys.argv[1]), info={}, max_size=200_000)
for number in range(100_000):
    print(writer.write_exchange(exchange(number, 30_000)).offset, flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path, Path(__file__).parent],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(50)]
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.readlines()
    recover(tmp_path)
    files = sorted(tmp_path.glob("*.warc.gz"))
    assert not list(tmp_path.glob("*.open"))
    stored = b"".join(gzip.decompress(path.read_bytes()) for path in files)
    assert stored.count(b"WARC-Type: response") >= len(acknowledged)
    warcio = Path(sys.executable).with_name("warcio")
    assert subprocess.run([warcio, "check", *files]).returncode == 0
