"""The server: the application on a port of this machine, in a thread of its own."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from threading import Thread
from types import TracebackType
from typing import Self

import uvicorn

from archive.collection import Collection
from archive.desk import Desk
from archive.errors import NewswarcError, UsageError
from archive.web.app import application

#: How long answers that are being given may take when the server stops (seconds).
_GRACE = 2
_LAST_PORT = 65535


class ReplayServer:
    """Serves one collection; a context manager.

    ::

        with ReplayServer(collection, port=0) as server:
            webbrowser.open(server.url)

    Args:
        collection: what to show.
        host: the address to listen at.
        port: the port; 0 for any that is free.
        scripts: scripts of archived pages may run, inside their sandbox.
        desk: who tells of the crawl; see `archive.web.app.application`.
        names: further names under which it is reached, of a proxy before it for instance.
        token: see `archive.web.app.application`.
        cors: see `archive.web.app.application`.

    Raises:
        NewswarcError: it cannot listen there.
        UsageError: there is no such port, or a name, the token or the origin can be none.
    """

    def __init__(
        self,
        collection: Collection,
        *,
        host: str = "127.0.0.1",
        port: int = 8080,
        scripts: bool = False,
        desk: Desk | None = None,
        names: Sequence[str] = (),
        token: str | None = None,
        cors: str | None = None,
    ) -> None:
        app = application(
            collection,
            hosts=[host, *names],
            scripts=scripts,
            desk=desk,
            token=token,
            cors=cors,
        )
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        if not 0 <= port <= _LAST_PORT:
            raise UsageError(f"not a port: {port}; choose one from 0 to {_LAST_PORT}")
        try:
            self._socket = socket.create_server((host, port), family=family)
        except OSError as error:
            reason = (error.strerror or str(error)).partition(" (")[0]
            raise NewswarcError(
                f"cannot listen on {host} port {port}: {reason}; choose another with --port"
            ) from error
        # asyncio does so only for sockets that name their protocol; head and body of an answer are
        # two packets, and without it the second would wait 40 ms for the client.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}/"
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                access_log=False,
                http="httptools",
                lifespan="off",
                log_level="error",
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
                ws="none",
            )
        )
        self._thread = Thread(target=self._serve, name="replay", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer; the port is open already."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what was asked, and end."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])
