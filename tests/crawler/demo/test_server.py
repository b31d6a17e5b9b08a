"""The demo server over real sockets."""

import http.client
import socket
import ssl
import time
from contextlib import closing, contextmanager

import pytest

from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.demo.site import Site

HOST = "www.example.test"


def small_site():
    pages = {
        "/": Answer.text("<p>home</p>" * 2000, "text/html"),
        "/empty": Answer.text("", "text/html"),
        "/image": Answer(headers={"Content-Type": "image/png"}, body=b"png"),
        "/dated": Answer(headers={"Last-Modified": "Wed, 23 Oct 2024 10:05:00 GMT"}, body=b"old"),
        "/broken": Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"),
    }
    return Site([HOST, "static.example.test"], lambda host, target: pages.get(target, Answer(404)))


@contextmanager
def connection(server, *, host=HOST):
    """Connect as a client does that trusts the server's certificate and knows its address."""
    with (
        socket.create_connection(("127.0.0.1", server.port)) as plain,
        closing(http.client.HTTPConnection(host)) as client,
    ):
        if server.certificate:
            context = ssl.create_default_context(cadata=server.certificate.decode())
            with context.wrap_socket(plain, server_hostname=host) as secure:
                client.sock = secure
                yield client
        else:
            client.sock = plain
            yield client


def get(client, target, **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    client.request("GET", target, headers=fields)
    response = client.getresponse()
    return response, response.read()


@pytest.fixture
def server():
    with DemoServer(small_site()) as server:
        yield server


@pytest.mark.parametrize("host", [HOST, "static.example.test"])
def test_certificate_is_good_for_every_host(server, host):
    with connection(server, host=host) as client:
        response, body = get(client, "/image")
        assert (response.status, body) == (200, b"png")


def test_connection_is_kept(server):
    with connection(server) as client:
        for target in ("/", "/image", "/nothing", "/"):
            get(client, target)
    assert [request.status for request in server.requests] == [200, 200, 404, 200]
    assert {request.connection for request in server.requests} == {1}
    assert server.requests[1].url == f"https://{HOST}/image"
    times = [request.time for request in server.requests]
    assert times == sorted(times)


def test_connection_is_closed_on_demand(server):
    with connection(server) as client:
        response, _ = get(client, "/", Connection="close")
        assert response.getheader("Connection") == "close"
        assert response.isclosed()


def test_gzip_only_for_those_who_accept_it(server):
    with connection(server) as client:
        plain, body = get(client, "/")
        packed, packed_body = get(client, "/", Accept_Encoding="gzip, br")
    assert plain.getheader("Content-Encoding") is None
    assert packed.getheader("Content-Encoding") == "gzip"
    assert len(packed_body) < len(body)


def test_html_is_chunked_and_the_rest_has_a_length(server):
    with connection(server) as client:
        assert get(client, "/")[0].getheader("Transfer-Encoding") == "chunked"
        assert get(client, "/empty")[1] == b""
        assert get(client, "/image")[0].getheader("Content-Length") == "3"


def test_options_switch_it_all_off():
    with DemoServer(
        small_site(), tls=False, compress=False, chunked=False, validators=False
    ) as server:
        with connection(server) as client:
            response, _ = get(client, "/", Accept_Encoding="gzip")
        names = {name for name, _ in response.getheaders()}
        assert names == {"Server", "Date", "Content-Type", "Content-Length", "Connection"}
        assert server.connect_to == [
            f"{HOST}:80:127.0.0.1:{server.port}",
            f"static.example.test:80:127.0.0.1:{server.port}",
        ]


def test_304_by_tag_and_by_date(server):
    with connection(server) as client:
        tag = get(client, "/image")[0].getheader("ETag")
        response, body = get(client, "/image", If_None_Match=tag)
        assert (response.status, body) == (304, b"")
        since = get(client, "/dated")[0].getheader("Last-Modified")
        assert get(client, "/dated", If_Modified_Since=since)[0].status == 304
        assert (
            get(client, "/dated", If_None_Match="other", If_Modified_Since=since)[0].status == 200
        )


def test_head_has_no_body(server):
    with connection(server) as client:
        client.request("HEAD", "/image")
        response = client.getresponse()
        assert (response.getheader("Content-Length"), response.read()) == ("3", b"")
        assert get(client, "/image")[1] == b"png"


@pytest.mark.parametrize(("method", "host", "status"), [("POST", HOST, 405), ("GET", "x.org", 421)])
def test_refusals(server, method, host, status):
    with connection(server) as client:
        client.request(
            method, "/", body=b"a=1" if method == "POST" else None, headers={"Host": host}
        )
        assert client.getresponse().status == status


def test_http_redirects_to_https(server):
    entry = next(entry for entry in server.connect_to if entry.startswith(f"{HOST}:80:"))
    with closing(http.client.HTTPConnection("127.0.0.1", int(entry.rpartition(":")[2]))) as client:
        client.request("GET", "/image?a=1", headers={"Host": HOST})
        response = client.getresponse()
        assert response.getheader("Location") == f"https://{HOST}/image?a=1"
        response.read()


def test_raw_bytes_go_out_as_they_are(server):
    with connection(server) as client, pytest.raises(http.client.IncompleteRead):
        get(client, "/broken")


def test_what_is_no_request_gets_400(server):
    with connection(server) as client:
        client.sock.sendall(b"nonsense\r\n\r\n")
        assert client.sock.recv(100).startswith(b"HTTP/1.1 400 ")


def test_latency():
    with DemoServer(small_site(), tls=False, latency=0.1) as server, connection(server) as client:
        start = time.monotonic()
        get(client, "/image")
        assert time.monotonic() - start >= 0.1


def test_stop_does_not_wait_for_clients():
    site = small_site()
    site.override("/slow", Answer(delay=60))
    server = DemoServer(site, tls=False)
    server.start()
    with connection(server) as idle, connection(server) as waiting:
        get(idle, "/image")
        waiting.request("GET", "/slow")
        start = time.monotonic()
        server.stop()
        server.stop()
        assert time.monotonic() - start < 2
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            waiting.getresponse()


def test_several_at_once_and_a_port_that_is_taken():
    with DemoServer(small_site(), tls=False) as one, DemoServer(small_site(), tls=False) as two:
        assert one.port != two.port
        with pytest.raises(OSError, match="in use"):
            DemoServer(small_site(), port=one.port).start()
