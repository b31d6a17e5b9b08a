"""A collection: what the directory holds, and what can be asked of it."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from archive.errors import DamagedArchive, NotACollection, UsageError

URL = "https://www.example.com/2024/10/23/ferry"


def test_create_and_open(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "news"
    with pytest.raises(NotACollection, match="init` makes one"):
        Collection(path)
    Collection.create(path)
    assert sorted(entry.name for entry in path.iterdir()) == ["archive", "logs", "newswarc.toml"]
    (path / "newswarc.toml").write_text("# mine\n")
    Collection.create(path)
    Collection.open_or_create(path)
    assert (path / "newswarc.toml").read_text() == "# mine\n"
    assert Collection(str(path)).archive_dir == path / "archive"


def test_what_is_no_place_for_a_collection(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(UsageError, match="not empty"):
        Collection.create(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        Collection.create(tmp_path / "letter.txt")
    Collection.create(tmp_path / "empty")


def test_a_collection_without_an_index_reads_as_empty(newsroom: Any) -> None:
    archive = newsroom.collection
    assert archive.search("anything").hits == []
    assert archive.article(URL) is None
    assert archive.article(1) is None
    assert archive.articles() == []
    assert archive.versions(1) == []
    assert archive.captures(URL) == []
    assert archive.closest(URL, "2024") is None
    assert archive.status()["articles"] == 0
    assert not archive.index_path.exists()


def test_articles_newest_first(newsroom: Any) -> None:
    for day in (3, 1, 2):
        newsroom.page(f"https://www.example.com/{day}", f"Day {day}", at=f"202410{day:02}120000")
    newsroom.index()
    listed = [version.article.title for version in newsroom.collection.articles()]
    assert listed == ["Day 3", "Day 2", "Day 1"]
    (second,) = newsroom.collection.articles(limit=1, offset=1)
    assert second.article.title == "Day 2"


def test_an_article_at_a_time(newsroom: Any) -> None:
    newsroom.page(URL, "First title", at="20241001120000")
    newsroom.page(URL, "Second title", at="20241003120000")
    newsroom.index()
    archive = newsroom.collection

    def title(**when: datetime) -> str:
        version = archive.article("http://example.com/2024/10/23/ferry", **when)
        return str(version.article.title)

    assert title() == "Second title"
    assert title(at=datetime(2024, 10, 2, tzinfo=UTC)) == "First title"
    assert title(at=datetime(2020, 1, 1, tzinfo=UTC)) == "First title"
    (first, second) = archive.versions(archive.article(URL).article_id)
    assert (first.number, second.number) == (1, 2)


def test_the_closest_capture(newsroom: Any) -> None:
    for day, status in (("01", 200), ("04", 404), ("08", 200)):
        newsroom.answer(URL, b"<p>", status=status, at=f"202410{day}120000")
    newsroom.answer(
        "http://example.com/2024/10/23/ferry",
        status=301,
        headers=f"Location: {URL}",
        at="20241020120000",
    )
    newsroom.index()

    def closest(moment: str, **options: Any) -> str:
        capture = newsroom.collection.closest(URL, moment, **options)
        return str(capture.timestamp[6:8]) if capture else "none"

    assert closest("2024100312") == "04"
    assert closest("20241002") == "01"
    assert closest("20241006") == "04"
    # a redirect to the same key would lead round in circles
    assert closest("20241021") == "08"
    assert closest("20241003", accept=lambda capture: capture.status == 200) == "01"
    assert closest("20241021", accept=lambda capture: capture.status == 301) == "20"
    assert closest("20241021", accept=lambda capture: capture.status == 500) == "none"
    with pytest.raises(UsageError):
        closest("soon")


def test_a_redirect_to_itself_is_better_than_nothing(newsroom: Any) -> None:
    newsroom.answer("http://example.com/a", status=301, headers="Location: https://example.com/a")
    newsroom.index()
    assert newsroom.collection.closest("https://example.com/a", "2024").status == 301


def test_the_record_of_a_capture(newsroom: Any) -> None:
    newsroom.answer(URL, b"<p>Hello</p>")
    newsroom.index()
    (capture,) = newsroom.collection.captures(URL)
    assert newsroom.collection.record(capture).body() == b"<p>Hello</p>"
    newsroom.close()  # the file gets its final name
    assert newsroom.collection.record(capture).url == URL


def test_a_record_that_is_gone_or_another_is_named(newsroom: Any) -> None:
    newsroom.answer(URL, b"1")
    newsroom.answer("https://www.example.com/other", b"2")
    newsroom.close()
    newsroom.index()
    archive = newsroom.collection
    (capture,) = archive.captures(URL)
    (path,) = archive.warc_files()
    content = path.read_bytes()
    start = capture.location.offset
    (other,) = archive.captures("https://www.example.com/other")
    path.write_bytes(content[:start] + content[other.location.offset :])
    with pytest.raises(DamagedArchive, match="newswarc index --rebuild"):
        archive.record(capture)
    path.unlink()
    with pytest.raises(DamagedArchive, match="is missing"):
        archive.record(capture)


def record(kind: str, url: str, day: str, block: bytes, refers_to: str = "") -> bytes:
    """Return one record as another program would write it."""
    refers = (
        f"WARC-Refers-To-Target-URI: {refers_to}\r\nWARC-Refers-To-Date: 2024-10-01T12:00:00Z\r\n"
        if refers_to
        else ""
    )
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n{refers}"
        f"WARC-Date: 2024-10-{day}T12:00:00Z\r\nContent-Length: {len(block)}\r\n"
        "Content-Type: application/http; msgtype=response\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def write_revisits(archive: Collection) -> None:
    """Write an answer and revisits of all kinds."""
    html = b"Content-Type: text/html\r\n"
    page = (
        b"HTTP/1.1 200 OK\r\n" + html + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<p>Hi\r\n0\r\n\r\n"
    )
    same = b"HTTP/1.1 200 OK\r\n" + html + b"X-Day: 2\r\n\r\n"
    lost = "https://www.example.com/lost"
    (archive.archive_dir / "OTHER.warc.gz").write_bytes(
        record("response", URL, "01", page)
        + record("revisit", URL, "02", same, URL)
        + record("revisit", URL, "03", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", URL)
        + record("revisit", "https://www.example.com/copy", "04", same, URL)
        + record("revisit", "https://www.example.com/stray", "05", same, lost)
    )


def test_revisits_come_with_the_payload_of_their_original(newsroom: Any) -> None:
    archive = newsroom.collection
    write_revisits(archive)
    newsroom.index()
    original, same, unmodified = (archive.record(capture) for capture in archive.captures(URL))
    assert original.body() == b"<p>Hi"
    assert (same.status, same.header("X-Day"), same.body()) == (200, "2", b"<p>Hi")
    assert (unmodified.status, unmodified.mime, unmodified.body()) == (200, "text/html", b"<p>Hi")
    assert unmodified.date.day == 3
    (copy,) = archive.captures("https://www.example.com/copy")
    assert archive.record(copy).body() == b"<p>Hi"
    (stray,) = archive.captures("https://www.example.com/stray")
    with pytest.raises(DamagedArchive, match="not in the collection"):
        archive.record(stray)


def test_status(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.index()
    newsroom.page("https://www.example.com/2")
    status = newsroom.collection.status()
    assert status["warc_files"] == 1
    assert status["warc_files_open"] == [newsroom.collection.warc_files()[0].name]
    assert status["bytes_to_index"] > 0
    assert (status["articles"], status["captures"], status["versions"]) == (1, 1, 1)
    assert status["hosts"][0]["host"] == "example.com"


def test_many_threads_read_at_once(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.index()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(newsroom.collection.search("ferry").total))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 20


def test_it_can_be_closed_and_used_again(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.index()
    with newsroom.collection as archive:
        assert archive.article(URL)
    assert archive.article(URL)
