"""robots.txt, by RFC 9309: a request waits until the rules of its host are known.

Scrapy's own middleware lets requests through while robots.txt is on its way, and takes an answer
of 503 for a permission. Here a lock per origin makes them wait, 4xx allows everything and whatever
else is no answer forbids it for now.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    IgnoreRequest,
)
from scrapy.http import Response

from archive.errors import NewswarcError
from archive.warc.content import decode
from crawler.guard import Refused

#: No rules are believed longer than this, in seconds (RFC 9309, clause 2.4).
_EXPIRY = 24 * 3600.0
#: Redirects that are followed (clause 2.3.1.2) and bytes that are read (clause 2.5).
_REDIRECTS = 5
_MAX_SIZE = 512 * 1024
#: What is wrong with the host is told as it is, not as a matter of robots.txt.
_SAME_FOR_THE_PAGE = (CannotResolveHostError, DownloadConnectionRefusedError, Refused)


class Excluded(IgnoreRequest):
    """robots.txt disallows the URL."""


class Unreachable(IgnoreRequest):
    """robots.txt could not be had, which forbids the whole host for now (clause 2.3.1.4)."""


@dataclass(frozen=True)
class Rules:
    """What is known of the robots.txt of one origin.

    Attributes:
        fetched: `time.monotonic` seconds.
        parsed: the rules; None when everything is allowed.
        failure: why they could not be had.
    """

    fetched: float
    parsed: Protego | None = None
    failure: Exception | None = None

    @property
    def expired(self) -> bool:
        """Whether they must be fetched anew."""
        return time.monotonic() - self.fetched > _EXPIRY


class Robots:
    """Downloader middleware that keeps requests from where robots.txt does not want them.

    ``request.meta["robots"]`` is the policy: ``obey`` (the default), ``robots-only`` (but not the
    crawl-delay) or ``ignore``.

    The product token that rules are looked up for is the first word of the request's User-Agent.

    Settings: ``USER_AGENT``, of requests without one of their own; ``NEWSWARC_CRAWL_DELAY_CAP``.

    Stats: ``robots/fetched``, ``robots/unreachable``, ``robots/excluded``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._cap = crawler.settings.getfloat("NEWSWARC_CRAWL_DELAY_CAP")
        self._rules: dict[str, Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        """Make it, as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise.

        Raises:
            Excluded: the rules disallow it.
            Unreachable: there is no saying what the rules are.
            Exception: what the download handler raised for a host that cannot be reached at all.
        """
        policy = request.meta.get("robots", "obey")
        if policy == "ignore":
            return
        agent = (request.headers.get("User-Agent") or b"").decode("latin-1") or self._agent
        rules = await self.rules(request.url, agent)
        if rules.failure is not None:
            raise rules.failure
        if rules.parsed is None:
            return
        token = product_token(agent)
        if not rules.parsed.can_fetch(request.url, token):
            self._crawler.stats.inc_value("robots/excluded")
            raise Excluded(f"robots.txt of {urlsplit(request.url).netloc} disallows it")
        delay = rules.parsed.crawl_delay(token)
        if delay and policy == "obey":
            self._slow_down(request, min(float(delay), self._cap))

    async def sitemaps(self, url: str) -> list[str]:
        """Return the sitemaps that the robots.txt of the URL's origin names."""
        rules = await self.rules(url)
        return [] if rules.parsed is None else list(rules.parsed.sitemaps)

    async def rules(self, url: str, agent: str | None = None) -> Rules:
        """Return the rules of the URL's origin; whoever comes while they are fetched waits.

        Args:
            url: of anything there.
            agent: the user agent to fetch them with; the crawl's own when None.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._locks.setdefault(origin, asyncio.Lock()):
            rules = self._rules.get(origin)
            if rules is None or rules.expired:
                rules = self._rules[origin] = await self._fetch(f"{origin}/robots.txt", agent)
        return rules

    async def _fetch(self, url: str, agent: str | None) -> Rules:
        self._crawler.stats.inc_value("robots/fetched")
        now = time.monotonic()
        try:
            response = await self._download(url, agent)
        except NewswarcError:
            raise  # nothing is stored any more; the crawl is being closed
        except Exception as error:  # noqa: BLE001 (whatever the handler says, of any kind)
            self._crawler.stats.inc_value("robots/unreachable")
            if not isinstance(error, _SAME_FOR_THE_PAGE):
                error = Unreachable(f"robots.txt cannot be had ({error}): {url}")
            return Rules(now, failure=error)
        if 200 <= response.status < 300:
            return Rules(now, _parse(response))
        if 300 <= response.status < 500 and response.status != 429:
            return Rules(now)
        self._crawler.stats.inc_value("robots/unreachable")
        return Rules(now, failure=Unreachable(f"robots.txt answers {response.status}: {url}"))

    async def _download(self, url: str, agent: str | None) -> Response:
        for _ in range(_REDIRECTS + 1):
            meta = {"robots": "ignore", "warc_note": {"hopsFromSeed": "P"}}
            headers = {} if agent is None else {"User-Agent": agent}
            request = Request(url, headers=headers, meta=meta, dont_filter=True)
            response = await self._crawler.engine.download_async(request)
            location = response.headers.get("Location")
            if not (300 <= response.status < 400 and location):
                break
            url = urljoin(url, location.decode("latin-1"))
            if urlsplit(url).scheme not in ("http", "https"):
                break
        return response

    def _slow_down(self, request: Request, delay: float) -> None:
        """Set the pace of the request's host, now and whenever Scrapy makes its slot anew."""
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        settings = downloader.per_slot_settings.setdefault(key, {})
        settings["delay"] = max(delay, settings.get("delay", 0.0))
        slot = downloader.slots.get(key)
        if slot is not None and slot.delay < delay:
            slot.delay = delay


def product_token(agent: str) -> str:
    """Return the word of a user agent that robots.txt knows it by (RFC 9309, clause 2.2.1).

    >>> product_token("newswarc/0.2 (news archive; +https://example.org)")
    'newswarc'
    """
    return agent.strip().partition("/")[0].partition(" ")[0]


def _parse(response: Response) -> Protego:
    codings = (response.headers.get("Content-Encoding") or b"").decode("latin-1").lower()
    body = decode(response.body, [coding.strip() for coding in codings.split(",")], _MAX_SIZE)
    return Protego.parse(body.decode("utf-8-sig", "replace"))
