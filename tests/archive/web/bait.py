"""A host of the live web that nothing of the archive may reach, and what reaches it still."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_ADDRESS = "127.0.0.1"


class Bait:
    """Listens on TCP and UDP, answers nothing, and keeps what comes.

    Attributes:
        connections: what came over each connection of TCP; an empty one is only a connection.
        datagrams: what came by UDP.
    """

    def __init__(self) -> None:
        self.connections: list[bytearray] = []
        self.datagrams: list[bytes] = []
        self._tcp = socket.create_server((_ADDRESS, 0))
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((_ADDRESS, self.port))
        for listen in (self._accept, self._receive):
            threading.Thread(target=listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in (self._tcp, self._udp):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def connect_to(self, host: str) -> list[str]:
        """Return the rules that lead a browser here which asks for a host."""
        return [f"{host}:{port}:{_ADDRESS}:{self.port}" for port in (80, 443)]

    @property
    def requests(self) -> list[bytes]:
        """What came that says anything: all but bare connections and TLS without a request."""
        said = [bytes(one) for one in self.connections if one and one[0] != 0x16]
        return said + self.datagrams

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._tcp.accept()
                self.connections.append(bytearray())
                threading.Thread(
                    target=self._read, args=(connection, self.connections[-1]), daemon=True
                ).start()

    def _read(self, connection: socket.socket, into: bytearray) -> None:
        with connection, suppress(OSError):
            while piece := connection.recv(65536):
                into += piece

    def _receive(self) -> None:
        with suppress(OSError):
            while True:
                self.datagrams.append(self._udp.recvfrom(65536)[0])
