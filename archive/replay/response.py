"""The answer to a request for a capture: rewritten (``mp_``) or as stored (``id_``)."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from archive.links import Kind
from archive.model import Capture
from archive.replay import address, scripted
from archive.replay.address import View
from archive.replay.policy import Headers
from archive.replay.rewrite import as_utf8, refresh_target, rewrite_css, rewrite_html
from archive.urlkey import urlkey
from archive.warc.record import Record

#: Where a browser shows what it gets as a page of its own (Sec-Fetch-Dest).
PAGE_DESTINATIONS = frozenset({"document", "embed", "frame", "iframe", "object"})

_HTML = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_SVG = "image/svg+xml"
#: What a browser can show as a page without running or loading anything of it.
_INERT = re.compile(r"(?:image/(?!svg)|audio/|video/|font/)|application/(?:pdf|octet-stream)$")
_MIME = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
_CHARSET = re.compile(r"[a-z0-9._:-]{1,40}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LOOKS_LIKE_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)", re.IGNORECASE
)
_SVG_ACTS = re.compile(rb"<!(?:doctype|entity)|<\?xml-stylesheet|\x00", re.IGNORECASE)
_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")
_CODINGS = frozenset({"br", "deflate", "gzip", "x-gzip", "zstd"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP response.

    Attributes:
        status: its code.
        headers: without Content-Length and without those of `archive.replay.policy`.
        body: whole.
    """

    status: int
    headers: Headers
    body: bytes = b""


def memento(
    capture: Capture,
    record: Record,
    *,
    destination: str = "",
    is_archived: Callable[[str], bool] | None = None,
    key: str = "",
    scripts: bool = False,
    load: Callable[[str], bytes | None] | None = None,
) -> Reply:
    """Return a capture rewritten to stay inside the archive.

    Args:
        capture: what is shown.
        record: its record, payload included.
        destination: what the browser wants it for, Sec-Fetch-Dest; empty when unknown.
        is_archived: tells whether there is a capture of a URL; ``meta refresh`` is followed there.
        key: see `archive.replay.address.path`.
        scripts: those of the page may run.
        load: gives the body of the capture of a URL, for drawings that the page takes from there.
    """
    headers = _original_headers(record)
    if capture.redirect and 300 <= (capture.status or 0) < 400:
        target = address.path(capture.redirect, capture.timestamp, View.MEMENTO, key=key)
        return Reply(_status(record), [("Location", target), *headers])
    body = record.body()
    mime, charset = _mime(record, body), record.charset
    resolve = partial(_resolve, capture.timestamp, key)
    if mime in _HTML:
        body, charset = as_utf8(body, charset)
        onward = refresh_target(body, base_url=capture.url)
        if onward and urlkey(onward) != capture.urlkey and is_archived and is_archived(onward):
            target = address.path(onward, capture.timestamp, View.MEMENTO, key=key)
            return Reply(HTTPStatus.FOUND, [("Location", target), *headers])
        body = rewrite_html(
            body,
            base_url=capture.url,
            resolve=resolve,
            charset=charset,
            scripts=scripts,
            load=load,
        )
        mime = "text/html"  # read as XML, it could hold what we take for text
    elif mime == "text/css" or destination == "style":
        body = rewrite_css(body, base_url=capture.url, resolve=resolve, charset=charset)
        mime = "text/css"
    elif scripts and destination == "script":
        body = scripted.module(body, capture.url, lambda url: resolve(url, Kind.SCRIPT) or url)
    elif mime == _SVG and destination in PAGE_DESTINATIONS and not _SVG_ACTS.search(body):
        body = rewrite_html(body, base_url=capture.url, resolve=resolve, charset="utf-8")
        charset = "utf-8"
    elif destination in PAGE_DESTINATIONS and not _INERT.match(mime):
        mime = "text/plain"
    content_type = ("Content-Type", _content_type(mime, charset))
    return Reply(_status(record), [content_type, *headers], body)


def raw(capture: Capture, record: Record, *, destination: str = "") -> Reply:
    """Return the stored bytes of a capture, content-coding included, untouched.

    Where a browser would show them as a page, what could act there goes out as plain text.

    Args:
        capture: what is shown.
        record: its record, payload included.
        destination: as for `memento`.
    """
    body = record.entity()
    mime = _mime(record, record.body(4096))
    if destination in PAGE_DESTINATIONS and not _INERT.match(mime):
        mime = "text/plain"
    headers = [("Content-Type", _content_type(mime, record.charset)), *_original_headers(record)]
    if record.codings and _CODINGS.issuperset(record.codings):
        headers.append(("Content-Encoding", ", ".join(record.codings)))
    if capture.redirect and 300 <= (capture.status or 0) < 400:
        headers.append(("Location", address.path(capture.redirect, capture.timestamp, View.RAW)))
    return Reply(_status(record), headers, body)


def ranged(reply: Reply, asked: str) -> Reply:
    """Return the part of a reply that a Range header asks for: one range of bytes, or all.

    Args:
        reply: with status 200; any other is given back as it is.
        asked: the value of the header.
    """
    found = _RANGE.fullmatch(asked.strip())
    if reply.status != HTTPStatus.OK or found is None or not (found[1] or found[2]):
        return reply
    size = len(reply.body)
    first, last = found[1][:18], found[2][:18]
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        unsatisfied = [("Content-Range", f"bytes */{size}"), ("Content-Type", "text/plain")]
        return Reply(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, unsatisfied)
    part = [*reply.headers, ("Content-Range", f"bytes {start}-{end}/{size}")]
    return Reply(HTTPStatus.PARTIAL_CONTENT, part, reply.body[start : end + 1])


def _resolve(timestamp: str, key: str, url: str, kind: Kind) -> str | None:
    if kind is Kind.OTHER or not url.lower().startswith(("http://", "https://")):
        return None
    return address.path(url, timestamp, View.MEMENTO, key=key)


def _status(record: Record) -> int:
    """Return the status to replay a record with.

    What has no status was no HTTP. A 304 comes with the payload that has not changed. Part of a
    file is all of it that there is.
    """
    status = record.status or 200
    return 200 if status < 200 or status in (204, 205, 206, 304) or status > 599 else status


def _mime(record: Record, body: bytes) -> str:
    if record.mime:
        return record.mime if _MIME.fullmatch(record.mime) else "application/octet-stream"
    if _LOOKS_LIKE_HTML.match(body):
        return "text/html"
    guessed, _ = mimetypes.guess_type(urlsplit(record.url).path)
    return guessed or "application/octet-stream"


def _content_type(mime: str, charset: str | None) -> str:
    if charset is None or not _CHARSET.fullmatch(charset):
        return mime
    return f"{mime}; charset={charset}"


def _original_headers(record: Record) -> Headers:
    """Return the stored header fields under names that no browser obeys."""
    return [
        (f"X-Archive-Orig-{name}", _CONTROLS.sub(" ", value))
        for name, value in record.http_headers
        if _TOKEN.fullmatch(name)
    ]
