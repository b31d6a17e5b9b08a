"""The recording proxy: it takes a browser's requests apart and puts answers together.

Nothing leaves here: whoever made the proxy is asked for every answer. Only HTTP/1.1 is spoken;
WebSockets are refused. Bytes in the WARC are those between us and the server; those between us and
the browser, on loopback, are of no interest to anybody.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

ADDRESS = "127.0.0.1"
_MAX_HEAD = 256 * 1024
#: What a page may send with one request (bytes).
_MAX_BODY = 16 * 1024 * 1024
#: Fields that are between two neighbours, or that are said anew (RFC 9110, clause 7.6.1).
_HOP_BY_HOP = frozenset(
    {
        b"alt-svc",
        b"connection",
        b"content-length",
        b"keep-alive",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)

Fields = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the browser.

    Attributes:
        method: of the request.
        url: absolute.
        headers: without those between two neighbours.
        body: perhaps empty.
    """

    method: str
    url: str
    headers: Fields = ()
    body: bytes = b""

    def header(self, name: bytes) -> bytes:
        """Return the value of a header field, its name in lower case; empty without it."""
        return next((value for key, value in self.headers if key.lower() == name), b"")


@dataclass(frozen=True, slots=True)
class Answered:
    """What the browser gets.

    Attributes:
        status: the code.
        headers: those between two neighbours are left out, whatever they say.
        body: without a transfer-coding, its content-coding kept.
    """

    status: int
    headers: Fields = ()
    body: bytes = b""


class Proxy:
    """A proxy on loopback, for as long as the ``async with`` block lasts.

    Args:
        ask: gives the answer to a request.
        tls: how the browser is spoken to in the place of https servers.

    Attributes:
        port: where it listens.
    """

    def __init__(self, ask: Callable[[Asked], Awaitable[Answered]], tls: ssl.SSLContext) -> None:
        self.port = 0
        self._ask = ask
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen, at a free port."""
        self._server = await asyncio.start_server(self._connected, ADDRESS, 0, limit=_MAX_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Cut all connections and stop."""
        if self._server is not None:
            self._server.close()
        for task in self._busy:
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            # A browser that hangs up is no event, nor is one that does not speak HTTP.
            with suppress(
                OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
            ):
                await self._converse(reader, writer)
        except asyncio.CancelledError:
            pass  # by `close`; the server's own callback would call it an error
        finally:
            self._busy.discard(task)
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests until the browser hangs up."""
        origin = ""  # of the server that it believes to speak to, behind CONNECT
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head[:-4].split(b"\r\n")
            method, target, _ = first.split(b" ")
            if method == b"CONNECT" and not origin:
                if target.endswith(b":80"):  # a WebSocket: http goes without a tunnel
                    writer.write(_bytes(Answered(HTTPStatus.NOT_IMPLEMENTED), "CONNECT"))
                    return
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await writer.start_tls(self._tls)
                host = target.decode("ascii").removesuffix(":443")
                origin = f"https://{host}"
                continue
            fields = [
                (name, value.strip()) for name, _, value in (x.partition(b":") for x in lines)
            ]
            length = int(next((v for k, v in fields if k.lower() == b"content-length"), b"0"))
            if any(k.lower() in (b"upgrade", b"transfer-encoding") for k, _ in fields):
                writer.write(_bytes(Answered(HTTPStatus.NOT_IMPLEMENTED), "GET"))
                return
            if length > _MAX_BODY:
                writer.write(_bytes(Answered(HTTPStatus.REQUEST_ENTITY_TOO_LARGE), "GET"))
                return
            body = await reader.readexactly(length)
            url = origin + target.decode("ascii")
            asked = Asked(method.decode("ascii"), url, _without_hops(fields), body)
            writer.write(_bytes(await self._ask(asked), asked.method))
            await writer.drain()


def _without_hops(fields: Fields | list[tuple[bytes, bytes]]) -> Fields:
    return tuple((name, value) for name, value in fields if name.lower() not in _HOP_BY_HOP)


def _bytes(answer: Answered, method: str) -> bytes:
    """Return the bytes of an answer (RFC 9112)."""
    phrase = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else ""
    lines = [f"HTTP/1.1 {answer.status} {phrase}".encode("ascii")]
    lines += [name + b": " + value for name, value in _without_hops(answer.headers)]
    bodiless = method == "HEAD" or answer.status < 200 or answer.status in (204, 304)
    if not bodiless:
        lines.append(b"Content-Length: %d" % len(answer.body))
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    return head if bodiless else head + answer.body
