"""Show a site on loopback under its own host names.

::

    with DemoServer(moscow_times()) as server:
        crawl("https://www.themoscowtimes.com/", connect_to=server.connect_to)
    assert server.requests

``python -m crawler.demo.server`` does the same for a person with a client at hand.
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from crawler.certificate import self_signed, server_context
from crawler.demo.answer import Answer
from crawler.demo.site import moscow_times
from crawler.demo.wire import BadRequest, Head, conditional, read_request, response

ADDRESS = "127.0.0.1"
MAX_HEAD = 65_536
#: Connections still busy at the end get this long before their tasks are cancelled (seconds).
PATIENCE = 5.0


class Served(Protocol):
    """What a server needs of a site; `crawler.demo.site.Site` is one."""

    @property
    def hosts(self) -> Sequence[str]:
        """The names it answers to."""

    def respond(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request; called in the server's thread."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked of the server.

    Attributes:
        method: of the request.
        url: absolute.
        status: of the answer.
        headers: of the request, names in lower case.
        time: of its arrival, `time.monotonic` seconds.
        connection: a number for each TCP connection.
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    time: float
    connection: int


class DemoServer:
    """A web server in a thread of its own, for as long as the ``with`` block lasts.

    Args:
        site: what it serves.
        tls: over https, with a certificate made on the spot, and http redirects to it; without,
            over http alone.
        compress: gzip for clients that accept it.
        chunked: HTML in the chunked transfer-coding, as most sites send it.
        validators: an ETag on every answer, and 304 to those who have it.
        latency: wait so long before each answer (seconds).
        port: of the main listener; 0 takes a free one.

    Attributes:
        requests: every request so far, in order of arrival.
        certificate: in PEM, for a client that wants to check it; empty without TLS.
    """

    def __init__(
        self,
        site: Served,
        *,
        tls: bool = True,
        compress: bool = True,
        chunked: bool = True,
        validators: bool = True,
        latency: float = 0.0,
        port: int = 0,
    ) -> None:
        self.site = site
        self.requests: list[Request] = []
        self.latency = latency
        self._tls = tls
        self._compress = compress
        self._chunked = chunked
        self._validators = validators
        self._port = port
        self.certificate, self._key = self_signed(site.hosts) if tls else (b"", b"")
        self._ports: dict[str, int] = {}
        self._connections = 0
        self._tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="demo-server", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def stop(self) -> None:
        """Close all connections and the port; a second call does nothing."""
        if self._thread.is_alive() and self._loop is not None and self._stopping is not None:
            with suppress(RuntimeError):  # the loop ended by itself in between
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    @property
    def connect_to(self) -> list[str]:
        """For each host and port of the site, ``HOST:PORT:ADDRESS:PORT`` as ``--connect-to``."""
        standard = {"https": 443, "http": 80}
        return [
            f"{host}:{standard[scheme]}:{ADDRESS}:{port}"
            for host in self.site.hosts
            for scheme, port in self._ports.items()
        ]

    @property
    def port(self) -> int:
        """The main listener's port: https if there is TLS."""
        return next(iter(self._ports.values()))

    # In the server's thread ------------------------------------------------------------------

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        servers = []
        if self._tls:
            context = server_context(self.certificate, self._key)
            servers.append(await self._listen("https", self._port, context))
            servers.append(await self._listen("http", 0, None))
        else:
            servers.append(await self._listen("http", self._port, None))
        self._ready.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        # Cut, not closed: a client that keeps its connection open would keep us waiting.
        for writer in self._tasks.values():
            writer.transport.abort()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=PATIENCE)

    async def _listen(
        self, scheme: str, port: int, context: ssl.SSLContext | None
    ) -> asyncio.Server:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks[task] = writer
            self._connections += 1
            try:
                # A client that hangs up is no event.
                with suppress(ConnectionError, ssl.SSLError):
                    await self._converse(scheme, self._connections, reader, writer)
            finally:
                del self._tasks[task]
                writer.close()

        server = await asyncio.start_server(
            connected, ADDRESS, port, ssl=context, limit=MAX_HEAD, backlog=512
        )
        self._ports[scheme] = server.sockets[0].getsockname()[1]
        return server

    async def _converse(
        self,
        scheme: str,
        connection: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        assert self._stopping is not None
        while not self._stopping.is_set():
            try:
                head = await read_request(reader)
            except BadRequest:
                writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return
            if head is None:
                return
            arrived = time.monotonic()
            answer = self._answer(scheme, head)
            url = f"{scheme}://{head.host}{head.target}"
            self.requests.append(
                Request(head.method, url, int(answer.status), head.headers, arrived, connection)
            )
            if delay := self.latency + answer.delay:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), delay)
            for piece in self._response(answer, head):
                writer.write(piece)
            await writer.drain()
            if answer.raw is not None or not head.keep_alive:
                return

    def _answer(self, scheme: str, head: Head) -> Answer:
        if head.host not in self.site.hosts:
            return Answer(421, {"Content-Type": "text/plain"}, b"No such host here\n")
        if head.method not in ("GET", "HEAD"):
            return Answer(405, {"Allow": "GET, HEAD", "Content-Type": "text/plain"})
        if self._tls and scheme == "http":
            return Answer.redirect(f"https://{head.host}{head.target}")
        answer = self.site.respond(head.host, head.target, head.headers)
        return conditional(answer, head) if self._validators else answer

    def _response(self, answer: Answer, head: Head) -> Iterator[bytes]:
        if answer.raw is not None:
            return iter([answer.raw])
        return response(answer, head, compress=self._compress, chunked=self._chunked)


def main() -> None:
    """Serve the Moscow-Times-like site until interrupted, and say how to reach it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="for https; a free one if not given")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    with DemoServer(moscow_times(), port=options.port, latency=options.latency) as server:
        sys.stdout.write("".join(f"--connect-to {entry}\n" for entry in server.connect_to))
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
