"""Through proxies: the exchange with the server is recorded, the credentials are not."""

from __future__ import annotations

from typing import Any

import pytest
from odd_answers import ODD, PAGE
from odd_proxy import OddProxy
from odd_server import OddServer
from odd_visit import visit
from scrapy.exceptions import NotSupported

from crawler.certificate import self_signed, server_context
from crawler.wire.route import Origin, Proxy, Route, parse_proxy

SCHEMES = ["http", "socks5h"]


def ports(server: OddServer) -> dict[int, int]:
    return {80: server.ports["http"], 443: server.ports["https"]}


def through(server: OddServer, proxy: str, *urls: str, **settings: Any) -> Any:
    settings = {"NEWSWARC_CONNECT_TO": [], "RETRY_ENABLED": False, **settings}
    return visit(server, *urls, meta={"proxy": proxy}, **settings)


@pytest.mark.parametrize("url", ["http://odd.example/length", "https://odd.example/length"])
@pytest.mark.parametrize("login", ["", "user:pa%20ss@"])
@pytest.mark.parametrize("scheme", [*SCHEMES, "socks5"])
def test_exchange_is_that_with_the_server(
    odd_server: OddServer, scheme: str, login: str, url: str
) -> None:
    before = len(odd_server.asked)
    with OddProxy(ports(odd_server), "pa ss" if login else None) as proxy:
        table = ["odd.example:80:127.0.0.1:80", "odd.example:443:127.0.0.1:443"]
        visitor, recorder = through(
            odd_server,
            f"{scheme}://{login}127.0.0.1:{proxy.port}",
            url,
            # So that names can be resolved where the proxy does not do it.
            NEWSWARC_CONNECT_TO=table if scheme == "socks5" else [],
        )
    assert [response.body for response in visitor.responses] == [PAGE]
    assert len(proxy.asked) == 1
    ((exchange, body),) = recorder.exchanges
    assert exchange.head + body == ODD["length"].block
    assert exchange.ip is None
    assert visitor.responses[0].ip_address is None
    assert exchange.note["proxy"] == f"{scheme}://127.0.0.1:{proxy.port}"
    assert b"Proxy-Authorization" not in exchange.request
    assert b"Host: odd.example\r\n" in exchange.request
    (asked,) = odd_server.asked[before:]
    if scheme == "http" and url.startswith("http:"):
        assert exchange.request.startswith(b"GET http://odd.example/length HTTP/1.1\r\n")
        assert ("request-without" in exchange.note) == bool(login)
    else:
        assert exchange.request == asked.request
    assert ("tls-certificate" in exchange.note) == url.startswith("https:")


@pytest.mark.parametrize("url", ["http://odd.example/length", "https://odd.example/length"])
def test_proxy_may_be_spoken_to_in_tls(odd_server: OddServer, url: str) -> None:
    context = server_context(*self_signed(["proxy.example"]))
    with OddProxy(ports(odd_server), tls=context) as proxy:
        visitor, recorder = through(odd_server, f"https://127.0.0.1:{proxy.port}", url)
    assert [response.body for response in visitor.responses] == [PAGE]
    ((exchange, body),) = recorder.exchanges
    assert exchange.head + body == ODD["length"].block
    assert len(exchange.certificates) == url.startswith("https:")


def test_http_urls_are_asked_for_whole(odd_server: OddServer) -> None:
    with OddProxy(ports(odd_server)) as proxy:
        through(odd_server, f"127.0.0.1:{proxy.port}", "http://odd.example/length")
    assert proxy.asked[0].startswith(
        b"GET http://odd.example/length HTTP/1.1\r\nHost: odd.example\r\n"
    )


def test_https_urls_go_through_a_tunnel(odd_server: OddServer) -> None:
    with OddProxy(ports(odd_server), "x") as proxy:
        through(odd_server, f"http://user:x@127.0.0.1:{proxy.port}", "https://odd.example/length")
    (asked,) = proxy.asked
    assert asked == (
        b"CONNECT odd.example:443 HTTP/1.1\r\nHost: odd.example:443\r\n"
        b"Proxy-Authorization: Basic dXNlcjp4\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("scheme", "asked"), [("socks5h", b"3 odd.example 443"), ("socks5", b"1 \x7f\0\0\1 443")]
)
def test_who_resolves_the_name(odd_server: OddServer, scheme: str, asked: bytes) -> None:
    with OddProxy(ports(odd_server)) as proxy:
        through(
            odd_server,
            f"{scheme}://127.0.0.1:{proxy.port}",
            "https://odd.example/length",
            NEWSWARC_CONNECT_TO=["odd.example:443:127.0.0.1:443"] if scheme == "socks5" else [],
        )
    assert proxy.asked == [asked]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_tunnel_is_kept(odd_server: OddServer, scheme: str) -> None:
    with OddProxy(ports(odd_server)) as proxy:
        visitor, _ = through(
            odd_server,
            f"{scheme}://127.0.0.1:{proxy.port}",
            *["https://odd.example/length"] * 5,
            CONCURRENT_REQUESTS=1,
        )
    assert len(visitor.responses) == 5
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "[::1]", "localhost", "10.0.0.1"])
@pytest.mark.parametrize("scheme", [*SCHEMES, "socks5"])
def test_proxy_is_not_asked_for_the_inside(odd_server: OddServer, scheme: str, host: str) -> None:
    with OddProxy(ports(odd_server)) as proxy:
        visitor, recorder = through(
            odd_server, f"{scheme}://127.0.0.1:{proxy.port}", f"http://{host}/length"
        )
    assert [type(error).__name__ for error in visitor.errors] == ["Refused"]
    assert proxy.asked == []
    assert recorder.exchanges == []


@pytest.mark.parametrize(
    ("proxy_url", "url", "text"),
    [
        ("http://127.0.0.1:{port}", "https://odd.example/length", "407 Who are you?"),
        ("http://user:x@127.0.0.1:{port}", "https://odd.example:7/", "502 No such server"),
        ("socks5h://127.0.0.1:{port}", "http://odd.example/length", "wants another login"),
        ("socks5h://user:y@127.0.0.1:{port}", "http://odd.example/length", "the credentials"),
        ("socks5h://user:x@127.0.0.1:{port}", "http://odd.example:7/", "connection refused"),
        ("http://127.0.0.1:{odd}", "https://odd.example/length", "does not answer as one"),
        ("socks5h://127.0.0.1:{odd}", "http://odd.example/length", "no connection"),
        ("ftp://127.0.0.1:{port}", "http://odd.example/length", "not a proxy"),
    ],
)
def test_proxy_that_does_not_help(
    odd_server: OddServer, proxy_url: str, url: str, text: str
) -> None:
    with OddProxy(ports(odd_server), "x") as proxy:
        place = proxy_url.format(port=proxy.port, odd=odd_server.ports["http"])
        visitor, recorder = through(odd_server, place, url, NEWSWARC_CONNECT_TIMEOUT=1)
    (error,) = visitor.errors
    assert text in str(error)
    assert "user:x" not in str(error)
    assert recorder.exchanges == []


@pytest.mark.parametrize(
    ("url", "authorization", "proxy"),
    [
        ("http://p.example:3128", None, Proxy("http", "p.example", 3128)),
        ("p.example:3128", None, Proxy("http", "p.example", 3128)),
        ("//p.example:3128", None, Proxy("http", "p.example", 3128)),
        ("https://p.example", None, Proxy("https", "p.example", 443)),
        ("socks5://[::1]", None, Proxy("socks5", "::1", 1080)),
        ("http://p.example", b"Basic dTp4", Proxy("http", "p.example", 80, b"u:x")),
        ("http://a%40b:c%3Ad@p.example", None, Proxy("http", "p.example", 80, b"a@b:c:d")),
    ],
)
def test_proxy_urls(url: str, authorization: bytes | None, proxy: Proxy) -> None:
    assert parse_proxy(url, authorization) == proxy


@pytest.mark.parametrize(
    ("url", "authorization"),
    [
        ("socks4://p.example", None),
        ("http://", None),
        ("http://p.example:port", None),
        ("http://p.example", b"Bearer abc"),
        ("http://p.example", b"Basic ???"),
    ],
)
def test_no_proxy(url: str, authorization: bytes | None) -> None:
    with pytest.raises(NotSupported):
        parse_proxy(url, authorization)


def test_connections_are_kept_by_their_other_end() -> None:
    plain, other = Origin("http", "a.example", 80), Origin("http", "b.example", 80)
    secure = Origin("https", "a.example", 443)
    proxy = Proxy("http", "p.example", 80)
    assert Route(plain, proxy).key == Route(other, proxy).key
    socks = Proxy("socks5", "p.example", 80)
    routes = [(plain, None), (other, None), (secure, None), (plain, proxy), (secure, proxy)]
    keys = [Route(*route).key for route in [*routes, (plain, socks)]]
    assert len(set(keys)) == len(keys)
