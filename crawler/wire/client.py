"""One request, one answer: over an idle connection or a new one, within its time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from scrapy.exceptions import DownloadTimeoutError

from archive import timestamp
from crawler.wire.answer import Answer
from crawler.wire.connection import Connection, Tls
from crawler.wire.dial import Dialer
from crawler.wire.pool import Pool
from crawler.wire.route import Route

logger = logging.getLogger(__name__)

#: Seconds that are still waited for the end of an answer that cannot be understood.
_LINGER = 5.0
#: Methods that may be sent twice without harm (RFC 9110, 9.2.2).
_IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"}


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of whom, and how long it may take.

    Attributes:
        route: the way to the server.
        method: of the request.
        data: all bytes of the request.
        answer_timeout: seconds until the head of the answer.
        timeout: seconds until its end.
    """

    route: Route
    method: str
    data: bytes
    answer_timeout: float
    timeout: float


@dataclass(slots=True)
class Reply:
    """What came of a call.

    Attributes:
        answer: what came, whole or not.
        started: when the request was sent.
        latency: seconds until the head of the answer was there; 0.0 if it never was.
        duration: seconds until its end.
        route: it came by.
        connection: over which it came.
        timed_out: the time was over before the answer was.
    """

    answer: Answer
    started: datetime
    route: Route
    connection: Connection
    latency: float = 0.0
    duration: float = 0.0
    timed_out: bool = False

    @property
    def ip(self) -> str | None:
        """The address of the server; unknown behind a proxy."""
        return self.connection.peer if self.route.proxy is None else None

    @property
    def tls(self) -> Tls | None:
        """What was agreed on with the server, if it was spoken to in TLS."""
        return self.connection.tls if self.route.origin.scheme == "https" else None


class Client:
    """Sends requests; keeps connections between them.

    Args:
        dialer: opens connections.
        pool: keeps them.
    """

    def __init__(self, dialer: Dialer, pool: Pool) -> None:
        self._dialer = dialer
        self._pool = pool

    async def call(
        self,
        call: Call,
        new_answer: Callable[[], Answer],
        progress: Callable[[Answer, bytes], bool],
    ) -> Reply:
        """Send a request and take the answer.

        A server may close an idle connection just when it is used again. Nothing has come then,
        and the request is sent once more over a new connection (RFC 9112, 9.3.1); the first
        attempt left no trace and is no exchange of its own.

        Args:
            call: what to send.
            new_answer: makes what takes the answer.
            progress: is told of the answer and each new piece of its entity; once first, with an
                empty piece, when the head is there. False ends it.

        Raises:
            DownloadTimeoutError: no connection within the time.
            Exception: see `Dialer.dial`.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + call.timeout
        connection = self._pool.take(call.route.key)
        if connection is not None:
            reply = await self._exchange(call, connection, new_answer(), progress, deadline)
            stale = not reply.answer.begun and not reply.timed_out
            if not stale or call.method not in _IDEMPOTENT:
                return reply
            logger.debug("Sending again, the idle connection was closed: %s", call.route)
        try:
            async with asyncio.timeout_at(deadline):
                connection = await self._dialer.dial(call.route)
        except TimeoutError:
            raise DownloadTimeoutError(
                f"no connection to {call.route.origin.authority} within {call.timeout:g} s"
            ) from None
        return await self._exchange(call, connection, new_answer(), progress, deadline)

    async def _exchange(
        self,
        call: Call,
        connection: Connection,
        answer: Answer,
        progress: Callable[[Answer, bytes], bool],
        deadline: float,
    ) -> Reply:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        reply = Reply(answer, timestamp.now(), call.route, connection)
        try:
            async with asyncio.timeout_at(min(deadline, begin + call.answer_timeout)) as timer:
                connection.used += 1
                connection.send(call.data)
                while not answer.complete:
                    data = await connection.receive()
                    if not data:
                        answer.end()
                        break
                    entity = answer.feed(data)
                    if answer.parsed is not None and not reply.latency:
                        reply.latency = loop.time() - begin
                        timer.reschedule(deadline)
                        if not progress(answer, b""):
                            answer.stop()
                    if entity and not progress(answer, entity):
                        answer.stop()
                    if answer.problem is not None and not answer.complete:
                        timer.reschedule(min(deadline, loop.time() + _LINGER))
        except TimeoutError:
            reply.timed_out = answer.problem is None
            answer.end("time")
        except BaseException:
            answer.close()
            raise
        finally:
            reply.duration = loop.time() - begin
            if answer.reusable and connection.fresh:
                self._pool.give(call.route.key, connection)
            else:
                connection.close()
        return reply

    async def close(self) -> None:
        """Close the idle connections."""
        await self._pool.close()
