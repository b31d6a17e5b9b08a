"""Through a proxy to the server: HTTP CONNECT (RFC 9110, 9.3.6) and SOCKS 5 (RFC 1928, 1929)."""

from __future__ import annotations

import ipaddress

from scrapy.exceptions import DownloadFailedError

from crawler.guard import Target
from crawler.wire.connection import Connection
from crawler.wire.head import end_of_head, parse_head
from crawler.wire.route import Proxy

#: The answer to CONNECT is not longer than this (bytes).
_MAX_ANSWER = 64 * 1024
_NO_LOGIN, _PASSWORD = 0, 2
_IPV4, _NAME, _IPV6 = 1, 3, 4
_ADDRESS_SIZES = {_IPV4: 4, _IPV6: 16}
_REFUSALS = {
    1: "general failure",
    2: "not allowed",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "time to live expired",
    7: "command not supported",
    8: "address type not supported",
}


async def tunnel(connection: Connection, proxy: Proxy, target: Target) -> None:
    """Ask `proxy`, over `connection`, for a tunnel to `target`.

    Raises:
        DownloadFailedError: it makes none.
    """
    if proxy.scheme in ("http", "https"):
        await _connect(connection, proxy, target)
    else:
        await _socks(connection, proxy, target)


async def _connect(connection: Connection, proxy: Proxy, target: Target) -> None:
    host = f"[{target.host}]" if ":" in target.host else target.host
    place = f"{host}:{target.port}".encode("ascii")
    lines = [b"CONNECT %s HTTP/1.1" % place, b"Host: " + place]
    lines.extend(name + b": " + value for name, value in proxy.authorization)
    connection.send(b"\r\n".join(lines) + b"\r\n\r\n")
    answer = b""
    while (end := end_of_head(answer)) is None:
        data = await connection.receive()
        answer += data
        if not data or len(answer) > _MAX_ANSWER:
            raise DownloadFailedError(f"the proxy {proxy.url} does not answer as one")
    head = parse_head(answer[:end])
    if head is None or not 200 <= head.status < 300:
        first_line = answer.partition(b"\n")[0].strip().decode("latin-1")
        raise DownloadFailedError(f"the proxy {proxy.url} makes no tunnel: {first_line}")
    if len(answer) > end:
        raise DownloadFailedError(f"the proxy {proxy.url} speaks before the server is asked")


async def _socks(connection: Connection, proxy: Proxy, target: Target) -> None:
    replies = _Replies(connection, proxy)
    methods = bytes([_NO_LOGIN, _PASSWORD] if proxy.credentials else [_NO_LOGIN])
    connection.send(bytes([5, len(methods)]) + methods)
    version, method = await replies.read(2)
    if version != 5 or method not in methods:
        raise DownloadFailedError(f"the proxy {proxy.url} wants another login, or is none")
    if method == _PASSWORD:
        user, _, password = (part[:255] for part in proxy.credentials.partition(b":"))
        connection.send(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        _, failed = await replies.read(2)
        if failed:
            raise DownloadFailedError(f"the proxy {proxy.url} does not accept the credentials")
    connection.send(bytes([5, 1, 0]) + _address(target.host) + target.port.to_bytes(2, "big"))
    _, refusal, _, kind = await replies.read(4)
    if refusal:
        reason = _REFUSALS.get(refusal, f"reason {refusal}")
        raise DownloadFailedError(f"the proxy {proxy.url} makes no tunnel: {reason}")
    size = _ADDRESS_SIZES[kind] if kind in _ADDRESS_SIZES else (await replies.read(1))[0]
    await replies.read(size + 2)  # the proxy's own address and port
    replies.end()


def _address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")[:255]
        return bytes([_NAME, len(name)]) + name
    return bytes([_IPV4 if address.version == 4 else _IPV6]) + address.packed


class _Replies:
    """Reads so many bytes at a time."""

    def __init__(self, connection: Connection, proxy: Proxy) -> None:
        self._connection = connection
        self._proxy = proxy
        self._data = b""

    async def read(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        while len(self._data) < size:
            data = await self._connection.receive()
            if not data:
                raise DownloadFailedError(f"the proxy {self._proxy.url} breaks off")
            self._data += data
        part, self._data = self._data[:size], self._data[size:]
        return part

    def end(self) -> None:
        """See to it that nothing is left."""
        if self._data:
            raise DownloadFailedError(
                f"the proxy {self._proxy.url} speaks before the server is asked"
            )
