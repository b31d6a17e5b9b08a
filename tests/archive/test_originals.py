"""Payloads that an earlier crawl stored: found by the index, referred to, read and replayed."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from archive.collection import Collection
from archive.errors import DamagedArchive
from archive.index import originals
from archive.ingest import ingest
from archive.model import Exchange
from archive.originals import IndexedOriginals
from archive.replay.response import memento
from archive.verify import verify
from archive.warc.dedup import Dedup
from archive.warc.reader import read_records
from archive.warc.writer import WarcWriter

START = datetime(2024, 10, 23, 8, 15, 0, 250_000, tzinfo=UTC)
LOGO = b"\x89PNG" + bytes(range(256)) * 4
PAGE = (
    "<html lang=en><head><title>Ferry returns</title></head><body><article><h1>Ferry returns</h1>"
    + "".join(
        f"<p>The ferry came back to the harbor on Wednesday with {number} hundred passengers, the"
        " city council said, and nobody on board could say why it had taken two days.</p>"
        for number in range(2, 8)
    )
    + "</article></body></html>"
).encode()


class Crawls:
    """Crawls into one collection, a WARC file each, a minute apart."""

    def __init__(self, path: Path) -> None:
        self.collection = Collection.create(path)
        self.moment = START
        self.step = timedelta(minutes=1)

    def crawl(self, *answers: tuple[str, bytes, int, str, str], index: bool = True) -> list[str]:
        """Store answers: URL, body, status, fields of head and request; return record types."""
        originals = IndexedOriginals(self.collection)
        directory = self.collection.archive_dir
        before = set(directory.iterdir())
        writer = WarcWriter(directory, info={}, dedup=Dedup(originals))
        for url, body, status, fields, asked in answers:
            self.moment += self.step
            writer.write_exchange(
                Exchange(
                    url,
                    "GET",
                    f"GET {url} HTTP/1.1\r\n{asked}\r\n".encode(),
                    f"HTTP/1.1 {status} Fine\r\n{fields}\r\n".encode(),
                    io.BytesIO(body),
                    len(body),
                    self.moment,
                    status,
                )
            )
        writer.close()
        originals.close()
        if index:
            ingest(self.collection, workers=0)
        (path,) = set(directory.iterdir()) - before
        return [
            record.type for record in read_records(path) if record.type in ("response", "revisit")
        ]


def image(name: str = "logo", body: bytes = LOGO) -> tuple[str, bytes, int, str, str]:
    return f"https://news.example/{name}.png", body, 200, "Content-Type: image/png\r\n", ""


def page(name: str, tag: str = "v1") -> tuple[str, bytes, int, str, str]:
    fields = f'Content-Type: text/html\r\nETag: "{tag}"\r\n'
    return f"https://news.example/{name}", PAGE, 200, fields, ""


def unchanged(name: str, tag: str = "v1") -> tuple[str, bytes, int, str, str]:
    url = f"https://news.example/{name}"
    return url, b"", 304, f'ETag: "{tag}"\r\n', f'If-None-Match: "{tag}"\r\n'


@pytest.fixture
def crawls(tmp_path: Path) -> Iterator[Crawls]:
    made = Crawls(tmp_path / "news")
    yield made
    made.collection.close()


def test_payload_of_an_earlier_crawl_is_read_from_its_file(crawls: Crawls) -> None:
    assert crawls.crawl(image()) == ["response"]
    assert crawls.crawl(image("copy"), image()) == ["revisit", "revisit"]
    first, last = crawls.collection.captures("https://news.example/logo.png")
    (copy,) = crawls.collection.captures("https://news.example/copy.png")
    assert first.location.file != last.location.file
    for capture in (last, copy):
        assert capture.record_type == "revisit"
        assert capture.refers_to == (first.url, first.timestamp)
        assert capture.truncated is None
        record = crawls.collection.record(capture)
        reply = memento(capture, record)
        assert reply.status == 200
        assert ("Content-Type", "image/png") in reply.headers
        assert reply.body == LOGO
    assert list(verify(crawls.collection)) == []


def test_original_is_named_to_the_microsecond(crawls: Crawls) -> None:
    crawls.crawl(image())
    crawls.crawl(image())
    first, last = crawls.collection.captures("https://news.example/logo.png")
    original = crawls.collection.record(first)
    path = crawls.collection.warc_path(last.location.file)
    revisit = next(record for record in read_records(path) if record.type == "revisit")
    assert revisit.headers["WARC-Refers-To-Date"] == original.headers["WARC-Date"]
    assert revisit.headers["WARC-Refers-To-Date"].endswith(".250000Z")
    assert revisit.headers["WARC-Refers-To"] == original.headers["WARC-Record-ID"]


def test_not_modified_shows_the_page_and_its_article(crawls: Crawls) -> None:
    crawls.crawl(page("ferry"))
    assert crawls.crawl(unchanged("ferry")) == ["revisit"]
    assert crawls.crawl(unchanged("ferry")) == ["revisit"]
    captures = crawls.collection.captures("https://news.example/ferry")
    assert [capture.status for capture in captures] == [200, 304, 304]
    assert [capture.version for capture in captures] == [1, 1, 1]
    for capture in captures[1:]:
        reply = memento(capture, crawls.collection.record(capture))
        assert reply.status == 200
        assert b"nobody on board" in reply.body
    version = crawls.collection.article("https://news.example/ferry")
    assert version is not None
    assert version.captures == 3
    assert version.last_capture == captures[-1].timestamp


def test_not_modified_of_a_revisit_leads_to_the_first_payload(crawls: Crawls) -> None:
    crawls.crawl(page("ferry", "v1"))
    assert crawls.crawl(page("copy", "v2")) == ["revisit"]
    assert crawls.crawl(unchanged("copy", "v2"), unchanged("copy", "v1")) == [
        "revisit",
        "response",
    ]
    _, known, unknown = crawls.collection.captures("https://news.example/copy")
    assert known.refers_to is not None
    assert known.refers_to[0] == "https://news.example/ferry"
    assert crawls.collection.record(known).body() == PAGE
    assert crawls.collection.record(unknown).body() == b""


def test_what_is_not_indexed_yet_is_stored_again(crawls: Crawls) -> None:
    crawls.crawl(image(), index=False)
    assert crawls.crawl(image()) == ["response"]


def test_lost_or_damaged_originals_are_not_referred_to(crawls: Crawls) -> None:
    crawls.crawl(image())
    crawls.crawl(image("two", LOGO[::-1]))
    first, second = crawls.collection.warc_files()
    first.unlink()
    second.write_bytes(b"no gzip" * 1000)
    assert crawls.crawl(image(), image("two", LOGO[::-1]), index=False) == ["response", "response"]


def test_revisits_in_the_same_second_do_not_lead_to_each_other(crawls: Crawls) -> None:
    crawls.step = timedelta(0)
    stored = [image() for _ in range(4)]
    assert crawls.crawl(*stored) == ["response", "revisit", "revisit", "revisit"]
    captures = crawls.collection.captures("https://news.example/logo.png")
    assert {capture.timestamp for capture in captures} == {"20241023081500"}
    assert [crawls.collection.record(capture).body() for capture in captures] == [LOGO] * 4


def test_damaged_index_is_said_once_and_costs_no_capture(
    crawls: Crawls, caplog: pytest.LogCaptureFixture
) -> None:
    crawls.crawl(image())
    crawls.collection.index_path.write_bytes(b"no database" * 500)
    with caplog.at_level(logging.WARNING):
        assert crawls.crawl(image(), image("two", LOGO[::-1]), index=False) == [
            "response",
            "response",
        ]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "not recognised" in caplog.text


def test_revisit_without_its_original_is_named(crawls: Crawls) -> None:
    crawls.crawl(image())
    crawls.crawl(image("copy"))
    (copy,) = crawls.collection.captures("https://news.example/copy.png")
    crawls.collection.warc_files()[0].unlink()
    with pytest.raises(DamagedArchive, match="missing"):
        crawls.collection.record(copy)


def test_verify_names_a_revisit_that_refers_to_nothing(crawls: Crawls) -> None:
    crawls.crawl(image())
    crawls.crawl(image("copy"))
    crawls.collection.warc_files()[0].unlink()
    ingest(crawls.collection, workers=0, rebuild=True)
    (finding,) = verify(crawls.collection)
    assert finding.problem == (
        "https://news.example/copy.png is stored as a revisit of https://news.example/logo.png at"
        " 20241023081600, which is in no file"
    )


def test_look_up_by_digest_uses_its_index(crawls: Crawls) -> None:
    crawls.crawl(image())
    asked: list[str] = []
    found = IndexedOriginals(crawls.collection)
    with found._reader.reading() as db:
        db.set_trace_callback(asked.append)
        originals.of_digest(db, "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
        db.set_trace_callback(None)
        plan = db.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    found.close()
    assert "compact_captures_by_digest" in plan[0]["detail"]


def test_rebuilt_index_knows_the_same(crawls: Crawls) -> None:
    crawls.crawl(page("ferry"), image())
    crawls.crawl(unchanged("ferry"), image("copy"))
    urls = ("https://news.example/ferry", "https://news.example/copy.png")
    before = [crawls.collection.captures(url) for url in urls]
    ingest(crawls.collection, workers=0, rebuild=True)
    assert [crawls.collection.captures(url) for url in urls] == before


def test_another_reader_finds_the_heads(crawls: Crawls) -> None:
    crawls.crawl(page("ferry"))
    crawls.crawl(page("ferry"), unchanged("ferry"))
    _, path = crawls.collection.warc_files()
    with path.open("rb") as stream:
        heads = [
            (record.http_headers.status_code, record.headers["WARC-Refers-To-Target-URI"])
            for record in ArchiveIterator(stream)
            if record.headers["WARC-Type"] == "revisit"
        ]
    assert heads == [(200, "https://news.example/ferry"), (304, "https://news.example/ferry")]
