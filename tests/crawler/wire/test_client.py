"""Calls over connections that are new, kept, stale, slow."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from types import EllipsisType
from typing import Any

import pytest
from odd_answers import ODD, PAGE
from odd_server import OddServer
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.connect import parse_connect_to
from crawler.guard import Guard, Refused
from crawler.wire.answer import Answer
from crawler.wire.client import Call, Client, Reply
from crawler.wire.dial import Dialer
from crawler.wire.pool import Pool
from crawler.wire.route import Origin, Route, origin

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def tls(verify: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Visitor:
    """A client with small limits, that asks in one line."""

    def __init__(
        self,
        guard: Guard,
        *,
        verify: bool = False,
        per_key: int = 4,
        total: int = 100,
        idle: float = 30,
    ) -> None:
        self.dialer = Dialer(guard, tls(verify), timeout=0.5)
        self.client = Client(self.dialer, Pool(per_key, total, idle))

    async def get(self, url: str, method: str = "GET", within: float = 10) -> Reply:
        path = "/" + url.split("/", 3)[3]
        call = Call(
            route=Route(origin(url)),
            method=method,
            data=f"{method} {path} HTTP/1.1\r\nHost: odd.example\r\n\r\n".encode(),
            answer_timeout=within,
            timeout=within,
        )
        return await self.client.call(call, lambda: Answer(method, 10_000, 0), lambda *_: True)


def odd_visitor(server: OddServer, **options: Any) -> Visitor:
    return Visitor(Guard([parse_connect_to(line) for line in server.connect_to]), **options)


class Script:
    """A server that does what it is told with each connection, one instruction a request."""

    def __init__(self) -> None:
        self.received: list[tuple[int, bytes]] = []
        self.connections = 0
        self.url = ""

    async def run(
        self,
        *connections: list[bytes | EllipsisType | None],
        then: Callable[[Visitor, str], Awaitable[None]],
        **options: Any,
    ) -> None:
        """Serve, and do `then`. An instruction is what to answer, None to close instead.

        After the last one the connection is kept, unless that is ``...``.
        """

        tasks = set()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(asyncio.current_task())
            number = self.connections
            self.connections += 1
            for answer in connections[number]:
                if answer is ...:
                    break
                self.received.append((number, await reader.readuntil(b"\r\n\r\n")))
                if answer is None:
                    break
                writer.write(answer)
            else:
                with suppress(ConnectionError):
                    await reader.read()
            await shut(writer)

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        visitor = Visitor(
            Guard([parse_connect_to(f"script.example:80:127.0.0.1:{port}")]), **options
        )
        await then(visitor, "http://script.example/page")
        await visitor.client.close()
        await asyncio.gather(*tasks)
        server.close()


async def shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_one_connection_serves_many_requests(odd_server: OddServer, scheme: str) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server)
        used = [
            (await visitor.get(f"{scheme}://odd.example/{name}", ODD[name].method)).connection.used
            for name in (
                "length",
                "chunked",
                "gzip",
                "continue",
                "no-content",
                "head-method",
                "length",
            )
        ]
        await visitor.client.close()
        assert used == [1, 2, 3, 4, 5, 6, 7]

    asyncio.run(visit())


def test_http_and_https_do_not_share_connections(odd_server: OddServer) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server)
        plain = await visitor.get("http://odd.example/length")
        secure = await visitor.get("https://odd.example/length")
        await visitor.client.close()
        assert plain.connection is not secure.connection
        assert plain.connection.tls is None
        assert secure.connection.tls is not None
        assert secure.connection.tls.version.startswith("TLSv1.")
        assert secure.connection.tls.cipher
        assert secure.connection.tls.certificates

    asyncio.run(visit())


def test_stale_connection_is_replaced_once() -> None:
    async def visit(visitor: Visitor, url: str) -> None:
        assert (await visitor.get(url)).answer.body.read() == b"ok"
        again = await visitor.get(url)
        assert again.answer.body.read() == b"ok"
        assert again.connection.used == 1

    script = Script()
    asyncio.run(script.run([OK, None], [OK], then=visit))
    assert [number for number, _ in script.received] == [0, 0, 1]


def test_new_connection_that_says_nothing_is_not_tried_again() -> None:
    async def visit(visitor: Visitor, url: str) -> None:
        reply = await visitor.get(url)
        assert reply.answer.problem == "no answer"

    script = Script()
    asyncio.run(script.run([None], then=visit))
    assert script.connections == 1


def test_request_that_changes_something_is_not_sent_twice() -> None:
    async def visit(visitor: Visitor, url: str) -> None:
        await visitor.get(url)
        assert (await visitor.get(url, "POST")).answer.problem == "no answer"

    script = Script()
    asyncio.run(script.run([OK, None], then=visit))
    assert script.connections == 1


def test_answer_that_began_is_not_asked_for_again() -> None:
    async def visit(visitor: Visitor, url: str) -> None:
        await visitor.get(url)
        assert (await visitor.get(url)).answer.head == b"HTTP/1.1 200 OK\r\nConte"

    script = Script()
    asyncio.run(script.run([OK, b"HTTP/1.1 200 OK\r\nConte", ...], then=visit, idle=30))
    assert script.connections == 1


def test_connection_on_which_something_came_unasked_is_not_used() -> None:
    async def visit(visitor: Visitor, url: str) -> None:
        await visitor.get(url)
        await asyncio.sleep(0.1)
        assert (await visitor.get(url)).connection.used == 1

    script = Script()
    asyncio.run(script.run([OK + b"HTTP/1.1 408 Late\r\n\r\n"], [OK], then=visit))
    assert script.connections == 2


def test_connection_that_was_idle_too_long_is_not_used() -> None:
    async def visit(visitor: Visitor, url: str) -> None:
        await visitor.get(url)
        await asyncio.sleep(0.05)
        await visitor.get(url)

    script = Script()
    asyncio.run(script.run([OK], [OK], then=visit, idle=0.01))
    assert script.connections == 2


def test_no_connection_is_kept_without_time_for_it() -> None:
    async def visit(visitor: Visitor, url: str) -> None:
        await visitor.get(url)
        await visitor.get(url)

    script = Script()
    asyncio.run(script.run([OK], [OK], then=visit, idle=0))
    assert script.connections == 2


def test_so_many_idle_connections_are_kept(odd_server: OddServer) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server, per_key=2)
        url = "http://odd.example/length"
        await asyncio.gather(*(visitor.get(url) for _ in range(5)))
        replies = await asyncio.gather(*(visitor.get(url) for _ in range(5)))
        await visitor.client.close()
        assert sorted(reply.connection.used for reply in replies) == [1, 1, 1, 2, 2]

    asyncio.run(visit())


def test_so_many_are_kept_in_all(odd_server: OddServer) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server, total=1)
        plain, secure = "http://odd.example/length", "https://odd.example/length"
        used = [(await visitor.get(url)).connection.used for url in (plain, plain, secure, plain)]
        await visitor.client.close()
        assert used == [1, 2, 1, 1]

    asyncio.run(visit())


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nothing-ever", "no answer"),
        ("stall-in-head", "the head is not whole"),
        ("stall-in-body", "the body is not whole"),
    ],
)
def test_time_is_limited(odd_server: OddServer, name: str, problem: str) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server)
        reply = await visitor.get(f"http://odd.example/{name}", within=0.2)
        assert reply.timed_out
        assert reply.answer.problem == problem
        assert reply.duration < 2

    asyncio.run(visit())


def test_cancelled_call_closes_its_connection(odd_server: OddServer) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server)
        task = asyncio.create_task(visitor.get("http://odd.example/nothing-ever"))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await visitor.get("http://odd.example/length")).connection.used == 1
        await visitor.client.close()

    asyncio.run(visit())


def test_large_answers_make_the_server_wait(odd_server: OddServer) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server)
        reply = await visitor.get("http://odd.example/large")
        assert reply.answer.body.read() == ODD["large"].body
        reply.answer.close()
        await visitor.client.close()

    asyncio.run(visit())


# From names to addresses


def name_server(monkeypatch: pytest.MonkeyPatch, **names: list[str] | float) -> None:
    """Let names stand for addresses, or take so many seconds."""

    def getaddrinfo(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        found = names.get(host.partition(".")[0])
        if isinstance(found, list):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, port)) for at in found]
        if isinstance(found, float):
            time.sleep(found)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[Any]]]:
    """A port on loopback, IPv4 and IPv6, and who came."""
    came: list[Any] = []
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:
        listening.settimeout(0.05)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    connection, address = listening.accept()
                except TimeoutError:
                    continue
                came.append(address)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield listening.getsockname()[1], came
        done.set()
        thread.join()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "127.0.0.2", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433",
     "017700000001", "0.0.0.0", "0", "localhost", "LocalHost", "localhost.", "[::1]", "[::]",
     "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
     "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "①②⑦.⓪.⓪.①"],
)  # fmt: skip
def test_no_spelling_of_loopback_is_dialled(listener: tuple[int, list[Any]], host: str) -> None:
    port, came = listener
    with pytest.raises((Refused, CannotResolveHostError)):
        asyncio.run(Visitor(Guard()).dialer.dial(Route(origin(f"http://{host}:{port}/"))))
    assert came == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1"])
def test_no_name_leads_inside(
    monkeypatch: pytest.MonkeyPatch, listener: tuple[int, list[Any]], address: str
) -> None:
    port, came = listener
    name_server(monkeypatch, evil=[address])
    with pytest.raises(Refused, match=rf"evil\.example \({address}\)"):
        asyncio.run(Visitor(Guard()).dialer.dial(Route(Origin("http", "evil.example", port))))
    assert came == []


def test_inside_addresses_of_a_name_are_left_out(
    monkeypatch: pytest.MonkeyPatch, listener: tuple[int, list[Any]]
) -> None:
    port, came = listener
    name_server(monkeypatch, mixed=["127.0.0.1", "127.0.0.2"])
    dialer = Visitor(Guard(allow=["127.0.0.2"])).dialer

    async def dial() -> None:
        connection = await dialer.dial(Route(Origin("http", "mixed.example", port)))
        assert connection.peer == "127.0.0.2"
        connection.close()

    asyncio.run(dial())
    time.sleep(0.1)
    assert len(came) == 1


def test_next_address_is_tried(monkeypatch: pytest.MonkeyPatch, odd_server: OddServer) -> None:
    name_server(monkeypatch, odd=["127.0.0.9", "127.0.0.1"])
    place = Origin("http", "odd.example", odd_server.ports["http"])

    async def dial() -> None:
        connection = await Visitor(Guard(allow=["127.0.0.0/8"])).dialer.dial(Route(place))
        assert connection.peer == "127.0.0.1"
        connection.close()

    asyncio.run(dial())


def test_silent_address_does_not_take_all_the_time(
    monkeypatch: pytest.MonkeyPatch, odd_server: OddServer
) -> None:
    """The first address accepts nothing: its queue of connections is full."""
    with socket.create_server(("127.0.0.3", odd_server.ports["http"]), backlog=0) as full:
        waiting = []
        for _ in range(3):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(full.getsockname())
        name_server(monkeypatch, odd=["127.0.0.3", "127.0.0.1"])
        place = Origin("http", "odd.example", odd_server.ports["http"])

        async def dial() -> None:
            connection = await Visitor(Guard(allow=["127.0.0.0/8"])).dialer.dial(Route(place))
            assert connection.peer == "127.0.0.1"
            connection.close()

        asyncio.run(dial())
        for one in waiting:
            one.close()


@pytest.mark.parametrize(
    ("names", "error", "text"),
    [
        ({}, CannotResolveHostError, "news.example: Name or service not known"),
        ({"news": []}, CannotResolveHostError, "news.example: no address"),
        ({"news": ["127.0.0.1"]}, DownloadConnectionRefusedError, "Connect call failed|refused"),
        ({"news": ["255.255.255.255"]}, DownloadFailedError, "news.example"),
        ({"news": 0.8}, DownloadTimeoutError, r"no connection to news.example:9 within 0.5 s"),
    ],
)
def test_failures_have_names(
    monkeypatch: pytest.MonkeyPatch,
    names: dict[str, list[str] | float],
    error: type[Exception],
    text: str,
) -> None:
    name_server(monkeypatch, **names)
    visitor = Visitor(Guard(allow=["0.0.0.0/0"]))
    with pytest.raises(error, match=text):
        asyncio.run(visitor.get("http://news.example:9/"))


@pytest.mark.parametrize("host", ["a..example", "." + "a" * 70, "a" * 70 + ".example", ".example"])
def test_host_that_cannot_be(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with pytest.raises(CannotResolveHostError):
        asyncio.run(Visitor(Guard()).dialer.dial(Route(Origin("https", host, 443))))


def test_certificates_are_checked_if_wanted(odd_server: OddServer) -> None:
    visitor = odd_visitor(odd_server, verify=True)
    with pytest.raises(DownloadFailedError, match=r"TLS with odd\.example: .*self-signed"):
        asyncio.run(visitor.get("https://odd.example/length"))


def test_tls_with_a_server_that_speaks_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 mail.example ESMTP\r\n")
                connection.recv(1000)

        thread = threading.Thread(target=greet)
        thread.start()
        visitor = Visitor(Guard([parse_connect_to(f"::127.0.0.1:{port}")]))
        with pytest.raises(DownloadFailedError, match=r"TLS with mail\.example"):
            asyncio.run(visitor.get("https://mail.example/"))
        thread.join()


def test_answer_is_the_page(odd_server: OddServer) -> None:
    async def visit() -> None:
        visitor = odd_visitor(odd_server)
        reply = await visitor.get("https://odd.example/gzip-chunked")
        await visitor.client.close()
        assert reply.answer.status == 200
        assert reply.answer.chunked
        assert reply.answer.entity.read() != PAGE
        assert 0 < reply.latency <= reply.duration
        assert reply.connection.peer == "127.0.0.1"

    asyncio.run(visit())
