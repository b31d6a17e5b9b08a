"""The records of a stream of plain bytes, one after another, whoever wrote them and however.

Only Content-Length tells where a record ends. Where no record begins there, the length was wrong:
then the next line that begins a record is looked for, first in what was taken for the block.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Final

from archive.warc import arc
from archive.warc.tape import Tape
from archive.warc.unpack import Gap

#: The header of a record is no longer than this, and its block no longer than that (bytes).
_MAX_HEAD: Final = 1024 * 1024
_MAX_BLOCK: Final = 2 * 1024 * 1024 * 1024
#: A longer block is not kept in memory, and not searched for the record that it may hold (bytes).
_IN_MEMORY: Final = 32 * 1024 * 1024
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_LINE_END: Final = re.compile(rb"\n")
_LENGTH: Final = re.compile(rb"(?im)^(Content-Length[ \t]*:[ \t]*)(\d{1,18})[ \t]*(?=\r?$)")
_BEGIN: Final = re.compile(rb"(?<=\n)WARC/\d{1,2}\.\d{1,3}\r?\n")
_TRUNCATED: Final = re.compile(rb"(?im)^WARC-Truncated[ \t]*:")
_LINE_ENDS: Final = re.compile(rb"[\r\n]*")
_LONGEST_BEGIN: Final = 16
_WARC: Final = b"WARC/"
_PADDING: Final = b"\r\n\r\n"

SHORT: Final = "block shorter than its Content-Length"
EXTRA: Final = "bytes between records"
UNPADDED: Final = "no two line ends behind the block"


@dataclass
class Raw:
    """One record as it stands.

    Attributes:
        head: the WARC header, with the empty line that ends it.
        block: its block, from the beginning.
        size: of the block, in bytes.
        at: where in the stream it begins.
        oddities: what was odd about it, a few words each.
    """

    head: bytes
    block: SpooledTemporaryFile[bytes]
    size: int
    at: int
    oddities: list[str] = field(default_factory=list)


class RecordStream:
    """Reads the records of a WARC or ARC file.

    Args:
        pieces: of the file, unpacked.
        source: names the file for good, its digest: the ids of ARC records are made of it.

    Attributes:
        problems: what could not be read, a line each.
        arc: version of an ARC file, 0 for a WARC file.
    """

    def __init__(self, pieces: Iterable[bytes | Gap], source: str) -> None:
        self.problems: list[str] = []
        self.arc = 0
        self._tape = Tape(pieces)
        self._source = source

    def __iter__(self) -> Iterator[Raw]:
        """Yield the records; the caller closes their blocks."""
        while True:
            found = self._find()
            if not found and self._tape.gap:
                self.problems.append(self._tape.gap)
                self._tape.pass_gap()
            if not found:
                if not self._tape.look(1):
                    return
                continue
            begin = self._tape.at
            try:
                raw = self._warc(begin) if self._tape.look(5) == _WARC else self._arc(begin)
            except ValueError as error:
                self.problems.append(f"the record at {begin:,}: {error}")
                self._go_on()
            else:
                if raw is not None:
                    yield raw

    def _find(self) -> bool:
        """Go to where a record begins; False where there is none any more."""
        self._skip_line_ends()
        start = self._tape.look(9)
        is_begin = start.startswith((_WARC, b"filedesc:")) or (self.arc > 0 and b":" in start)
        if not start or is_begin:
            return bool(start)
        begin = self._tape.at
        self._go_on()
        self.problems.append(f"{self._tape.at - begin:,} bytes at {begin:,} are no record")
        return bool(self._tape.look(1))

    def _go_on(self) -> None:
        """Leave the place where nothing can be read, for the next one that looks like a record."""
        self._tape.take(1)
        self._tape.skip(arc.BEGIN if self.arc else _BEGIN)

    def _warc(self, begin: int) -> Raw | None:
        head = self._tape.take_until(_HEAD_END, _MAX_HEAD)
        length = _LENGTH.search(head) if head else None
        if head is None or length is None:
            raise ValueError("its header has no end, or no Content-Length")
        size = int(length[2])
        if size > _MAX_BLOCK:
            raise ValueError(f"it is {size:,} bytes long, by its header")
        raw = self._with_block(head, size, begin)
        if raw is None:
            return None
        padding = self._tape.look(len(_PADDING))
        if raw.size == size and self._at_boundary():
            raw.oddities += [] if padding == _PADDING else [UNPADDED]
        elif self._cut_at_next(raw) or raw.size < size:
            _strip_padding(raw)
            raw.head = _shortened(head, raw.size)
            raw.oddities.append(SHORT)
        else:
            self._tape.skip(_BEGIN)
            raw.oddities.append(EXTRA)
        return raw

    def _arc(self, begin: int) -> Raw | None:
        """Return a record; None for what describes the file, and for what a gap cuts off."""
        line = self._tape.take_until(_LINE_END, arc.MAX_LINE) or b""
        said = arc.parse(line, self.arc)
        if said.length > _MAX_BLOCK:
            raise ValueError(f"it is {said.length:,} bytes long, by its header")
        raw = self._with_block(b"", said.length, begin)
        if raw is None:
            return None
        start = raw.block.read(5)
        raw.block.seek(0)
        if said.url.startswith("filedesc:"):
            self.arc = 2 if start.startswith(b"2 ") else 1
            raw.block.close()
            return None
        identity = uuid.uuid5(uuid.NAMESPACE_OID, f"{self._source} {begin}")
        is_http = start == b"HTTP/" and said.url.lower().startswith(("http:", "https:"))
        raw.head = arc.head(said, identity, is_http=is_http)
        if raw.size < said.length:
            raw.head = _shortened(raw.head, raw.size)
            raw.oddities.append(SHORT)
        return raw

    def _with_block(self, head: bytes, size: int, begin: int) -> Raw | None:
        """Return a record with its block; None where a gap cuts it off."""
        block = SpooledTemporaryFile[bytes](_IN_MEMORY)
        try:
            copied = self._tape.copy(size, block)
        except BaseException:
            block.close()
            raise
        if copied < size and self._tape.gap:
            block.close()
            return None
        block.seek(0)
        return Raw(head, block, copied, begin)

    def _at_boundary(self) -> bool:
        """Tell whether a record begins here, or nothing."""
        self._skip_line_ends()
        return self._tape.look(5) in (b"WARC/", b"")

    def _skip_line_ends(self) -> None:
        while found := _LINE_ENDS.match(self._tape.look(1024)):
            if not found.end():
                return
            self._tape.take(found.end())

    def _cut_at_next(self, raw: Raw) -> bool:
        """Cut a block where the next record begins in it, and put that back."""
        if raw.size > _IN_MEMORY:
            return False
        data = raw.block.read()
        raw.block.seek(0)
        found = _BEGIN.search(data + self._tape.look(_LONGEST_BEGIN))
        if found is None or found.start() >= len(data):
            return False
        self._tape.put_back(data[found.start() :])
        raw.size = found.start()
        return True


def _strip_padding(raw: Raw) -> None:
    """Leave out the line ends behind a block that seemed to be longer."""
    raw.block.seek(max(0, raw.size - len(_PADDING)))
    if raw.block.read(len(_PADDING)) == _PADDING:
        raw.size -= len(_PADDING)
    raw.block.truncate(raw.size)
    raw.block.seek(0)


def _shortened(head: bytes, size: int) -> bytes:
    """Return a header with another Content-Length; it says that the block is not whole."""
    head = _LENGTH.sub(lambda match: match[1] + b"%d" % size, head, count=1)
    if _TRUNCATED.search(head):
        return head
    return _LENGTH.sub(lambda match: b"WARC-Truncated: unspecified\r\n" + match[0], head, count=1)
