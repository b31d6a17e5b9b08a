"""A site whose pages do what pages should not: to the crawler, to the browser, to other hosts."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from crawler.demo.answer import Answer

HOST = "hostile.example"
#: Each page says in its title how far its script came.
SCRIPTS = {
    "guard": """
      const out = [];
      for (const url of ["http://127.0.0.1:PORT/secret", "http://169.254.169.254/latest/meta-data",
                         "http://localhost:PORT/secret", "http://[::1]:PORT/secret"]) {
        try { out.push(await (await fetch(url, {mode: "no-cors"})).text() || "opaque"); }
        catch (error) { out.push("error"); }
      }
      document.title = "asked " + out.length;
    """,
    "hang": "document.title = 'busy'; while (true);",
    "away": """
      location.href = "https://elsewhere.example/";
      setTimeout(() => { location.assign("/plain"); document.title = "still here"; }, 100);
    """,
    "tricks": """
      alert("hello");
      const out = [confirm("sure?") ? "yes" : "no"];
      out.push(open("/plain") ? "opened" : "no popup");
      for (const url of ["wss://hostile.example/live", "ws://127.0.0.1:PORT/live"]) {
        await new Promise((done) => { const s = new WebSocket(url); s.onerror = s.onopen = done; });
      }
      await new Promise((done) => { new EventSource("/stream").onerror = done; });
      const peer = new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:UDP"}]});
      peer.createDataChannel("x");
      await peer.setLocalDescription(await peer.createOffer());
      await new Promise((done) => setTimeout(done, 100));
      document.title = out.join(", ");
    """,
    "endless": "for (let n = 0; ; n++) await fetch('/data/' + n);",
    "cookie": """
      document.title = "cookies:" + document.cookie + " storage:" + localStorage.length;
      document.cookie = "seen=1; max-age=1000"; localStorage.seen = 1;
    """,
    "crash": "await fetch('/kill').catch(() => {}); document.title = 'alive';",
    "plain": "document.title = 'plain';",
}


class Hostile:
    """The site.

    Args:
        secret: port of a server on loopback that nobody may reach.
        udp: likewise, for datagrams.
    """

    hosts = (HOST,)

    def __init__(self, secret: int, udp: int) -> None:
        self._ports = {"PORT": str(secret), "UDP": str(udp)}

    def respond(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """See `crawler.demo.server.Served`."""
        name = target.strip("/").partition("/")[0]
        if name == "kill":
            kill_browsers()
        if name in ("data", "kill", "live", "stream"):
            return Answer.text("{}", "application/json")
        if name not in SCRIPTS:
            return Answer(404)
        script = SCRIPTS[name]
        for word, port in self._ports.items():
            script = script.replace(word, port)
        html = (
            f"<!doctype html><title>{name}</title><p>Page</p><script type=module>{script}</script>"
        )
        return Answer.text(html, "text/html")


def browsers() -> list[int]:
    """Return the processes of browsers that this process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = stat.read_text().split(") ", 1)
        except OSError:
            continue
        if "chrom" in name and int(rest.split()[1]) == os.getpid():
            found.append(int(stat.parent.name))
    return found


def kill_browsers() -> None:
    for process in browsers():
        os.kill(process, signal.SIGKILL)
