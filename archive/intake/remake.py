"""The records of a file in any form, written as a WARC file with a gzip member for each.

Header and block of a record keep their bytes; what changes is told in the docs: records of ARC
files get a WARC header, and a Content-Length that is too large is set right.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from archive.errors import DamagedRecord
from archive.intake.sources import Source
from archive.intake.taken import Taken
from archive.model import Location
from archive.version import __version__
from archive.warc import records
from archive.warc.compress import GzipMember
from archive.warc.oddities import oddities
from archive.warc.record import parse
from archive.warc.stream import Raw, RecordStream
from archive.warc.unpack import unpacked
from archive.warc.writer import FORMAT

#: Field of our warcinfo record that names the source by its SHA-256, hexadecimal.
SOURCE_SHA256: Final = "source-sha256"
_PIECE: Final = 1024 * 1024
_LEVEL: Final = 2
_PADDING: Final = b"\r\n\r\n"


def remake(
    source: Source,
    path: Path,
    sha256: str,
    target: Path,
    taken: Taken,
    progress: Callable[[int], object],
) -> None:
    """Write the records of a file into another, and say in `taken` what was odd or lost.

    Args:
        source: what it is called.
        path: of the file.
        sha256: of the file, hexadecimal.
        target: of the WARC file; it is not made durable here.
        taken: `Taken.file` is the name that the file will have.
        progress: is told how many bytes of the file were read.
    """
    stream = RecordStream(unpacked(path, progress), sha256)
    with target.open("wb") as out:
        writer = records.RecordWriter()
        _, info = records.warcinfo(taken.file, _info(source, sha256))
        writer.write(info, GzipMember(out.write, _LEVEL))
        try:
            for raw in stream:
                with raw.block:
                    _write(raw, out.write, taken)
        except DamagedRecord as error:
            taken.problems.append(str(error))
    taken.problems += stream.problems


def _write(raw: Raw, sink: Callable[[bytes], object], taken: Taken) -> None:
    """Write one record; one that could not be read again is left out, and told."""
    data = raw.head + raw.block.read(_PIECE)
    size = len(raw.head) + raw.size + len(_PADDING)
    if raw.size <= _PIECE:
        data += _PADDING
    try:
        record = parse(data, size, Location(taken.file, raw.at, 0))
    except ValueError as error:
        taken.problems.append(f"the record at {raw.at:,}: {error}")
        return
    taken.records += 1
    for oddity in {*oddities(record), *raw.oddities}:
        taken.oddities[oddity] = taken.oddities.get(oddity, 0) + 1
    member = GzipMember(sink, _LEVEL)
    member.write(raw.head)
    raw.block.seek(0)
    while piece := raw.block.read(_PIECE):
        member.write(piece)
    member.write(_PADDING)
    member.close()


def _info(source: Source, sha256: str) -> dict[str, str]:
    """Return the fields of the warcinfo record that says where the others come from."""
    return {
        "software": f"newswarc/{__version__}",
        "hostname": socket.gethostname(),
        **FORMAT,
        "description": "Records of another archive file, each as a gzip member of its own",
        "source": f"{source.path.name}/{source.entry}" if source.entry else source.path.name,
        "source-length": str(source.size),
        SOURCE_SHA256: sha256,
    }
