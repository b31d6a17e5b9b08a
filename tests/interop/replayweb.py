"""ReplayWeb.page, served on loopback beside a WACZ, as somebody would put it on a web server."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.interop.strangers import ROOT

PROGRAM = ROOT / ".interop" / "replaywebpage"
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript; charset=utf-8",
    ".wacz": "application/wacz+zip",
}


@contextmanager
def replayweb(wacz: Path) -> Iterator[str]:
    """Serve the program and one WACZ; give the address of the program.

    Raises:
        FileNotFoundError: the program was not made.
    """
    files = {f"/{name}": PROGRAM / name for name in ("index.html", "ui.js", "sw.js")}
    for path in files.values():
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing; `make .interop/ready` makes it")
    files |= {"/": PROGRAM / "index.html", f"/{wacz.name}": wacz}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            path = files.get(self.path.partition("?")[0])
            if path is None:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            data = path.read_bytes()
            total, status = len(data), 200
            asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
            if asked:
                start = int(asked[1]) if asked[1] else max(0, total - int(asked[2]))
                end = min(int(asked[2]) + 1, total) if asked[1] and asked[2] else total
                data, status = data[start:end], 206
            self.send_response(status)
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{total}")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Type", _TYPES.get(path.suffix, "application/octet-stream"))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if body:
                self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
