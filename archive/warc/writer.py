"""The WARC writer: exchanges in, records on disk out.

One gzip member a record, one file until it is large or old enough. What `write_exchange` has
returned for is with the operating system; what `sync` has returned for survives a power cut.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from archive.errors import StorageError
from archive.model import Exchange, Location, Position, Rendering
from archive.version import __version__
from archive.warc import records
from archive.warc.compress import GzipMember
from archive.warc.dedup import Dedup, with_digest
from archive.warc.openfile import OpenFile, new_file

FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}

#: Compressed bytes are handed to the system in pieces of about this size.
_PIECE = 1024 * 1024


class WarcWriter:
    """Writes the exchanges of one crawl into the WARC files of one directory.

    No exchange, no file: the first one opens it.

    Args:
        directory: where the files go; made when it is missing.
        info: more fields of the warcinfo record: ``operator``, ``robots``, ``isPartOf``,
            ``http-header-user-agent``, … (WARC 1.1, clause 6.2).
        prefix: of the file names.
        max_size: a file of this many bytes is closed and the next one begun.
        max_age: so is a file that was begun this many seconds ago; None for no limit.
        level: of compression, 0 to 9 (`archive.warc.compress.compressor`).
        min_free: bytes of the file system that are left alone.
        dedup: finds payloads that are stored already; without it every one is stored.

    Attributes:
        directory: where the files go.
        last_id: WARC-Record-ID of the record whose place was returned last; empty before.
    """

    def __init__(
        self,
        directory: Path,
        *,
        info: Mapping[str, str],
        prefix: str = "NEWSWARC",
        max_size: int = 1_000_000_000,
        max_age: float | None = None,
        level: int = 2,
        min_free: int = 0,
        dedup: Dedup | None = None,
    ) -> None:
        self.directory = directory
        self.last_id = ""
        self._info = {
            "software": f"newswarc/{__version__}",
            "hostname": socket.gethostname(),
            **FORMAT,
            **info,
        }
        self._prefix = prefix
        self._max_size = max_size
        self._max_age = max_age
        self._level = level
        self._min_free = min_free
        self._dedup = dedup
        self._records = records.RecordWriter()
        self._file: OpenFile | None = None
        self._begun = 0.0
        self._position: Position | None = None
        self._warcinfo_id = ""
        self._chains: set[tuple[bytes, ...]] = set()  # of certificates, in this file
        self._serial = 0
        self._pending: list[bytes] = []
        self._pending_size = 0

    def write_exchange(self, exchange: Exchange) -> Location:
        """Write the records of `exchange`: all of them, or none.

        Returns:
            Where the response or revisit record lies, or the request record when there was no
            answer.

        Raises:
            StorageError: the disk is full or does not take it. The files hold whole records only,
                and this exchange is not among them.
        """
        identity = records.record_id()
        exchange = with_digest(exchange)
        revisited = self._dedup.find(exchange) if self._dedup else None

        def make() -> list[records.Record]:
            chain = bool(exchange.certificates) and exchange.certificates not in self._chains
            return records.exchange(
                exchange, identity, self._warcinfo_id, revisited=revisited, chain=chain
            )

        location = self._store(identity, make)
        self._chains.add(exchange.certificates)
        if self._dedup:
            self._dedup.wrote(exchange, identity, revisited)
        return location

    def write_rendering(self, rendering: Rendering) -> Location:
        """Write the records of `rendering`: all of them, or none.

        Returns:
            Where the document's record lies.

        Raises:
            StorageError: see `write_exchange`.
        """
        identity = records.record_id()
        return self._store(
            identity, lambda: records.rendering(rendering, identity, self._warcinfo_id)
        )

    def _store(self, identity: str, make: Callable[[], list[records.Record]]) -> Location:
        """Write all the records that `make` returns, or none; return the place of the first.

        Args:
            identity: of the first.
            make: is called when there is a file that they are for.
        """
        file = self._current()
        start = file.size
        try:
            if not start:
                self._warcinfo_id, info = records.warcinfo(file.name, self._info)
                self._write(file, info)
                self._chains.clear()
            spans = [self._write(file, record) for record in make()]
            self._flush(file)
        except BaseException:
            self._pending.clear()
            self._pending_size = 0
            file.cut(start)
            raise
        self._position = Position(file.name, file.size)
        self.last_id = identity
        if file.size >= self._max_size:
            self.close()
        return Location(file.name, *spans[0])

    def sync(self) -> Position | None:
        """Make durable what was written; on return it survives a power cut.

        Returns:
            How far that is; None before the first exchange.

        Raises:
            StorageError: the system could not write it; treat what was not synced as lost.
        """
        if self._file is not None:
            self._file.sync()
        return self._position

    def close(self) -> None:
        """Close the file, durably, under its final name; the next exchange begins another.

        Raises:
            StorageError: see `sync`.
        """
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def _current(self) -> OpenFile:
        """Return the file to write to, one with room for more."""
        if (
            self._file is not None
            and self._max_age is not None
            and time.monotonic() - self._begun >= self._max_age
        ):
            self.close()
        if self._file is None:
            self._file = new_file(self.directory, self._prefix, self._serial)
            self._serial += 1
            self._begun = time.monotonic()
        if self._min_free and (free := self._file.free()) < self._min_free:
            raise StorageError(
                f"the disk of {self.directory} is nearly full: {free:,} bytes are free,"
                f" {self._min_free:,} are to stay free"
            )
        return self._file

    def _write(self, file: OpenFile, record: records.Record) -> tuple[int, int]:
        """Write one record and return its offset and length in `file`."""
        offset = file.size + self._pending_size

        def sink(data: bytes) -> None:
            self._pending.append(data)
            self._pending_size += len(data)
            if self._pending_size >= _PIECE:
                self._flush(file)

        self._records.write(record, GzipMember(sink, self._level))
        return offset, file.size + self._pending_size - offset

    def _flush(self, file: OpenFile) -> None:
        file.append(b"".join(self._pending))
        self._pending.clear()
        self._pending_size = 0
