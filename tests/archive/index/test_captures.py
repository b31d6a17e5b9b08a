"""How captures are kept, found again by URL and time, and brought over from an older index."""

from __future__ import annotations

import gzip
import random
import sqlite3
import string
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive import digest
from archive.errors import DamagedArchive, NewswarcError
from archive.index import captures, compact, originals
from archive.index.database import Reader
from archive.index.store import Store
from archive.model import Capture, Location
from archive.urlkey import urlkey

OLD = Path(__file__).parent / "old" / "plain-captures.db.gz"
URL = "https://www.example.com/a"
#: All that the table of an older index and the view of a new one have, but for the ids.
SHOWN = """
    SELECT captures.urlkey, timestamp, captures.url, record_type, status, mime, captures.digest,
           warc_file_id, offset, length, redirect, refers_to_url, refers_to_timestamp, truncated,
           refusal, refusal_detail, versions.number, articles.url
    FROM captures LEFT JOIN versions ON versions.id = version_id
    LEFT JOIN articles ON articles.id = article_id ORDER BY warc_file_id, offset
"""
KEPT_BACK = (
    "SELECT captures.url, timestamp, article_url, quarantined_texts.digest, content"
    " FROM quarantined_texts JOIN captures ON captures.id = capture_id"
)


def random_capture(chance: random.Random, offset: int) -> Capture:
    """Return a capture such as strangers' files have them."""
    start = chance.choice(["https://www.example.com", "http://EXAMPLE.com:80", "https://u:p@b.org"])
    path = "".join(chance.choices(string.ascii_letters + "/%?&=;é.", k=chance.randrange(9)))
    url = f"{start}/{path}" if chance.random() < 0.9 else start
    kind = chance.choice(["response", "revisit", "resource"])
    earlier = (chance.choice([url, "urn:x"]), "20200101000000")
    return Capture(
        url=url,
        urlkey=urlkey(url),
        timestamp=f"{chance.choice([1, 20240229235959, 20241023081500]):014}",
        record_type=kind,
        status=chance.choice([None, 200, 301, 404]),
        mime=chance.choice(["", "text/html", "image/png"]),
        digest=chance.choice(["", "md5:x", digest.sha1(bytes([chance.randrange(9)])), "sha1:x"]),
        location=Location("a.warc.gz", offset, chance.randrange(1, 1 << 33)),
        redirect=chance.choice([None, "https://b.org/é"]),
        refers_to=earlier if kind == "revisit" else None,
        truncated=chance.choice([None, "length"]),
    )


def test_a_capture_comes_back_as_it_was(tmp_path: Path) -> None:
    chance = random.Random(6)
    put = [random_capture(chance, number * 7) for number in range(500)]
    with closing(Store(tmp_path / "index.db")) as store, store.transaction():
        for capture in put:
            store.add_capture(capture, None)
    reader = Reader(tmp_path / "index.db")
    with reader.reading() as db:
        assert list(captures.of_file(db, "a.warc.gz").values()) == put
        plain = db.execute("SELECT * FROM captures ORDER BY id").fetchall()
    reader.close()
    for row, capture in zip(plain, put, strict=True):
        assert (row["url"], row["urlkey"]) == (capture.url, capture.urlkey)
        assert (row["timestamp"], row["status"]) == (capture.timestamp, capture.status)
        assert (row["mime"], row["record_type"]) == (capture.mime, capture.record_type)
        assert row["digest"] == capture.digest
        assert (row["offset"], row["length"]) == (capture.location.offset, capture.location.length)
        assert (row["redirect"], row["truncated"]) == (capture.redirect, capture.truncated)
        referred = (row["refers_to_url"], row["refers_to_timestamp"])
        assert referred == (capture.refers_to or (None, None))


def test_the_view_can_be_read_without_our_functions(shelf: Any) -> None:
    shelf.capture(URL, "20241023081500", digest=digest.sha1(b"x"))
    shelf.store.close()
    with Database(shelf.path) as db:
        assert "captures" in db.view_names()
        (row,) = db["captures"].rows
    assert (row["url"], row["digest"]) == (URL, digest.sha1(b"x"))


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_digest_is_packed_without_loss(text: str) -> None:
    for given_digest in (text, "sha1:" + text):
        assert compact.unpack_digest(compact.pack_digest(given_digest)) == given_digest


@pytest.mark.parametrize(
    "text", ["sha1:" + "A" * 26 + "=" * 6, "sha1:" + "a" * 32, "SHA1:" + "A" * 32, "sha1:é" * 7]
)
def test_only_a_digest_in_our_own_form_is_made_bytes(text: str) -> None:
    assert compact.pack_digest(text) == text


def test_one_record_is_one_row(shelf: Any) -> None:
    capture = Capture(
        URL, urlkey(URL), "20241023081500", "response", 200, "", "", Location("a.warc.gz", 5, 1)
    )
    with shelf.store.transaction():
        shelf.store.add_capture(capture, None)
    with pytest.raises(DamagedArchive, match="UNIQUE"), shelf.store.transaction():
        shelf.store.add_capture(capture, None)


def test_a_file_larger_than_a_row_can_say(shelf: Any) -> None:
    far = Capture(
        URL,
        urlkey(URL),
        "20241023081500",
        "response",
        200,
        "",
        "",
        Location("a.warc.gz", 1 << 36, 1),
    )
    with (
        pytest.raises(NewswarcError, match=r"a\.warc\.gz: no WARC file"),
        shelf.store.transaction(),
    ):
        shelf.store.add_capture(far, None)


def test_what_was_rolled_back_is_not_remembered(shelf: Any) -> None:
    def interrupted() -> None:
        with shelf.store.transaction():
            shelf.store.add_capture(random_capture(random.Random(1), 0), None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    put = random_capture(random.Random(1), 0)
    with shelf.store.transaction():
        shelf.store.add_capture(put, None)
    with shelf.reader.reading() as db:
        assert captures.of_url(db, put.url) == [put]


def test_the_nearest_of_many_captures(shelf: Any) -> None:
    """As a sort of all of them says, whatever the form of the URL and however many there are."""
    chance = random.Random(5)
    forms = [URL, "http://example.com/a", "https://www.example.com/A"]
    moments = [
        f"2024{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}120000" for _ in "x" * 90
    ]
    for moment in moments:
        shelf.capture(chance.choice(forms), moment)
    for wanted in ("20240101000000", "20240615120000", "20241231235959"):
        with shelf.reader.reading() as db:
            found = [one.timestamp for one in captures.by_nearness(db, URL, wanted)]
            listed = [one.timestamp for one in captures.of_url(db, URL)]
        distance = [
            abs(captures._seconds(int(one)) - captures._seconds(int(wanted))) for one in found
        ]
        assert distance == sorted(distance)
        assert sorted(found) == listed == sorted(moments)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("", "9", 3),
        ("20241002", "9", 2),
        ("20241002000001", "9", 1),
        ("", "20241002", 1),
        ("", "20241002000000", 2),
        ("20241002000000", "20241002000000", 1),
    ],
)
def test_a_span_of_time(shelf: Any, since: str, until: str, found: int) -> None:
    for day in (1, 2, 3):
        shelf.capture(URL, f"202410{day:02}000000")
    with shelf.reader.reading() as db:
        assert len(captures.of_url(db, URL, since=since, until=until)) == found


def test_the_plans_use_their_indexes(shelf: Any) -> None:
    """No look-up reads the whole table."""
    asked: list[str] = []
    with shelf.reader.reading() as db:
        db.set_trace_callback(asked.append)
        captures.of_url(db, URL)
        list(captures.by_nearness(db, URL, "20241023081500"))
        captures.of_file(db, "a.warc.gz")
        captures.versions_behind(db, "a.warc.gz", 5)
        originals.of_digest(db, digest.sha1(b""))
        originals.of_url(db, URL)
        originals.is_known(db, URL, "20241023081500")
        db.execute("SELECT * FROM captures WHERE urlkey = 'x'").fetchall()
        db.set_trace_callback(None)
        plans = [db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in asked]
    assert len(plans) > 7
    for plan in plans:
        scanned = [row["detail"] for row in plan if row["detail"].startswith("SCAN")]
        assert set(scanned) <= {"SCAN CONSTANT ROW", "SCAN letters"}, scanned
        assert not [row for row in plan if "TEMP B-TREE" in row["detail"]]


def test_an_older_index_is_brought_over(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    with closing(sqlite3.connect(path)) as db:
        before = db.execute(SHOWN).fetchall()
        kept_back = db.execute(KEPT_BACK).fetchall()
        quarantined = db.execute("SELECT url, timestamp, reason FROM quarantined").fetchall()
    assert len(before) == 14
    assert len(kept_back) == 1
    Store(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute(SHOWN).fetchall() == before
        assert db.execute(KEPT_BACK).fetchall() == kept_back
        assert (
            db.execute("SELECT url, timestamp, reason FROM quarantined").fetchall() == quarantined
        )
        originals_there = db.execute("SELECT count(*) FROM compact_captures WHERE is_original = 1")
        assert originals_there.fetchone() == (3,)
        (stored,) = db.execute(
            "SELECT count(*) FROM compact_captures WHERE path IS NULL"
        ).fetchone()
    assert stored > len(before) / 2


def test_an_older_index_and_a_new_one_have_the_same_rows(tmp_path: Path) -> None:
    """What is brought over is what would be made of the same captures today."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    old.write_bytes(gzip.decompress(OLD.read_bytes()))
    Store(old).close()
    reader = Reader(old)
    with reader.reading() as db:
        names = [row["name"] for row in db.execute("SELECT name FROM warc_files ORDER BY id")]
        known = [one for name in names for one in captures.of_file(db, name).values()]
    reader.close()
    with closing(Store(new)) as store, store.transaction():
        for capture in known:
            store.add_capture(capture, None)
    tables = ("urlkeys", "origins", "capture_kinds")
    columns = "id, urlkey_id, timestamp, origin_id, path, kind_id, length, digest, is_original"
    asked = [f"SELECT * FROM {table} ORDER BY 1" for table in tables]
    asked.append(f"SELECT {columns}, refers_to_url, redirect FROM compact_captures ORDER BY id")
    with closing(sqlite3.connect(old)) as one, closing(sqlite3.connect(new)) as other:
        for sql in asked:
            assert one.execute(sql).fetchall() == other.execute(sql).fetchall()
