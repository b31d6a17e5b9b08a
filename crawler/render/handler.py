"""The download handler of crawls that render: the wire's, and the browser behind it."""

from __future__ import annotations

from typing import cast
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.render.renderer import Renderer, RenderingRecorder
from crawler.wire.handler import WireDownloadHandler

#: Scrapy makes a handler for each scheme; those of one crawl share their browser.
_RENDERERS: WeakKeyDictionary[Crawler, Renderer] = WeakKeyDictionary()
#: With these a server may answer that the page has not changed; what its scripts load may have.
_CONDITIONS = ("If-None-Match", "If-Modified-Since")


class RenderDownloadHandler(WireDownloadHandler):
    """Downloads as `WireDownloadHandler` does, and shows pages to a browser.

    A request with ``meta["render"]`` is downloaded as any other: a redirect, an error, a document
    that is no HTML is answered as it is. A page that was found is shown to the browser, and the
    response holds the document that it made of it. See `crawler.render.renderer.Renderer` for the
    settings.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        renderer = _RENDERERS.get(crawler)
        if renderer is None:
            recorder = cast("RenderingRecorder | None", self._recorder)
            renderer = _RENDERERS[crawler] = Renderer(crawler, recorder)
        self._renderer = renderer

    async def download_request(self, request: Request) -> Response:
        """See `WireDownloadHandler.download_request`.

        Raises:
            NotRendered: the answer is stored, but the browser made nothing of it.
        """
        if not request.meta.get("render"):
            return await super().download_request(request)
        for name in _CONDITIONS:
            request.headers.pop(name, None)
        response = await super().download_request(request)
        if response.status != 200 or not _is_page(response):
            return response
        return await self._renderer.render(request, response, super().download_request)

    async def close(self) -> None:
        """Close the browser and the connections."""
        await self._renderer.close()
        await super().close()


def _is_page(response: Response) -> bool:
    """Tell whether a browser would show an answer, rather than offer to save it."""
    media = (response.headers.get("Content-Type") or b"").lower()
    disposition = (response.headers.get("Content-Disposition") or b"").lower()
    return b"html" in media and not disposition.startswith(b"attachment")
