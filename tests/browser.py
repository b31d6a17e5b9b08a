"""A headless Chromium, driven through its DevTools protocol: what a reader would see.

::

    with Browser() as browser:
        page = browser.open(server.url)
        assert "Nothing here" in page.text()

Pages inside frames are reached by a part of their URL. Expressions run in a world of our own, so
they work where the page itself may run no script.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

CHROMIUM = Path("/usr/bin/chromium")
#: No page of a test takes longer (seconds).
_PATIENCE = 20.0
#: A page that asked for nothing for so long has all it wants (seconds).
_QUIET = 0.15
#: Where Chromium turns on business of its own, whatever it is told.
_CHATTER = frozenset({"accounts.google.com", "clients2.google.com", "update.googleapis.com"})
_POOL = re.compile(r"^[a-z]+/(?=[a-z]+:)")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
)


@dataclass
class Request:
    """A request that a page made, or tried to make.

    Attributes:
        url: of the request.
        kind: what for: ``Document``, ``Image``, ``Stylesheet`` …
        status: of the answer, None when there was none.
        error: why it failed, or None.
    """

    url: str
    kind: str
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class Traffic:
    """What left the browser or would have, from Chromium's own log of its network stack.

    Attributes:
        requests: URLs that were fetched.
        origins: to which a connection was wanted, if only ahead of need: ``https://host[:port]``.
        addresses: ``ADDRESS:PORT`` that were connected to.
    """

    requests: frozenset[str]
    origins: frozenset[str]
    addresses: frozenset[str]

    def beyond(self, url: str) -> set[str]:
        """Return what went anywhere but to the server of `url`."""
        own = urlsplit(url)
        reached = {origin for origin in self.origins if urlsplit(origin).netloc != own.netloc}
        reached |= {one for one in self.requests if urlsplit(one).netloc != own.netloc}
        reached = {one for one in reached if urlsplit(one).hostname not in _CHATTER}
        return reached | {address for address in self.addresses if address != own.netloc}


class Browser:
    """One Chromium with a new, empty profile.

    It can reach addresses of the loopback only: every name but those resolves to nothing.

    Args:
        dark: prefer dark colours.
        connect_to: sites of the loopback that it may reach by their names, whatever certificates
            they show: ``HOST:PORT:ADDRESS:PORT``.
        scripts: scripts of pages may run.
    """

    def __init__(
        self, *, dark: bool = False, connect_to: Sequence[str] = (), scripts: bool = True
    ) -> None:
        if not CHROMIUM.exists():
            raise FileNotFoundError(f"these tests need {CHROMIUM} (apt-get install chromium)")
        self._home = Path(tempfile.mkdtemp(prefix="newswarc-browser-"))
        self._log = self._home / "net.json"
        self._dark = dark
        self._scripts = scripts
        self._page: Page | None = None
        mapped = [rule.rsplit(":", 2) for rule in connect_to]
        known = [f"MAP {name} {address}:{port}" for name, address, port in mapped]
        self._open = ExitStack()
        self._process = subprocess.Popen(
            [
                str(CHROMIUM),
                *_FLAGS,
                f"--user-data-dir={self._home / 'profile'}",
                f"--log-net-log={self._log}",
                "--net-log-capture-mode=Everything",
                "--host-resolver-rules="
                + " , ".join([*known, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"]),
                *(["--ignore-certificate-errors"] if known else []),
                "--remote-debugging-port=0",
                "about:blank",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wire = _Wire(
                self._open.enter_context(
                    connect(self._endpoint(), max_size=None, open_timeout=_PATIENCE)
                )
            )
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def open(self, url: str, *, width: int = 1280, height: int = 900) -> Page:
        """Return the page at `url`, loaded, in a window of that size in CSS pixels.

        A page that was opened before is closed.
        """
        if self._page:
            self._page.close()
        self._page = Page(
            self._wire, width=width, height=height, dark=self._dark, scripts=self._scripts
        )
        self._page.go(url)
        return self._page

    def close(self) -> None:
        """End the browser; its log is whole then."""
        if self._process.poll() is None:
            with suppress(ConnectionClosed, TimeoutError):
                self._wire.call("Browser.close")
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
        self._end()

    def traffic(self) -> Traffic:
        """Return what left the browser since it was started. Ends the browser."""
        self.close()
        log = json.loads(self._log.read_text(encoding="utf-8", errors="replace"))
        types = {number: name for name, number in log["constants"]["logEventTypes"].items()}
        requests: set[str] = set()
        origins: set[str] = set()
        addresses: set[str] = set()
        for event in log["events"]:
            name, params = types.get(event["type"], ""), event.get("params") or {}
            if name == "URL_REQUEST_START_JOB" and "url" in params:
                requests.add(params["url"])
            elif name == "TCP_CONNECT_ATTEMPT" and "address" in params:
                addresses.add(params["address"])
            elif "group_id" in params:
                # "pm/https://host <partition>": a pool's prefix, what we want, and more
                origins.add(_POOL.sub("", params["group_id"].partition(" ")[0]))
        return Traffic(
            frozenset(url for url in requests if url.startswith(("http", "ws"))),
            frozenset(origins),
            frozenset(addresses),
        )

    def _endpoint(self) -> str:
        """Return where the browser listens to us."""
        place = self._home / "profile" / "DevToolsActivePort"
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            lines = place.read_text().split("\n") if place.exists() else []
            if len(lines) > 1:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.02)
        raise TimeoutError("Chromium did not start")

    def _end(self) -> None:
        """End our process group, whatever state it is in."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._open.close()


class Page:
    """A tab, with the frames in it."""

    def __init__(
        self, wire: _Wire, *, width: int, height: int, dark: bool, scripts: bool = True
    ) -> None:
        self._wire = wire
        self._scripts = scripts
        self._target = wire.call("Target.createTarget", url="about:blank")["targetId"]
        attached = wire.call("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session: str = attached["sessionId"]
        self._sessions: list[str] = []
        self._requests: dict[str, Request] = {}
        self._open: dict[str, str] = {}  # of requests not yet answered, the session
        self._loaded = False
        wire.listeners.append(self._hear)
        self._adopt(self._session)
        wire.call(
            "Emulation.setDeviceMetricsOverride",
            self._session,
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        if dark:
            features = [{"name": "prefers-color-scheme", "value": "dark"}]
            wire.call("Emulation.setEmulatedMedia", self._session, features=features)

    @property
    def requests(self) -> list[Request]:
        """All requests that the page and its frames made or tried to make."""
        return list(self._requests.values())

    def close(self) -> None:
        """Close the tab."""
        self._wire.listeners.remove(self._hear)
        self._wire.call("Target.closeTarget", targetId=self._target)

    def go(self, url: str) -> None:
        """Load another page here, and wait until it has all it wants."""
        self._loaded = False
        self._wire.call("Page.navigate", self._session, url=url)
        self.wait()

    def wait(self) -> None:
        """Wait until the page is loaded and has asked for nothing for a while."""
        end = time.monotonic() + _PATIENCE
        quiet_since = time.monotonic()
        while time.monotonic() < end:
            before = len(self._requests), len(self._open)
            self._wire.pump(0.02)
            if not self._loaded or self._open or before != (len(self._requests), len(self._open)):
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > _QUIET:
                return
        raise TimeoutError(f"still loading: {[self._requests[key].url for key in self._open]}")

    def frames(self) -> list[str]:
        """Return the URLs of the page and all frames in it."""
        return [frame["url"] for _, frame in self._frames()]

    def evaluate(self, expression: str, *, frame: str = "") -> Any:
        """Return the value of a JavaScript expression.

        Args:
            expression: what to evaluate; its value must be JSON.
            frame: a part of the URL of the frame to do it in; the page itself when empty.
        """
        for session, found in self._frames():
            if frame in found["url"]:
                world = self._wire.call(
                    "Page.createIsolatedWorld", session, frameId=found["id"], worldName="tests"
                )
                result = self._wire.call(
                    "Runtime.evaluate",
                    session,
                    expression=expression,
                    contextId=world["executionContextId"],
                    returnByValue=True,
                    awaitPromise=True,
                )
                if "exceptionDetails" in result:
                    raise ValueError(result["exceptionDetails"])
                return result["result"].get("value")
        raise LookupError(f"no frame with {frame!r} in its URL, only {self.frames()}")

    def text(self, *, frame: str = "") -> str:
        """Return the text as it is shown."""
        shown: str = self.evaluate("document.body.innerText", frame=frame)
        return shown

    def style(self, selector: str, name: str, *, frame: str = "") -> str:
        """Return a property of the first matching element as the browser computed it."""
        value: str = self.evaluate(
            f"getComputedStyle(document.querySelector({json.dumps(selector)}))"
            f".getPropertyValue({json.dumps(name)})",
            frame=frame,
        )
        return value

    def images(self, *, frame: str = "") -> dict[str, int]:
        """Return the natural width of every image by its address; 0 where it could not load."""
        widths: dict[str, int] = self.evaluate(
            "Object.fromEntries([...document.images].map("
            "image => [image.currentSrc || image.src, image.naturalWidth]))",
            frame=frame,
        )
        return widths

    def click(self, selector: str, *, frame: str = "") -> None:
        """Click an element, and wait for what comes of it."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()", frame=frame)
        self._wire.pump(0.1)
        self.wait()

    def screenshot(
        self,
        path: Path | None = None,
        *,
        whole: bool = False,
        clip: tuple[float, float, float, float] | None = None,
    ) -> bytes:
        """Return a picture of the page as PNG.

        Args:
            path: where to keep it too.
            whole: all of the page and not only the window.
            clip: only this part of it: left, top, width and height in CSS pixels.
        """
        options: dict[str, Any] = {"format": "png", "captureBeyondViewport": whole}
        if clip:
            options["clip"] = dict(zip(("x", "y", "width", "height"), clip, strict=True))
            options["clip"]["scale"] = 1
        picture = self._wire.call("Page.captureScreenshot", self._session, **options)
        data = base64.b64decode(picture["data"])
        if path is not None:
            path.write_bytes(data)
        return data

    def _adopt(self, session: str) -> None:
        """Listen to a page or to a frame that has a process of its own."""
        self._sessions.append(session)
        for method in ("Page.enable", "Network.enable", "Runtime.enable"):
            self._wire.call(method, session)
        if not self._scripts:
            self._wire.call("Emulation.setScriptExecutionDisabled", session, value=True)
        self._wire.call(
            "Target.setAutoAttach",
            session,
            autoAttach=True,
            waitForDebuggerOnStart=True,
            flatten=True,
        )
        self._wire.call("Runtime.runIfWaitingForDebugger", session)

    def _frames(self) -> list[tuple[str, dict[str, Any]]]:
        """Return every frame with the session it belongs to; the page itself first."""
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        for session in tuple(self._sessions):
            trees: list[dict[str, Any]] = []
            with suppress(LookupError):
                trees.append(self._wire.call("Page.getFrameTree", session)["frameTree"])
            while trees:
                tree = trees.pop(0)
                found[tree["frame"]["id"]] = (session, tree["frame"])
                trees += tree.get("childFrames", [])
        return list(found.values())

    def _give_up(self, session: str) -> None:
        """Wait no more for what a page or frame asked for that is not there any more."""
        self._open = {key: asker for key, asker in self._open.items() if asker != session}

    def _hear(self, method: str, session: str, params: dict[str, Any]) -> None:
        if method == "Target.attachedToTarget" and session in self._sessions:
            info = params["targetInfo"]
            if "worker" in info["type"]:  # it is no page; its script arrives in its own session
                self._wire.call("Runtime.runIfWaitingForDebugger", params["sessionId"])
                for key in [key for key in self._open if self._requests[key].url == info["url"]]:
                    del self._open[key]
            else:
                with suppress(LookupError):  # a frame may go as soon as it came
                    self._adopt(params["sessionId"])
        if method == "Target.detachedFromTarget" and params["sessionId"] in self._sessions:
            self._sessions.remove(params["sessionId"])
            self._give_up(params["sessionId"])
        if session not in self._sessions:
            return
        if method == "Page.frameNavigated" and "parentId" not in params["frame"]:
            self._give_up(session)  # what the page before still waited for
        if method == "Page.loadEventFired" and session == self._session:
            self._loaded = True
        # The document of a frame is asked for by one process and received by another: the
        # request's id is the same in both.
        key: str = params.get("requestId", "")
        if method == "Network.requestWillBeSent":
            if key in self._requests:  # a redirect: what was asked first has been answered
                self._requests[f"{key}#{len(self._requests)}"] = self._requests[key]
            self._requests[key] = Request(params["request"]["url"], params.get("type", ""))
            self._open[key] = session
        elif method == "Network.responseReceived" and key in self._requests:
            self._requests[key].status = params["response"]["status"]
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self._open.pop(key, None)
            if method == "Network.loadingFailed" and key in self._requests:
                error = params.get("blockedReason") or params.get("errorText") or "failed"
                self._requests[key].error = error


class _Wire:
    """The DevTools protocol: calls with their results, and events in between."""

    def __init__(self, connection: ClientConnection) -> None:
        self._socket = connection
        self._number = 0
        self._results: dict[int, dict[str, Any]] = {}
        self._gone: set[str] = set()
        self.listeners: list[Any] = []

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        end = time.monotonic() + _PATIENCE
        while number not in self._results:
            if session in self._gone:
                raise LookupError(f"{method}: the page or frame is not there any more")
            if time.monotonic() > end:
                raise TimeoutError(f"Chromium does not answer {method}")
            self.pump(0.5)
        result = self._results.pop(number)
        if "error" in result:
            raise LookupError(f"{method}: {result['error']['message']}")
        answer: dict[str, Any] = result["result"]
        return answer

    def pump(self, seconds: float) -> None:
        """Take one message, if one comes in time, and tell the listeners."""
        try:
            message = json.loads(self._socket.recv(timeout=seconds))
        except TimeoutError:
            return
        if "id" in message:
            self._results[message["id"]] = message
            return
        if message["method"] == "Target.detachedFromTarget":
            self._gone.add(message["params"]["sessionId"])
        listeners: Sequence[Any] = tuple(self.listeners)
        for listener in listeners:
            listener(message["method"], message.get("sessionId", ""), message.get("params", {}))
