"""One page in a tab of the browser: loaded, scrolled through, read, pictured."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.render.devtools import DevTools
from crawler.render.errors import BrowserGone, NotRendered
from crawler.render.visit import Visit

#: The window (CSS pixels), and how much of a long page is in its picture.
WIDTH, HEIGHT, LONGEST = 1280, 900, 8000
#: A page that asked for nothing for so long has all it wants (seconds).
QUIET = 0.5
#: How often it is looked at (seconds).
_POLL = 0.05
#: A page is scrolled by so many windows at most: some have no end.
_SCROLLS = 20
#: A document longer than this is not kept (characters).
_MAX_DOM = 10_000_000
_SCROLL = """
(async () => {
  for (let step = 0; step < %d; step++) {
    const before = scrollY;
    scrollBy({top: innerHeight, behavior: "instant"});
    await new Promise(done => setTimeout(done, 60));
    if (scrollY === before) break;
  }
  scrollTo({top: 0, behavior: "instant"});
})()
"""
_DOM = """
(() => {
  const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
  const html = type + "\\n" + document.documentElement.outerHTML + "\\n";
  const height = Math.ceil(document.documentElement.scrollHeight);
  return {height, url: location.href, html: html.length > %d ? null : html};
})()
"""


@dataclass(frozen=True, slots=True)
class View:
    """What a page came to.

    Attributes:
        dom: the document as HTML in UTF-8.
        screenshot: PNG; empty when none could be taken.
        url: as the browser shows it in the end.
        whole: the page had come to rest; False when its time was over before.
    """

    dom: bytes
    screenshot: bytes
    url: str
    whole: bool


class BrowserPage:
    """A page in a tab.

    Args:
        devtools: of the browser.
        frame: the page's own; the target has the same id.
        session: attached to the target.
        visit: the page is shown for.
    """

    def __init__(self, devtools: DevTools, frame: str, session: str, visit: Visit) -> None:
        self.session = session
        self._devtools = devtools
        self._frame = frame
        self._visit = visit
        self._loaded = asyncio.Event()
        self._crashed = asyncio.Event()
        self._begun = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._devtools.listen(session, self._hear)

    async def show(self) -> View:
        """Let it load, scroll through it, take what it has come to.

        Raises:
            BrowserGone: the browser crashed or hangs.
            NotRendered: the page did.
        """
        visit = self._visit
        await self._prepare()
        answer = await self._call("Page.navigate", url=visit.url)
        if "errorText" in answer:
            raise NotRendered(f"the browser shows no page: {answer['errorText']}")
        await self._rest()
        if visit.left > 0:
            await self._evaluate(_SCROLL % _SCROLLS)
        whole = await self._rest()
        found = await self._evaluate(_DOM % _MAX_DOM)
        if found["html"] is None:
            raise NotRendered(f"the document is longer than {_MAX_DOM:,} characters")
        return View(
            dom=found["html"].encode("utf-8", "replace"),
            screenshot=await self._picture(found["height"]),
            url=found["url"],
            whole=whole,
        )

    async def _prepare(self) -> None:
        parts = urlsplit(self._visit.url)
        await self._call("Page.enable")
        await self._call("Inspector.enable")
        await self._call("Network.enable")
        await self._call("Network.setBypassServiceWorker", bypass=True)
        # A page may not go anywhere else: neither scope nor robots.txt were asked about it.
        await self._call("Fetch.enable", patterns=[{"resourceType": "Document"}])
        await self._call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=HEIGHT,
            deviceScaleFactor=1,
            mobile=False,
        )
        await self._call(
            "Storage.clearDataForOrigin",
            origin=f"{parts.scheme}://{parts.netloc}",
            storageTypes="local_storage,indexeddb,service_workers,cache_storage,file_systems",
        )

    async def _rest(self) -> bool:
        """Wait until the page is loaded and has asked for nothing for a while, or time is over."""
        while self._visit.left > 0:
            if self._crashed.is_set():
                raise NotRendered("the page crashed in the browser")
            if self._devtools.lost:
                raise BrowserGone("the browser crashed")
            if self._loaded.is_set() and self._visit.quiet >= QUIET:
                return True
            await asyncio.sleep(_POLL)
        return False

    async def _evaluate(self, expression: str) -> Any:
        """Return the value of an expression, in a world that the page's scripts cannot touch."""
        world = await self._call("Page.createIsolatedWorld", frameId=self._frame)
        result = await self._call(
            "Runtime.evaluate",
            expression=expression,
            contextId=world["executionContextId"],
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in result:
            raise NotRendered(f"the page cannot be read: {result['exceptionDetails'].get('text')}")
        return result["result"].get("value")

    async def _picture(self, height: int) -> bytes:
        area = {"x": 0, "y": 0, "width": WIDTH, "height": min(max(height, HEIGHT), LONGEST)}
        picture = await self._call(
            "Page.captureScreenshot",
            format="png",
            captureBeyondViewport=True,
            clip={**area, "scale": 1},
        )
        return base64.b64decode(picture["data"])

    async def _call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the page; a page that crashes does not answer."""
        call = asyncio.ensure_future(self._devtools.call(method, self.session, **params))
        crash = asyncio.ensure_future(self._crashed.wait())
        try:
            await asyncio.wait({call, crash}, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                raise NotRendered("the page crashed in the browser")
            return await call
        finally:
            call.cancel()
            crash.cancel()

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Page.frameStoppedLoading":  # without that event, where a script interferes
            if self._begun and params["frameId"] == self._frame:
                self._loaded.set()
        elif method == "Inspector.targetCrashed":
            self._crashed.set()
        elif method == "Page.javascriptDialogOpening":
            self._do("Page.handleJavaScriptDialog", accept=False)
        elif method == "Fetch.requestPaused":
            self._judge(params)

    def _judge(self, params: dict[str, Any]) -> None:
        """Let a document through: the first one, and those of frames."""
        paused = params["requestId"]
        if params["frameId"] == self._frame:
            if self._begun:
                self._visit.refused["navigation"] += 1
                # To "No Content" a browser stays where it is (RFC 9110, clause 15.3.5).
                self._do("Fetch.fulfillRequest", requestId=paused, responseCode=204)
                return
            self._begun = True
        self._do("Fetch.continueRequest", requestId=paused)

    def _do(self, method: str, **params: Any) -> None:
        """Call a method, whatever comes of it."""

        async def call() -> None:
            with contextlib.suppress(NotRendered):
                await self._devtools.call(method, self.session, **params)

        task = asyncio.get_running_loop().create_task(call())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
