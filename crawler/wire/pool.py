"""Idle connections, kept for the next request to the same server."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Hashable

from crawler.wire.connection import Connection


class Pool:
    """Keeps idle connections by what they lead to.

    Args:
        per_key: how many idle connections are kept for one key.
        timeout: seconds after which an idle connection is not used again.
    """

    def __init__(self, per_key: int, timeout: float) -> None:
        self._per_key = max(1, per_key)
        self._timeout = timeout
        self._idle: defaultdict[Hashable, deque[Connection]] = defaultdict(deque)

    def take(self, key: Hashable) -> Connection | None:
        """Return the idle connection used last, if there is one that is still good."""
        waiting = self._idle.get(key)
        now = asyncio.get_running_loop().time()
        while waiting:
            connection = waiting.pop()
            if connection.fresh and now - connection.idle_since < self._timeout:
                return connection
            connection.close()
        return None

    def give(self, key: Hashable, connection: Connection) -> None:
        """Take `connection` back, after an answer that left it good."""
        connection.idle_since = asyncio.get_running_loop().time()
        waiting = self._idle[key]
        waiting.append(connection)
        if len(waiting) > self._per_key:
            waiting.popleft().close()

    async def close(self) -> None:
        """Close all idle connections."""
        connections = [connection for waiting in self._idle.values() for connection in waiting]
        self._idle.clear()
        for connection in connections:
            connection.close()
        for connection in connections:
            await connection.closed()
