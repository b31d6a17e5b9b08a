"""Where payloads are that a collection holds already, for the deduplication of a crawl into it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from archive import timestamp
from archive.collection import Collection
from archive.errors import DamagedRecord, NewswarcError
from archive.index import originals
from archive.index.database import Reader
from archive.index.originals import Candidate
from archive.warc.dedup import Original, validators
from archive.warc.reader import read_beginning
from archive.warc.record import Record

logger = logging.getLogger(__name__)

_RESPONSE = "response"


class IndexedOriginals:
    """Originals that the index knows; of each the record is looked at before it is referred to.

    The index holds only what is durable, and may lag behind the crawl. Where it cannot be read,
    nothing is known: a payload is then stored once more, and nothing is lost.

    Args:
        collection: whose index is asked.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._reader = Reader(collection.index_path)
        self._complained = False

    def of_digest(self, payload_digest: str) -> Original | None:
        """See `archive.warc.dedup.Originals`."""
        for found in self._candidates(originals.of_digest, payload_digest):
            record = self._beginning(found)
            if record is None or record.type != _RESPONSE or "WARC-Truncated" in record.headers:
                continue
            if record.headers.get("WARC-Payload-Digest", payload_digest) == payload_digest:
                return Original(record.url, record.date, record.headers.get("WARC-Record-ID"))
        return None

    def of_url(self, url: str) -> Original | None:
        """See `archive.warc.dedup.Originals`."""
        for found in self._candidates(originals.of_url, url):
            record = self._beginning(found)
            if record is None:
                continue
            place = record.url, record.date, record.headers.get("WARC-Record-ID")
            if record.type != _RESPONSE:
                referred = _referred(record)
                if referred is None:
                    continue
                place = *referred, record.headers.get("WARC-Refers-To")
            return Original(*place, validators(record.head))
        return None

    def close(self) -> None:
        """Close the index."""
        self._reader.close()

    def _candidates(self, look_up: Callable[..., list[Candidate]], asked: str) -> list[Candidate]:
        try:
            with self._reader.reading() as db:
                return look_up(db, asked)
        except NewswarcError as error:
            if not self._complained:
                logger.warning("Payloads that are stored already are not recognised: %s", error)
                self._complained = True
            return []

    def _beginning(self, found: Candidate) -> Record | None:
        """Return the record of a capture, without most of its payload; None if it is not there."""
        path = self._collection.warc_path(found.location.file)
        try:
            record = read_beginning(path, found.location.offset)
        except (OSError, DamagedRecord):
            return None
        return record if record.url == found.url else None


def _referred(revisit: Record) -> tuple[str, datetime] | None:
    """Return URL and date that a revisit refers to."""
    url = revisit.headers.get("WARC-Refers-To-Target-URI", "")
    try:
        date = timestamp.from_warc_date(revisit.headers.get("WARC-Refers-To-Date", ""))
    except (ValueError, OverflowError):
        return None
    return (url.removeprefix("<").removesuffix(">"), date) if url else None
