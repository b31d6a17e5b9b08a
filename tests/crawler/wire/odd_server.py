"""The server of the odd answers: sends them byte for byte, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from dataclasses import dataclass

from in_thread import InThread
from odd_answers import ODD, Odd


@dataclass(frozen=True)
class Asked:
    """One request: by which scheme, for which answer, in which bytes, over which connection."""

    scheme: str
    name: str
    request: bytes
    connection: int


class OddServer(InThread):
    """Serves ``/NAME`` on loopback, by http and https, in a thread of its own."""

    def __init__(self, tls: ssl.SSLContext | None, answers: dict[str, Odd] = ODD) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self.ports: dict[str, int] = {}
        self._tls = tls
        self._answers = answers
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()  # a loop holds its tasks weakly

    @property
    def connect_to(self) -> list[str]:
        return [
            f"odd.example:80:127.0.0.1:{self.ports['http']}",
            f"odd.example:443:127.0.0.1:{self.ports['https']}",
        ]

    async def _start(self) -> list[asyncio.Server]:
        return [await self._serve("http", None), await self._serve("https", self._tls)]

    async def _serve(self, scheme: str, tls: ssl.SSLContext | None) -> asyncio.Server:
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._connections += 1
            task = self._loop.create_task(self._talk(scheme, self._connections, reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
        self.ports[scheme] = server.sockets[0].getsockname()[1]
        return server

    async def _talk(
        self,
        scheme: str,
        connection: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                for line in request.split(b"\r\n"):
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        request += await reader.readexactly(int(value))
                name = request.split()[1].decode().strip("/").partition("?")[0]
                self.asked.append(Asked(scheme, name, request, connection))
                odd = self._answers[name]
                writer.write(odd.before + odd.head + odd.body + odd.after)
                await writer.drain()
                if odd.then == "reset":
                    await asyncio.sleep(0.1)  # a reset may overtake what was sent
                    linger = struct.pack("ii", 1, 0)
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, linger
                    )
                    writer.transport.abort()
                if odd.then == "stall":
                    await reader.read()
                if odd.then != "keep":
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
