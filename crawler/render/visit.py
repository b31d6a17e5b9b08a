"""One page in the browser: what it may ask for, what it was answered, when it has all it wants."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from archive.errors import NewswarcError
from archive.urlkey import is_url, urlkey
from crawler.guard import Refused
from crawler.render.proxy import Answered, Asked

logger = logging.getLogger(__name__)

#: Hosts of Chromium's own business, should it have any left; no page needs them.
_CHATTER = (
    "accounts.google.com",
    "android.clients.google.com",
    "clients1.google.com",
    "clients2.google.com",
    "clients4.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "safebrowsing.googleapis.com",
    "update.googleapis.com",
)
#: As the rest of the crawl (`crawler.settings`): common WARC tools read no other codings.
_CODINGS = b"gzip, deflate"
#: The document is handed over once for each visit; the browser is to keep none for the next one.
_NO_STORE = (b"Cache-Control", b"no-store")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one page may cost.

    Attributes:
        seconds: until it is taken as it is.
        requests: that it may make.
        size: bytes of bodies that it may be sent, in all.
    """

    seconds: float
    requests: int
    size: int


class Visit:
    """A page in the browser.

    Args:
        request: for the page, as the spider made it.
        response: to it, which the browser is given.
        fetch: the way to servers: records what goes over the wire.
        bounds: what the page may cost.
        agent: appended to the User-Agent of the browser, unless the request has one of its own.

    Attributes:
        url: of the page.
        loaded: URLs that were answered with status 200.
        refused: requests that were not made, by the reason.
        error: what ends the crawl, or None.
    """

    def __init__(
        self,
        request: Request,
        response: Response,
        fetch: Callable[[Request], Awaitable[Response]],
        bounds: Bounds,
        agent: str,
    ) -> None:
        self.url = response.url
        self.loaded: set[str] = set()
        self.refused: Counter[str] = Counter()
        self.error: NewswarcError | None = None
        self._document: Response | None = response
        self._page = request
        self._note: Mapping[str, str] = request.meta.get("warc_note", {})
        self._fetch = fetch
        self._bounds = bounds
        self._agent = request.headers.get(b"User-Agent") or agent.encode("latin-1")
        self._requests = 0
        self._size = 0
        self._pending = 0
        self._last = self._end = 0.0

    def begin(self) -> None:
        """Let its time run."""
        self._touch()
        self._end = self._last + self._bounds.seconds

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._end - asyncio.get_running_loop().time()

    @property
    def quiet(self) -> float:
        """For how many seconds nothing has been asked for, with nothing on its way."""
        return 0.0 if self._pending else asyncio.get_running_loop().time() - self._last

    @property
    def facts(self) -> dict[str, str]:
        """What the metadata record says of the visit."""
        facts = {"render-requests": str(self._requests)}
        facts |= {f"render-refused-{why}": str(count) for why, count in self.refused.items()}
        return facts

    async def answer(self, asked: Asked) -> Answered:
        """Answer a request of the browser."""
        document = self._document
        if document is not None and asked.method == "GET" and _same(asked.url, document.url):
            self._document = None
            self._touch()
            return _answered(document, _NO_STORE)
        why = self._refusal(asked)
        if why is not None:
            self.refused[why] += 1
            return Answered(HTTPStatus.FORBIDDEN)
        self._requests += 1
        self._pending += 1
        try:
            return await self._ask(asked)
        finally:
            self._pending -= 1
            self._touch()

    def _refusal(self, asked: Asked) -> str | None:
        """Return why a request is not made, None when it is."""
        if urlsplit(asked.url).hostname in _CHATTER:
            return "browser"
        if not is_url(asked.url):
            return "url"
        if asked.header(b"accept") == b"text/event-stream":
            return "stream"  # it has no end that could be waited for
        if self.error is not None or self.left <= 0:
            return "time"
        if self._requests >= self._bounds.requests:
            return "requests"
        if self._size >= self._bounds.size:
            return "size"
        return None

    async def _ask(self, asked: Asked) -> Answered:
        """Let the wire ask the server."""
        try:
            response = await self._fetch(self._request(asked))
        except NewswarcError as error:  # nothing is stored any more
            self.error = error
        except Refused as error:
            self.refused["guard"] += 1
            logger.warning("Refused to %s: %s (%s)", self.url, asked.url, error)
            return Answered(HTTPStatus.FORBIDDEN)
        except Exception as error:  # noqa: BLE001 (whatever the handler says: no answer)
            self.refused["failed"] += 1
            logger.info("No answer for %s: %s (%s)", self.url, asked.url, error)
        else:
            self._size += len(response.body)
            if response.status == HTTPStatus.OK:
                self.loaded.add(asked.url)
            return _answered(response)
        return Answered(HTTPStatus.BAD_GATEWAY)

    def _request(self, asked: Asked) -> Request:
        """Return Scrapy's request for one of the browser's."""
        note = {**self._note, "via": self.url, "renderedFor": self.url}
        note["hopsFromSeed"] = self._note.get("hopsFromSeed", "") + "E"
        headers: dict[bytes, list[bytes]] = {}
        for name, value in asked.headers:
            headers.setdefault(name, []).append(value)
        for name, values in headers.items():
            if name.lower() == b"user-agent":
                values[0] += b" " + self._agent
            elif name.lower() == b"accept-language" and b"Accept-Language" in self._page.headers:
                values[:] = self._page.headers.getlist(b"Accept-Language")
            elif name.lower() == b"accept-encoding":
                values[:] = [_CODINGS]
        meta: dict[str, object] = {
            "warc_note": note,
            "verbatim_url": True,
            "download_timeout": max(self.left, 1.0),
            "download_maxsize": self._bounds.size - self._size,
            "download_warnsize": 0,
            "download_fail_on_dataloss": False,
        }
        if "proxy" in self._page.meta:  # the way that the page itself took
            meta["proxy"] = self._page.meta["proxy"]
            if authorization := self._page.headers.get(b"Proxy-Authorization"):
                headers[b"Proxy-Authorization"] = [authorization]
        return Request(asked.url, method=asked.method, headers=headers, body=asked.body, meta=meta)

    def _touch(self) -> None:
        self._last = asyncio.get_running_loop().time()


def _same(one: str, other: str) -> bool:
    """Tell whether two spellings are of one URL."""
    return one == other or (is_url(one) and is_url(other) and urlkey(one) == urlkey(other))


def _answered(response: Response, *more: tuple[bytes, bytes]) -> Answered:
    """Return a response as the browser gets it."""
    skipped = {name.lower() for name, _ in more}
    headers = [
        (name, value)
        for name, values in response.headers.items()
        if name.lower() not in skipped
        for value in values
    ]
    return Answered(response.status, (*headers, *more), response.body)
