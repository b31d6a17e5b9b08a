"""A site whose pages ask for what they need in every way that pages do.

For tests of replay: each page is small, and holds what is easily lost between a crawl and the
page as it is shown again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

import brotli

from crawler.demo.answer import Answer
from crawler.demo.site import sites

TORTURE = "https://www.torture.example/2024/10/"
#: The pages, by what is told of them in fixtures/sites/README.md.
PAGES = ("everything", "cyrillic", "compressed", "based")

_HOSTS = ("www.torture.example", "cdn.torture.example")
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",  # what charset it is in, the page itself says
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webm": "video/webm",
    ".woff2": "font/woff2",
}
_MOVED = {
    "/old": f"{TORTURE}everything.html",
    "/img/redirected.png": "https://www.torture.example/img/moved.png",
}
#: The same file under another name, in letters that URLs must escape.
_ALSO = {"/img/мост.png": "/img/made.png"}
_COMPRESSED = re.compile(r"/2024/10/compressed\.html|/img/compressed\.svg|/css/.*")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class Torture:
    """The site, for `crawler.demo.server.DemoServer`: without compression of the server's own."""

    hosts = _HOSTS

    def __init__(self) -> None:
        self._home = sites() / "torture" / "files"

    def respond(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request; see `crawler.demo.site.Site.respond`."""
        path = unquote(target.partition("?")[0])
        if path in _MOVED:
            return Answer.redirect(_MOVED[path])
        file = self._home / host / _ALSO.get(path, path).lstrip("/")
        if ".." in path or not file.is_file():
            return Answer(404, {"Content-Type": "text/html"}, b"<h1>There is no such page</h1>")
        fields = {"Content-Type": _TYPES[file.suffix], "Cache-Control": "max-age=86400"}
        if file.suffix in (".mjs", ".woff2", ".json"):
            fields["Access-Control-Allow-Origin"] = "*"
        body = file.read_bytes()
        if _COMPRESSED.fullmatch(path) and "br" in headers.get("accept-encoding", ""):
            return Answer(200, {**fields, "Content-Encoding": "br"}, brotli.compress(body))
        if file.suffix == ".webm":
            return _part(body, fields, headers.get("range", ""))
        return Answer(200, fields, body)


def _part(body: bytes, fields: Mapping[str, str], asked: str) -> Answer:
    """Answer with the part of a file that a Range header asks for (RFC 9110, clause 14)."""
    fields = {**fields, "Accept-Ranges": "bytes"}
    found = _RANGE.fullmatch(asked)
    if found is None:
        return Answer(200, fields, body)
    start, end = int(found[1]), min(int(found[2] or len(body)), len(body) - 1)
    if start >= len(body):
        return Answer(416, {**fields, "Content-Range": f"bytes */{len(body)}"})
    part = {**fields, "Content-Range": f"bytes {start}-{end}/{len(body)}"}
    return Answer(206, part, body[start : end + 1])
