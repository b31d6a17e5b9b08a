"""What is measured may come from anybody: it takes little memory, however it is packed."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest

from archive.manifest.fixity import Members
from archive.wacz import index

_GZIP = 31
_MOST = 48 * 1024 * 1024


@pytest.fixture
def bomb() -> bytes:
    """A gzip member of a third of a MB that holds 300 MB of zeros, all of it one line."""
    packer = zlib.compressobj(9, wbits=_GZIP)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()


def test_a_bomb_is_measured_in_little_memory(bomb: bytes) -> None:
    members = Members()
    tracemalloc.start()
    try:
        members.update(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert members.whole
    assert members.ends == [len(bomb)]
    assert peak < _MOST


def test_members_are_the_same_however_the_bytes_come() -> None:
    packed = [zlib.compress(bytes(size), wbits=_GZIP) for size in (0, 1, 70_000, 9_000_000, 3)]
    data = b"".join(packed)
    whole, single = Members(), Members()
    whole.update(data)
    for number in range(len(data)):
        single.update(data[number : number + 1])
    assert whole.whole
    assert len(whole.leaves) == len(packed)
    assert (whole.ends, whole.leaves) == (single.ends, single.leaves)


def test_the_lines_of_a_packed_index_are_the_same_however_the_bytes_come() -> None:
    said = [b"%d " % number * number for number in range(200)]
    data = b"".join(zlib.compress(line + b"\n", wbits=_GZIP) for line in said) * 9
    assert list(index.lines([data], packed=True)) == said * 9
