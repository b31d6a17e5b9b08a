"""What the WARC file says of a capture."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.collection import Collection
from archive.replay.provenance import provenance
from archive.timestamp import to_datetime
from tests.archive.recorded import Recorder

PAGE = "https://news.example/page"
FIRST, SECOND = "20241023090000", "20241024090000"


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    recorder = Recorder(tmp_path / "news", dedup=True, max_size=1)
    for moment in (FIRST, SECOND):
        recorder.record(PAGE, "the same text, twice " * 100, at=moment)
    return recorder.finished()


def test_record_and_crawl(collection: Collection) -> None:
    first, _ = collection.captures(PAGE)
    found = provenance(collection, first)
    assert found
    assert found.record.startswith("<urn:uuid:")
    assert found.date == to_datetime(FIRST)
    assert found.address == "127.0.0.1"
    assert found.crawl["isPartOf"] == "test"
    assert found.payload is None


def test_a_revisit_names_what_holds_its_payload(collection: Collection) -> None:
    first, second = collection.captures(PAGE)
    found = provenance(collection, second)
    assert found
    assert second.record_type == "revisit"
    assert found.payload == first
    assert second.location.file != first.location.file


def test_what_cannot_be_read_is_not_told(collection: Collection) -> None:
    first, _ = collection.captures(PAGE)
    path = collection.warc_path(first.location.file)
    path.write_bytes(b"damaged" * 1000)
    assert provenance(collection, first) is None
    path.unlink()
    assert provenance(collection, first) is None
