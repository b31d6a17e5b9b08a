"""What an archive that has suffered has to be: nothing lost, nothing twice, everything replayed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from contextlib import closing
from dataclasses import dataclass

from archive import timestamp
from archive.collection import Collection
from archive.errors import NewswarcError
from archive.index.cdxj import Span
from archive.urlkey import urlkey
from archive.verify import verify
from archive.verify.digests import digest_problems
from archive.warc.reader import read_records

#: Record id, URL, timestamp of a capture.
Known = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a collection stands.

    Attributes:
        captures: in the index.
        missing: captures that were acknowledged, and are in no file.
        doubled: captures that are in the index more often than in the files.
        faults: what else is wrong, a line each.
    """

    captures: int
    missing: tuple[Known, ...]
    doubled: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.missing or self.doubled or self.faults)


def captures(collection: Collection) -> dict[Known, str]:
    """Return what is captured in the WARC files, and its type."""
    return {
        (record.headers.get("WARC-Record-ID", ""), record.url, stamp): record.type
        for path in collection.warc_files()
        for record in read_records(path)
        if record.type in ("response", "revisit")
        and (stamp := timestamp.from_datetime(record.date))
    }


def judge(
    collection: Collection, acknowledged: Mapping[Known, str], redacted: Set[str] = frozenset()
) -> Verdict:
    """Hold a collection, repaired and indexed, against what was acknowledged.

    Args:
        collection: the collection.
        acknowledged: what `captures` has said before.
        redacted: urlkeys of what was taken out since.
    """
    there = captures(collection)
    expected = {known for known in acknowledged if urlkey(known[1]) not in redacted}
    in_files = Counter((url, stamp) for _, url, stamp in there)
    in_index = Counter((capture.url, capture.timestamp) for capture in collection.walk(Span()))
    faults = [str(finding) for finding in verify(collection)]
    faults += [f"{url} at {stamp} is not in the index" for url, stamp in in_files - in_index]
    faults += _replayed(collection)
    faults += _redacted(collection, redacted)
    return Verdict(
        captures=in_index.total(),
        missing=tuple(sorted(expected - there.keys())),
        doubled=(in_index - in_files).total(),
        faults=tuple(faults),
    )


def _replayed(collection: Collection) -> Iterator[str]:
    """Yield the captures of the index whose record is not what the index says of it."""
    for capture in collection.walk(Span()):
        try:
            record = collection.record(capture)
        except NewswarcError as error:
            yield f"{capture.url} at {capture.timestamp}: {error}"
            continue
        if capture.truncated is None and capture.record_type == "response":
            for problem in digest_problems(record):
                yield f"{capture.url} at {capture.timestamp}: {problem}"
            if record.payload_digest != capture.digest:
                yield f"{capture.url} at {capture.timestamp}: its digest is not that of the index"
    with closing(sqlite3.connect(collection.index_path)) as index:
        hits = index.execute(
            "SELECT url FROM articles LEFT JOIN docs ON docs.id = current_version_id"
            " WHERE docs.id IS NULL"
        )
        yield from (f"{url} has no text" for (url,) in hits.fetchall())


def _redacted(collection: Collection, keys: Set[str]) -> Iterator[str]:
    for key in sorted(keys):
        for path in collection.warc_files():
            for record in read_records(path):
                if record.type == "response" and urlkey(record.url) == key:
                    yield f"{record.url} was redacted, and is in {path.name}"
    shown = {capture.urlkey for capture in collection.walk(Span())} & keys
    yield from (f"{key} was redacted, and is in the index" for key in sorted(shown))
