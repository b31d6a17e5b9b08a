"""Reading a WACZ that may come from anybody: nothing in it is believed, everything is bounded.

Nothing is ever unpacked to a path that a WACZ names: who copies a WARC file out of it chooses the
name.
"""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from archive.errors import DamagedArchive
from archive.wacz import layout
from archive.wacz.layout import Resource

#: A directory of a ZIP file that is longer than this is not read (bytes).
_MAX_DIRECTORY: Final = 64 * 1024 * 1024
#: Nor is a ``datapackage.json``.
_MAX_JSON: Final = 16 * 1024 * 1024
#: More than this no honest entry is packed (and deflate cannot do more than ten times as well).
_MAX_RATIO: Final = 200
_PIECE: Final = 1024 * 1024
#: End of central directory; its ZIP64 locator and record (APPNOTE.TXT, 4.3.14 to 4.3.16).
_END: Final = struct.Struct("<4s4xH2xLL2x")
_LOCATOR: Final = struct.Struct("<4s4xQ4x")
_END64: Final = struct.Struct("<4s28xQQQ")
_LOCAL: Final = struct.Struct("<4s22xHH")
_MAX_COMMENT: Final = 65_535
#: What a broken ZIP entry raises when it is read.
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error),
)


class WaczReader:
    """Read access to one WACZ.

    Args:
        path: of the file.

    Raises:
        DamagedArchive: it is no ZIP file, or one that is made to do harm.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb")
        try:
            _check_directory(self._file, path.name)
            self._zip = zipfile.ZipFile(self._file)
            self._check_entries()
        except (*_BROKEN, ValueError, UnicodeDecodeError) as error:
            self._file.close()
            raise DamagedArchive(f"{path.name}: no ZIP file, or a broken one: {error}") from None
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()
        self._file.close()

    def entries(self) -> list[zipfile.ZipInfo]:
        """Return the files in it, directories left out."""
        return [entry for entry in self._zip.infolist() if not entry.is_dir()]

    def warcs(self) -> list[zipfile.ZipInfo]:
        """Return the WARC files (and, in very old ones, ARC files) in its ``archive/``."""
        return [
            entry
            for entry in self.entries()
            if entry.filename.startswith(layout.ARCHIVE)
            and entry.filename.lower().endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))
        ]

    def entry(self, path: str) -> zipfile.ZipInfo | None:
        """Return the entry of that path, or None."""
        try:
            return self._zip.getinfo(path)
        except KeyError:
            return None

    def pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield what is in an entry, unpacked.

        Raises:
            DamagedArchive: it cannot be unpacked, or its check sum is another.
        """
        try:
            with self._zip.open(entry) as file:
                while piece := file.read(_PIECE):
                    yield piece
        except _BROKEN as error:
            raise DamagedArchive(f"{self.path.name}: {entry.filename}: {error}") from None

    def read_json(self, path: str) -> Any:
        """Return what a JSON file says, or None where there is no such file.

        Raises:
            DamagedArchive: it is too long, or no JSON.
        """
        data = self.small(path)
        if data is None:
            return None
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise DamagedArchive(f"{self.path.name}: {path} is no JSON") from None

    def small(self, path: str) -> bytes | None:
        """Return a file of some MB at most, or None where there is none.

        Raises:
            DamagedArchive: it is longer, or broken.
        """
        entry = self.entry(path)
        if entry is None:
            return None
        if entry.file_size > _MAX_JSON:
            raise DamagedArchive(f"{self.path.name}: {path} is longer than {_MAX_JSON:,} bytes")
        return b"".join(self.pieces(entry))

    def resources(self) -> list[Resource]:
        """Return what ``datapackage.json`` lists; what in it is no resource is left out.

        Raises:
            DamagedArchive: it cannot be read.
        """
        package = self.read_json(layout.DATAPACKAGE)
        listed = package.get("resources") if isinstance(package, dict) else None
        found = []
        for one in listed if isinstance(listed, list) else ():
            fields = one if isinstance(one, dict) else {}
            path, digest, size = (fields.get(name) for name in ("path", "hash", "bytes"))
            if isinstance(path, str) and isinstance(digest, str) and isinstance(size, int):
                found.append(Resource(path, digest, size))
        return found

    def stored(self, entry: zipfile.ZipInfo) -> BinaryIO | None:
        """Return a stored entry as a file that can be read at any offset; None if it is packed.

        Raises:
            DamagedArchive: it is not where the ZIP says.
        """
        if entry.compress_type != zipfile.ZIP_STORED:
            return None
        self._file.seek(entry.header_offset)
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
            raise DamagedArchive(f"{self.path.name}: {entry.filename} is not where it should be")
        _, name, extra = _LOCAL.unpack(head)
        start = entry.header_offset + _LOCAL.size + name + extra
        return io.BufferedReader(_Part(self._file, start, entry.file_size))

    def _check_entries(self) -> None:
        """Refuse entries that overlap, hide a bomb, or have one name twice."""
        size = os.fstat(self._file.fileno()).st_size
        names: set[str] = set()
        total = 0
        for entry in self._zip.infolist():
            if entry.filename in names:
                raise ValueError(f"two files named {PurePosixPath(entry.filename).name!r}")
            names.add(entry.filename)
            total += entry.compress_size
            if entry.flag_bits & 1:
                raise ValueError("it is encrypted")
            if not 0 <= entry.header_offset < size:
                raise ValueError(f"{PurePosixPath(entry.filename).name!r} lies outside of it")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(f"{PurePosixPath(entry.filename).name!r} is packed otherwise")
            is_stored = entry.compress_type == zipfile.ZIP_STORED
            most = entry.compress_size if is_stored else entry.compress_size * _MAX_RATIO + _PIECE
            if entry.file_size > most:
                raise ValueError(f"{PurePosixPath(entry.filename).name!r} is a bomb")
        if total > size:
            raise ValueError("files overlap in it")


class _Part(io.RawIOBase):
    """A part of a file, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        """See `io.RawIOBase`."""
        return True

    def seekable(self) -> bool:
        """See `io.RawIOBase`."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """See `io.RawIOBase`."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """See `io.RawIOBase`."""
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _check_directory(file: BinaryIO, name: str) -> None:
    """Refuse a ZIP whose directory is too long to be read into memory.

    Raises:
        ValueError: it is, or there is none.
    """
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _END.size - _MAX_COMMENT)
    file.seek(start)
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < _END.size:
        raise ValueError(f"{name} has no directory at its end")
    length = _END.unpack_from(tail, found)[2]
    if found >= _LOCATOR.size and tail.startswith(b"PK\x06\x07", found - _LOCATOR.size):
        place = _LOCATOR.unpack_from(tail, found - _LOCATOR.size)[1]
        file.seek(min(place, size))
        head = file.read(_END64.size)
        if len(head) == _END64.size and head.startswith(b"PK\x06\x06"):
            length = max(length if length != 0xFFFFFFFF else 0, _END64.unpack(head)[2])
    if length > _MAX_DIRECTORY:
        raise ValueError(f"its directory is longer than {_MAX_DIRECTORY:,} bytes")
