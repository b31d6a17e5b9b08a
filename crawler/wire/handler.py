"""The download handler: a request goes out, the exact exchange is recorded, a response comes."""

from __future__ import annotations

import ipaddress
import logging
from typing import Protocol
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotConfigured,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.misc import load_object

from archive.model import Exchange
from crawler.wire.answer import Answer
from crawler.wire.client import Call, Client, Reply
from crawler.wire.dial import Dialer
from crawler.wire.exchange import make_exchange
from crawler.wire.pool import Pool
from crawler.wire.request import request_bytes, request_target
from crawler.wire.route import Route, origin, parse_proxy
from crawler.wire.settings import DEFAULTS, WireSettings, guard_from_settings, tls_context
from crawler.wire.watch import Watch

logger = logging.getLogger(__name__)

#: Scrapy makes a handler for each scheme; those of one crawler share their connections.
_CLIENTS: WeakKeyDictionary[Crawler, Client] = WeakKeyDictionary()


class Recorder(Protocol):
    """Who is given every exchange: `crawler.capture.Capture`, as a rule."""

    def record(self, exchange: Exchange, request: Request) -> None:
        """Keep `exchange`; what it raises becomes the outcome of `request`."""


class WireDownloadHandler(BaseDownloadHandler):
    """Downloads over HTTP/1.1, with and without TLS, and records what went over the wire.

    Every exchange is given to the recorder before Scrapy gets the response: also errors,
    redirects, what the retry middleware asks for again, and answers that are cut off or broken. A
    request that never left (no such host, refused, see `crawler.guard`) is no exchange.

    Settings: see `crawler.wire.settings`. ``NEWSWARC_RECORDER`` is the extension that records, an
    object with a ``record`` method, or None to record nothing.

    Proxies are those of Scrapy (``request.meta["proxy"]``, ``http_proxy`` and the like in the
    environment): http, https, socks5, socks5h.

    ``request.meta`` keys beside Scrapy's own (``download_timeout``, ``download_maxsize``,
    ``download_warnsize``, ``download_fail_on_dataloss``, ``download_latency``): ``warc_note``, a
    dict of strings, goes into the metadata record of the exchange; ``warc_location`` is set by
    the recorder.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._settings = WireSettings.from_settings(crawler.settings)
        self._recorder = _recorder(crawler)
        client = _CLIENTS.get(crawler)
        if client is None:
            dialer = Dialer(
                guard_from_settings(crawler.settings),
                tls_context(crawler.settings),
                self._settings.connect_timeout,
                self._settings.bind,
            )
            pool = Pool(
                self._settings.idle_per_host,
                self._settings.idle_in_all,
                self._settings.idle_timeout,
            )
            client = _CLIENTS[crawler] = Client(dialer, pool)
        self._client = client

    async def download_request(self, request: Request) -> Response:
        """Send `request`, record the exchange, return the response.

        Raises:
            DownloadTimeoutError: it took too long.
            DownloadCancelledError: the answer is too large; `Refused` is one of these.
            DownloadFailedError: no answer, or none that is HTTP.
            ResponseDataLossError: the answer is not whole.
            Exception: see `Dialer.dial`, and the recorder.
        """
        request.meta.pop("warc_location", None)  # of the request that this one is a copy of
        limit = request.meta.get("download_maxsize", self._settings.max_body)
        call = self._call(request)
        watch = Watch(self.crawler, request, self._settings.warn_body)
        reply = await self._client.call(
            call, lambda: Answer(call.method, self._settings.max_head, limit), watch.progress
        )
        if reply.latency:
            request.meta["download_latency"] = reply.latency
        try:
            if self._recorder is not None:
                note = request.meta.get("warc_note", {})
                exchange = make_exchange(request.url, call, reply, note)
                self._recorder.record(exchange, request)
            return self._response(reply, request, watch)
        finally:
            reply.answer.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _call(self, request: Request) -> Call:
        to = origin(request.url)
        target = request_target(request.url)
        proxy, more = None, []
        if request.meta.get("proxy"):
            authorization = request.headers.get(b"Proxy-Authorization")
            proxy = parse_proxy(request.meta["proxy"], authorization)
        route = Route(to, proxy)
        if proxy is not None and route.forwarded:
            target = f"http://{to.authority}{target}"
            more = proxy.authorization
        return Call(
            route=route,
            method=request.method,
            data=request_bytes(request, to, target, more),
            answer_timeout=self._settings.answer_timeout,
            timeout=request.meta.get("download_timeout") or self._settings.timeout,
        )

    def _response(self, reply: Reply, request: Request, watch: Watch) -> Response:
        """Return the response to `request`, or raise what is wrong with it."""
        answer = reply.answer
        flags: list[str] = []
        if reply.timed_out:
            raise DownloadTimeoutError(f"{request.url} took longer than it may")
        if answer.truncated == "length":
            logger.warning("Not taken, %s: %s", answer.problem, request.url)
            raise DownloadCancelledError(f"{request.url}: {answer.problem}")
        if answer.parsed is None:
            raise DownloadFailedError(f"{request.url}: {answer.problem}")
        if answer.problem is not None:
            if request.meta.get("download_fail_on_dataloss", self._settings.fail_on_dataloss):
                raise ResponseDataLossError(f"{request.url}: {answer.problem}")
            flags.append("dataloss")
        headers, stop = watch.headers, watch.stop
        body = answer.entity.read()
        if not body:
            # There is nothing to decode, and Scrapy's HttpCompression would call it broken.
            headers.pop(b"Content-Encoding", None)
        made = responsetypes.from_args(headers=headers, url=request.url, body=body)(
            request.url,
            status=answer.parsed.status,
            headers=headers,
            body=body,
            flags=flags,
            certificate=reply.tls.certificates[0] if reply.tls and reply.tls.certificates else None,
            ip_address=ipaddress.ip_address(reply.ip) if reply.ip else None,
            protocol=answer.parsed.protocol,
        )
        if stop is not None:
            made.flags.append("download_stopped")
            if stop.fail:
                stop.response = made
                raise stop
        return made


def _recorder(crawler: Crawler) -> Recorder | None:
    """Return the recorder that the settings name.

    Raises:
        NotConfigured: it is not there; nothing must be downloaded without being recorded.
    """
    name = {**DEFAULTS, **crawler.settings}["NEWSWARC_RECORDER"]
    if name is None:
        return None
    if hasattr(name, "record") and not isinstance(name, type):
        recorder: Recorder = name
        return recorder
    found: Recorder | None = crawler.get_extension(load_object(name))
    if found is None:
        raise NotConfigured(f"{name} is to record the exchanges, but is not among the extensions")
    return found
