"""Renders the pages of a crawl: one browser, a tab for each host, a new browser after a crash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from archive.model import Rendering
from crawler.certificate import self_signed, server_context, spki_fingerprint
from crawler.render.chromium import DEFAULT, Chromium
from crawler.render.errors import BrowserGone, NotRendered
from crawler.render.page import View
from crawler.render.tab import Tab
from crawler.render.visit import Bounds, Visit

logger = logging.getLogger(__name__)

#: So many hosts have a tab at once; beyond that, the one used longest ago is closed.
_TABS = 8
#: What is remembered of a tab as loaded; a requisite may be fetched again beyond that.
_LOADED = 20_000
#: Closing, reading and picturing take so much longer than a page may load (seconds).
_GRACE = 60.0


class RenderingRecorder(Protocol):
    """Who keeps what the browser made: `crawler.capture.Capture`."""

    def record_rendering(self, rendering: Rendering) -> None:
        """Keep it; what it raises becomes the outcome of the page."""


class Renderer:
    """Shows pages to a browser.

    Settings: ``NEWSWARC_RENDER_BROWSER`` (path of Chromium); what one page may cost:
    ``NEWSWARC_RENDER_SECONDS``, ``NEWSWARC_RENDER_REQUESTS``, ``NEWSWARC_RENDER_SIZE`` (bytes);
    ``NEWSWARC_RENDER_PAGES``: how many are shown at once.

    Stats: ``render/pages``, ``render/requests_refused/REASON``, ``render/failed``,
    ``render/browsers``.

    Args:
        crawler: of Scrapy.
        recorder: keeps what is made, or None.
    """

    def __init__(self, crawler: Crawler, recorder: RenderingRecorder | None) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._recorder = recorder
        self._path: str = settings.get("NEWSWARC_RENDER_BROWSER", DEFAULT)
        self._bounds = Bounds(
            seconds=settings.getfloat("NEWSWARC_RENDER_SECONDS", 30.0),
            requests=settings.getint("NEWSWARC_RENDER_REQUESTS", 300),
            size=settings.getint("NEWSWARC_RENDER_SIZE", 64 * 1024 * 1024),
        )
        self._agent: str = settings["USER_AGENT"]
        self._places = asyncio.Semaphore(settings.getint("NEWSWARC_RENDER_PAGES", 2))
        self._changing = asyncio.Lock()
        certificate, key = self_signed(["*"])
        self._tls = server_context(certificate, key)
        self._fingerprint = spki_fingerprint(certificate)
        self._browser: Chromium | None = None
        self._tabs: dict[str, Tab] = {}  # by host, the one used longest ago first

    async def render(
        self,
        request: Request,
        response: Response,
        fetch: Callable[[Request], Awaitable[Response]],
    ) -> Response:
        """Show an answer to the browser; return what it made of it, flagged ``rendered``.

        Args:
            request: for the page; ``meta["loaded"]`` is set to what needs no fetching any more.
            response: to it.
            fetch: the way to servers.

        Raises:
            NotRendered: the browser made nothing of it.
            NewswarcError: it cannot be stored.
        """
        host = request.url.split("/", 3)[2]
        async with self._places:
            visit = Visit(request, response, fetch, self._bounds, self._agent)
            browser: Chromium | None = None
            try:
                tab = await self._tab(host)
                browser = self._browser
                async with tab.lock, asyncio.timeout(self._bounds.seconds + _GRACE):
                    view = await tab.show(visit)
            except (NotRendered, TimeoutError) as error:
                self._count("render/failed")
                if not isinstance(error, NotRendered) or isinstance(error, BrowserGone):
                    await self._give_up(browser)
                why = str(error) or "the browser hangs"
                if visit.error is not None:
                    raise visit.error from error
                raise NotRendered(f"not rendered: {why}") from error
            finally:
                for why, count in visit.refused.items():
                    self._count(f"render/requests_refused/{why}", count)
        if visit.error is not None:
            raise visit.error
        self._record(request, visit, view, tab.product)
        request.meta["loaded"] = frozenset(tab.loaded)
        if len(tab.loaded) > _LOADED:
            tab.loaded.clear()
        return _rendered(response, view)

    async def close(self) -> None:
        """End the browser."""
        await self._give_up(self._browser)

    async def _tab(self, host: str) -> Tab:
        """Return the tab of a host; start a browser, open a tab, where there is none."""
        async with self._changing:
            if self._browser is not None and self._browser.devtools.lost:
                await self._end()
            if self._browser is None:
                self._count("render/browsers")
                self._browser = await Chromium.start(self._path, self._fingerprint)
            tab = self._tabs.pop(host, None)
            if tab is None:
                for name in [name for name, one in self._tabs.items() if not one.lock.locked()]:
                    if len(self._tabs) >= _TABS:
                        await self._tabs.pop(name).close()
                tab = await Tab.open(self._browser, self._tls)
            self._tabs[host] = tab
            return tab

    async def _give_up(self, browser: Chromium | None) -> None:
        """End a browser, unless that has happened; the next page starts another."""
        async with self._changing:
            if browser is not None and browser is self._browser:
                await self._end()

    async def _end(self) -> None:
        assert self._browser is not None
        browser, self._browser = self._browser, None
        tabs, self._tabs = list(self._tabs.values()), {}
        await browser.close()
        for tab in tabs:
            with suppress(NotRendered):
                await tab.close()

    def _record(self, request: Request, visit: Visit, view: View, product: str) -> None:
        self._count("render/pages")
        captured = request.meta.get("warc_capture")
        if self._recorder is None or captured is None:
            return
        response, started = captured
        note = {
            "browser": product,
            "render-url": view.url,
            "render-at-rest": "yes" if view.whole else "no",
            **visit.facts,
        }
        self._recorder.record_rendering(
            Rendering(visit.url, started, response, view.dom, view.screenshot, note)
        )

    def _count(self, name: str, count: int = 1) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(name, count)


def _rendered(response: Response, view: View) -> Response:
    """Return a response that holds the browser's document."""
    headers = response.headers.copy()
    headers.pop(b"Content-Encoding", None)
    headers[b"Content-Type"] = b"text/html; charset=utf-8"
    return HtmlResponse(
        response.url,
        status=response.status,
        headers=headers,
        body=view.dom,
        flags=[*response.flags, "rendered"],
        certificate=response.certificate,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )
