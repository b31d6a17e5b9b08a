"""The bytes of requests, and the servers of URLs."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError

from crawler.wire.request import request_bytes, request_target
from crawler.wire.route import Origin, origin


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://news.example/a", Origin("https", "news.example", 443)),
        ("http://News.Example:8080/", Origin("http", "news.example", 8080)),
        ("https://user:secret@news.example/", Origin("https", "news.example", 443)),
        ("http://[2001:DB8::1]:81/", Origin("http", "2001:db8::1", 81)),
        ("https://bücher.example/", Origin("https", "xn--bcher-kva.example", 443)),
    ],
)
def test_origin(url: str, found: Origin) -> None:
    assert origin(url) == found


@pytest.mark.parametrize(
    "url", ["http:///a", "http://a:99999/", "http://[::1/", "http://" + "ä" * 70 + ".example/"]
)
def test_no_origin(url: str) -> None:
    with pytest.raises(CannotResolveHostError, match="no host in"):
        origin(url)


@pytest.mark.parametrize(
    ("place", "authority"),
    [
        (Origin("https", "news.example", 443), "news.example"),
        (Origin("http", "news.example", 443), "news.example:443"),
        (Origin("http", "2001:db8::1", 80), "[2001:db8::1]"),
        (Origin("https", "2001:db8::1", 8443), "[2001:db8::1]:8443"),
    ],
)
def test_authority(place: Origin, authority: str) -> None:
    assert place.authority == authority


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://news.example", "/"),
        ("https://news.example?a=1", "/?a=1"),
        ("https://news.example/a/../b;c?d=e&f#g", "/a/../b;c?d=e&f"),
        ("https://news.example/a?", "/a?"),
        ("https://news.example/a??b=c//d", "/a??b=c//d"),
        ("https://news.example//a", "//a"),
    ],
)
def test_target(url: str, target: str) -> None:
    assert request_target(url) == target


def sent(request: Request) -> bytes:
    return request_bytes(request, origin(request.url), request_target(request.url))


def test_host_comes_first_and_headers_keep_their_order() -> None:
    headers = {"User-Agent": "newswarc", "X-Twice": ["a", "b"], "Accept": "*/*"}
    assert sent(Request("https://news.example/a?b", headers=headers)) == (
        b"GET /a?b HTTP/1.1\r\nHost: news.example\r\nUser-Agent: newswarc\r\nX-Twice: a\r\n"
        b"X-Twice: b\r\nAccept: */*\r\n\r\n"
    )


def test_body_has_its_length() -> None:
    request = Request("http://news.example/", method="POST", body=b"a=1", headers={"X": "1"})
    assert sent(request) == (
        b"POST / HTTP/1.1\r\nHost: news.example\r\nX: 1\r\nContent-Length: 3\r\n\r\na=1"
    )
    assert b"Content-Length: 0\r\n" in sent(Request("http://news.example/", method="PUT"))


def test_what_is_for_others_is_not_sent() -> None:
    headers = {"Proxy-Authorization": "Basic x", "Content-Length": "7", "Host": "other.example"}
    assert sent(Request("http://news.example/", headers=headers)) == (
        b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n"
    )


@pytest.mark.parametrize(
    "headers", [{"X": "a\r\nY: b"}, {"X\r\nY": "a"}, {"X": "a\nb"}, {"X": "a\0b"}]
)
def test_no_header_ends_the_line(headers: dict[str, str]) -> None:
    with pytest.raises(DownloadFailedError, match="line break"):
        sent(Request("http://news.example/", headers=headers))
