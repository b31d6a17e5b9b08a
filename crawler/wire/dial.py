"""From a server's name to a connection: name server, guard, TCP, TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.guard import Guard, Refused, Target
from crawler.wire.connection import Connection
from crawler.wire.request import Origin


class Dialer:
    """Opens connections.

    Args:
        guard: judges every address before it is dialled.
        tls: how TLS is spoken.
        timeout: seconds for the whole of it.
        bind: our own end, or None.
    """

    def __init__(
        self,
        guard: Guard,
        tls: ssl.SSLContext,
        timeout: float,
        bind: tuple[str, int] | None = None,
    ) -> None:
        self._guard = guard
        self._tls = tls
        self._timeout = timeout
        self._bind = bind

    async def dial(self, origin: Origin) -> Connection:
        """Connect to `origin`.

        Raises:
            Refused: it has inside addresses only.
            CannotResolveHostError: it has no address.
            DownloadConnectionRefusedError: nobody listens there.
            DownloadTimeoutError: it took too long.
            DownloadFailedError: TCP or TLS failed otherwise.
        """
        target = self._guard.target(origin.host, origin.port)
        try:
            async with asyncio.timeout(self._timeout):
                addresses = await self._resolve(target)
                return await self._connect(origin, target, addresses)
        except TimeoutError:
            raise DownloadTimeoutError(
                f"no connection to {origin.authority} within {self._timeout:g} s"
            ) from None

    async def _resolve(self, target: Target) -> list[str]:
        """Return the addresses of `target` that may be dialled; IPv6 and IPv4 as they come."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CannotResolveHostError(f"{target.host}: {reason}") from error
        allowed: dict[str, None] = {}
        refusal: Refused | None = None
        for _, _, _, _, place in found:
            address = str(place[0])
            try:
                self._guard.check(target, address)
            except Refused as error:
                refusal = error
            else:
                allowed[address] = None
        if not allowed:
            raise refusal or CannotResolveHostError(f"{target.host}: no address")
        return list(allowed)

    async def _connect(self, origin: Origin, target: Target, addresses: list[str]) -> Connection:
        loop = asyncio.get_running_loop()
        secure = origin.scheme == "https"
        failure: OSError | None = None
        for address in addresses:
            try:
                _, connection = await loop.create_connection(
                    Connection,
                    address,
                    target.port,
                    ssl=self._tls if secure else None,
                    server_hostname=origin.host.rstrip(".") if secure else None,
                    local_addr=self._bind,
                )
            except ssl.SSLError as error:
                raise DownloadFailedError(f"TLS with {origin.authority}: {error}") from error
            except OSError as error:
                failure = error
            except ValueError as error:  # a name that cannot be asked for in TLS
                raise CannotResolveHostError(f"{origin.host}: {error}") from error
            else:
                return connection
        message = f"{origin.authority}: {failure.strerror or failure}" if failure else ""
        if isinstance(failure, ConnectionRefusedError):
            raise DownloadConnectionRefusedError(message) from failure
        raise DownloadFailedError(message) from failure
