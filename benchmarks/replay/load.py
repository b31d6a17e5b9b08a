"""A client that keeps some connections busy: the next question as soon as an answer is whole."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered.

    Attributes:
        seconds: for how long it was asked.
        times: seconds from each question to the end of its answer.
        size: bytes of all bodies.
    """

    seconds: float
    times: list[float]
    size: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def part(self, share: float) -> float:
        """Return the time that a share of the answers did not exceed."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def ask(origin: str, paths: Sequence[str], seconds: float, connections: int) -> Answers:
    """Ask a server for paths, one after the other, for some seconds.

    Raises:
        RuntimeError: an answer is not of status 200.
    """
    return asyncio.run(_ask(origin, paths, seconds, connections))


async def _ask(origin: str, paths: Sequence[str], seconds: float, connections: int) -> Answers:
    following = itertools.cycle(paths)
    begun = time.perf_counter()
    times: list[float] = []

    async def keep_asking() -> int:
        size = 0
        with closing(_Connection(origin)) as client:
            while (asked := time.perf_counter()) < begun + seconds:
                size += len(await client.get(next(following)))
                times.append(time.perf_counter() - asked)
        return size

    sizes = await asyncio.gather(*(keep_asking() for _ in range(connections)))
    return Answers(time.perf_counter() - begun, times, sum(sizes))


class _Connection:
    """One connection, opened again where the server closes it."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self._host, self._port = parts.hostname, parts.port
        self._netloc = parts.netloc
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> bytes:
        """Return the body of the answer to a GET."""
        if self._writer is not None:
            try:
                return await self._get(path)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()  # a server may close a connection that was idle
        self._reader, self._writer = await asyncio.open_connection(
            self._host, self._port, limit=2**20
        )
        return await self._get(path)

    async def _get(self, path: str) -> bytes:
        assert self._writer is not None
        fields_sent = f"Host: {self._netloc}\r\nConnection: keep-alive\r\n"
        self._writer.write(f"GET {path} HTTP/1.1\r\n{fields_sent}\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        fields = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines if line)
        }
        if status.split(" ")[1] != "200":
            raise RuntimeError(f"{path}: {status}")
        if fields.get("transfer-encoding") == "chunked":
            body = await self._chunks()
        elif "content-length" in fields:
            body = await self._reader.readexactly(int(fields["content-length"]))
        else:
            body = await self._reader.read()
            fields["connection"] = "close"
        if fields.get("connection", "").lower() == "close":
            self.close()
        return body

    async def _chunks(self) -> bytes:
        parts = []
        while size := int((await self._reader.readline()).partition(b";")[0], 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)
        return b"".join(parts)

    def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
