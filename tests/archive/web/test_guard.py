"""Which requests are answered, and what every answer carries."""

from __future__ import annotations

import http.client

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from tests.archive.web.paper import OWN_SCRIPT, Get


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "[::1]:1", "LOCALHOST"])
def test_names_of_the_loopback_are_ours(get: Get, host: str) -> None:
    assert get("/robots.txt", host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8080",
        "10.0.0.1",
        "",
        "127.0.0.1:80; script-src *",
        "localhost, evil.example",
        "user@localhost",
    ],
)
def test_other_names_are_not(get: Get, host: str) -> None:
    answer = get("/", host=host)
    assert answer.status in (400, 421)
    assert b"Bridge" not in answer.body


def test_whoever_opens_it_to_all_is_reached_by_address_but_not_by_name(
    collection: Collection,
) -> None:
    with ReplayServer(collection, host="0.0.0.0", port=0) as server:
        port = int(server.url.rstrip("/").rpartition(":")[2])
        for host, status in [("192.168.1.7:8080", 200), ("evil.example", 421)]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/robots.txt", headers={"Host": host})
            assert connection.getresponse().status == status
            connection.close()


@pytest.mark.parametrize(
    "path", ["/", "/?q=bridge", "/article/1", "/nothing", "/api/search?q=x", "/static/newswarc.css"]
)
def test_our_own_pages_run_and_load_nothing_but_ours(
    get: Get, server: ReplayServer, path: str
) -> None:
    answer = get(path)
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; img-src {server.url}web/ {server.url}static/;"
        f" style-src {server.url}static/; script-src {server.url}static/;"
        f" connect-src {server.url}hints; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert answer.headers["Server"] is None
    assert "style=" not in answer.text
    assert answer.text.replace(OWN_SCRIPT, "").count("<script") == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/web/2024mp_/https://www.paper.example/"])
def test_nothing_can_be_written(get: Get, method: str, path: str) -> None:
    answer = get(path, method)
    assert answer.status == 405
    assert "HEAD" in answer.headers["Allow"]
    assert answer.headers["Content-Security-Policy"]


def test_head_is_get_without_body(get: Get) -> None:
    for path in ("/", "/web/20241023093000mp_/https://www.paper.example/2024/10/23/bridge-reopens"):
        answer = get(path, "HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 500


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/templates/base.html"],
)
def test_only_static_files_are_static_files(get: Get, path: str) -> None:
    assert get(path).status == 404
