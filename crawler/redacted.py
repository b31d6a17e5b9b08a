"""What was redacted is not fetched again."""

from __future__ import annotations

from contextlib import suppress

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from archive.collection import Collection
from archive.errors import DamagedArchive, UsageError
from archive.rewriting import Journal
from archive.urlkey import urlkey
from crawler.robots import Unwelcome


class Redacted:
    """Downloader middleware that lets no request go to a URL that was taken out of the archive.

    Its row in the ledger is settled for good, and says why. A person who redacts a page has the
    lock of the crawl, so what is known at the beginning of one is true to its end.

    Stats: ``redacted/refused``.

    Args:
        crawler: of Scrapy.
        keys: urlkeys of what was redacted.
    """

    def __init__(self, crawler: Crawler, keys: frozenset[str]) -> None:
        self._stats = crawler.stats
        self._keys = keys

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Redacted:
        """Make it, as Scrapy does.

        Raises:
            NotConfigured: nothing was redacted, as a rule.
        """
        with Collection(crawler.settings["NEWSWARC_COLLECTION"]) as collection:
            keys = collection.redacted_keys() | _under_way(collection)
        if not keys:
            raise NotConfigured
        return cls(crawler, keys)

    def process_request(self, request: Request) -> None:
        """Refuse a request for what was redacted.

        Raises:
            Unwelcome: it is for that.
        """
        try:
            key = urlkey(request.url)
        except UsageError:
            return
        if key in self._keys:
            self._stats.inc_value("redacted/refused")
            raise Unwelcome("redacted")


def _under_way(collection: Collection) -> frozenset[str]:
    """Return the urlkeys of a redaction that was killed before the index knew of it.

    A journal that cannot be read is told by whoever writes the index.
    """
    with suppress(DamagedArchive):
        work = Journal(collection.path).read()
        if work is not None and work.removal is not None:
            return frozenset(work.removal.urls)
    return frozenset()
