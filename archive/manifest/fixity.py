"""Fixity: size and SHA-256 of a file, and the tree over its gzip members, in one reading."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.collection import Collection
from archive.manifest import merkle
from archive.manifest.document import Entry
from archive.warc.compress import GzipError, decompressor

_CHUNK = 256 * 1024
#: So much is unpacked at once: a thousand times as much may come out of it, or a thousand members.
_STEP = 16 * 1024


class Members:
    """The gzip members of a file whose bytes pass by.

    Attributes:
        ends: where each member ends.
        leaves: the hash of each.
        whole: False when there is anything in the file that is no whole member.
    """

    def __init__(self) -> None:
        self.ends: list[int] = []
        self.leaves: list[bytes] = []
        self._broken = False
        self._at = 0
        self._member = decompressor()
        self._leaf = merkle.new_leaf()

    @property
    def whole(self) -> bool:
        """Tell whether the bytes so far were whole members, and nothing else."""
        return not self._broken and self._at == (self.ends[-1] if self.ends else 0)

    def update(self, data: bytes) -> None:
        """Take the next bytes of the file."""
        for start in range(0, len(data), _STEP):
            self._update(data[start : start + _STEP])

    def _update(self, data: bytes) -> None:
        while data and not self._broken:
            try:
                self._member.decompress(data)
            except GzipError:
                self._broken = True
                return
            rest = self._member.unused_data if self._member.eof else b""
            taken = len(data) - len(rest)
            self._leaf.update(data[:taken])
            self._at += taken
            if self._member.eof:
                self.ends.append(self._at)
                self.leaves.append(self._leaf.digest())
                self._member, self._leaf = decompressor(), merkle.new_leaf()
            data = rest


def measure(collection: Collection, path: Path, end: int | None = None) -> Entry:
    """Return what a manifest says of a file of a collection, from its bytes as they are now.

    Args:
        collection: it lies in.
        path: of the file.
        end: as if the file ended there; None for all of it.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not in the collection.
    """
    name = path.relative_to(collection.path).as_posix()
    with path.open("rb") as file:
        digest, members = read(file, end)
        size = file.tell()
    if not members.whole or not members.leaves:
        return Entry(name, size, digest)
    return Entry(name, size, digest, len(members.leaves), merkle.root(members.leaves).hex())


def read(file: BinaryIO, end: int | None = None) -> tuple[str, Members]:
    """Read a file, to its end or up to an offset; return the SHA-256 and the members of that."""
    digest, members = hashlib.sha256(), Members()
    for data in _pieces(file, end):
        digest.update(data)
        members.update(data)
    return digest.hexdigest(), members


def _pieces(file: BinaryIO, end: int | None) -> Iterator[bytes]:
    left = sys.maxsize if end is None else end
    while data := file.read(min(_CHUNK, left)):
        left -= len(data)
        yield data
