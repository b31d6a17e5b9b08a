"""What comes out of the archive, byte for byte and header for header."""

from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard

from archive.collection import Collection
from archive.model import Capture
from archive.replay import response
from archive.replay.response import Reply, ranged
from archive.warc.record import Record
from tests.archive.recorded import NOON, Recorder

SITE = "https://news.example"
PAGE = '<link rel=stylesheet href="/s.css"><p>Привет</p>'


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("response") / "news")
    data = PAGE.encode()
    html = "text/html; charset=UTF-8"
    for coding, body in [
        ("gzip", gzip.compress(data)),
        ("br", brotli.compress(data)),
        ("zstd", zstandard.compress(data)),
        ("identity", data),
    ]:
        recorder.record(f"{SITE}/{coding}", body, html, headers={"Content-Encoding": coding})
    chunks = (
        b"5\r\n" + data[:5] + b"\r\n" + b"%x\r\n" % (len(data) - 5) + data[5:] + b"\r\n0\r\n\r\n"
    )
    recorder.record(
        f"{SITE}/headers",
        PAGE,
        html,
        headers={
            "Set-Cookie": "a=b",
            "Clear-Site-Data": '"*"',
            "Link": "<https://t.example>; rel=preconnect",
            "Refresh": "0; url=https://t.example/",
            "Content-Security-Policy": "default-src *",
        },
    )
    recorder.record(f"{SITE}/1251", PAGE.encode("windows-1251"), "text/html; charset=windows-1251")
    recorder.record(f"{SITE}/utf-16", PAGE.encode("utf-16"), "text/html")
    recorder.record(f"{SITE}/untyped", "<!DOCTYPE html><a href='/x'>", None)
    recorder.record(f"{SITE}/untyped.png", b"\x89PNG", None)
    recorder.record(f"{SITE}/odd-type", "x", 'text/html"><script>; charset="a b"')
    recorder.record(f"{SITE}/xhtml", "<h:link/><a href='/x'/>", "application/xhtml+xml")
    recorder.record(f"{SITE}/s.css", "p { background: url(i.png) }", "text/css")
    recorder.record(f"{SITE}/plain.css", "p { background: url(i.png) }", "text/plain")
    recorder.record(f"{SITE}/feed", "<rss/>", "application/rss+xml")
    recorder.record(f"{SITE}/data.json", '{"a": "https://news.example/"}', "application/json")
    recorder.record(f"{SITE}/i.svg", "<svg><image href='/i.png'/></svg>", "image/svg+xml")
    recorder.record(f"{SITE}/bad.svg", "<!DOCTYPE svg [<!ENTITY a ''>]><svg/>", "image/svg+xml")
    recorder.record(f"{SITE}/i.png", b"\x89PNG", "image/png")
    recorder.record(f"{SITE}/gone", "no more", status=410)
    recorder.record(f"{SITE}/part", b"01234", "video/mp4", status=206)
    recorder.record(f"{SITE}/empty", b"", None, status=204)
    recorder.redirect(f"{SITE}/old", "/new?a=1")
    recorder.record(f"{SITE}/refresh", '<meta http-equiv=refresh content="0;url=/i.png">going on')
    recorder.record(f"{SITE}/chunked", chunks, html, headers={"Transfer-Encoding": "chunked"})
    return recorder.finished()


def found(collection: Collection, path: str) -> tuple[Capture, Record]:
    capture = collection.closest(SITE + path, NOON)
    assert capture, path
    return capture, collection.record(capture)


def memento(collection: Collection, path: str, destination: str = "iframe") -> Reply:
    return response.memento(*found(collection, path), destination=destination)


def header(reply: Reply, name: str) -> str | None:
    return dict(reply.headers).get(name)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "identity", "chunked"])
def test_every_coding_is_undone_on_the_server(collection: Collection, coding: str) -> None:
    reply = memento(collection, f"/{coding}")
    assert "Привет" in reply.body.decode()
    assert f'href="/web/{NOON}mp_/https://news.example/s.css"' in reply.body.decode()
    assert header(reply, "Content-Encoding") is None
    assert header(reply, "Content-Type") == "text/html; charset=utf-8"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_raw_bytes_are_as_stored(collection: Collection, coding: str) -> None:
    capture, record = found(collection, f"/{coding}")
    reply = response.raw(capture, record)
    assert reply.body == record.payload
    assert header(reply, "Content-Encoding") == coding
    assert header(reply, "Content-Type") == "text/html; charset=utf-8"


def test_stored_headers_are_of_no_effect(collection: Collection) -> None:
    for reply in (
        memento(collection, "/headers"),
        response.raw(*found(collection, "/headers")),
    ):
        names = {name for name, _ in reply.headers}
        assert names - {"Content-Type"} == {
            "X-Archive-Orig-Clear-Site-Data",
            "X-Archive-Orig-Content-Length",
            "X-Archive-Orig-Content-Security-Policy",
            "X-Archive-Orig-Content-Type",
            "X-Archive-Orig-Link",
            "X-Archive-Orig-Refresh",
            "X-Archive-Orig-Set-Cookie",
        }


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/1251", "text/html; charset=windows-1251"),
        ("/utf-16", "text/html; charset=utf-8"),
        ("/untyped", "text/html"),
        ("/untyped.png", "image/png"),
        ("/odd-type", "application/octet-stream; charset=a"),
        ("/xhtml", "text/html"),
        ("/s.css", "text/css"),
        ("/feed", "text/plain"),
        ("/data.json", "text/plain"),
        ("/i.svg", "image/svg+xml; charset=utf-8"),
        ("/bad.svg", "text/plain"),
        ("/i.png", "image/png"),
    ],
)
def test_what_a_browser_is_told_it_gets_as_a_page(
    collection: Collection, path: str, content_type: str
) -> None:
    assert header(memento(collection, path), "Content-Type") == content_type


def test_a_page_in_windows_1251_keeps_its_bytes(collection: Collection) -> None:
    assert "Привет".encode("windows-1251") in memento(collection, "/1251").body


def test_a_style_sheet_is_one_when_it_is_used_as_one(collection: Collection) -> None:
    reply = memento(collection, "/plain.css", destination="style")
    assert header(reply, "Content-Type") == "text/css"
    assert f"url(/web/{NOON}mp_/{SITE}/i.png)".encode() in reply.body


def test_data_is_left_alone(collection: Collection) -> None:
    reply = memento(collection, "/data.json", destination="")
    assert reply.body == b'{"a": "https://news.example/"}'
    assert header(reply, "Content-Type") == "application/json"


@pytest.mark.parametrize("path", ["/identity", "/i.svg", "/feed", "/xhtml"])
@pytest.mark.parametrize("destination", ["document", "iframe", "object", "embed"])
def test_raw_bytes_never_become_a_page(collection: Collection, path: str, destination: str) -> None:
    reply = response.raw(*found(collection, path), destination=destination)
    assert (header(reply, "Content-Type") or "").startswith("text/plain")


@pytest.mark.parametrize(
    ("path", "status"), [("/gone", 410), ("/part", 200), ("/empty", 200), ("/old", 301)]
)
def test_status(collection: Collection, path: str, status: int) -> None:
    assert memento(collection, path).status == status


def test_redirects_stay_in_the_archive(collection: Collection) -> None:
    assert header(memento(collection, "/old"), "Location") == f"/web/{NOON}mp_/{SITE}/new?a=1"
    raw = response.raw(*found(collection, "/old"))
    assert header(raw, "Location") == f"/web/{NOON}id_/{SITE}/new?a=1"
    assert raw.body == b"Moved"


def test_meta_refresh_is_followed_where_the_archive_can(collection: Collection) -> None:
    capture, record = found(collection, "/refresh")
    reply = response.memento(capture, record, is_archived=lambda url: url == f"{SITE}/i.png")
    assert (reply.status, header(reply, "Location")) == (302, f"/web/{NOON}mp_/{SITE}/i.png")
    reply = response.memento(capture, record, is_archived=lambda url: False)
    assert (reply.status, reply.body) == (200, b"going on")


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        ("bytes=0-1", 206, b"01", "bytes 0-1/5"),
        ("bytes=3-", 206, b"34", "bytes 3-4/5"),
        ("bytes=-2", 206, b"34", "bytes 3-4/5"),
        ("bytes=1-99", 206, b"1234", "bytes 1-4/5"),
        ("bytes=9-", 416, b"", "bytes */5"),
        ("bytes=0-1,3-4", 200, b"01234", None),
        ("bytes=-", 200, b"01234", None),
        ("lines=1-2", 200, b"01234", None),
    ],
)
def test_ranges(
    collection: Collection, asked: str, status: int, body: bytes, said: str | None
) -> None:
    reply = ranged(memento(collection, "/part"), asked)
    assert (reply.status, reply.body, header(reply, "Content-Range")) == (status, body, said)
