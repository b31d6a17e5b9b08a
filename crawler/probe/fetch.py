"""Fetch one URL of a probe: by Scrapy's downloader, as a crawl would, with its redirects."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from archive.errors import NewswarcError
from archive.urlkey import is_url
from crawler import outcome
from crawler.ledger.hosts import plain
from crawler.outcome import Failure
from crawler.pace import Patience
from crawler.page import Page
from crawler.robots import Excluded, Robots
from crawler.sources import Source

#: Redirects in a row that are followed.
MAX_REDIRECTS = 6
#: One answer may take so long (seconds).
_TIMEOUT = 30.0

Fetch = Callable[[str], Awaitable[Page | Failure]]


class Fetcher:
    """Fetches for one source, politely: a host that fails for good is asked nothing more.

    Args:
        crawler: of Scrapy, running.
        source: whose policy and header fields hold.
        seconds: when it has worked so long, nothing more is asked.
        held: hosts that crawls leave alone at present, without ``www.``, and why.
    """

    def __init__(
        self, crawler: Crawler, source: Source, seconds: float, held: Mapping[str, str]
    ) -> None:
        self._crawler = crawler
        self._source = source
        self._patience = Patience.from_settings(crawler.settings)
        self._shut = {host: Failure(why, host="down") for host, why in held.items()}
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    async def __call__(self, url: str) -> Page | Failure:
        """Return the answer of status 200 behind all redirects, or why there is none."""
        for _ in range(MAX_REDIRECTS + 1):
            page = await self._ask(url)
            if isinstance(page, Failure) or not outcome.is_redirect(page.status):
                return page
            try:
                target = urljoin(url, page.header("Location").strip()).partition("#")[0]
            except ValueError:
                target = ""
            if not page.header("Location") or not is_url(target):
                return Failure(f"{page.status} to nowhere", status=page.status)
            if target == url:
                return Failure("redirects to itself", status=page.status)
            url = target
        return Failure("too many redirects")

    async def sitemaps(self, url: str) -> list[str]:
        """Return the sitemaps that the robots.txt of the URL's origin names."""
        robots = self._crawler.get_downloader_middleware(Robots)
        return [] if robots is None else await robots.sitemaps(url)

    async def _ask(self, url: str) -> Page | Failure:
        host = plain(urlsplit(url).hostname or "")
        if host in self._shut:
            return self._shut[host]
        left = self._end - time.monotonic()
        if left <= 0:
            return Failure(f"not asked: the look took {self._seconds:,.0f} s already")
        meta = {"robots": self._source.robots, "download_timeout": min(left, _TIMEOUT)}
        request = Request(url, headers=self._source.headers, meta=meta, dont_filter=True)
        try:
            page = Page(await self._crawler.engine.download_async(request))
        except NewswarcError:
            raise
        except Excluded as error:
            return Failure(str(error))
        except Exception as error:  # noqa: BLE001 (whatever the handler says, of any kind)
            return self._failed(host, outcome.of_error(error))
        failure = outcome.of_status(page.status, page.header("Retry-After"))
        if failure is not None:
            return self._failed(host, failure)
        if page.status >= 300 and not outcome.is_redirect(page.status):
            return Failure(str(page.status), status=page.status)
        self._patience.succeeded(host)
        return page

    def _failed(self, host: str, failure: Failure) -> Failure:
        if self._patience.gives_up(host, failure):
            self._shut[host] = failure
        return failure
