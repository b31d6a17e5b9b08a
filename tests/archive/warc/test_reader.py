"""The reader, on the museum of fixtures/warcs: what is read, and what is said of the rest."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.errors import DamagedRecord
from archive.warc.reader import next_record, read_record, read_records

MUSEUM = Path(__file__).parents[3] / "fixtures" / "warcs"
PAGE = (
    b"<html lang='en'><head><title>Ferry returns to Port Aurel</title></head>"
    b"<body><p>The ferry is back.</p></body></html>"
)
CUT = b"the bytes of a page that end too soon"

#: Files of one record that can be read, with the body that comes out.
READABLE = {
    "chunked": PAGE,
    "chunked-not": PAGE,
    "chunked-bad": PAGE[:40],
    "chunked-gzip": PAGE,
    "gzip": PAGE,
    "gzip-cut": CUT,
    "gzip-not": PAGE,
    "gzip-bomb": bytes(1000),
    "deflate": PAGE,
    "deflate-raw": PAGE,
    "brotli": PAGE,
    "zstd": PAGE,
    "twice-coded": PAGE,
    "unknown-coding": PAGE,
    "header-without-colon": PAGE,
    "folded-header": PAGE,
    "latin-1-header": PAGE,
    "bracketed-url": PAGE,
    "line-feeds-only": PAGE,
    "no-head": PAGE,
    "head-only": b"",
}
#: Files with damage: how many records come first, and what is said.
DAMAGED = {
    "truncated-tail": (1, "is cut short"),
    "garbage-between": (1, "no gzip member at"),
    "flipped-bit": (0, "bad gzip member at 0"),
    "two-in-one-member": (0, "`warcio recompress` mends the file"),
    "no-content-length": (0, "no Content-Length"),
    "odd-content-length": (0, "Content-Length is 'twelve'"),
    "content-length-too-large": (0, "bytes shorter than its Content-Length"),
    "no-type": (0, "WARC-Type is missing"),
    "odd-date": (0, "WARC-Date is 'yesterday'"),
    "not-a-warc": (0, "not a WARC record"),
    "not-gzip": (0, "no gzip member at 0"),
}


def museum(name: str) -> Path:
    return MUSEUM / f"{name}.warc.gz"


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_read(name: str) -> None:
    (record,) = read_records(museum(name))
    body = record.body(1000)
    if READABLE[name] is CUT:
        assert 0 < len(body) < len(PAGE)
        assert PAGE.startswith(body)
    else:
        assert body == READABLE[name]


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_read_is_named(name: str) -> None:
    before, message = DAMAGED[name]
    records = read_records(museum(name))
    assert len([next(records) for _ in range(before)]) == before
    with pytest.raises(DamagedRecord, match=message) as raised:
        next(records)
    assert museum(name).name in str(raised.value)
    assert raised.value.offset is not None


def test_an_empty_file_holds_no_record() -> None:
    assert list(read_records(museum("empty"))) == []


def test_a_good_file_from_end_to_end() -> None:
    info, response, request, revisit, resource = read_records(museum("good"))

    assert (info.type, info.url, info.mime) == ("warcinfo", "", "application/warc-fields")
    assert info.payload.startswith(b"software: museum/1")

    assert (response.status, response.reason) == (200, "OK")
    assert response.url == "https://www.example.com/ferry"
    assert response.date.isoformat() == "2024-10-23T08:15:00+00:00"
    assert (response.mime, response.charset) == ("text/html", "utf-8")
    assert response.headers["warc-type"] == response.headers.get("WARC-Type") == "response"
    assert response.head + response.payload == b"".join(
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", PAGE]
    )
    assert request.head.startswith(b"GET /ferry")
    assert request.header("host") == "www.example.com"
    assert (revisit.status, revisit.payload) == (200, b"")
    assert (resource.mime, resource.head, resource.body()) == ("text/html", b"", PAGE)


def test_records_follow_one_another_without_gaps() -> None:
    at = 0
    for record in read_records(museum("good")):
        assert record.location.file == "good.warc.gz"
        assert record.location.offset == at
        assert read_record(museum("good"), at) == record
        assert next(read_records(museum("good"), at)) == record
        at += record.location.length
    assert at == museum("good").stat().st_size
    with pytest.raises(DamagedRecord, match="ends before offset"):
        read_record(museum("good"), at)


def test_warcio_sees_the_same_records() -> None:
    with museum("good").open("rb") as file:
        theirs = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or "")
            for record in ArchiveIterator(file)
        ]
    assert [(record.type, record.url) for record in read_records(museum("good"))] == theirs


def test_headers_of_strangers() -> None:
    (odd,) = read_records(museum("header-without-colon"))
    assert odd.header("X-After") == "1"
    (folded,) = read_records(museum("folded-header"))
    assert folded.header("X-Long") == "one two"
    (latin,) = read_records(museum("latin-1-header"))
    assert latin.header("X-City") == "Kraków"
    (bracketed,) = read_records(museum("bracketed-url"))
    assert bracketed.url == "https://www.example.com/ferry"
    (headless,) = read_records(museum("no-head"))
    assert (headless.status, headless.head, headless.mime) == (None, b"", "")
    (head,) = read_records(museum("head-only"))
    assert (head.status, head.header("Server")) == (204, "x")


def test_the_payload_digest_leaves_the_chunks_out() -> None:
    (chunked,) = read_records(museum("chunked"))
    plain = next(record for record in read_records(museum("good")) if record.status)
    assert chunked.payload != plain.payload
    assert chunked.payload_digest == plain.payload_digest


def test_a_file_being_written_ends_where_its_last_whole_record_does(tmp_path: Path) -> None:
    whole = museum("good").read_bytes()
    ends = [r.location.offset + r.location.length for r in read_records(museum("good"))]
    growing = tmp_path / "good.warc.gz.open"
    for size in range(len(whole) + 1):
        growing.write_bytes(whole[:size])
        read = list(read_records(growing))
        assert len(read) == sum(end <= size for end in ends), f"{size} bytes"


def test_a_file_that_is_closed_while_it_is_read_is_found_under_its_new_name(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(museum("good").read_bytes())
    assert len(list(read_records(tmp_path / "a.warc.gz.open"))) == 5


@pytest.mark.parametrize("name", ["garbage-between", "flipped-bit"])
def test_the_next_record_after_damage_is_found(name: str) -> None:
    found = next_record(museum(name), 1)
    assert found is not None
    assert read_record(museum(name), found).status == 200


def test_there_may_be_no_next_record() -> None:
    (first, *_) = read_records(museum("good"))
    assert next_record(museum("truncated-tail"), first.location.length + 400) is None
    assert next_record(museum("empty"), 0) is None


def test_a_huge_block_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.warc.reader.MAX_BLOCK", 400)
    _, response = islice(read_records(museum("good")), 2)
    assert not response.whole
    assert PAGE.startswith(response.payload)
