"""A disk that takes no more, or nothing at all: a line, code 3, and nothing is lost."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import NewswarcError
from archive.ingest import ingest
from archive.manifest import write
from archive.merging import merge
from archive.redaction import redact
from benchmarks.faults.verdict import captures, judge
from tests.faults.conftest import HOST

NOBODY = 65534
URL = f"{HOST}/2024/10/23/ferry-1"
KEY = "example,paper)/2024/10/23/ferry-1"

#: Everything that writes into a collection, but for a crawl (tests/test_full_disk.py).
WRITERS: dict[str, Callable[[Collection], object]] = {
    "index": lambda collection: ingest(collection, workers=0, rebuild=True),
    "compact": merge,
    "redact": lambda collection: redact(collection, [URL], "asked"),
    "manifest": write,
}


def in_a_child(action: Callable[[], object], prepare: Callable[[], object]) -> str:
    """Do something in a copy of this process; return the name of the error that ended it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        said = "killed"
        try:
            prepare()
            action()
            said = ""
        except NewswarcError as error:
            said = f"{type(error).__name__}: {error}"
        except BaseException as error:  # noqa: BLE001 - told to the parent
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, said.encode()[:1000])
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


@contextmanager
def open_to_all(place: Path) -> Iterator[None]:
    """Let other users come to a place: the directories of tests are closed."""
    closed = [one for one in place.parents if not one.stat().st_mode & 1]
    modes = {one: one.stat().st_mode for one in closed if one != Path("/")}
    for one, mode in modes.items():
        one.chmod(mode | 0o055)
    yield
    for one, mode in modes.items():
        one.chmod(mode)


def become_nobody() -> None:
    """Give up the rights of root, whom no mode keeps from anything."""
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
@pytest.mark.parametrize("name", ["index", "compact", "redact"])
def test_a_full_disk(collection: Collection, name: str, share: float) -> None:
    """No file can become larger than a share of the largest, as where the disk is full."""
    before = captures(collection)
    collection.close()
    index = collection.index_path.stat().st_size
    warcs = sum(path.stat().st_size for path in collection.warc_files())
    largest = int(share * (index if name == "index" else warcs))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    said = in_a_child(lambda: WRITERS[name](collection), limited)
    assert said == "" or said.startswith("StorageError: "), said
    assert said.count("\n") == 0
    assert said or share > 0.5, "nothing fits into so little"
    # As soon as there is room, what was begun is finished.
    ingest(collection, workers=0)
    gone = {KEY} if not collection.captures(URL) else set()
    assert judge(collection, before, gone).sound
    if said:
        WRITERS[name](collection) if not gone or name != "redact" else None
        assert judge(collection, before, {KEY} if name == "redact" else set()).sound


@pytest.mark.parametrize("mode", [0o555, 0o000])
@pytest.mark.parametrize("name", WRITERS)
def test_a_directory_that_is_not_ours(collection: Collection, name: str, mode: int) -> None:
    before = captures(collection)
    collection.close()
    directories = [collection.path, collection.archive_dir]
    for path in (*collection.path.rglob("*"), collection.path):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for directory in reversed(directories):
        directory.chmod(mode)
    with open_to_all(collection.path):
        said = in_a_child(lambda: WRITERS[name](Collection(collection.path)), become_nobody)
    for directory in directories:
        directory.chmod(0o755)
    assert said.startswith("StorageError: "), said
    assert said.count("\n") == 0
    ingest(collection, workers=0)
    assert judge(collection, before).sound


def test_an_archive_that_can_only_be_read_is_read(collection: Collection) -> None:
    collection.close()
    for path in sorted(collection.path.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    collection.path.chmod(0o555)

    def look() -> None:
        reader = Collection(collection.path)
        assert reader.search("ferry").total == 9
        assert all(reader.record(one).body() for one in reader.captures(URL))

    with open_to_all(collection.path):
        said = in_a_child(look, become_nobody)
    for path in (collection.path, *collection.path.rglob("*")):
        path.chmod(0o755)
    assert said == ""


def test_an_index_that_is_gone_is_made_again(collection: Collection) -> None:
    before = captures(collection)
    collection.close()
    for path in collection.path.glob("index.db*"):
        path.unlink()
    assert collection.search("ferry").total == 0
    ingest(collection, workers=0)
    assert collection.search("ferry").total == 9
    assert judge(collection, before).sound
