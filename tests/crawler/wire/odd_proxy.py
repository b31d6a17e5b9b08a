"""A proxy that speaks HTTP and SOCKS 5 on one port, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from typing import Any

from in_thread import InThread

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class OddProxy(InThread):
    """Passes on to loopback whatever name is asked for.

    Args:
        ports: of the server behind it, by the port that is asked for.
        password: of the user ``user``; None asks for no login.
        tls: spoken with whoever comes.
    """

    def __init__(
        self,
        ports: dict[int, int],
        password: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__()
        self.asked: list[bytes] = []
        self.port = 0
        self._ports = ports
        self._password = password
        self._tls = tls

    async def _start(self) -> list[asyncio.Server]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        return [server]

    async def _talk(self, reader: Reader, writer: Writer) -> None:
        speak: Callable[[bytes, Reader, Writer], Coroutine[Any, Any, None]] = self._http
        try:
            first = await reader.readexactly(1)
            if first == b"\x05":
                speak = self._socks
            await speak(first, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _http(self, first: bytes, reader: Reader, writer: Writer) -> None:
        request = first + await reader.readuntil(b"\r\n\r\n")
        self.asked.append(request)
        method, target, _ = request.split(b" ", 2)
        if self._password and b"Proxy-Authorization: Basic " not in request:
            writer.write(b"HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n")
        elif method == b"CONNECT":
            port = int(target.rpartition(b":")[2])
            if port not in self._ports:
                writer.write(b"HTTP/1.1 502 No such server\r\n\r\n")
                return
            writer.write(b"HTTP/1.1 200 Go on\r\n\r\n")
            await self._pass_on(b"", self._ports[port], reader, writer)
        else:
            path = b"/" + target.split(b"/", 3)[3]
            await self._pass_on(request.replace(target, path, 1), self._ports[80], reader, writer)

    async def _socks(self, first: bytes, reader: Reader, writer: Writer) -> None:
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        if self._password:
            if 2 not in methods:
                writer.write(b"\x05\xff")
                return
            writer.write(b"\x05\x02")
            user = await reader.readexactly((await reader.readexactly(2))[1])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            good = (user, password) == (b"user", self._password.encode())
            writer.write(b"\x01\x00" if good else b"\x01\x01")
        else:
            writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        size = 4 if kind == 1 else (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(b"%d %s %d" % (kind, host, port))
        if port not in self._ports:
            writer.write(b"\x05\x05\x00\x01" + bytes(6))
            return
        writer.write(b"\x05\x00\x00\x03\x04abcd\x00\x50")
        await self._pass_on(b"", self._ports[port], reader, writer)

    async def _pass_on(self, begin: bytes, port: int, reader: Reader, writer: Writer) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        server_writer.write(begin)

        async def copy(source: Reader, sink: Writer) -> None:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
            sink.close()

        await asyncio.gather(copy(reader, server_writer), copy(server_reader, writer))
