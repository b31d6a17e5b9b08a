"""A collection that something will happen to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.ingest import ingest
from tests.archive.recorded import Recorder

HOST = "https://paper.example"


def story(number: int) -> str:
    """Return the page of an article; all are different."""
    words = " ".join(f"The ferry number {number} came back to pier {one}." for one in range(40))
    return f"<html><head><title>Ferry {number}</title></head><body><p>{words}</p></body></html>"


def record(path: Path, files: int = 3, pages: int = 3) -> Collection:
    """Return a collection with a few small files, all of them indexed."""
    collection = None
    for file in range(files):
        recorder = Recorder(path) if collection is None else Recorder.of(collection)
        collection = recorder.collection
        for number in range(file * pages, (file + 1) * pages):
            at = f"202410{10 + file:02}0800{number:02}"
            recorder.record(f"{HOST}/2024/10/23/ferry-{number}", story(number), at=at)
        recorder.close()
    assert collection is not None
    ingest(collection, workers=0)
    return collection


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return record(tmp_path / "news")


@pytest.fixture
def make() -> Callable[..., Collection]:
    """A way to have others; see `record`."""
    return record
