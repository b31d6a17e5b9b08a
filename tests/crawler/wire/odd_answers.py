"""A museum of odd answers: what a server sends, what of it is stored, what a spider sees."""

from __future__ import annotations

import gzip
import random
import zlib
from dataclasses import dataclass, field

#: Limits of the crawl that visits the museum.
MAX_HEAD = 32 * 1024
MAX_BODY = 2 * 1024 * 1024
#: For answers that never end (seconds).
TIMEOUT = 0.5

CUT, REFUSED, FAILED = "ResponseDataLossError", "DownloadCancelledError", "DownloadFailedError"
LATE = "DownloadTimeoutError"


@dataclass(frozen=True)
class Odd:
    """One answer.

    Attributes:
        head: sent, and stored as it is.
        body: likewise, after the head.
        before: sent before the head and not stored: interim heads, empty lines.
        after: sent after the body and not stored.
        then: what the server does next: ``keep`` the connection, ``close`` or ``reset`` it, or
            ``stall``.
        stored: what of head and body is stored, if not all.
        entity: the body that the spider gets, if it is not `body`.
        status: the code that the spider gets.
        error: the exception that it gets instead.
        lossy: what it gets instead with DOWNLOAD_FAIL_ON_DATALOSS off, if that is a body.
        truncated: WARC-Truncated.
        http: what is stored is an HTTP message.
        payload_digest: the record says the digest of its payload.
        method: of the request.
        sent: the body of the request.
    """

    head: bytes
    body: bytes = b""
    before: bytes = b""
    after: bytes = b""
    then: str = "keep"
    stored: bytes | None = None
    entity: bytes | None = None
    status: int = 200
    error: str | None = None
    lossy: bytes | None = None
    truncated: str | None = None
    http: bool = True
    payload_digest: bool = True
    method: str = "GET"
    sent: bytes = b""
    block: bytes = field(init=False)

    def __post_init__(self) -> None:
        whole = self.head + self.body
        object.__setattr__(self, "block", whole if self.stored is None else self.stored)
        if self.entity is None:
            object.__setattr__(self, "entity", self.body)


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *lines, "", ""]).encode(
        "latin-1"
    )


def length(body: bytes, *lines: str, **more: str) -> bytes:
    return head(f"Content-Length: {len(body)}", *lines, **more)


def chunks(body: bytes, size: int = 7, extension: bytes = b"", trailers: bytes = b"") -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    framed = [b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts]
    return b"".join(framed) + b"0\r\n" + trailers + b"\r\n"


PAGE = b"<html><body><p>Some 3,000 soldiers, officials said.</p></body></html>"
NOISE = random.Random(5).randbytes(1_300_000)
ZIPPED = gzip.compress(PAGE, mtime=0)
DEFLATED = zlib.compress(PAGE)
CHUNKED = head("Transfer-Encoding: chunked")

ODD = {
    # Bodies and their ends
    "length": Odd(length(PAGE), PAGE),
    "length-zero": Odd(length(b"")),
    "chunked": Odd(CHUNKED, chunks(PAGE), entity=PAGE, payload_digest=False),
    "chunked-empty": Odd(CHUNKED, chunks(b""), entity=b"", payload_digest=False),
    "chunk-extensions": Odd(
        CHUNKED,
        chunks(PAGE, 9, b' ;name="a;b" ; last'),
        entity=PAGE,
        payload_digest=False,
    ),
    "chunk-trailers": Odd(
        head("Transfer-Encoding: chunked", "Trailer: Expires, Digest"),
        chunks(PAGE, 20, trailers=b"Expires: 0\r\nDigest: none\r\n"),
        entity=PAGE,
        payload_digest=False,
    ),
    "chunk-sizes-odd": Odd(
        CHUNKED,
        b"00000A \r\n" + PAGE[:10] + b"\r\n" + b"%X\r\n" % len(PAGE[10:]) + PAGE[10:] + b"\r\n"
        b"000\r\n\r\n",
        entity=PAGE,
        payload_digest=False,
    ),
    "chunk-bare-lf": Odd(
        CHUNKED,
        b"%x\n" % len(PAGE) + PAGE + b"\n0\n\n",
        entity=PAGE,
        payload_digest=False,
    ),
    "chunk-case": Odd(
        head("transfer-encoding: Chunked"), chunks(PAGE), entity=PAGE, payload_digest=False
    ),
    "chunked-1.0": Odd(
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        chunks(PAGE),
        then="close",
        entity=PAGE,
        payload_digest=False,
    ),
    "until-close": Odd(head(), PAGE, then="close"),
    "until-close-empty": Odd(head(), b"", then="close"),
    "no-headers": Odd(b"HTTP/1.1 200 OK\r\n\r\n", PAGE, then="close"),
    "large": Odd(length(NOISE), NOISE),
    "large-chunked": Odd(CHUNKED, chunks(NOISE, 100_000), entity=NOISE, payload_digest=False),
    "robots.txt": Odd(length(b"User-agent: *\nAllow: /\n"), b"User-agent: *\nAllow: /\n"),
    # Content-codings
    "gzip": Odd(length(ZIPPED, "Content-Encoding: gzip"), ZIPPED, entity=PAGE),
    "gzip-chunked": Odd(
        head("Content-Encoding: gzip", "Transfer-Encoding: chunked"),
        chunks(ZIPPED),
        entity=PAGE,
        payload_digest=False,
    ),
    "deflate": Odd(length(DEFLATED, "Content-Encoding: deflate"), DEFLATED, entity=PAGE),
    "coding-unknown": Odd(length(PAGE, "Content-Encoding: rot13"), PAGE),
    "gzip-empty": Odd(
        length(b"", "Content-Encoding: gzip", status="404 Not Found"), b"", status=404
    ),
    # Heads
    "continue": Odd(length(PAGE), PAGE, before=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early-hints": Odd(
        length(PAGE),
        PAGE,
        before=b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
        b"Link: </style.css>; rel=preload\r\n\r\n",
    ),
    "empty-lines-before": Odd(length(PAGE), PAGE, before=b"\r\n\n\r\n"),
    "duplicate-headers": Odd(
        length(PAGE, "Set-Cookie: a=1", "set-cookie: b=2", "Set-Cookie: a=1"), PAGE
    ),
    "bare-lf": Odd(
        b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(PAGE),
        PAGE,
        payload_digest=False,
    ),
    "mixed-line-ends": Odd(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\nContent-Length: %d\n\r\n" % len(PAGE),
        PAGE,
        payload_digest=False,
    ),
    "folded": Odd(length(PAGE, "X-Long: one,", "  two,", "\tthree"), PAGE),
    "folded-blank": Odd(
        length(PAGE, "X-Long: one", " ", "X-After: two"), PAGE, payload_digest=False
    ),
    "no-reason": Odd(b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "reason-odd": Odd(length(PAGE, status="200 Na endlich! \xe4\xf6\xfc"), PAGE),
    "lower-case-status-line": Odd(b"http/1.1 200 ok\r\ncontent-length: 2\r\n\r\n", b"ok"),
    "spaced-status-line": Odd(b"HTTP/1.1 \t200   OK  \r\nContent-Length: 2\r\n\r\n", b"ok"),
    "odd-names": Odd(
        b"HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:2\r\nX_Under: 1\r\n!#$%&'*: 2\r\nX-Empty:\r\n\r\n",
        b"ok",
    ),
    "space-before-colon": Odd(b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n", b"ok"),
    "line-without-colon": Odd(
        b"HTTP/1.1 200 OK\r\nthis says nothing\r\n: nor this\r\nContent-Length: 2\r\n\r\n", b"ok"
    ),
    "nul-in-header": Odd(b"HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 2\r\n\r\n", b"ok"),
    "latin-1": Odd(length(PAGE, "X-Place: Kursk \xe9t\xe9", "X-High: \x80\xff"), PAGE),
    "utf-8": Odd(length(PAGE, "X-Place: " + "Курск".encode().decode("latin-1")), PAGE),
    "head-large": Odd(length(PAGE, *[f"X-{n}: {'y' * 1000}" for n in range(30)]), PAGE),
    "head-too-large": Odd(
        length(PAGE, *[f"X-{n}: {'y' * 1000}" for n in range(60)]),
        PAGE,
        then="close",
        stored=length(PAGE, *[f"X-{n}: {'y' * 1000}" for n in range(60)])[:MAX_HEAD],
        error=REFUSED,
        truncated="length",
        payload_digest=False,
    ),
    "version-1.0": Odd(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok", then="close"),
    "version-1.0-keep-alive": Odd(
        b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n", b"ok"
    ),
    "version-2.0": Odd(b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok"),
    "says-close": Odd(length(PAGE, "Connection: close"), PAGE, then="close"),
    # Status codes
    "redirect": Odd(length(b"", "Location: /length", status="302 Found"), b"", status=302),
    "not-found": Odd(length(PAGE, status="404 Not Found"), PAGE, status=404),
    "too-many": Odd(length(b"", "Retry-After: 7", status="429 Too Many Requests"), b"", status=429),
    "broken-server": Odd(length(PAGE, status="503 Busy"), PAGE, status=503),
    "status-600": Odd(length(PAGE, status="600 Whatever"), PAGE, status=600),
    "switching": Odd(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        after=b"\x81\x05hello",
        then="close",
        status=101,
    ),
    "no-content": Odd(b"HTTP/1.1 204 No Content\r\n\r\n", status=204),
    "no-content-body": Odd(
        length(PAGE, status="204 No Content"), after=PAGE, then="close", status=204
    ),
    "not-modified-body": Odd(
        length(PAGE, "ETag: x", status="304 Not Modified"), after=PAGE, then="close", status=304
    ),
    "head-method": Odd(length(PAGE), method="HEAD"),
    "head-method-body": Odd(length(PAGE), after=PAGE, then="close", method="HEAD"),
    "post": Odd(length(b"thanks"), b"thanks", method="POST", sent=b"a=1&b=\xff\r\n\r\n"),
    # Lengths that lie
    "length-too-long": Odd(
        head("Content-Length: 1000"),
        PAGE,
        then="close",
        error=CUT,
        lossy=PAGE,
        truncated="disconnect",
    ),
    "length-too-short": Odd(length(PAGE[:20]), PAGE[:20], after=PAGE[20:]),
    "length-and-chunked": Odd(
        head("Content-Length: 3", "Transfer-Encoding: chunked"),
        chunks(PAGE),
        entity=PAGE,
        payload_digest=False,
    ),
    "length-twice": Odd(length(PAGE, f"Content-Length: {len(PAGE)}"), PAGE),
    "length-list": Odd(head(f"Content-Length: {len(PAGE)}, {len(PAGE)}"), PAGE),
    "lengths-conflict": Odd(length(PAGE, "Content-Length: 3"), PAGE, then="close"),
    "length-negative": Odd(head("Content-Length: -1"), PAGE, then="close"),
    "length-no-number": Odd(head("Content-Length: many"), PAGE, then="close"),
    "identity": Odd(length(PAGE, "Transfer-Encoding: identity"), PAGE),
    "announced-too-large": Odd(
        head(f"Content-Length: {MAX_BODY + 1}"),
        after=PAGE,
        then="close",
        error=REFUSED,
        truncated="length",
    ),
    "too-large": Odd(
        head(),
        NOISE + NOISE,
        then="close",
        stored=head() + (NOISE + NOISE)[:MAX_BODY],
        error=REFUSED,
        truncated="length",
    ),
    "too-large-chunked": Odd(
        CHUNKED,
        chunks(NOISE + NOISE, 65536),
        then="close",
        stored=CHUNKED + chunks(NOISE + NOISE, 65536)[:MAX_BODY],
        error=REFUSED,
        truncated="length",
        payload_digest=False,
    ),
    # Answers that break off
    "cut-in-head": Odd(
        b"HTTP/1.1 200 OK\r\nContent-Le",
        then="close",
        error=FAILED,
        truncated="disconnect",
        payload_digest=False,
    ),
    "cut-in-status-line": Odd(
        b"HTT", then="close", error=FAILED, truncated="disconnect", payload_digest=False
    ),
    "cut-in-chunk": Odd(
        CHUNKED,
        chunks(PAGE)[:45],
        then="close",
        error=CUT,
        lossy=PAGE[:27],
        truncated="disconnect",
        payload_digest=False,
    ),
    "cut-before-last-chunk": Odd(
        CHUNKED,
        chunks(PAGE)[: -len(b"0\r\n\r\n")],
        then="close",
        error=CUT,
        lossy=PAGE,
        truncated="disconnect",
        payload_digest=False,
    ),
    "cut-in-trailers": Odd(
        CHUNKED,
        chunks(PAGE, trailers=b"Expires: 0\r\n")[:-2],
        then="close",
        error=CUT,
        lossy=PAGE,
        truncated="disconnect",
        payload_digest=False,
    ),
    "cut-gzip": Odd(
        head("Content-Encoding: gzip", "Content-Length: 1000"),
        ZIPPED,
        then="close",
        error=CUT,
        lossy=PAGE,
        truncated="disconnect",
    ),
    "reset-in-body": Odd(
        head("Content-Length: 1000"),
        PAGE,
        then="reset",
        error=CUT,
        lossy=PAGE,
        truncated="disconnect",
    ),
    "stall-in-body": Odd(
        head("Content-Length: 1000"), PAGE, then="stall", error=LATE, truncated="time"
    ),
    "stall-in-head": Odd(
        b"HTTP/1.1 200 OK\r\nContent-Type:",
        then="stall",
        error=LATE,
        truncated="time",
        payload_digest=False,
    ),
    # Broken chunks
    "chunk-size-none": Odd(
        CHUNKED,
        chunks(PAGE[:14])[:-5] + b"what?\r\n" + PAGE,
        then="close",
        error=CUT,
        lossy=PAGE[:14],
        payload_digest=False,
    ),
    "chunk-too-long": Odd(
        CHUNKED,
        b"3\r\nabcdef\r\n0\r\n\r\n",
        then="close",
        error=CUT,
        lossy=b"abc",
        payload_digest=False,
    ),
    "chunk-size-huge": Odd(
        CHUNKED,
        b"fffffffffffffffffffff\r\nabc",
        then="close",
        error=CUT,
        lossy=b"",
        payload_digest=False,
    ),
    # No HTTP
    "nothing": Odd(b"", then="close", error=FAILED),
    "nothing-ever": Odd(b"", then="stall", error=LATE),
    "only-interim": Odd(b"", before=b"HTTP/1.1 100 Continue\r\n\r\n", then="close", error=FAILED),
    "http-0.9": Odd(b"", PAGE, then="close", error=FAILED, http=False, payload_digest=False),
    "garbage": Odd(b"", NOISE[:5000], then="close", error=FAILED, http=False, payload_digest=False),
    "ssh": Odd(
        b"",
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        then="stall",
        error=FAILED,
        http=False,
        payload_digest=False,
        truncated="time",
    ),
    "four-digits": Odd(
        b"",
        b"HTTP/1.1 2000 OK\r\n\r\n" + PAGE,
        then="close",
        error=FAILED,
        http=False,
        payload_digest=False,
    ),
}
