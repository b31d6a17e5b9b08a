"""Heads: their beginning and end, and what they say of the body."""

from __future__ import annotations

import pytest

from crawler.wire.head import (
    Framing,
    begin_of_head,
    end_of_head,
    may_be_http,
    parse_head,
)


@pytest.mark.parametrize(
    ("line", "version", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK", (1, 1), 200, b"OK"),
        (b"HTTP/1.0 404 Not  Found ", (1, 0), 404, b"Not  Found"),
        (b"HTTP/1.1 200", (1, 1), 200, b""),
        (b"HTTP/1.1 200 ", (1, 1), 200, b""),
        (b"http/1.1\t200\tok", (1, 1), 200, b"ok"),
        (b"HTTP/2 204 x", (2, 0), 204, b"x"),
        (b"HTTP/1.1 999 ?", (1, 1), 999, b"?"),
    ],
)
def test_status_line(line: bytes, version: tuple[int, int], status: int, reason: bytes) -> None:
    head = parse_head(line + b"\r\n\r\n")
    assert head is not None
    assert (head.version, head.status, head.reason) == (version, status, reason)


@pytest.mark.parametrize(
    "line",
    [b"", b"HTTP/1.1", b"HTTP/1.1 OK", b"HTTP/1.1 2000 OK", b"HTTP/1.1 20 OK", b"ICY 200 OK",
     b"HTTP /1.1 200 OK", b"200 OK", b"<html>"],
)  # fmt: skip
def test_no_status_line(line: bytes) -> None:
    assert parse_head(line + b"\r\n\r\n") is None


@pytest.mark.parametrize(
    ("status", "method", "headers", "framing"),
    [
        (200, "GET", b"Content-Length: 5", (Framing.LENGTH, 5)),
        (200, "GET", b"Content-Length: 5\r\ncontent-length: 5", (Framing.LENGTH, 5)),
        (200, "GET", b"Content-Length: 5, 5", (Framing.LENGTH, 5)),
        (200, "GET", b"Content-Length: 0", (Framing.NONE, 0)),
        (200, "GET", b"Content-Length: 5\r\nContent-Length: 6", (Framing.CLOSE, 0)),
        (200, "GET", b"Content-Length: +5", (Framing.CLOSE, 0)),
        (200, "GET", b"Content-Length: 9999999999999999999999", (Framing.CLOSE, 0)),
        (200, "GET", b"Content-Length:", (Framing.CLOSE, 0)),
        (200, "GET", b"", (Framing.CLOSE, 0)),
        (200, "GET", b"Transfer-Encoding: chunked", (Framing.CHUNKED, 0)),
        (200, "GET", b"Transfer-Encoding: gzip, CHUNKED", (Framing.CHUNKED, 0)),
        (200, "GET", b"Transfer-Encoding: a\r\nTransfer-Encoding: chunked", (Framing.CHUNKED, 0)),
        (200, "GET", b"Transfer-Encoding: chunked, gzip", (Framing.CLOSE, 0)),
        (200, "GET", b"Transfer-Encoding: identity\r\nContent-Length: 5", (Framing.LENGTH, 5)),
        (200, "GET", b"Transfer-Encoding: chunked\r\nContent-Length: 5", (Framing.CHUNKED, 0)),
        (200, "HEAD", b"Content-Length: 5", (Framing.NONE, 0)),
        (204, "GET", b"Content-Length: 5", (Framing.NONE, 0)),
        (304, "GET", b"Transfer-Encoding: chunked", (Framing.NONE, 0)),
        (101, "GET", b"", (Framing.NONE, 0)),
        (404, "POST", b"Content-Length: 5", (Framing.LENGTH, 5)),
    ],
)  # fmt: skip
def test_framing(status: int, method: str, headers: bytes, framing: tuple[Framing, int]) -> None:
    head = parse_head(b"HTTP/1.1 %d x\r\n%s\r\n\r\n" % (status, headers))
    assert head is not None
    assert head.framing(method) == framing


@pytest.mark.parametrize(
    ("data", "begin", "end"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nbody", 0, 19),
        (b"HTTP/1.1 200 OK\n\nbody", 0, 17),
        (b"HTTP/1.1 200 OK\r\n\nbody\r\n\r\n", 0, 18),
        (b"HTTP/1.1 200 OK\n\r\nbody", 0, 18),
        (b"\r\n\nHTTP/1.1 200 OK\r\nA: b", 3, None),
        (b"HTTP/1.1 200 OK\r\n\r", 0, None),
    ],
)
def test_beginning_and_end(data: bytes, begin: int, end: int | None) -> None:
    assert begin_of_head(data) == begin
    assert end_of_head(data[begin:]) == end


@pytest.mark.parametrize("data", [b"", b"\r", b"H", b"ht", b"HTTP/", b"HTTP/1.1 200"])
def test_may_become_http(data: bytes) -> None:
    assert may_be_http(data)


@pytest.mark.parametrize("data", [b"X", b"HTML", b" HTTP/1.1", b"\0", b"SSH-2.0"])
def test_never_becomes_http(data: bytes) -> None:
    assert not may_be_http(data)
