"""What stands before every request and behind every response: the Host check and the headers."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.errors import UsageError
from archive.replay import policy
from archive.replay.address import PREFIX

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([0-9]{1,5}))?", re.IGNORECASE)
_LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})
_EVERY_ADDRESS = frozenset({"0.0.0.0", "[::]"})  # noqa: S104  (recognised here, bound nowhere)


class Guard:
    """Lets through requests to known names alone, and no response without a policy.

    A page of the live web could point a name of its own at our address and then read the archive
    as its own (DNS rebinding); it cannot make the browser send another Host header, though.

    Args:
        app: what is guarded.
        hosts: names under which the server is reached besides those of the loopback. One that
            stands for every address (``0.0.0.0``, ``::``) lets any IP address through, but no name.
        scripts: scripts of archived pages may run.

    Raises:
        UsageError: one is no name of a host.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = (), *, scripts: bool = False) -> None:
        self._app = app
        self._scripts = scripts
        names = {f"[{host.strip('[]')}]" if ":" in host else host.lower() for host in hosts}
        for name in names:
            if not _HOST.fullmatch(name):
                raise UsageError(f"not the name of a host: {name[:100]!r}")
        self._any_address = bool(names & _EVERY_ADDRESS)
        self._hosts = _LOOPBACK | names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI wants it."""
        if scope["type"] != "http":
            return
        host = Headers(scope=scope).get("host", "")
        if not self._is_ours(host):
            refusal = PlainTextResponse("This server does not answer to that name.\n", 421)
            await refusal(scope, receive, send)
            return
        origin = f"{scope['scheme']}://{host}"
        archived = policy.archived(origin, scripts=self._scripts)
        scope["state"] = {
            "origin": origin,
            "key": "",
            "archived": archived,
            "scripts": self._scripts,
        }
        is_archived = scope["path"].startswith(PREFIX)
        missing = archived if is_archived else policy.application(origin)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "content-security-policy" not in headers:
                    for name, value in missing:
                        headers[name] = value
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _is_ours(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found[1].lower()
        return name in self._hosts or (self._any_address and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
