"""Where a request goes: to which server, by way of which proxy."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Hashable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

from scrapy.exceptions import CannotResolveHostError, NotSupported

from archive.urlkey import DEFAULT_PORTS

#: What a proxy may be asked in, with its usual port.
PROXY_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


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


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who passes requests on.

    Attributes:
        scheme: ``http`` or ``https`` (CONNECT for https URLs, the whole URL for http ones), or
            ``socks5``; with ``socks5h`` the proxy resolves names.
        host: name or address, without brackets.
        port: TCP port.
        credentials: user and password with a colon between them, or empty.
    """

    scheme: str
    host: str
    port: int
    credentials: bytes = b""

    @property
    def url(self) -> str:
        """The proxy's URL without the credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def authorization(self) -> list[tuple[bytes, bytes]]:
        """The header that shows the credentials, if there are any."""
        if not self.credentials:
            return []
        return [(b"Proxy-Authorization", b"Basic " + base64.b64encode(self.credentials))]


@dataclass(frozen=True, slots=True)
class Route:
    """A server, and the proxy on the way, if any."""

    origin: Origin
    proxy: Proxy | None = None

    @property
    def forwarded(self) -> bool:
        """Tell whether the proxy itself is asked, and asks the server in its turn."""
        return (
            self.proxy is not None
            and self.proxy.scheme in ("http", "https")
            and self.origin.scheme == "http"
        )

    @property
    def key(self) -> Hashable:
        """What connections are kept by: the same key, the same other end."""
        return self.proxy if self.forwarded else (self.origin, self.proxy)


def parse_proxy(url: str, authorization: bytes | None) -> Proxy:
    """Read the URL of a proxy, as it stands in ``request.meta["proxy"]``.

    Args:
        url: ``http://``, ``https://``, ``socks5://`` or ``socks5h://``; without a scheme, http.
        authorization: the Proxy-Authorization header that Scrapy made of the credentials.

    Raises:
        NotSupported: it is none of these.
    """
    text = url if "://" in url else "http://" + url.removeprefix("//")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise NotSupported(f"not a proxy: {url!r}") from None
    if parts.scheme not in PROXY_PORTS or not parts.hostname:
        raise NotSupported(f"not a proxy (http, https, socks5 or socks5h): {url!r}")
    credentials = b""
    if parts.username is not None:
        credentials = (
            unquote_to_bytes(parts.username) + b":" + unquote_to_bytes(parts.password or "")
        )
    elif authorization is not None:
        kind, _, token = authorization.partition(b" ")
        try:
            credentials = base64.b64decode(token, validate=True)
        except binascii.Error:
            kind = b""
        if kind.lower() != b"basic":
            raise NotSupported("a proxy is shown Basic credentials only")
    return Proxy(parts.scheme, parts.hostname, port or PROXY_PORTS[parts.scheme], credentials)
