"""The recording proxy, spoken to as a browser would, and as one would not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest

from crawler.certificate import self_signed, server_context, spki_fingerprint
from crawler.render.proxy import Answered, Asked, Proxy

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def speak(conversation: Conversation, answer: Answered | None = None) -> tuple[bytes, list[Asked]]:
    """Return what came back, and what the proxy was asked."""
    asked: list[Asked] = []

    async def ask(request: Asked) -> Answered:
        asked.append(request)
        return answer or Answered(200, ((b"Content-Type", b"text/plain"),), b"hello")

    async def run() -> bytes:
        proxy = Proxy(ask, server_context(*self_signed(["*"])))
        await proxy.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        try:
            async with asyncio.timeout(5):
                return await conversation(reader, writer)
        finally:
            writer.close()
            await proxy.close()

    return asyncio.run(run()), asked


def said(text: bytes) -> Conversation:
    """Say something, and hear until the proxy hangs up or the answer's body is there."""

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(text)
        heard = b""
        while data := await reader.read(4096):
            heard += data
            if heard.endswith((b"hello", b"\r\n\r\n")):
                break
        return heard

    return conversation


def test_a_request_is_taken_apart() -> None:
    request = (
        b"POST http://a.example/p?q=1 HTTP/1.1\r\nHost: a.example\r\nProxy-Connection: keep-alive"
        b"\r\nContent-Length: 3\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\nabc"
    )
    heard, asked = speak(said(request))
    fields = ((b"Host", b"a.example"), (b"X-Twice", b"1"), (b"X-Twice", b"2"))
    assert asked == [Asked("POST", "http://a.example/p?q=1", fields, b"abc")]
    assert heard == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
    )


@pytest.mark.parametrize("port", ["443", "8443"])
def test_https_is_answered_in_the_place_of_the_server(port: str) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(f"CONNECT a.example:{port} HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        await writer.start_tls(context, server_hostname="a.example")
        for _ in range(2):  # over one connection
            writer.write(b"GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n")
            heard = await reader.readuntil(b"hello")
        return heard

    heard, asked = speak(conversation)
    assert heard.startswith(b"HTTP/1.1 200 OK")
    host = "a.example" if port == "443" else f"a.example:{port}"
    assert [request.url for request in asked] == [f"https://{host}/x"] * 2


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"CONNECT a.example:80 HTTP/1.1\r\n\r\n", b"501"),
        (b"GET http://a.example/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", b"501"),
        (b"POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"501"),
        (b"POST http://a.example/ HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST http://a.example/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b""),
        (b"no HTTP at all\r\n\r\n", b""),
        (b"x" * 300_000, b""),
    ],
)
def test_what_is_refused_asks_for_nothing(request_: bytes, status: bytes) -> None:
    try:
        heard, asked = speak(said(request_))
    except ConnectionError:
        heard, asked = b"", []
    assert heard.split(b" ")[1:2] == ([status] if status else [])
    assert asked == []


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_some_answers_have_no_body(method: str, status: int) -> None:
    answer = Answered(status, ((b"Alt-Svc", b'h3=":443"'),), b"hello")
    heard, _ = speak(said(f"{method} http://a.example/ HTTP/1.1\r\n\r\n".encode()), answer)
    assert heard.startswith(f"HTTP/1.1 {status} ".encode())
    assert heard.endswith(b"\r\n\r\n")
    assert b"Alt-Svc" not in heard


def test_a_key_has_one_name() -> None:
    certificate, _ = self_signed(["a.example"])
    assert len(spki_fingerprint(certificate)) == 44
    assert spki_fingerprint(certificate) == spki_fingerprint(certificate)
