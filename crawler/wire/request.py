"""The bytes of a request: what goes over the wire is what is recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError

from archive.urlkey import DEFAULT_PORTS

#: Headers that the wire sets itself, or that are for a proxy only.
_OURS = {b"Host", b"Content-Length", b"Proxy-Authorization", b"Transfer-Encoding"}
_WITH_BODY = {"POST", "PUT", "PATCH"}
_TARGET = re.compile(r"[^:]*://[^/?#]*([^#]*)")
_BREAKS = re.compile(rb"[\r\n\x00]")


@dataclass(frozen=True, slots=True)
class Origin:
    """The server of a URL.

    Attributes:
        scheme: ``http`` or ``https``.
        host: lower case, ASCII, without brackets.
        port: TCP port.
    """

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The host, in brackets if it is an IPv6 address, and the port unless it is implied."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def origin(url: str) -> Origin:
    """Return the server of an http or https `url`.

    Raises:
        CannotResolveHostError: there is no such host or port, whoever is asked.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError as error:  # UnicodeError is one
        raise CannotResolveHostError(f"no host in {url}: {error}") from error
    if not ascii_host:
        raise CannotResolveHostError(f"no host in {url}")
    return Origin(parts.scheme, ascii_host, DEFAULT_PORTS[parts.scheme] if port is None else port)


def request_target(url: str) -> str:
    """Return path and query of an absolute `url`, exactly as they stand in it."""
    found = _TARGET.match(url)
    target = found[1] if found else ""
    return target if target.startswith("/") else "/" + target


def request_bytes(request: Request, to: Origin, target: str) -> bytes:
    """Return head and body of `request`, for HTTP/1.1.

    ``Host`` comes first, then the headers as Scrapy has them, then the length of a body.

    Args:
        request: Scrapy's.
        to: its server.
        target: the request-target (RFC 9112, section 3.2).

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
    if request.body or request.method in _WITH_BODY:
        lines.append(b"Content-Length: %d" % len(request.body))
    if any(_BREAKS.search(line) for line in lines):
        raise DownloadFailedError(f"a line break in the request for {request.url}")
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body
