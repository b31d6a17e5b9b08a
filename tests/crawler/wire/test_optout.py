"""What heads and pages say of being archived and mined."""

from __future__ import annotations

import gzip

import pytest

from crawler.wire import spool
from crawler.wire.head import parse_head
from crawler.wire.optout import forbids_archiving, signals
from crawler.wire.spool import Spool

HTML = b"Content-Type: text/html; charset=utf-8\r\n"
PAGE = b"<html><head><meta charset=utf-8>%s</head><body>%s</body></html>"


def found(fields: bytes = b"", body: bytes = b"", status: int = 200) -> dict[str, str]:
    head = parse_head(b"HTTP/1.1 %d Fine\r\n%s\r\n" % (status, fields))
    assert head is not None
    entity = Spool()
    for start in range(0, len(body), 1000):  # as it comes in
        entity.write(body[start : start + 1000])
    return signals(head, entity)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (b"X-Robots-Tag: noarchive\r\n", {"x-robots-tag": "noarchive"}),
        (
            b"x-robots-tag: noai\r\nX-Robots-Tag: otherbot: noindex\r\n",
            {"x-robots-tag": "noai; otherbot: noindex"},
        ),
        (
            b"TDM-Reservation: 1\r\ntdm-policy: https://news.example/tdm.json\r\n",
            {"tdm-reservation": "1", "tdm-policy": "https://news.example/tdm.json"},
        ),
        (b"X-Robots-Tag: " + b"x" * 1000 + b"\r\n", {"x-robots-tag": "x" * 500}),
        (b"Content-Usage: train-ai=n\r\n", {"content-usage": "train-ai=n"}),
        (b"Content-Type: text/plain\r\n", {}),
    ],
)
def test_fields_of_the_head(fields: bytes, expected: dict[str, str]) -> None:
    assert found(fields) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (b'<meta name="robots" content="noarchive, noai">', {"meta-robots": "noarchive, noai"}),
        (b"<META CONTENT='noimageai' NAME=ROBOTS />", {"meta-robots": "noimageai"}),
        (
            b"<meta name=robots content=noai><meta name=robots content=noindex>",
            {"meta-robots": "noai; noindex"},
        ),
        (b'<meta name="tdm-reservation" content="1">', {"meta-tdm-reservation": "1"}),
        (b'<meta name="googlebot" content="noarchive">', {"meta-googlebot": "noarchive"}),
        (b'<meta name=newswarc content="noarchive">', {"meta-newswarc": "noarchive"}),
        (b'<meta name="description" content="robots and more">', {}),
        (b'<meta name="robots"', {}),
    ],
)
def test_meta_elements(tags: bytes, expected: dict[str, str]) -> None:
    assert found(HTML, PAGE % (tags, b"")) == expected


@pytest.mark.parametrize(
    ("signs", "forbidden"),
    [
        ({}, False),
        ({"meta-robots": "noindex, nofollow"}, False),
        ({"meta-robots": "index,NOARCHIVE"}, True),
        ({"meta-robots": "noindex; noarchive"}, True),
        ({"meta-newswarc": "noarchive"}, True),
        ({"meta-googlebot": "noarchive"}, False),  # The Moscow Times says so
        ({"x-robots-tag": "noarchive"}, True),
        ({"x-robots-tag": "noindex, noarchive"}, True),
        ({"x-robots-tag": "googlebot: noindex, noarchive"}, False),
        ({"x-robots-tag": "googlebot: noindex; noarchive"}, True),
        ({"x-robots-tag": "googlebot: noindex, newswarc: noarchive"}, True),
        ({"x-robots-tag": "newswarc: noarchive"}, True),
        ({"x-robots-tag": "*: noarchive"}, True),
        ({"x-robots-tag": "unavailable_after: 25 Jun 2010 15:00:00 PST, noarchive"}, True),
        ({"x-robots-tag": "max-snippet: 20, noarchive"}, True),
        ({"x-robots-tag": "nonoarchive"}, False),
        ({"tdm-policy": "noarchive"}, False),
    ],
)
def test_who_must_not_archive(signs: dict[str, str], forbidden: bool) -> None:
    assert forbids_archiving(signs) is forbidden


def test_pages_are_decoded() -> None:
    page = PAGE % (b'<meta name="robots" content="noai">', b"<p>text" * 9000)
    assert found(HTML + b"Content-Encoding: gzip\r\n", gzip.compress(page)) == {
        "meta-robots": "noai"
    }


def test_long_heads_are_read_to_64_kb() -> None:
    tag = b'<meta name="robots" content="noai">'
    for size, expected in ((70_000, {}), (60_000, {"meta-robots": "noai"})):
        assert found(HTML, PAGE % (b" " * size + tag, b"")) == expected
    packed = gzip.compress(PAGE % (b" " * 60_000 + tag, b""))
    assert found(HTML + b"Content-Encoding: gzip\r\n", packed) == {"meta-robots": "noai"}
    packed = gzip.compress(PAGE % (b" " * 70_000 + tag, b""))
    assert found(HTML + b"Content-Encoding: gzip\r\n", packed) == {}


def test_only_pages_that_were_found_are_read() -> None:
    page = PAGE % (b'<meta name="robots" content="noai">', b"")
    assert found(b"Content-Type: image/png\r\n", page) == {}
    assert found(HTML, page, status=404) == {}
    assert found(HTML, PAGE % (b"", b'<meta name="robots" content="noai">')) == {}


def test_large_entities_are_not_moved_by_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 1500)
    entity = Spool()
    for part in (b"a" * 1000, b"b" * 1000):
        entity.write(part)
    assert entity.beginning(3) == b"aaa"
    entity.write(b"c")
    assert entity.read() == b"a" * 1000 + b"b" * 1000 + b"c"
    entity.close()
