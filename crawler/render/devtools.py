"""The Chrome DevTools Protocol over a pipe: calls with their results, and events in between.

https://chromedevtools.github.io/devtools-protocol/ ; messages are JSON, each ended by a NUL.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any, TypeAlias

from crawler.render.errors import BrowserGone, NotRendered

logger = logging.getLogger(__name__)

#: No call takes longer (seconds).
PATIENCE = 15.0
#: Who is told of events: the method, its parameters.
Listener: TypeAlias = Callable[[str, dict[str, Any]], None]


class DevTools:
    """One browser at the other end of a pipe.

    Args:
        reader: what the browser says.
        writer: what is said to it.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0
        self._calls: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listeners: dict[str, Listener] = {}
        self._task = asyncio.get_running_loop().create_task(self._listen())

    @property
    def lost(self) -> bool:
        """Tell whether the browser has ended."""
        return self._task.done()

    async def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Call a method and return its result.

        Args:
            method: ``Domain.name``.
            session: of a target; empty for the browser itself.
            params: of the method.

        Raises:
            BrowserGone: the browser ended, or it does not answer.
            NotRendered: the target does not answer, or the call is wrong.
        """
        if self.lost:
            raise BrowserGone("the browser crashed")
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        answer = self._calls[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(json.dumps(message).encode() + b"\0")
            async with asyncio.timeout(PATIENCE):
                result = await answer
        except TimeoutError:
            gone = NotRendered if session else BrowserGone
            raise gone(f"no answer to {method} within {PATIENCE:g} s") from None
        finally:
            del self._calls[number]
        if "error" in result:
            raise NotRendered(f"{method}: {result['error'].get('message')}")
        found: dict[str, Any] = result.get("result", {})
        return found

    def listen(self, session: str, listener: Listener | None) -> None:
        """Tell `listener` of the events of a session from now on; None for nobody."""
        if listener is None:
            self._listeners.pop(session, None)
        else:
            self._listeners[session] = listener

    async def close(self) -> None:
        """Hang up. A browser that is well ends by that."""
        self._writer.close()
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _listen(self) -> None:
        try:
            while True:
                data = await self._reader.readuntil(b"\0")
                self._take(json.loads(data[:-1]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            logger.debug("The browser has ended")
        finally:
            for answer in self._calls.values():
                if not answer.done():
                    answer.set_exception(BrowserGone("the browser crashed"))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            answer = self._calls.get(message["id"])
            if answer is not None and not answer.done():
                answer.set_result(message)
            return
        listener = self._listeners.get(message.get("sessionId", ""))
        if listener is not None:
            listener(message["method"], message.get("params", {}))
