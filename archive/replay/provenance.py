"""How we know what a capture shows: the record itself, and the crawl that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from archive.collection import Collection
from archive.errors import NewswarcError
from archive.model import Capture
from archive.warc.reader import read_beginning
from archive.warc.record import Record

#: Of a warcinfo record no more is shown than so many fields, each cut to so many letters.
_MAX_FIELDS, _MAX_LETTERS = 20, 300


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the WARC file says of a capture beyond what the index knows.

    Attributes:
        record: WARC-Record-ID.
        date: WARC-Date, to the microsecond where the file has it.
        address: IP address of the server, empty when unknown.
        payload: for a revisit, the capture whose record holds the payload; else None.
        crawl: fields of the file's warcinfo record: ``software``, ``operator``, ``isPartOf`` ….
    """

    record: str
    date: datetime
    address: str = ""
    payload: Capture | None = None
    crawl: Mapping[str, str] = field(default_factory=dict)


def provenance(collection: Collection, capture: Capture) -> Provenance | None:
    """Return what the WARC file says of a capture, or None where it cannot be read.

    The first few KB of two records are read, however large they are.
    """
    path = collection.warc_path(capture.location.file)
    try:
        record = read_beginning(path, capture.location.offset)
        payload = collection.original(capture) if record.type == "revisit" else None
        first = read_beginning(path, 0)
    except (NewswarcError, OSError):
        return None
    return Provenance(
        record=record.headers.get("WARC-Record-ID", ""),
        date=record.date,
        address=record.headers.get("WARC-IP-Address", ""),
        payload=payload,
        crawl=_fields(first) if first.type == "warcinfo" else {},
    )


def _fields(warcinfo: Record) -> dict[str, str]:
    """Return the fields of a warcinfo record (WARC 1.1, clause 6.2)."""
    found: dict[str, str] = {}
    for line in warcinfo.payload.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and len(found) < _MAX_FIELDS:
            found.setdefault(name.strip()[:_MAX_LETTERS], value.strip()[:_MAX_LETTERS])
    return found
