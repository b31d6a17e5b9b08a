"""Files that were cut, at every byte, and bits that flipped: what is whole stays, and is found."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import repair
from archive.collection import Collection
from archive.ingest import ingest
from archive.verify import verify
from archive.warc.reader import read_records
from archive.warc.recover import recover
from benchmarks.faults.verdict import captures


def mended(collection: Collection) -> list[str]:
    """Repair a collection as ``newswarc verify --repair`` does; return what is left."""
    with repair.alone(collection):
        list(repair.prepare(collection))
        list(repair.repair(collection, list(verify(collection))))
    return [str(finding) for finding in verify(collection)]


@pytest.fixture
def small(tmp_path: Path, make: Callable[..., Collection]) -> Collection:
    return make(tmp_path / "small", files=1, pages=2)


def test_left_open_and_cut_at_every_byte(small: Collection, tmp_path: Path) -> None:
    (path,) = small.warc_files()
    data = path.read_bytes()
    ends = [one.location.offset + one.location.length for one in read_records(path)]
    place = tmp_path / "cut"
    for size in range(len(data)):
        place.mkdir()
        (place / "a.warc.gz.open").write_bytes(data[:size])
        (recovered,) = recover(place)
        whole = sum(end <= size for end in ends)
        assert recovered.records == whole, size
        kept = ends[whole - 1] if whole else 0
        assert recovered.cut == size - kept
        pieces = [one.read_bytes() for one in sorted(place.iterdir())]  # the file, then .cut
        assert b"".join(pieces) == data[:size], "every byte is kept"
        shutil.rmtree(place)


def test_a_closed_file_cut_anywhere_is_repaired(small: Collection, tmp_path: Path) -> None:
    (path,) = small.warc_files()
    data = path.read_bytes()
    ends = [one.location.offset + one.location.length for one in read_records(path)]
    for size in sorted({*ends[:-1], *range(1, len(data), 211), len(data) - 1}):
        collection = Collection.create(tmp_path / str(size))
        collection.archive_dir.mkdir(exist_ok=True)
        (collection.archive_dir / path.name).write_bytes(data[:size])
        ingest(collection, workers=0)
        left = mended(collection)
        if size < ends[0]:  # there is no whole record that a file could be made of
            assert len(left) == 1
            continue
        assert left == [], size
        now = (collection.archive_dir / path.name).stat().st_size
        assert now == max(end for end in ends if end <= size)
        assert mended(collection) == []


def test_bits_that_flip_are_named_and_the_rest_is_there(small: Collection, tmp_path: Path) -> None:
    (path,) = small.warc_files()
    data = path.read_bytes()
    whole = captures(small)
    chance = random.Random(11)
    for number in range(16):
        broken = bytearray(data)
        place = chance.randrange(len(data))
        broken[place] ^= 1 << chance.randrange(8)
        collection = Collection.create(tmp_path / str(number))
        collection.archive_dir.mkdir(exist_ok=True)
        (collection.archive_dir / path.name).write_bytes(bytes(broken))
        ingest(collection, workers=0)
        found = list(verify(collection))
        with collection:
            held = sum(
                bool(collection.captures(url, since=stamp, until=stamp)) for _, url, stamp in whole
            )
        # Bits of a gzip head that nobody reads (its time, its system) change no record.
        if not found:
            assert held == len(whole), place
        assert held >= len(whole) - 1, place
