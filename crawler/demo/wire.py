"""An `Answer` as bytes of HTTP/1.1, and a request from them (RFC 9112)."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from crawler.demo.answer import Answer

#: Media types worth compressing.
COMPRESSIBLE = ("text/", "application/json", "application/rss+xml", "text/javascript", "image/svg")
CHUNK = 8192
#: Status codes whose responses have no body (RFC 9110, clauses 15.2 to 15.4).
BODILESS = frozenset({204, 304})


class BadRequest(ValueError):
    """What came is no HTTP/1.1 request."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a request says before its body.

    Attributes:
        method: ``GET``, as a rule.
        target: path and query.
        headers: names in lower case.
    """

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def host(self) -> str:
        """The host asked for, without its port."""
        return self.headers.get("host", "").partition(":")[0].lower()

    @property
    def keep_alive(self) -> bool:
        """Whether the connection is to stay open."""
        return self.headers.get("connection", "").lower() != "close"

    @property
    def takes_gzip(self) -> bool:
        """Whether the client accepts gzip."""
        return "gzip" in self.headers.get("accept-encoding", "")


async def read_request(reader: asyncio.StreamReader) -> Head | None:
    """Read one request, and its body past.

    Returns:
        Its head, or None at the end of the connection.

    Raises:
        BadRequest: it is none.
    """
    try:
        text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequest("the head is too long") from error
    first, *lines = text.split("\r\n")[:-2]
    fields = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    try:
        method, target, _ = first.split(" ")
        await reader.readexactly(int(headers.get("content-length", 0)))
    except ValueError as error:
        raise BadRequest("no request line, or no length") from error
    except asyncio.IncompleteReadError:
        return None
    return Head(method, target, headers)


def conditional(answer: Answer, head: Head) -> Answer:
    """Give `answer` an entity tag, or turn it into 304 if the client has it already."""
    if answer.status != HTTPStatus.OK or answer.raw is not None:
        return answer
    tag = answer.headers.get("ETag") or f'W/"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    headers = {**answer.headers, "ETag": tag}
    if head.headers.get("if-none-match") == tag:
        return Answer(HTTPStatus.NOT_MODIFIED, headers, delay=answer.delay)
    since = head.headers.get("if-modified-since")
    if "if-none-match" not in head.headers and since and since == headers.get("Last-Modified"):
        return Answer(HTTPStatus.NOT_MODIFIED, headers, delay=answer.delay)
    return Answer(answer.status, headers, answer.body, answer.delay)


def response(answer: Answer, head: Head, *, compress: bool, chunked: bool) -> Iterator[bytes]:
    """Yield the bytes of a response.

    Args:
        answer: what to say.
        head: of the request it answers.
        compress: use gzip if the client accepts it.
        chunked: use the chunked transfer-coding for HTML.
    """
    body = answer.body
    fields = {"Server": "nginx", "Date": formatdate(usegmt=True), **answer.headers}
    if compress and answer.media_type.startswith(COMPRESSIBLE) and body:
        fields["Vary"] = "Accept-Encoding"
        if head.takes_gzip:
            fields["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 6, mtime=0)
    pieces = [body]
    if answer.status in BODILESS:
        pieces = []
    elif chunked and answer.media_type == "text/html":
        fields["Transfer-Encoding"] = "chunked"
        cuts = range(0, len(body), CHUNK)
        pieces = [b"%x\r\n%b\r\n" % (len(c), c) for c in (body[i : i + CHUNK] for i in cuts)]
        pieces.append(b"0\r\n\r\n")
    else:
        fields["Content-Length"] = str(len(body))
    fields["Connection"] = "keep-alive" if head.keep_alive else "close"
    lines = [f"HTTP/1.1 {int(answer.status)} {_reason(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    yield ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    if head.method != "HEAD":
        yield from pieces


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
