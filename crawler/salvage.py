"""After a kill: what is in the WARC already, and was not acknowledged, is not asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.collection import Collection
from archive.errors import DamagedRecord
from archive.model import Location, Position
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.reader import Record, read_record, read_records
from crawler.job import Job
from crawler.ledger import REQUESTED
from crawler.model import Row
from crawler.scheduler import LedgerSpider


class Salvage:
    """Downloader middleware that answers from the WARC what a killed crawl has left there.

    A kill leaves answers that are stored whole and whose rows are due all the same, because the
    ledger was not committed any more. They are read as they would have been, instead of being
    fetched and stored twice. Listings are asked for anew: they change.

    Stats: ``salvage/found``, ``salvage/used``.

    Args:
        crawler: of Scrapy.
        collection: the WARC files.
        job: the crawl.
        found: where the answers lie, by URL.
    """

    def __init__(
        self, crawler: Crawler, collection: Collection, job: Job, found: dict[str, Location]
    ) -> None:
        self._stats = crawler.stats
        self._stats.set_value("salvage/found", len(found))
        self._collection = collection
        self._found = found

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Salvage:
        """Make it, as Scrapy does.

        Raises:
            NotConfigured: there is nothing to salvage, as a rule.
        """
        job = cast("LedgerSpider", crawler.spider).job
        collection = Collection(crawler.settings["NEWSWARC_COLLECTION"])
        position = job.ledger.crawls.acknowledged()
        if position is None:  # a new ledger: what is there by now is none of its captures
            job.ledger.crawls.acknowledge(_end(collection))
            job.ledger.commit(lambda: None)
            raise NotConfigured
        found = {
            record.url: record.location
            for record in _behind(collection, position)
            if record.type == "response"
            and record.status is not None
            and record.status < 400
            and "WARC-Truncated" not in record.headers
        }
        if not found:
            raise NotConfigured
        return cls(crawler, collection, job, found)

    def process_request(self, request: Request) -> Response | None:
        """Answer the request for a row, if the answer is there."""
        row: Row | None = request.meta.get("row")
        if row is None or row.kind.lists or row.priority == REQUESTED:
            return None
        location = self._found.pop(request.url, None)
        if location is None:
            return None
        record = read_record(self._collection.warc_path(location.file), location.offset)
        if row.captured is not None and row.captured >= record.date.replace(microsecond=0):
            return None  # that one is known; the row is due for another
        self._stats.inc_value("salvage/used")
        request.meta["warc_location"] = location
        return _response(record)


def _end(collection: Collection) -> Position:
    """Return the place behind everything."""
    files = collection.warc_files()
    if not files:
        return Position("", 0)
    return Position(files[-1].name.removesuffix(OPEN_SUFFIX), files[-1].stat().st_size)


def _behind(collection: Collection, position: Position) -> Iterator[Record]:
    """Yield the records behind a place, as far as they can be read."""
    for path in collection.warc_files():
        name = path.name.removesuffix(OPEN_SUFFIX)
        if name >= position.file:
            with suppress(DamagedRecord):
                yield from read_records(path, position.offset if name == position.file else 0)


def _response(record: Record) -> Response:
    assert record.status is not None, "of those that were found"
    headers = Headers(record.http_headers)
    body = record.entity()
    kind = responsetypes.from_args(headers=headers, url=record.url, body=body)
    return kind(record.url, status=record.status, headers=headers, body=body)
