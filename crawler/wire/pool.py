"""Idle connections, kept for the next request to the same server."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

from crawler.wire.connection import Connection


class Pool:
    """Keeps idle connections by what they lead to.

    Args:
        per_key: how many idle connections are kept for one key.
        total: and how many in all.
        timeout: seconds after which an idle connection is not used again.
    """

    def __init__(self, per_key: int, total: int, timeout: float) -> None:
        self._per_key = max(1, per_key)
        self._total = max(1, total)
        self._timeout = timeout
        self._keys: dict[Connection, Hashable] = {}  # of all idle ones, the longest idle first
        self._idle: dict[Hashable, list[Connection]] = {}  # likewise

    def take(self, key: Hashable) -> Connection | None:
        """Return the idle connection used last, if there is one that is still good."""
        while waiting := self._idle.get(key):
            connection = waiting[-1]
            self._remove(connection)
            if self._is_good(connection):
                return connection
            connection.close()
        return None

    def give(self, key: Hashable, connection: Connection) -> None:
        """Take `connection` back, after an answer that left it good."""
        connection.idle_since = asyncio.get_running_loop().time()
        waiting = self._idle.setdefault(key, [])
        waiting.append(connection)
        self._keys[connection] = key
        if len(waiting) > self._per_key:
            self._drop(waiting[0])
        while self._keys:
            oldest = next(iter(self._keys))
            if len(self._keys) <= self._total and self._is_good(oldest):
                break
            self._drop(oldest)

    async def close(self) -> None:
        """Close all idle connections."""
        connections = list(self._keys)
        for connection in connections:
            self._drop(connection)
        for connection in connections:
            await connection.closed()

    def _is_good(self, connection: Connection) -> bool:
        age = asyncio.get_running_loop().time() - connection.idle_since
        return connection.fresh and age < self._timeout

    def _drop(self, connection: Connection) -> None:
        self._remove(connection)
        connection.close()

    def _remove(self, connection: Connection) -> None:
        key = self._keys.pop(connection)
        waiting = self._idle[key]
        waiting.remove(connection)
        if not waiting:
            del self._idle[key]
