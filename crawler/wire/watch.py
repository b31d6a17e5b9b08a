"""Scrapy's signals about a download that is going on."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers
from twisted.python.failure import Failure

from crawler.wire.answer import Answer

logger = logging.getLogger(__name__)


class Watch:
    """Sends Scrapy's signals while an answer comes in, and hears who wants no more of it.

    Attributes:
        headers: of the answer, as Scrapy has them; empty before they are there.
        stop: what was raised by who wants no more.
    """

    def __init__(self, crawler: Crawler, request: Request, warn_body: int) -> None:
        self.headers = Headers()
        self.stop: StopDownload | None = None
        self._crawler = crawler
        self._request = request
        self._warn = request.meta.get("download_warnsize", warn_body)
        self._begun = False

    def progress(self, answer: Answer, data: bytes) -> bool:
        """See `Client.call`."""
        if self._begun:
            self._send(signals.bytes_received, data=data)
        elif answer.parsed is not None:
            self._begun = True
            self.headers = Headers(answer.parsed.headers)
            self._send(signals.headers_received, headers=self.headers, body_length=answer.expected)
        if self._warn and max(answer.body.size, answer.expected or 0) > self._warn:
            logger.warning("More than %d bytes: %s", self._warn, self._request.url)
            self._warn = 0
        return self.stop is None

    def _send(self, signal: object, **facts: Any) -> None:
        results = self._crawler.signals.send_catch_log(
            signal=signal, request=self._request, spider=self._crawler.spider, **facts
        )
        for _, result in results:
            if isinstance(result, Failure) and isinstance(result.value, StopDownload):
                self.stop = result.value
