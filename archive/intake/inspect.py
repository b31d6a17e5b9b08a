"""Can a file be taken as it is? Then each record is a gzip member of its own, and can be read."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from archive.errors import DamagedRecord
from archive.warc.compress import GzipError, decompressor
from archive.warc.oddities import oddities
from archive.warc.reader import read_records
from archive.warc.unpack import GZIP

_PIECE: Final = 1024 * 1024
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_LENGTH: Final = re.compile(rb"(?im)^Content-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$")


@dataclass(slots=True)
class Inspected:
    """What was seen of a file.

    Attributes:
        usable: each record is a gzip member of its own, and all can be read.
        records: how many there are.
        oddities: what is odd, by how many records it has.
    """

    usable: bool = False
    records: int = 0
    oddities: Counter[str] = field(default_factory=Counter)


def inspect(path: Path, progress: Callable[[int], object]) -> Inspected:
    """Read a file through, up to the first record that cannot be read.

    Args:
        path: of the file.
        progress: is told after every record how long it is in the file (bytes).
    """
    seen = Inspected()
    if not _begins_alone(path):
        return seen
    try:
        for record in read_records(path):
            seen.records += 1
            seen.oddities.update(oddities(record))
            progress(record.location.length)
    except DamagedRecord:
        return seen
    seen.usable = seen.records > 0
    return seen


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _begins_alone(path: Path) -> bool:
    """Tell whether the first gzip member of a file holds one WARC record.

    Of a long member the beginning is looked at.
    """
    with path.open("rb") as file:
        packed = file.read(_PIECE)
    if not packed.startswith(GZIP):
        return False
    try:
        data = decompressor().decompress(packed, _PIECE)
    except GzipError:
        return False
    end = _HEAD_END.search(data)
    length = _LENGTH.search(data[: end.end()]) if end else None
    if not data.startswith(b"WARC/") or end is None or length is None:
        return False
    return not data[end.end() + int(length[1]) :].lstrip(b"\r\n").startswith(b"WARC/")
