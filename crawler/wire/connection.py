"""A TCP or TLS connection: bytes out, bytes in, and whether it is still good for a request."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

#: When this many bytes wait for the reader, the other side is made to wait.
_HIGH_WATER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Tls:
    """What was agreed on in a TLS handshake.

    Attributes:
        version: e.g. ``TLSv1.3``.
        cipher: its OpenSSL name.
        certificates: of the server, DER, its own first. The rest of the chain is known from
            Python 3.13 on.
    """

    version: str
    cipher: str
    certificates: tuple[bytes, ...]


class Connection(asyncio.Protocol):
    """One connection, used by one request at a time.

    Attributes:
        used: how many requests went over it.
        peer: the address of the other end.
        tls: what TLS agreed on, or None.
        idle_since: loop time at which it was last given back, for the pool.
    """

    def __init__(self) -> None:
        self.used = 0
        self.peer: str | None = None
        self.tls: Tls | None = None
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._received: list[bytes] = []
        self._waiting = 0  # bytes in `_received`
        self._closed = False
        self._paused = False
        self._reader: asyncio.Future[None] | None = None
        self._lost = asyncio.Event()

    @property
    def fresh(self) -> bool:
        """Tell whether nothing has come that nobody asked for, and the end has not come."""
        return not self._closed and not self._received

    def send(self, data: bytes) -> None:
        """Send `data`."""
        if self._transport is not None and not self._closed:
            self._transport.write(data)

    async def receive(self) -> bytes:
        """Wait for bytes and return all that came; empty at the end of the connection."""
        if not self._received and not self._closed:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        data = self._received[0] if len(self._received) == 1 else b"".join(self._received)
        self._received.clear()
        self._waiting = 0
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return data

    def close(self) -> None:
        """Close it, without waiting for anybody."""
        self._closed = True
        if self._transport is not None:
            self._transport.abort()

    async def secure(self, context: ssl.SSLContext, server_name: str) -> None:
        """Begin TLS on it.

        Raises:
            OSError: the handshake fails; `ssl.SSLError` is one of these.
        """
        if self._transport is None or self._closed:
            raise ConnectionResetError("the connection is closed")
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(
            self._transport, self, context, server_hostname=server_name
        )
        if transport is None:
            raise ConnectionResetError("the connection was closed in the handshake")
        self.connection_made(transport)

    async def closed(self) -> None:
        """Wait until the system has let go of it."""
        await self._lost.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # Asked now, because a closed TLS transport has forgotten it.
        if name := transport.get_extra_info("peername"):
            self.peer = str(name[0]).partition("%")[0]
        if isinstance(session := transport.get_extra_info("ssl_object"), ssl.SSLObject):
            self.tls = _agreed(session)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._received.append(data)
        self._waiting += len(data)
        if self._waiting > _HIGH_WATER and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """See `asyncio.Protocol`; False closes our side too."""
        self._end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._lost.set()
        self._end()

    def _end(self) -> None:
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


def _agreed(session: ssl.SSLObject) -> Tls:
    """Return what `session` agreed on."""
    cipher = session.cipher()
    own = session.getpeercert(binary_form=True)
    whole_chain = getattr(session, "get_unverified_chain", None)  # Python 3.13
    chain = whole_chain() if whole_chain is not None else [own] if own else []
    return Tls(session.version() or "", cipher[0] if cipher else "", tuple(chain))
