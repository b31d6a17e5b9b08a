"""Records to be exported, and where each of them will lie in the exported file.

The selection is kept in a database of its own, on disk when it is large: it may be the whole
archive.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Self

from archive import cdx
from archive.collection import Collection
from archive.errors import DamagedArchive, DamagedRecord
from archive.export.exchange import Exchanges, whole_records
from archive.export.requisites import requisites_of
from archive.export.wanted import Exported
from archive.index import captures as rows
from archive.index import counts, redactions
from archive.index.cdxj import Span, in_order_of_lines
from archive.index.database import Reader
from archive.model import Capture, Location
from archive.snapshot import RENDERED, page_of
from archive.urlkey import is_url, urlkey
from archive.warc import tombstone
from archive.warc.reader import Record, read_record

#: A revisit may lead to another one, in the files of strangers; not further than this.
_MAX_REVISITS: Final = 5
_PIECE: Final = 1024 * 1024
_TABLES: Final = """
CREATE TABLE spans (
    file TEXT NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY (file, "offset")
) WITHOUT ROWID;
CREATE TABLE places (
    file TEXT NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL,
    moved INTEGER NOT NULL, PRIMARY KEY (file, "offset")
) WITHOUT ROWID;
CREATE TABLE captures (
    file TEXT NOT NULL, "offset" INTEGER NOT NULL, urlkey TEXT NOT NULL, "timestamp" TEXT NOT NULL,
    fields TEXT NOT NULL, PRIMARY KEY (file, "offset")
) WITHOUT ROWID;
CREATE INDEX captures_in_order ON captures (urlkey, "timestamp");
"""


class Selection:
    """Whole records of a collection, chosen by capture or all of them.

    Args:
        collection: that they are in.
        requisites: what a page needs to be shown is chosen with it.

    Attributes:
        problems: what could not be chosen, a line each.
    """

    def __init__(self, collection: Collection, *, requisites: bool = False) -> None:
        self.problems: list[str] = []
        self._collection = collection
        self._requisites = requisites
        self._exchanges = Exchanges(collection)
        self._all_until: str | None = None
        self._hidden = 0
        self._opened: set[str] = set()
        self._db = sqlite3.connect("", isolation_level=None)  # a file that nobody else sees
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchanges.close()
        self._db.close()

    def add_article(self, article: Exported) -> None:
        """Choose what was captured of an article."""
        rendered = {
            version.number for version in article.versions
            if version.article.extractor.endswith(RENDERED)
        }  # fmt: skip
        for capture in article.captures:
            self.add(capture, rendered=capture.version in rendered)
            if self._requisites and capture.record_type != "revisit":
                self._add_requisites(capture)

    def add(self, capture: Capture, *, rendered: bool = False) -> None:
        """Choose the records of a capture's exchange and, of a revisit, of what it refers to.

        What cannot be read is told in `problems`.
        """
        wanted: Capture | None = capture
        for _ in range(_MAX_REVISITS + 1):
            if wanted is None or wanted.refusal == redactions.REDACTED or not self._new(wanted):
                return
            try:
                for location in self._exchanges.of(wanted, rendered=rendered):
                    self._add_span(location)
                self._add_warcinfo(wanted.location.file)
                self._add_capture(wanted)
                is_revisit = wanted.record_type == "revisit"
                wanted = self._collection.original(wanted) if is_revisit else None
            except DamagedArchive as error:
                self.problems.append(str(error))
                return

    def add_everything(self, until: str) -> None:
        """Choose all records, those of no capture as well; none of what was redacted.

        Args:
            until: of a file with captures after this timestamp, only the exchanges of those
                before. ``9`` for all.
        """
        self._all_until = until
        reader = Reader(self._collection.index_path)
        with reader.reading() as db:
            ends = sorted(counts.indexed_until(db).items())
            hidden = redactions.hidden_per_file(db, until)
            self._hidden = sum(hidden.values())
            keys = redactions.keys(db)
            before = ""
            for file, end in ends:
                # What a browser made of a page may have come into the next file.
                is_mixed = file in hidden or before in hidden
                before = file
                if end and rows.last_of_file(db, file) <= until:
                    if is_mixed:
                        self._add_all_but(file, end, keys)
                    else:
                        self._add_span(Location(file, 0, end))
                    continue
                for capture in rows.of_file(db, file).values():
                    if capture.timestamp <= until:
                        self.add(capture)
        reader.close()

    def files(self) -> list[str]:
        """Return the WARC files of which something is chosen, in the order of their names."""
        found = self._db.execute("SELECT DISTINCT file FROM spans ORDER BY file")
        return [file for (file,) in found]

    def size(self, file: str) -> int:
        """Return how many bytes of a WARC file are chosen."""
        found = self._db.execute("SELECT sum(length) FROM spans WHERE file = ?", (file,))
        size: int = found.fetchone()[0] or 0
        return size

    def settle(self) -> None:
        """Give each record its place in the exported file of its own file's name."""
        self._db.execute("DELETE FROM places")
        self._db.execute(
            'INSERT INTO places SELECT file, "offset", length,'
            ' sum(length) OVER (PARTITION BY file ORDER BY "offset") - length FROM spans'
        )

    def records(self, file: str) -> list[Location]:
        """Return where the records that are chosen lie in a WARC file of the collection."""
        spans = self._db.execute(
            'SELECT "offset", length FROM spans WHERE file = ? ORDER BY "offset"', (file,)
        )
        return [Location(file, offset, length) for offset, length in spans]

    def pieces(self, file: str) -> Iterator[bytes]:
        """Yield what is chosen of a WARC file: whole gzip members, byte for byte.

        Raises:
            DamagedArchive: the file has become shorter.
        """
        spans = self._db.execute(
            'SELECT "offset", length FROM spans WHERE file = ? ORDER BY "offset"', (file,)
        ).fetchall()
        with self._collection.warc_path(file).open("rb") as warc:
            for offset, length in spans:
                warc.seek(offset)
                left = length
                while left:
                    piece = warc.read(min(left, _PIECE))
                    if not piece:
                        raise DamagedArchive(f"{file} has become shorter than the index says")
                    left -= len(piece)
                    yield piece

    def captures(self) -> Iterator[Capture]:
        """Yield the captures chosen, where they lie in the exported files, by urlkey and time."""
        if self._all_until is not None:
            chosen = self._collection.walk(self._all())
        else:
            chosen = self._chosen()
        for capture in chosen:
            place = self._moved(capture.location)
            if place is not None:
                yield replace(capture, location=place)

    def count(self) -> int:
        """Return how many captures are chosen."""
        if self._all_until is not None:
            return self._collection.count_captures(self._all()) - self._hidden
        number: int = self._db.execute("SELECT count(*) FROM captures").fetchone()[0]
        return number

    def lines(self) -> Iterator[str]:
        """Yield the captures as sorted CDXJ."""
        return in_order_of_lines(self.captures(), cdx.line)

    def _chosen(self) -> Iterator[Capture]:
        for (fields,) in self._db.execute(
            'SELECT fields FROM captures ORDER BY urlkey, "timestamp", file, "offset"'
        ):
            url, urlkey, stamp, kind, status, mime, digest, place, refusal, version = json.loads(
                fields
            )
            yield Capture(
                url, urlkey, stamp, kind, status, mime, digest, Location(*place),
                refusal=refusal, version=version,
            )  # fmt: skip

    def _all(self) -> Span:
        return Span(until=(self._all_until or "").ljust(14, "9"))

    def _new(self, capture: Capture) -> bool:
        place = (capture.location.file, capture.location.offset)
        found = self._db.execute('SELECT 1 FROM captures WHERE file = ? AND "offset" = ?', place)
        return found.fetchone() is None

    def _add_capture(self, capture: Capture) -> None:
        at = capture.location
        fields = (
            *(capture.url, capture.urlkey, capture.timestamp, capture.record_type, capture.status),
            *(capture.mime, capture.digest, (at.file, at.offset, at.length), capture.refusal),
            capture.version,
        )
        self._db.execute(
            "INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?, ?)",
            (at.file, at.offset, capture.urlkey, capture.timestamp, json.dumps(fields)),
        )

    def _add_span(self, place: Location) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO spans VALUES (?, ?, ?)",
            (place.file, place.offset, place.length),
        )

    def _add_all_but(self, file: str, end: int, keys: frozenset[str]) -> None:
        """Choose the records of a file that can be read and are not about some urlkeys."""
        dropped: set[str] = set()
        for record in whole_records(self._collection.warc_path(file), 0):
            if record.location.offset >= end:
                return
            beside = record.headers.get("WARC-Concurrent-To") in dropped
            if beside or _is_about(record, keys):
                dropped.add(record.headers.get("WARC-Record-ID", ""))
            else:
                self._add_span(record.location)

    def _add_warcinfo(self, file: str) -> None:
        """Choose the record that says who made a file, where it is the first one."""
        if file in self._opened:
            return
        self._opened.add(file)
        try:
            first = read_record(self._collection.warc_path(file), 0)
        except DamagedRecord:
            return
        if first.type == "warcinfo":
            self._add_span(first.location)

    def _add_requisites(self, page: Capture) -> None:
        try:
            needed = requisites_of(self._collection, page)
        except DamagedArchive as error:
            self.problems.append(str(error))
            return
        for capture in needed:
            self.add(capture)

    def _moved(self, place: Location) -> Location | None:
        """Return where a record will lie; None if it is not chosen."""
        found = self._db.execute(
            'SELECT "offset", length, moved FROM places WHERE file = ? AND "offset" <= ?'
            ' ORDER BY "offset" DESC LIMIT 1',
            (place.file, place.offset),
        ).fetchone()
        if found is None or found[0] + found[1] <= place.offset:
            return None
        return replace(place, offset=found[2] + place.offset - found[0])


def _is_about(record: Record, keys: frozenset[str]) -> bool:
    """Tell whether a record is about one of some URLs; a tombstone is not meant."""
    url = page_of(record.url) or record.url
    return is_url(url) and urlkey(url) in keys and tombstone.read(record) is None
