"""Which requests share a pace: those to one site, with ``www.`` and without."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request

from crawler.ledger.hosts import plain


class SharedSlot:
    """Downloader middleware that puts requests into Scrapy's download slot of their site.

    Scrapy has a slot, that is a delay and so many connections, for each host name. A site that
    answers under two names is one server for all that. Whatever is asked of it, robots.txt
    included, comes through here.
    """

    def process_request(self, request: Request) -> None:
        """Name the slot."""
        request.meta.setdefault("download_slot", slot(request.url))


def slot(url: str) -> str:
    """Return the name of the slot that requests for a URL go into.

    >>> slot("https://www.e.org/a"), slot("http://e.org:8080/b")
    ('e.org', 'e.org')
    """
    return plain(urlsplit(url).hostname or "")
