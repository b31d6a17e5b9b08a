"""Verification: what is found to be wrong, and what is said of it."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from archive.verify import Finding, digest_problems, verify
from archive.warc.reader import read_record, read_records

MUSEUM = Path(__file__).parents[2] / "fixtures" / "warcs"
URL = "https://www.example.com/2024/10/23/ferry"
LOGO = "id = (SELECT id FROM captures WHERE url LIKE '%logo.png')"


@pytest.fixture
def archive(newsroom: Any) -> Collection:
    """A small archive in good order."""
    newsroom.page(URL)
    newsroom.answer("https://www.example.com/logo.png", b"\x89PNG")
    newsroom.page("https://www.example.com/2024/10/24/harbor")
    newsroom.close()
    newsroom.index()
    collection: Collection = newsroom.collection
    return collection


def the_file(archive: Collection) -> Path:
    (path,) = archive.warc_files()
    return path


def change(archive: Collection, sql: str) -> None:
    """Change the index behind our back."""
    db = sqlite3.connect(archive.index_path)
    db.execute(sql)
    db.commit()
    db.close()


def test_an_archive_in_good_order(archive: Collection) -> None:
    lengths: list[int] = []
    assert list(verify(archive, lambda records, length: lengths.append(length))) == []
    assert sum(lengths) == the_file(archive).stat().st_size


def test_what_is_not_indexed_yet_is_no_fault(newsroom: Any) -> None:
    newsroom.page(URL)
    assert list(verify(newsroom.collection)) == []
    newsroom.index()
    newsroom.page("https://www.example.com/2")
    assert list(verify(newsroom.collection)) == []


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        (f"DELETE FROM compact_captures WHERE {LOGO}", "logo.png is not in the index"),
        ("UPDATE capture_kinds SET status = 404", "status is 200, the index has 404"),
        (f"UPDATE compact_captures SET digest = 'x' WHERE {LOGO}", "the record's digest is"),
        (f"UPDATE compact_captures SET redirect = 'http://a/' WHERE {LOGO}", "redirect is None"),
        (
            f"UPDATE compact_captures SET refers_to_timestamp = 20241023081502 WHERE {LOGO}",
            "refers_to is None",
        ),
        ("UPDATE capture_kinds SET truncated = 'time'", "truncated is None, the index has 'time'"),
        (f"UPDATE compact_captures SET id = id + 1 WHERE {LOGO}", "logo.png is not in the index"),
        (f"UPDATE compact_captures SET id = id + 1 WHERE {LOGO}", "a capture where no record is"),
        ("UPDATE warc_files SET name = 'x.warc.gz'", "knows this file, but it is not there"),
    ],
)
def test_an_index_that_says_otherwise(archive: Collection, sql: str, problem: str) -> None:
    change(archive, sql)
    findings = list(verify(archive))
    assert any(problem in finding.problem for finding in findings)
    assert all("newswarc index --rebuild" in finding.remedy for finding in findings)


def test_a_broken_index(archive: Collection) -> None:
    archive.index_path.write_bytes(b"no database" * 100)
    (finding,) = verify(archive)
    assert (finding.place, finding.problem) == ("index.db", "it is no index, or a broken one")


def test_every_flipped_bit_is_found(archive: Collection) -> None:
    whole = the_file(archive).read_bytes()
    for place in range(30, len(whole), 97):
        broken = bytearray(whole)
        broken[place] ^= 4
        the_file(archive).write_bytes(bytes(broken))
        assert list(verify(archive)), f"bit flipped at {place}"


def test_every_cut_is_found(archive: Collection) -> None:
    whole = the_file(archive).read_bytes()
    for size in range(0, len(whole), 211):
        the_file(archive).write_bytes(whole[:size])
        assert list(verify(archive)), f"cut to {size} bytes"


def test_a_block_that_was_changed_and_packed_again(archive: Collection) -> None:
    record = next(record for record in read_records(the_file(archive)) if record.status)
    assert list(digest_problems(record)) == []
    forged = type(record)(**{**vars(record), "payload": record.payload.replace(b"ferry", b"fairy")})
    block, payload = digest_problems(forged)
    assert "the block is not what its digest says" in block
    assert "the payload is not what its digest says" in payload


@pytest.mark.parametrize(
    ("labelled", "right"),
    [
        ("sha1:" + hashlib.sha1(b"").hexdigest(), True),
        ("SHA-256:" + hashlib.sha256(b"").hexdigest(), True),
        ("sha1:3i42h3s6nnfq2msvx7xzkyayscx5qbyj", True),
        ("md5:" + "0" * 32, False),
        ("sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", False),
        ("blake3:whatever", True),
        ("sha1:!", True),
        ("", True),
    ],
)
def test_digests_of_strangers(labelled: str, right: bool) -> None:
    request = list(read_records(MUSEUM / "good.warc.gz"))[2]
    headers = {"WARC-Payload-Digest": labelled}
    record = type(request)(**{**vars(request), "headers": headers})
    assert (not list(digest_problems(record))) == right


def test_a_foreign_file_with_a_damaged_middle(newsroom: Any) -> None:
    shutil.copy(MUSEUM / "garbage-between.warc.gz", newsroom.collection.archive_dir)
    newsroom.index()
    (finding,) = verify(newsroom.collection)
    first = read_record(MUSEUM / "garbage-between.warc.gz", 0)
    assert finding == Finding(
        f"garbage-between.warc.gz:{first.location.length}",
        f"garbage-between.warc.gz: no gzip member at {first.location.length}",
        "restore the file from a copy, then `newswarc index --rebuild`",
    )
