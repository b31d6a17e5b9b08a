"""The bytes of a request: what goes over the wire is what is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapy import Request
from scrapy.exceptions import DownloadFailedError

from crawler.wire.route import Origin

#: Headers that the wire sets itself, or that are for a proxy only.
_OURS = {b"Host", b"Content-Length", b"Proxy-Authorization", b"Transfer-Encoding"}
_WITH_BODY = {"POST", "PUT", "PATCH"}
_TARGET = re.compile(r"[^:]*://[^/?#]*([^#]*)")
_BREAKS = re.compile(rb"[\r\n\x00]")


def request_target(url: str) -> str:
    """Return path and query of an absolute `url`, exactly as they stand in it."""
    found = _TARGET.match(url)
    target = found[1] if found else ""
    return target if target.startswith("/") else "/" + target


def request_bytes(
    request: Request, to: Origin, target: str, more: Iterable[tuple[bytes, bytes]] = ()
) -> bytes:
    """Return head and body of `request`, for HTTP/1.1.

    ``Host`` comes first, then the headers as Scrapy has them, then the length of a body.

    Args:
        request: Scrapy's.
        to: its server.
        target: the request-target (RFC 9112, section 3.2).
        more: headers for a proxy.

    Raises:
        DownloadFailedError: a header or the URL holds a line break, which would end it.
    """
    host = request.headers.get(b"Host") or to.authority.encode("ascii")
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + host]
    lines.extend(
        name + b": " + value
        for name, values in request.headers.items()
        if name not in _OURS
        for value in values
    )
    lines.extend(name + b": " + value for name, value in more)
    if request.body or request.method in _WITH_BODY:
        lines.append(b"Content-Length: %d" % len(request.body))
    if any(_BREAKS.search(line) for line in lines):
        raise DownloadFailedError(f"a line break in the request for {request.url}")
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body
