"""From a server's name to a connection: name server, guard, TCP, proxy, TLS."""

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
from crawler.wire.route import Proxy, Route
from crawler.wire.tunnel import tunnel


class Dialer:
    """Opens connections.

    Args:
        guard: judges every address before it is dialled. A proxy is what one's own settings name,
            and is dialled wherever it is; what is asked of it is judged as far as that goes: a
            proxy that resolves names may find an inside address of its own network.
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

    async def dial(self, route: Route) -> Connection:
        """Connect to the server, or to the proxy that is to be asked for it.

        Raises:
            Refused: it has inside addresses only.
            CannotResolveHostError: it has no address.
            DownloadConnectionRefusedError: nobody listens there.
            DownloadTimeoutError: it took too long.
            DownloadFailedError: TCP, proxy or TLS failed otherwise.
        """
        try:
            async with asyncio.timeout(self._timeout):
                if route.proxy is not None:
                    return await self._by_proxy(route, route.proxy)
                origin = route.origin
                target = self._guard.target(origin.host, origin.port)
                name = origin.host if origin.scheme == "https" else None
                return await self._connect(target, await self._resolve(target), name)
        except TimeoutError:
            raise DownloadTimeoutError(
                f"no connection to {route.origin.authority} within {self._timeout:g} s"
            ) from None

    async def _by_proxy(self, route: Route, proxy: Proxy) -> Connection:
        target = self._guard.target(route.origin.host, route.origin.port)
        if proxy.scheme == "socks5":
            target = Target((await self._resolve(target))[0], target.port, named=True)
        else:
            self._guard.check_literal(target)
        place = Target(proxy.host, proxy.port, named=True)
        name = proxy.host if proxy.scheme == "https" else None
        connection = await self._connect(place, await self._resolve(place), name)
        if route.forwarded:
            return connection
        try:
            await tunnel(connection, proxy, target)
            if route.origin.scheme == "https":
                await self._secure(connection, route.origin.host)
        except BaseException:
            connection.close()
            raise
        return connection

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

    async def _connect(self, target: Target, addresses: list[str], name: str | None) -> Connection:
        """Connect to the first of `addresses` that answers; with TLS if there is a `name`.

        Each of them has its part of the time, so that one that is silent does not take it all.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._timeout
        failure: OSError | None = None
        for tried, address in enumerate(addresses):
            try:
                async with asyncio.timeout((end - loop.time()) / (len(addresses) - tried)):
                    _, connection = await loop.create_connection(
                        Connection,
                        address,
                        target.port,
                        ssl=self._tls if name else None,
                        server_hostname=_server_name(name) if name else None,
                        local_addr=self._bind,
                    )
            except ssl.SSLError as error:
                raise DownloadFailedError(f"TLS with {name}: {error}") from error
            except OSError as error:  # TimeoutError is one
                failure = error
            else:
                return connection
        if isinstance(failure, TimeoutError):
            raise failure
        message = f"{target.host}: {failure.strerror or failure}" if failure else target.host
        if isinstance(failure, ConnectionRefusedError):
            raise DownloadConnectionRefusedError(message) from failure
        raise DownloadFailedError(message) from failure

    async def _secure(self, connection: Connection, name: str) -> None:
        """Begin TLS with the server at the other end of a tunnel."""
        try:
            await connection.secure(self._tls, _server_name(name))
        except OSError as error:  # ssl.SSLError is one
            raise DownloadFailedError(f"TLS with {name}: {error}") from error


def _server_name(host: str) -> str:
    """Return `host` as it is asked for in TLS.

    Raises:
        CannotResolveHostError: no server has such a name.
    """
    name = host.rstrip(".")
    try:
        name.encode("idna")
    except UnicodeError as error:
        raise CannotResolveHostError(f"{host}: {error}") from error
    return name
