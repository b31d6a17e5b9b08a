"""robots.txt, by RFC 9309: a request waits until the rules of its host are known.

Scrapy's own middleware lets requests through while robots.txt is on its way, and takes an answer
of 503 for a permission. Here a lock per origin makes them wait, 4xx allows everything and whatever
else is no answer forbids it for now. What was answered is kept for the crawls to come.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
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

from archive import timestamp
from archive.errors import NewswarcError
from archive.warc.content import decode
from crawler.guard import Refused
from crawler.ledger.robots import RobotsFile, RobotsFiles

#: Redirects that are followed (clause 2.3.1.2) and bytes that are read (clause 2.5).
_REDIRECTS = 5
_MAX_SIZE = 512 * 1024
#: What is wrong with the host is told as it is, not as a matter of robots.txt.
_SAME_FOR_THE_PAGE = (CannotResolveHostError, DownloadConnectionRefusedError, Refused)


class Excluded(IgnoreRequest):
    """robots.txt disallows the URL."""


class Unwelcome(Excluded):
    """The answer says ``noarchive``, and its source is followed with ``noarchive = "skip"``."""


class Unreachable(IgnoreRequest):
    """robots.txt could not be had, which forbids the whole host for now (clause 2.3.1.4).

    Args:
        why: one line for a person.
        wait: the Retry-After field of the answer.
    """

    def __init__(self, why: str, wait: str = "") -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True)
class Rules:
    """What is known of the robots.txt of one origin.

    Attributes:
        file: as it was answered.
        failure: why it could not be had.
    """

    file: RobotsFile
    failure: Exception | None = None

    @cached_property
    def parsed(self) -> Protego | None:
        """The rules; None when everything is allowed. They are parsed when somebody asks."""
        if self.failure is not None or not 200 <= self.file.status < 300:
            return None
        return Protego.parse(self.file.body.decode("utf-8-sig", "replace"))


class Robots:
    """Downloader middleware that keeps requests from where robots.txt does not want them.

    ``request.meta["robots"]`` is the policy: ``obey`` (the default), ``robots-only`` (but not the
    crawl-delay) or ``ignore``.

    The product token that rules are looked up for is the first word of the request's User-Agent.

    A crawl-delay is kept up to a cap; a Request-rate, which no two crawlers read alike, is not
    looked at, and the pace of the host holds.

    Settings: ``USER_AGENT``, of requests without one of their own; ``NEWSWARC_CRAWL_DELAY_CAP``;
    ``NEWSWARC_ROBOTS_AGE``: rules older than so many seconds are fetched anew.

    Stats: ``robots/fetched``, ``robots/remembered``, ``robots/unreachable``, ``robots/excluded``.

    Args:
        crawler: of Scrapy.
        known: the files that earlier crawls have fetched; None to remember nothing.
    """

    def __init__(self, crawler: Crawler, known: RobotsFiles | None = None) -> None:
        self._crawler = crawler
        self._known = known
        self._age = timedelta(seconds=crawler.settings.getfloat("NEWSWARC_ROBOTS_AGE"))
        self._agent: str = crawler.settings["USER_AGENT"]
        self._cap = crawler.settings.getfloat("NEWSWARC_CRAWL_DELAY_CAP")
        self._rules: dict[str, Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        """Make it, as Scrapy does; a spider with a job has a ledger as well."""
        job = getattr(crawler.spider, "job", None)
        return cls(crawler, None if job is None else job.ledger.robots)

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
            if rules is None or timestamp.now() - rules.file.fetched >= self._age:
                rules = self._rules[origin] = await self._find(origin, agent)
        return rules

    async def _find(self, origin: str, agent: str | None) -> Rules:
        """Return the rules that an earlier crawl has fetched, or fetch them."""
        if self._known is None:
            return await self._fetch(f"{origin}/robots.txt", agent)
        known = self._known.get(origin, self._age)
        if known is not None:
            self._crawler.stats.inc_value("robots/remembered")
            return Rules(known)
        rules = await self._fetch(f"{origin}/robots.txt", agent)
        if rules.failure is None:
            self._known.keep(origin, rules.file)
        return rules

    async def _fetch(self, url: str, agent: str | None) -> Rules:
        self._crawler.stats.inc_value("robots/fetched")
        now = timestamp.now()
        try:
            response = await self._download(url, agent)
        except NewswarcError:
            raise  # nothing is stored any more; the crawl is being closed
        except Exception as error:  # noqa: BLE001 (whatever the handler says, of any kind)
            self._crawler.stats.inc_value("robots/unreachable")
            if not isinstance(error, _SAME_FOR_THE_PAGE):
                error = Unreachable(f"robots.txt cannot be had ({error}): {url}")
            return Rules(RobotsFile(now, 0), error)
        status = response.status
        if 200 <= status < 300:
            return Rules(RobotsFile(now, status, _body(response)))
        if 300 <= status < 500 and status != 429:
            return Rules(RobotsFile(now, status))
        self._crawler.stats.inc_value("robots/unreachable")
        wait = (response.headers.get("Retry-After") or b"").decode("latin-1")
        failure = Unreachable(f"robots.txt answers {status}: {url}", wait)
        return Rules(RobotsFile(now, status), failure)

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


def _body(response: Response) -> bytes:
    """Return the text of an answer, decoded, as far as it is read."""
    codings = (response.headers.get("Content-Encoding") or b"").decode("latin-1").lower()
    return decode(response.body, [coding.strip() for coding in codings.split(",")], _MAX_SIZE)
