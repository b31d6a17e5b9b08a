"""Capture: every exchange of a crawl goes into the WARC files of its collection."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from archive import timestamp
from archive.collection import Collection
from archive.errors import NotACollection, StorageError
from archive.model import Exchange, Position, Rendering
from archive.originals import IndexedOriginals
from archive.warc.dedup import MIN_SIZE, Dedup
from archive.warc.recover import recover
from archive.warc.writer import WarcWriter
from crawler.robots import Unwelcome
from crawler.wire.optout import forbids_archiving

logger = logging.getLogger(__name__)


class Capture:
    """Extension that writes exchanges as WARC records and acknowledges them.

    When the disk is full or does not take the records, the crawl ends in good order with the
    reason ``storage``; the error is kept for the command line.

    Settings:
        ``NEWSWARC_WARC_DIRECTORY``: where the files go; ``archive`` in ``NEWSWARC_COLLECTION``
        when it is not set. ``NEWSWARC_WARC_PREFIX``, ``NEWSWARC_WARC_MAX_SIZE`` (bytes),
        ``NEWSWARC_WARC_MAX_AGE`` (seconds), ``NEWSWARC_WARC_LEVEL``, ``NEWSWARC_WARC_MIN_FREE``
        (bytes): see `WarcWriter`. ``NEWSWARC_WARC_INFO``: more fields of the warcinfo record.
        ``NEWSWARC_DEDUP``: whether a payload that is stored already becomes a revisit record (True
        when it is not set); one that this crawl stored or, where the files go into a collection,
        any that its index knows. ``NEWSWARC_DEDUP_MIN_SIZE``: bodies of fewer bytes (512 when it
        is not set) are stored each time.

    Stats: ``warc/exchanges``, ``warc/bytes`` (stored, compressed), ``warc/truncated/REASON``,
    ``warc/no_answer``, ``warc/renderings``, ``warc/revisits/PROFILE``, ``warc/noarchive``.

    ``request.meta["noarchive"]`` is ``capture`` or ``skip``: what becomes of an answer that says
    ``noarchive``. Skipped, it is received and thrown away.

    ``request.meta["warc_location"]`` is set to the `Location` of what was written, and
    ``warc_capture`` to the WARC-Record-ID and the date of the record there.

    Attributes:
        error: what storage said when it failed, or None.
    """

    def __init__(
        self,
        crawler: Crawler,
        writer: WarcWriter,
        dedup: Dedup | None = None,
        originals: IndexedOriginals | None = None,
    ) -> None:
        self.error: StorageError | None = None
        self._crawler = crawler
        self._writer = writer
        self._dedup = dedup
        self._originals = originals
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Capture:
        """Make it, as Scrapy does.

        Raises:
            NotConfigured: no directory is set.
        """
        settings = crawler.settings
        directory = settings.get("NEWSWARC_WARC_DIRECTORY")
        originals = None
        if not directory:
            collection = settings.get("NEWSWARC_COLLECTION")
            if not collection:
                raise NotConfigured("set NEWSWARC_WARC_DIRECTORY or NEWSWARC_COLLECTION")
            directory = Path(collection) / "archive"
            originals = _originals(collection)
        dedup = None
        if settings.getbool("NEWSWARC_DEDUP", True):
            min_size = settings.getint("NEWSWARC_DEDUP_MIN_SIZE", MIN_SIZE)
            dedup = Dedup(originals, min_size=min_size)
        writer = WarcWriter(
            Path(directory),
            info=_info(crawler),
            prefix=settings.get("NEWSWARC_WARC_PREFIX", "NEWSWARC"),
            max_size=settings.getint("NEWSWARC_WARC_MAX_SIZE", 1_000_000_000),
            max_age=settings.getfloat("NEWSWARC_WARC_MAX_AGE") or None,
            level=settings.getint("NEWSWARC_WARC_LEVEL", 2),
            min_free=settings.getint("NEWSWARC_WARC_MIN_FREE"),
            dedup=dedup,
        )
        capture = cls(crawler, writer, dedup, originals)
        crawler.signals.connect(capture.spider_opened, signals.spider_opened)
        crawler.signals.connect(capture.spider_closed, signals.spider_closed)
        return capture

    def spider_opened(self) -> None:
        """Close what a crawl that was killed left open."""
        try:
            for found in recover(self._writer.directory):
                logger.warning("%s", found)
        except StorageError as error:
            self._fail(error)

    def record(self, exchange: Exchange, request: Request) -> None:
        """Write `exchange`; on return the system has it.

        Raises:
            StorageError: it is not stored; the crawl is being closed.
            Unwelcome: it is not to be stored.
        """
        if self.error is not None:
            raise self.error
        stats = self._crawler.stats
        assert stats is not None
        skips = request.meta.get("noarchive") == "skip" and exchange.status == 200
        if skips and forbids_archiving(exchange.note):
            stats.inc_value("warc/noarchive")
            raise Unwelcome("noarchive: the page asks not to be archived")
        try:
            location = self._writer.write_exchange(exchange)
        except StorageError as error:
            self._fail(error)
            raise
        request.meta["warc_location"] = location
        request.meta["warc_capture"] = (self._writer.last_id, exchange.started)
        stats.inc_value("warc/exchanges")
        stats.inc_value("warc/bytes", location.length)
        if exchange.truncated is not None:
            stats.inc_value(f"warc/truncated/{exchange.truncated}")
        if not exchange.head and not exchange.size:
            stats.inc_value("warc/no_answer")

    def record_rendering(self, rendering: Rendering) -> None:
        """Write what a browser made of a page; on return the system has it.

        Raises:
            StorageError: it is not stored; the crawl is being closed.
        """
        if self.error is not None:
            raise self.error
        try:
            location = self._writer.write_rendering(rendering)
        except StorageError as error:
            self._fail(error)
            raise
        stats = self._crawler.stats
        assert stats is not None
        stats.inc_value("warc/renderings")
        stats.inc_value("warc/bytes", location.length)

    def validators(self, url: str, read: datetime) -> tuple[str, str]:
        """Return ETag and Last-Modified of the last capture of a URL; empty where there is none.

        Only what the index knows and the WARC files still hold counts, so that "not modified"
        always means a capture that can be shown; and only what was read, so that it never means
        one that a killed crawl has stored and nobody has looked into.

        Args:
            url: to be asked for.
            read: when its last capture was read, to the second.
        """
        found = self._originals.of_url(url) if self._originals is not None else None
        if found is None or found.date.replace(microsecond=0) > read:
            return "", ""
        etag, modified = found.validators
        return etag.decode("latin-1"), modified.decode("latin-1")

    def sync(self) -> Position | None:
        """Make durable what was recorded; return how far that is.

        Raises:
            StorageError: it could not be; the crawl is being closed.
        """
        try:
            return self._writer.sync()
        except StorageError as error:
            self._fail(error)
            raise

    def spider_closed(self) -> None:
        """Close the WARC file."""
        if self._originals is not None:
            self._originals.close()
        if self._dedup is not None and self._crawler.stats is not None:
            for profile, count in self._dedup.counts.items():
                name = profile.rpartition("/")[2]
                self._crawler.stats.set_value(f"warc/revisits/{name}", count)
        try:
            self._writer.close()
        except StorageError as error:
            self.error = self.error or error
            logger.error("%s", error)

    def _fail(self, error: StorageError) -> None:
        """Keep the first error and close the spider."""
        if self.error is not None:
            return
        self.error = error
        logger.error("%s", error)
        engine = self._crawler.engine
        if engine is not None:
            closing = engine.close_spider_async(reason="storage")
            self._closing = asyncio.get_running_loop().create_task(closing)


def _originals(path: str) -> IndexedOriginals | None:
    """Return what is known of a collection's payloads, None where there is no collection yet."""
    try:
        return IndexedOriginals(Collection(path))
    except NotACollection:
        return None


def _info(crawler: Crawler) -> dict[str, str]:
    """Return what the warcinfo record says of this crawl."""
    settings = crawler.settings
    info = {}
    if collection := settings.get("NEWSWARC_COLLECTION"):
        name = Path(collection).resolve().name
        info["isPartOf"] = f"{name}/{timestamp.from_datetime(timestamp.now())}"
    return {
        **info,
        "http-header-user-agent": settings.get("USER_AGENT") or "",
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        **settings.getdict("NEWSWARC_WARC_INFO"),
    }
