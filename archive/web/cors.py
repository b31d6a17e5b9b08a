"""The JSON API for pages of one other origin."""

from __future__ import annotations

import re

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.errors import UsageError
from archive.web.api.problem import API

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
_HOUR = 3600


class Cors:
    """Lets pages of an origin read what is below `API`, and nothing else.

    No cookie is taken from there: where the server wants a token, the page has to send it.

    Args:
        app: what answers.
        origin: scheme, host and port: ``https://desk.example``.

    Raises:
        UsageError: it is no origin.
    """

    def __init__(self, app: ASGIApp, origin: str) -> None:
        if not _ORIGIN.fullmatch(origin):
            raise UsageError(f"not an origin: {origin[:100]!r}; write https://desk.example")
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=[origin],
            allow_methods=["GET", "HEAD"],
            allow_headers=["Authorization", "If-None-Match"],
            expose_headers=["ETag", "Link"],
            max_age=_HOUR,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI wants it."""
        answer = self._shared if scope["path"].startswith(API) else self._app
        await answer(scope, receive, send)
