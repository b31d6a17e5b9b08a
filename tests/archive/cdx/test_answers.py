"""CDX queries: what they mean, and the lines that answer them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from archive import cdx, digest
from archive.collection import Collection
from archive.errors import UsageError
from archive.model import Exchange
from archive.timestamp import to_datetime
from archive.warc.dedup import Dedup
from archive.warc.writer import WarcWriter
from tests.archive.recorded import Recorder

PAGES = (
    ("https://www.example.com/", 200, "text/html", "20240101000000"),
    ("http://example.com/", 301, "text/html", "20240102000000"),
    ("https://www.example.com/", 200, "text/html", "20240301000000"),
    ("https://www.example.com/news/a", 200, "text/html", "20240101000000"),
    ("https://www.example.com/news/b?y=1&x=2", 404, "text/html", "20240101000001"),
    ("https://www.example.com/newsletter", 200, "text/plain", "20240101000000"),
    ("https://cdn.example.com/Logo.PNG", 200, "image/png", "20240101000000"),
    ("https://cdn.example.com:8443/x", 200, "image/png", "20240101000000"),
    ("https://www.example-two.com/", 200, "text/html", "20240101000000"),
    ("https://example.org/", 200, "text/html", "20240101000000"),
)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("cdx") / "news")
    for number, (url, status, mime, at) in enumerate(PAGES):
        recorder.record(url, f"page {number}", mime, status=status, at=at)
    return recorder.finished()


def ask(collection: Collection, *parameters: tuple[str, str], **named: str) -> list[Any]:
    query = cdx.parse([*parameters, *named.items(), ("output", "json")])
    return [json.loads(line) for line in cdx.answer(collection, query) if line]


def keys(collection: Collection, *parameters: tuple[str, str], **named: str) -> list[str]:
    return [found["urlkey"] for found in ask(collection, *parameters, **named)]


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"url": "example.com"}, 3),
        ({"url": "HTTPS://WWW.EXAMPLE.COM:443/#top"}, 3),
        ({"url": "example.com/news"}, 0),
        ({"url": "example.com/news/*"}, 2),
        ({"url": "example.com/news*"}, 3),
        ({"url": "example.com/news/b?*"}, 1),
        ({"url": "example.com/news/", "matchType": "prefix"}, 2),
        ({"url": "https://www.example.com/whatever", "matchType": "host"}, 6),
        ({"url": "*.example.com"}, 8),
        ({"url": "cdn.example.com", "matchType": "domain"}, 1),
        ({"url": "cdn.example.com:8443", "matchType": "host"}, 1),
        ({"url": "com", "matchType": "domain"}, 9),
        ({"url": "example.com", "from": "202402"}, 1),
        ({"url": "example.com", "from": "2024", "to": "20240101"}, 1),
        ({"url": "example.com", "to": "2024"}, 3),
        ({"url": "*.example.com", "limit": "2"}, 2),
        ({"url": "*.example.com", "filter": "status:4"}, 1),
        ({"url": "*.example.com", "filter": "=mime:image/png"}, 2),
        ({"url": "*.example.com", "filter": "!=m:text/html"}, 3),
        ({"url": "*.example.com", "filter": "~u:.*/news/[a-z]$"}, 1),
        ({"url": "*.example.com", "filter": "!~statuscode:200|301"}, 1),
        ({"url": "*.example.com", "filter": "Logo"}, 1),
        ({"url": "example.com", "collapse": "timestamp:6"}, 2),
        ({"url": "example.com", "collapse": "urlkey"}, 1),
        ({"url": "example.com", "collapseTime": "6"}, 3),
        ({"url": "*.example.com", "collapse": "timestamp:4"}, 6),
        ({"url": "*.example.com", "page": "0", "pageSize": "5"}, 5),
        ({"url": "*.example.com", "page": "1", "pageSize": "5"}, 3),
        ({"url": "*.example.com", "page": "2", "pageSize": "5"}, 0),
        ({"url": "*.example.com", "nonsense": "1", "limit": ""}, 8),
    ],
)
def test_what_is_found(collection: Collection, parameters: dict[str, str], count: int) -> None:
    assert len(keys(collection, **parameters)) == count


def test_all_filters_must_be_passed(collection: Collection) -> None:
    filters = [("filter", "mime:html"), ("filter", "!status:200")]
    found = ask(collection, *filters, url="*.example.com")
    assert [one["status"] for one in found] == ["301", "404"]


def test_the_order(collection: Collection) -> None:
    forwards = keys(collection, url="*.example.com")
    assert forwards == sorted(forwards)
    assert keys(collection, url="*.example.com", sort="reverse") == forwards[::-1]
    paged = [
        key
        for page in "0123"
        for key in keys(collection, url="*.example.com", page=page, pageSize="2", sort="reverse")
    ]
    assert paged == forwards[::-1]


@pytest.mark.parametrize(
    ("closest", "order"),
    [
        ("20240102", ["20240102000000", "20240101000000", "20240301000000"]),
        ("2023", ["20240101000000", "20240102000000", "20240301000000"]),
        ("20240101120000", ["20240101000000", "20240102000000", "20240301000000"]),
        ("2025", ["20240301000000", "20240102000000", "20240101000000"]),
    ],
)
def test_the_closest_first(collection: Collection, closest: str, order: list[str]) -> None:
    found = [one["timestamp"] for one in ask(collection, url="example.com", closest=closest)]
    assert found == order
    within = ask(collection, url="example.com", closest=closest, to="20240102", limit="1")
    assert within[0]["timestamp"] == next(one for one in order if one < "202403")


def test_the_forms(collection: Collection) -> None:
    def lines(**named: str) -> list[str]:
        return list(
            cdx.answer(collection, cdx.parse([("url", "example.com/news/a"), *named.items()]))
        )

    (whole,) = lines()
    key, moment, rest = whole.split(" ", 2)
    assert (key, moment) == ("com,example)/news/a", "20240101000000")
    assert list(json.loads(rest)) == [
        "url",
        "mime",
        "status",
        "digest",
        "length",
        "offset",
        "filename",
    ]
    (line,) = lines(fl="u,status")
    assert line.startswith('com,example)/news/a 20240101000000 {"url": ')
    assert line.endswith('/news/a", "status": "200"}\n')
    assert lines(output="text", fields="timestamp,mimetype,orig.offset") == [
        "20240101000000 text/html -\n"
    ]
    assert lines(output="text")[0].split(" ")[:4] == [
        "com,example)/news/a", "20240101000000", "https://www.example.com/news/a", "text/html",
    ]  # fmt: skip
    assert lines(output="json", fl="t") == ['{"timestamp": "20240101000000"}\n']


def test_how_many_pages(collection: Collection) -> None:
    found = ask(collection, url="*.example.com", pageSize="3", showNumPages="true")
    assert found == [{"blocks": 8, "pages": 3, "pageSize": 3}]
    assert ask(collection, url="*.nowhere.com", showNumPages="1")[0]["pages"] == 1


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "url=example.org"),
        ({"url": "ftp://example.com/"}, "not an http or https URL"),
        ({"url": "http://"}, "not an http or https URL"),
        ({"url": "example.com/" + "a" * 5000}, "not an http or https URL"),
        ({"url": "example.com\n/"}, "not an http or https URL"),
        ({"url": "http://[::1"}, "not an http or https URL"),
        ({"url": "a.b", "matchType": "range"}, "matchType=range"),
        ({"url": "a.b", "from": "yesterday"}, "not a timestamp"),
        ({"url": "a.b", "to": "20241399"}, "no such day"),
        ({"url": "a.b", "limit": "0"}, "limit=0"),
        ({"url": "a.b", "limit": "1000001"}, "limit=1000001"),
        ({"url": "a.b", "limit": "-1"}, "limit=-1"),
        ({"url": "a.b", "limit": "٣"}, "limit=٣"),
        ({"url": "a.b", "page": "x"}, "page=x"),
        ({"url": "a.b", "sort": "mood"}, "sort=mood"),
        ({"url": "a.b", "sort": "closest"}, "needs closest="),
        ({"url": "a.b/*", "closest": "2024"}, "matchType must be exact"),
        ({"url": "a.b", "output": "xml"}, "output=xml"),
        ({"url": "a.b", "fl": "url,secret"}, "no such field"),
        ({"url": "a.b", "filter": "secret:1"}, "no such field"),
        ({"url": "a.b", "filter": "~url:("}, "not a regular expression"),
        ({"url": "a.b", "collapse": "digest:a"}, "collapse=digest:a"),
        ({"url": "a.b", "collapseTime": "20"}, "collapseTime=20"),
    ],
)
def test_what_cannot_be_taken_is_said(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("(", r"\(")):
        cdx.parse(parameters.items())


def test_too_many_filters() -> None:
    with pytest.raises(UsageError, match="filters"):
        cdx.parse([("url", "a.b"), *[("filter", "url:a")] * 11])


def test_revisits_are_resolved(newsroom: Any) -> None:
    writer = WarcWriter(newsroom.collection.archive_dir, info={}, dedup=Dedup())
    head, body = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", b"\x89PNG" * 500
    for second in range(2):
        at, url = to_datetime(f"2024102308150{second}"), f"https://www.example.com/{second}.png"
        writer.write_exchange(
            Exchange(
                url, "GET", b"GET / HTTP/1.1\r\n\r\n", head, io.BytesIO(body), len(body), at, 200,
                entity_digest=digest.sha1(body),
            )
        )  # fmt: skip
    writer.close()
    newsroom.index()
    plain, revisit = ask(newsroom.collection, url="*.example.com")
    assert (plain["mime"], revisit["mime"]) == ("image/png", "warc/revisit")
    _, resolved = ask(newsroom.collection, url="*.example.com", resolveRevisits="true")
    assert resolved["mime"] == "image/png"
    for name in ("length", "offset", "filename"):
        assert resolved[f"orig.{name}"] == plain[name]
    (first, _) = ask(
        newsroom.collection, url="*.example.com", resolveRevisits="1", fl="orig.offset"
    )
    assert first == {"orig.offset": "-"}


def test_whoever_waits_hears_something(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.cdx.answers._PATIENCE", 2)
    query = cdx.parse([("url", "*.example.com"), ("filter", "url:nowhere")])
    assert list(cdx.answer(collection, query)) == [""] * 4


def test_pieces_join_without_a_seam(collection: Collection) -> None:
    """However few are read at once, all come, once, also those of one URL and one second."""
    span = cdx.parse([("url", "*.example.com")]).span
    whole = list(collection.walk(span))
    assert len(whole) == 8
    for piece in (1, 2, 3, 7, 8, 9):
        assert list(collection.walk(span, piece=piece)) == whole
        assert list(collection.walk(span, piece=piece, backwards=True)) == whole[::-1]
        for skip in (1, 4, 8, 9):
            assert list(collection.walk(span, piece=piece, skip=skip)) == whole[skip:]
