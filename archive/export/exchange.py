"""The records that belong to one capture: what came, what was sent, and what is said of both.

The index knows where the capture's own record lies. Its companions lie around it, behind it or,
as other writers have it, before it; between the captures before and after it, as a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from archive.collection import Collection
from archive.errors import DamagedArchive, DamagedRecord
from archive.index import captures
from archive.index.database import Reader
from archive.model import Capture, Location
from archive.warc.reader import Record, next_record, read_record, read_records

_CONCURRENT = "WARC-Concurrent-To"
_ID = "WARC-Record-ID"


class Exchanges:
    """Finds the records of exchanges in a collection.

    Args:
        collection: that the captures are in.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._reader = Reader(collection.index_path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
        self._reader.close()

    def of(self, capture: Capture, *, rendered: bool = False) -> list[Location]:
        """Return where the records of a capture's exchange lie, in the order of the file.

        Args:
            capture: of a response, a revisit or a resource.
            rendered: what a browser made of the page is wanted as well; it may lie anywhere behind
                the capture, and all of the file is read for it.

        Raises:
            DamagedArchive: the capture's own record cannot be read.
        """
        here = capture.location
        path = self._collection.warc_path(here.file)
        with self._reader.reading() as db:
            before, after = captures.neighbours(db, here)
        try:
            own = read_record(path, here.offset)
        except FileNotFoundError:
            raise DamagedArchive(f"{here.file} is missing; put it back") from None
        found = []
        for record in whole_records(path, before):
            if after is not None and record.location.offset >= after and not rendered:
                break
            if _belong_together(record, own):
                found.append(record.location)
        return found


def _belong_together(record: Record, own: Record) -> bool:
    """Tell whether two records are of one exchange: they say so, or have one URL and time."""
    if record.location.offset == own.location.offset:
        return True
    named, our_id = record.headers.get(_CONCURRENT), own.headers.get(_ID)
    if named is not None and named in (our_id, own.headers.get(_CONCURRENT)):
        return True
    if own.headers.get(_CONCURRENT, "") == record.headers.get(_ID):
        return True
    return bool(record.url) and record.url == own.url and record.date == own.date


def whole_records(path: Path, offset: int) -> Iterator[Record]:
    """Yield the records from an offset on; what cannot be read is passed over."""
    start: int | None = offset
    while start is not None:
        try:
            yield from read_records(path, start)
        except DamagedRecord as damage:
            start = next_record(path, (damage.offset or start) + 1)
        else:
            return
