"""The Chromium process: started with a new profile and no way out, ended with all its children."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Self

from archive.errors import ConfigError
from crawler.render.devtools import DevTools
from crawler.render.errors import BrowserGone

#: Where Debian has it.
DEFAULT = "/usr/bin/chromium"
#: A browser that is told to go gets so many seconds.
_FAREWELL = 3.0
#: No message of the protocol is longer (bytes): a picture of a long page may be large.
_LONGEST = 256 * 1024 * 1024
#: The protocol is spoken over the descriptors 3 and 4, which only a shell can make of 0 and 1.
_PLUMBING = 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null'
_FEATURES = (
    "AutofillServerCommunication",
    "CertificateTransparencyComponentUpdater",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "Translate",
)
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-prompt-on-repost",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    "--use-mock-keychain",
    # Business of Chromium's own.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-field-trial-config",
    "--disable-sync",
    "--metrics-recording-only",
    f"--disable-features={','.join(_FEATURES)}",
    # No way out: names resolve to nothing, and what asks for no page asks a proxy that is none.
    # Pages have a proxy of their own (see `crawler.render.tab`).
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--proxy-server=http://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>",
    "--remote-debugging-pipe",
)
#: Of directories with a profile, before the number of the process that made them.
_PREFIX = "newswarc-render-"
#: WebRTC would send datagrams past the proxy; there is no switch for that, but a preference.
_PREFERENCES = {"webrtc": {"ip_handling_policy": "disable_non_proxied_udp"}}


class Chromium:
    """A running browser.

    Attributes:
        devtools: to talk to it.
        product: its name and version.
    """

    def __init__(self, process: Process, home: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.devtools = DevTools(process.stdout, process.stdin)
        self.product = ""
        self._process = process
        self._home = home

    @classmethod
    async def start(cls, path: str, certificate: str) -> Self:
        """Start it.

        Args:
            path: of the program.
            certificate: fingerprint of the one key that it believes whoever shows it.

        Raises:
            BrowserGone: it does not start.
        """
        _sweep()
        home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        preferences = home / "profile" / "Default" / "Preferences"
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps(_PREFERENCES))
        flags = [*_FLAGS, f"--user-data-dir={home / 'profile'}"]
        flags.append(f"--ignore-certificate-errors-spki-list={certificate}")
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses to sandbox for root
        process = await asyncio.create_subprocess_exec(
            "/bin/sh",
            *("-c", _PLUMBING, path, *flags, "about:blank"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            start_new_session=True,
            limit=_LONGEST,
            cwd=home,
            env=os.environ | {"HOME": str(home)},
        )
        browser = cls(process, home)
        try:
            browser.product = (await browser.devtools.call("Browser.getVersion"))["product"]
        except BaseException as error:
            await browser.close()
            if isinstance(error, BrowserGone):
                raise BrowserGone(f"{path} does not start") from error
            raise
        return browser

    async def close(self) -> None:
        """End it, whatever state it is in."""
        await self.devtools.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await self._process.wait()
        with suppress(ProcessLookupError):  # also what it has left behind
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)


def _sweep() -> None:
    """Remove the profiles of crawls that were killed."""
    for home in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        process = home.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            shutil.rmtree(home, ignore_errors=True)
        except (OSError, OverflowError, ValueError):
            continue


def check_browser(path: str) -> str:
    """Return the path of a browser that is there.

    Args:
        path: of the program, or its name.

    Raises:
        ConfigError: it is not there, in one line that says what to do.
    """
    found = shutil.which(path)
    if found is None:
        raise ConfigError(
            f"rendering needs Chromium, and there is none at {path}: `apt install chromium`, or"
            ' name another in newswarc.toml: [render] browser = "PATH"'
        )
    return found
