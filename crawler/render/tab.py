"""A tab of the browser: pages of one host, one after another, with a proxy of their own.

A tab is a browser context: its cookies, its cache and its proxy are no other's. The cache stays
from page to page, so that what pages of a site share is fetched once; cookies and storage do not,
so that each page is shown as to somebody who comes for the first time.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from http import HTTPStatus
from typing import Self

from crawler.render.chromium import Chromium
from crawler.render.errors import NotRendered
from crawler.render.page import BrowserPage, View
from crawler.render.proxy import ADDRESS, Answered, Asked, Proxy
from crawler.render.visit import Visit


class Tab:
    """A browser context.

    Attributes:
        lock: held by whoever shows a page.
        loaded: URLs that were fetched for pages here, with status 200.
        product: name and version of the browser.
    """

    def __init__(self, browser: Chromium, tls: ssl.SSLContext) -> None:
        self.lock = asyncio.Lock()
        self.loaded: set[str] = set()
        self.product = browser.product
        self._devtools = browser.devtools
        self._proxy = Proxy(self._answer, tls)
        self._visit: Visit | None = None
        self._context = ""

    @classmethod
    async def open(cls, browser: Chromium, tls: ssl.SSLContext) -> Self:
        """Open one."""
        tab = cls(browser, tls)
        await tab._proxy.start()
        try:
            made = await browser.devtools.call(
                "Target.createBrowserContext",
                disposeOnDetach=True,
                proxyServer=f"http://{ADDRESS}:{tab._proxy.port}",
                proxyBypassList="<-loopback>",
            )
            tab._context = made["browserContextId"]
            await browser.devtools.call(
                "Browser.setDownloadBehavior", behavior="deny", browserContextId=tab._context
            )
        except BaseException:
            await tab.close()
            raise
        return tab

    async def close(self) -> None:
        """Close it."""
        if self._context:
            with contextlib.suppress(NotRendered):
                await self._devtools.call(
                    "Target.disposeBrowserContext", browserContextId=self._context
                )
        await self._proxy.close()

    async def show(self, visit: Visit) -> View:
        """Visit a page: let it load, scroll through it, take what it has come to.

        Raises:
            BrowserGone: the browser crashed or hangs.
            NotRendered: the page did.
        """
        devtools = self._devtools
        await devtools.call("Storage.clearCookies", browserContextId=self._context)
        made = await devtools.call(
            "Target.createTarget", url="about:blank", browserContextId=self._context
        )
        attached = await devtools.call(
            "Target.attachToTarget", targetId=made["targetId"], flatten=True
        )
        page = BrowserPage(devtools, made["targetId"], attached["sessionId"], visit)
        self._visit = visit
        visit.begin()
        try:
            return await page.show()
        finally:
            self._visit = None
            self.loaded |= visit.loaded
            devtools.listen(page.session, None)
            await self._leave()

    async def _leave(self) -> None:
        """Close the page and whatever it has opened."""
        with contextlib.suppress(NotRendered):
            found = await self._devtools.call("Target.getTargets")
            for target in found["targetInfos"]:
                if target.get("browserContextId") == self._context and target["type"] == "page":
                    await self._devtools.call("Target.closeTarget", targetId=target["targetId"])

    async def _answer(self, asked: Asked) -> Answered:
        """Answer what the page, or what an earlier one left behind, asks for."""
        if self._visit is None:
            return Answered(HTTPStatus.FORBIDDEN)
        return await self._visit.answer(asked)
