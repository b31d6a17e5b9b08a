"""Files that appear when they are complete."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from archive.complete import complete_file
from archive.errors import UsageError


def test_a_file_takes_its_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"old")
    with complete_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"]


def test_after_a_failure_the_old_file_is_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), complete_file(path) as file:
        file.write(b"%d" % (1 // file.write(b"")))
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"]


def test_a_pipe_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with complete_file(path) as file:
            file.write(b"row")
        assert os.read(reader, 9) == b"row"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "2024.csv", tmp_path / "list.csv"
    target.write_bytes(b"old")
    link.symlink_to(target)
    with complete_file(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("none/list.csv", "there is no directory"),
        ("", "is a directory; name a file"),
        ("x" * 300, os.strerror(errno.ENAMETOOLONG)),
        ("x" * 253, os.strerror(errno.ENAMETOOLONG)),
    ],
)
def test_where_no_file_can_be(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem), complete_file(tmp_path / name):
        pass
    assert not list(tmp_path.iterdir())
