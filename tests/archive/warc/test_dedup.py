"""Which exchanges become revisits, and what such a record says."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator

from archive import digest, timestamp
from archive.model import Exchange
from archive.warc.dedup import IDENTICAL, NOT_MODIFIED, Dedup, Original, validators
from archive.warc.reader import Record, read_records
from archive.warc.writer import WarcWriter

FIRST = datetime(2024, 10, 23, 8, 15, 0, 123456, tzinfo=UTC)
LOGO = b"\x89PNG" + bytes(range(256)) * 4


class Writing:
    """A writer with `Dedup`, one second between exchanges."""

    def __init__(self, directory: Path, **options: Any) -> None:
        self.dedup = Dedup(**options)
        self.writer = WarcWriter(directory, info={}, dedup=self.dedup)
        self.directory = directory
        self.count = 0

    def write(
        self,
        url: str = "https://news.example/logo.png",
        body: bytes = LOGO,
        *,
        status: int = 200,
        fields: str = "Content-Type: image/png\r\n",
        asked: str = "",
        method: str = "GET",
        **more: Any,
    ) -> None:
        self.writer.write_exchange(
            Exchange(
                url=url,
                method=method,
                request=f"{method} / HTTP/1.1\r\nHost: news.example\r\n{asked}\r\n".encode(),
                head=f"HTTP/1.1 {status} Fine\r\n{fields}\r\n".encode(),
                body=io.BytesIO(body),
                size=len(body),
                started=FIRST + timedelta(seconds=self.count),
                status=status,
                **more,
            )
        )
        self.count += 1

    def captures(self) -> list[Record]:
        self.writer.close()
        return [
            record
            for path in sorted(self.directory.glob("*.warc.gz"))
            for record in read_records(path)
            if record.type in ("response", "revisit")
        ]

    @property
    def types(self) -> str:
        return " ".join(record.type for record in self.captures())


@pytest.fixture
def writing(tmp_path: Path) -> Writing:
    return Writing(tmp_path)


def test_identical_payload_is_referred_to(writing: Writing) -> None:
    writing.write()
    fields = "Content-Type: image/x-png\r\nServer: another\r\n"
    writing.write("https://cdn.example/copy.png", fields=fields)
    first, second = writing.captures()
    assert first.type == "response"
    assert first.payload == LOGO
    assert second.type == "revisit"
    assert second.head == f"HTTP/1.1 200 Fine\r\n{fields}\r\n".encode()
    assert second.payload == b""
    said = second.headers
    assert said["WARC-Profile"] == IDENTICAL
    assert said["WARC-Refers-To"] == first.headers["WARC-Record-ID"]
    assert said["WARC-Refers-To-Target-URI"] == "https://news.example/logo.png"
    assert (
        said["WARC-Refers-To-Date"] == first.headers["WARC-Date"] == "2024-10-23T08:15:00.123456Z"
    )
    assert said["WARC-Payload-Digest"] == digest.sha1(LOGO) == first.headers["WARC-Payload-Digest"]
    assert said["WARC-Block-Digest"] == digest.sha1(second.head)
    assert said["WARC-Truncated"] == "length"
    assert said["WARC-Target-URI"] == "https://cdn.example/copy.png"
    assert writing.dedup.counts == {IDENTICAL: 1, NOT_MODIFIED: 0}


def test_request_and_note_of_a_revisit_are_stored(writing: Writing) -> None:
    writing.write(note={"via": "https://news.example/"})
    writing.write(note={"via": "https://news.example/page"})
    writing.writer.close()
    (path,) = writing.directory.glob("*.warc.gz")
    records = list(read_records(path))
    assert [record.type for record in records[4:]] == ["revisit", "request", "metadata"]
    revisit, request, metadata = records[4:]
    assert request.headers["WARC-Concurrent-To"] == revisit.headers["WARC-Record-ID"]
    assert metadata.headers["WARC-Concurrent-To"] == revisit.headers["WARC-Record-ID"]
    assert metadata.payload == b"via: https://news.example/page\r\n"


def test_revisits_refer_to_the_response_never_to_each_other(writing: Writing) -> None:
    for number in range(4):
        writing.write(f"https://news.example/{number}")
    first, *others = writing.captures()
    assert [record.type for record in others] == ["revisit"] * 3
    assert {record.headers["WARC-Refers-To"] for record in others} == {
        first.headers["WARC-Record-ID"]
    }


@pytest.mark.parametrize(
    "odd",
    [
        {"body": b"x" * 511},
        {"status": 404},
        {"status": 206},
        {"status": 301},
        {"method": "POST"},
        {"truncated": "disconnect"},
        {"note": {"failure": "no chunk size"}},
        {"chunked": True},
        {"fields": "A: b\r\n \r\nC: d\r\n"},
    ],
    ids=str,
)
def test_what_is_small_odd_or_not_whole_is_stored_each_time(
    writing: Writing, odd: dict[str, Any]
) -> None:
    writing.write(**odd)
    writing.write(**odd)
    assert writing.types == "response response"


def test_what_is_not_whole_is_no_original(writing: Writing) -> None:
    writing.write(truncated="disconnect")
    writing.write()
    assert writing.types == "response response"


def test_smallest_size_can_be_set(tmp_path: Path) -> None:
    writing = Writing(tmp_path, min_size=1)
    for body in (b"1", b"1", b"", b""):
        writing.write(body=body)
    assert writing.types == "response revisit response response"


def test_chunked_payloads_are_known_by_their_entity(writing: Writing) -> None:
    """The same entity in other chunks is the same payload."""
    known = {"entity_digest": digest.sha1(LOGO)}
    chunked = {"fields": "Transfer-Encoding: chunked\r\n", "chunked": True, **known}
    writing.write(body=b"%x\r\n" % len(LOGO) + LOGO + b"\r\n0\r\n\r\n", **chunked)
    writing.write(body=b"4\r\n\x89PNG\r\n400\r\n" + LOGO[4:] + b"\r\n0\r\n\r\n", **chunked)
    writing.write(body=LOGO, **known)
    first, *others = writing.captures()
    assert "WARC-Payload-Digest" not in first.headers
    assert first.payload_digest == digest.sha1(LOGO)
    assert [record.type for record in others] == ["revisit", "revisit"]
    assert {record.headers["WARC-Payload-Digest"] for record in others} == {digest.sha1(LOGO)}


def test_no_more_payloads_are_remembered_than_asked(tmp_path: Path) -> None:
    writing = Writing(tmp_path, remembered=2)
    for byte in b"abacab":  # a is used in between, so b is let go of
        writing.write(body=bytes([byte]) * 600)
    assert writing.types == "response response revisit response revisit response"


def test_failed_write_is_no_original(writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("archive.warc.openfile.os.write", full)
        with pytest.raises(Exception, match="No space left"):
            writing.write()
    writing.write()
    assert writing.types == "response"


VALIDATORS = 'ETag: "v1"\r\nLast-Modified: Wed, 23 Oct 2024 08:00:00 GMT\r\n'


@pytest.mark.parametrize(
    ("asked", "profile"),
    [
        ('If-None-Match: "v1"', NOT_MODIFIED),
        ('if-none-match: W/"v1"', NOT_MODIFIED),
        ('If-None-Match: "v0", "v1"', NOT_MODIFIED),
        ("If-Modified-Since: Wed, 23 Oct 2024 08:00:00 GMT", NOT_MODIFIED),
        ('If-None-Match: "v1"\r\nIf-Modified-Since: Thu, 24 Oct 2024 08:00:00 GMT', NOT_MODIFIED),
        ('If-None-Match: "v2"', None),
        ('If-None-Match: "v2"\r\nIf-Modified-Since: Wed, 23 Oct 2024 08:00:00 GMT', None),
        ("If-Modified-Since: Thu, 24 Oct 2024 08:00:00 GMT", None),
        ("X-If-None-Match: v1", None),
        ("", None),
    ],
)
def test_not_modified_is_a_revisit_of_what_was_confirmed(
    writing: Writing, asked: str, profile: str | None
) -> None:
    writing.write(fields=VALIDATORS)
    writing.write(body=b"", status=304, fields=VALIDATORS, asked=asked and f"{asked}\r\n")
    first, second = writing.captures()
    assert second.type == ("revisit" if profile else "response")
    assert second.headers.get("WARC-Profile") == profile
    if profile:
        assert second.head.startswith(b"HTTP/1.1 304 Fine\r\n")
        assert second.headers["WARC-Refers-To"] == first.headers["WARC-Record-ID"]
        assert second.headers["WARC-Refers-To-Target-URI"] == first.url
        assert second.headers["WARC-Refers-To-Date"] == first.headers["WARC-Date"]
        assert "WARC-Payload-Digest" not in second.headers  # WARC 1.1, 6.7.3
        assert "WARC-Truncated" not in second.headers


def test_not_modified_of_a_revisit_refers_to_the_payload(writing: Writing) -> None:
    writing.write("https://news.example/logo.png", fields='ETag: "there"\r\n')
    writing.write("https://cdn.example/logo.png", fields='ETag: "here"\r\n')
    for tag in ("here", "there"):
        asked = f'If-None-Match: "{tag}"\r\n'
        writing.write("https://cdn.example/logo.png", b"", status=304, fields="", asked=asked)
    first, _, known, unknown = writing.captures()
    assert known.headers["WARC-Refers-To"] == first.headers["WARC-Record-ID"]
    assert known.headers["WARC-Refers-To-Target-URI"] == "https://news.example/logo.png"
    assert unknown.type == "response"


def test_originals_of_earlier_crawls_are_asked(tmp_path: Path) -> None:
    earlier = Original("https://news.example/old\n", FIRST, None, (b'"old"', b""))

    class Known:
        def of_digest(self, payload_digest: str) -> Original | None:
            return earlier if payload_digest == digest.sha1(LOGO) else None

        def of_url(self, url: str) -> Original | None:
            return earlier if url == "https://news.example/logo.png" else None

    writing = Writing(tmp_path, originals=Known())
    writing.write()
    writing.write(body=LOGO[::-1])
    writing.write(body=b"", status=304, asked='If-None-Match: "old"\r\n')
    identical, stored, not_modified = writing.captures()
    assert [identical.type, stored.type, not_modified.type] == ["revisit", "response", "revisit"]
    for record in (identical, not_modified):
        assert record.headers["WARC-Refers-To-Date"] == timestamp.to_warc_date(FIRST)
        assert record.headers["WARC-Refers-To-Target-URI"] == "https://news.example/old"
        assert "WARC-Refers-To" not in record.headers


def test_validators_are_found_in_any_case() -> None:
    assert validators(b'HTTP/1.1 200 OK\r\netag:W/"a" \r\nLAST-MODIFIED: b\r\n\r\n') == (
        b'W/"a"',
        b"b",
    )
    assert validators(b"HTTP/1.1 200 OK\r\nX-ETag: a\r\n\r\n") == (b"", b"")


def test_other_readers_accept_revisits(writing: Writing) -> None:
    writing.write(fields=VALIDATORS)
    writing.write("https://cdn.example/copy.png")
    writing.write(body=b"", status=304, asked='If-None-Match: "v1"\r\n')
    writing.writer.close()
    (path,) = writing.directory.glob("*.warc.gz")
    warcio = [sys.executable, "-m", "warcio.cli"]
    check = subprocess.run([*warcio, "check", "-v", str(path)], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout
    assert "fail" not in check.stdout
    with path.open("rb") as stream:
        found = [
            (record.headers["WARC-Type"], record.http_headers.status_code, record.reader.read())
            for record in ArchiveIterator(stream)
            if record.headers["WARC-Type"] in ("response", "revisit")
        ]
    assert found == [("response", 200, LOGO), ("revisit", 200, b""), ("revisit", 304, b"")]
