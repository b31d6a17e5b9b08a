"""The index as it is written: articles, versions, captures, and the file itself."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive.errors import DamagedArchive, NewswarcError, StorageError
from archive.index import articles, captures
from archive.index.database import Reader
from archive.index.schema import STEPS
from archive.index.store import Store
from archive.model import Article, Author, Image, Refusal

URL = "https://www.example.com/a"
DAYS = [f"202410{day:02}120000" for day in range(1, 9)]


def versions(shelf: Any) -> list[tuple[int, str, str, str, int]]:
    rows: list[tuple[int, str, str, str, int]] = shelf.rows(
        'SELECT number, "text", substr(first_capture, 7, 2), substr(last_capture, 7, 2), captures'
        " FROM versions ORDER BY first_capture, number"
    )
    return rows


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("A", [(1, "A", "01", "01", 1)]),
        ("AAA", [(1, "A", "01", "03", 3)]),
        ("AB", [(1, "A", "01", "01", 1), (2, "B", "02", "02", 1)]),
        # original, new ads, typo, headline, silent change, roll-back: five versions
        (
            "AABCDA",
            [
                (1, "A", "01", "02", 2),
                (2, "B", "03", "03", 1),
                (3, "C", "04", "04", 1),
                (4, "D", "05", "05", 1),
                (5, "A", "06", "06", 1),
            ],
        ),
    ],
)
def test_a_version_is_a_text_that_differs_from_the_one_before(
    shelf: Any, seen: str, expected: list[tuple[int, str, str, str, int]]
) -> None:
    for day, text in zip(DAYS, seen, strict=False):
        shelf.put(URL, text=text, at=day)
    assert versions(shelf) == expected
    assert shelf.rows("SELECT versions, first_capture, last_capture FROM articles") == [
        (len(expected), DAYS[0], DAYS[len(seen) - 1])
    ]
    assert shelf.rows('SELECT "text" FROM current_articles') == [(seen[-1],)]


def test_captures_may_come_late(shelf: Any) -> None:
    shelf.put(text="B", at=DAYS[5])
    shelf.put(text="A", at=DAYS[2])
    shelf.put(text="B", at=DAYS[4])
    shelf.put(text="A", at=DAYS[0])
    assert versions(shelf) == [(1, "A", "01", "03", 2), (2, "B", "05", "06", 2)]
    assert shelf.rows('SELECT "text", first_capture FROM current_articles') == [("B", DAYS[0])]


def test_the_row_of_an_article_says_what_its_current_version_says(shelf: Any) -> None:
    shelf.put(title="Old", at=DAYS[0], site="S", tags=("x",))
    shelf.put(
        title="New",
        at=DAYS[1],
        authors=(Author("A. Writer"), Author("АФП")),
        image=Image("https://www.example.com/i.jpg", "A ferry", "B. Painter"),
        published=datetime(2024, 10, 1, 7, tzinfo=UTC),
    )
    assert shelf.rows(
        "SELECT title, site, authors, tags, image_credit, dated, host FROM articles"
    ) == [
        (
            "New",
            None,
            '["A. Writer", "АФП"]',
            "[]",
            "B. Painter",
            "2024-10-01T07:00:00Z",
            "example.com",
        )
    ]


def test_an_article_comes_back_as_it_was_extracted(shelf: Any) -> None:
    whole: dict[str, Any] = {
        "subtitle": "A subtitle",
        "authors": (Author("A", "https://www.example.com/author/a"), Author("B")),
        "published": datetime.fromisoformat("2024-10-23T12:00:00+03:00"),
        "published_has_time": False,
        "modified": datetime.fromisoformat("2024-10-24T01:00:00+03:00"),
        "site": "Site",
        "section": "News",
        "language": "en",
        "tags": ("war", "Корея"),
        "description": "About",
        "image": Image("https://www.example.com/i.jpg", "Caption", None),
        "extractor": "test/1",
    }
    shelf.put(URL, "Title", "Text.\n\nMore.", **whole)
    with shelf.reader.reading() as db:
        found = articles.current(db, 1)
    assert found is not None
    assert found.article == Article(
        url=URL, title="Title", text="Text.\n\nMore.", markdown="Text.\n\nMore.", **whole
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("https://www.example.com/a", 1),
        ("http://example.com/a#top", 1),
        ("https://amp.example.com/a", 1),  # a captured URL that shows it
        ("https://www.example.com/old", 1),  # a captured redirect to it
        ("https://www.example.com/loop", None),
        ("https://www.example.com/b", None),
        ("not a url", None),
    ],
)
def test_an_article_is_found_by_any_of_its_urls(shelf: Any, asked: str, found: int | None) -> None:
    shelf.put(URL)
    shelf.put(URL, captured="https://amp.example.com/a", at=DAYS[1])
    for old, new in (("/old", URL), ("/loop", "https://www.example.com/loop")):
        shelf.capture("https://www.example.com" + old, DAYS[0], status=301, redirect=new)
    with shelf.reader.reading() as db:
        assert articles.id_of(db, asked) == found


def test_what_was_in_force_at_a_time(shelf: Any) -> None:
    for day, text in zip(DAYS[1:], "ABA", strict=False):
        shelf.put(text=text, at=day)
    with shelf.reader.reading() as db:
        told = [articles.in_force(db, 1, day).number for day in DAYS[:6]]  # type: ignore[union-attr]
        assert told == [1, 1, 2, 3, 3, 3]
        assert articles.in_force(db, 2, DAYS[0]) is None


def test_the_most_similar_url(shelf: Any) -> None:
    shelf.put("https://www.example.com/2024/10/23/north-korea-sent-troops-a86785")
    with shelf.reader.reading() as db:
        near = articles.similar_url(
            db, "http://example.com/2024/10/23/north-korea-sent-trops-a8678"
        )
        assert near == "https://www.example.com/2024/10/23/north-korea-sent-troops-a86785"
        assert articles.similar_url(db, "https://www.example.com/about") is None
        assert articles.similar_url(db, "https://other.example/2024/10/23/north") is None


def test_a_revisit_shows_what_its_original_shows(shelf: Any) -> None:
    shelf.put(text="A", at=DAYS[0])
    shelf.put(text="B", at=DAYS[1])

    def revisit(at: str, **fields: Any) -> bool:
        new: bool = shelf.capture(URL, at, record_type="revisit", **fields)
        return new

    assert not revisit(DAYS[2], refers_to=(URL, DAYS[1]))
    assert revisit(DAYS[3], refers_to=("http://example.com/a", DAYS[0]))  # A is back
    assert not revisit(DAYS[4], digest="sha1:100", refers_to=None)  # by the digest alone
    assert not revisit(DAYS[5], refers_to=("https://www.example.com/gone", DAYS[0]))
    assert versions(shelf) == [
        (1, "A", "01", "01", 1),
        (2, "B", "02", "03", 2),
        (3, "A", "04", "05", 2),
    ]
    assert shelf.rows(
        "SELECT versions.number FROM captures LEFT JOIN versions ON versions.id = version_id"
        " ORDER BY captures.id"
    ) == [(1,), (2,), (2,), (3,), (3,), (None,)]


def test_a_refusal_is_kept_with_its_capture(shelf: Any) -> None:
    shelf.capture(URL, DAYS[0], Refusal("not-found", "we could not\x1b find it"))
    assert shelf.rows("SELECT url, refusal, refusal_detail FROM refused_pages") == [
        (URL, "not-found", "we could not find it")
    ]


def test_captures_by_time_and_nearness(shelf: Any) -> None:
    for day in (DAYS[4], DAYS[0], DAYS[2]):
        shelf.capture(URL, day)
    shelf.capture("https://www.example.com/other", DAYS[1])
    with shelf.reader.reading() as db:
        listed = captures.of_url(db, "http://example.com/a")
        assert [capture.timestamp for capture in listed] == [DAYS[0], DAYS[2], DAYS[4]]
        some = captures.of_url(db, URL, since=DAYS[1], until=DAYS[4], limit=1)
        assert [capture.timestamp for capture in some] == [DAYS[2]]
        near = [capture.timestamp for capture in captures.by_nearness(db, URL, DAYS[3])]
        assert near == [DAYS[2], DAYS[4], DAYS[0]]


def test_no_record_is_indexed_twice(shelf: Any) -> None:
    shelf.capture(URL, DAYS[0])
    shelf._offset = 0
    with pytest.raises(DamagedArchive, match="UNIQUE"):
        shelf.capture(URL, DAYS[0])


def test_a_transaction_is_all_or_nothing(shelf: Any) -> None:
    def interrupted() -> None:
        with shelf.store.transaction():
            shelf.store.advance("a.warc.gz", 100, 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert shelf.store.indexed_until("a.warc.gz") == 0
    with shelf.store.transaction():
        shelf.store.advance("a.warc.gz", 100, 1)
    assert shelf.store.indexed_until("a.warc.gz") == 100


def test_sqlite_utils_and_datasette_find_their_way(shelf: Any) -> None:
    shelf.put(text="A ferry")
    with Database(shelf.path) as db:
        assert db["versions"].detect_fts() == "versions_fts"
        assert [row["title"] for row in db["versions"].search("ferry")] == ["A title"]
        assert {
            "current_articles",
            "article_versions",
            "capture_locations",
            "refused_pages",
        } <= set(db.view_names())


def test_a_missing_index_reads_as_empty_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    reader = Reader(path)
    with reader.reading() as db:
        assert captures.of_url(db, URL) == []
    assert not path.exists()
    Store(path).close()
    with reader.reading() as db:
        assert db.execute("PRAGMA database_list").fetchone()["file"] == str(path)
    reader.close()


def test_readers_see_whole_transactions_while_one_writes(shelf: Any) -> None:
    done = threading.Event()
    seen: list[tuple[int, int]] = []

    def read() -> None:
        while not done.is_set():
            seen.extend(
                shelf.rows(
                    "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM captures)"
                )
            )

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(100):
        shelf.put(f"https://www.example.com/{number}")
    done.set()
    for thread in threads:
        thread.join()
    assert all(articles_seen == captures_seen for articles_seen, captures_seen in seen)
    assert len(set(seen)) > 1


def test_a_read_only_directory_can_be_read(shelf: Any, tmp_path: Path) -> None:
    shelf.put()
    shelf.store.close()
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "index.db").write_bytes(shelf.path.read_bytes())
    locked.chmod(0o555)
    reader = Reader(locked / "index.db")
    with reader.reading() as db:
        assert articles.id_of(db, URL) == 1
    reader.close()
    locked.chmod(0o755)


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 50, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_damaged_index_names_the_way_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(content)
    with pytest.raises(DamagedArchive, match="newswarc index --rebuild"):
        Store(path)
    reader = Reader(path)
    with pytest.raises(DamagedArchive, match="newswarc index --rebuild"), reader.reading():
        pass
    reader.close()


def test_an_index_of_an_older_newswarc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.db"
    Store(path).close()
    later = (*STEPS, ("later", "CREATE TABLE later (id INTEGER PRIMARY KEY);"))
    monkeypatch.setattr("archive.index.database.STEPS", later)
    monkeypatch.setattr("archive.index.indexfile.STEPS", later)
    reader = Reader(path)
    with (
        pytest.raises(NewswarcError, match="`newswarc index` brings it up to date"),
        reader.reading(),
    ):
        pass
    Store(path).close()
    with reader.reading() as db:
        assert db.execute("SELECT count(*) FROM later").fetchone()[0] == 0
    reader.close()


def test_a_full_disk_is_said_in_one_line(shelf: Any) -> None:
    def fill() -> None:
        for number in range(100):
            shelf.put(f"https://www.example.com/{number}", text=f"{number} " * 2000)

    shelf.store._db.execute("PRAGMA max_page_count = 60")
    with pytest.raises(StorageError, match=r"cannot write .*index\.db: database or disk is full"):
        fill()
    ((whole,),) = shelf.rows("SELECT (SELECT count(*) FROM captures) = count(*) FROM versions")
    assert whole


def test_a_failure_in_bulk_leaves_nothing(new_shelf: Any) -> None:
    shelf = new_shelf(bulk=True)
    shelf.put(text="A")
    shelf._offset = 0
    with pytest.raises(DamagedArchive, match="UNIQUE"):
        shelf.put(text="B", at=DAYS[3])
    assert shelf.store._db.execute("SELECT count(*) FROM versions").fetchone()[0] == 0


def test_an_index_that_somebody_else_keeps_locked(
    shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.index.database.BUSY_TIMEOUT", 0.05)
    other = sqlite3.connect(shelf.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = Store(shelf.path)
    with pytest.raises(NewswarcError, match="database is locked"), store.transaction():
        pass
    store.close()
    other.close()


def test_a_revisit_is_quarantined_with_its_original(shelf: Any) -> None:
    shelf.capture(URL, DAYS[0], Refusal("quarantined:captcha", "a vendor's"))
    shelf.capture(URL, DAYS[1], record_type="revisit", refers_to=(URL, DAYS[0]))
    assert shelf.rows("SELECT reason, detail FROM quarantined") == [("captcha", "a vendor's")] * 2


def test_a_text_kept_back_is_seen_again_when_it_turns_out_to_be_one(shelf: Any) -> None:
    long = " ".join(f"word{number}" for number in range(200))
    shelf.put(title="Ferry", text=long, at=DAYS[2])
    shelf.put(title="Soon back", text="We are mending the site.", at=DAYS[4])
    shelf.capture(URL, DAYS[5], record_type="revisit", refers_to=(URL, DAYS[4]))
    assert [row[0] for row in shelf.rows("SELECT reason FROM quarantined")] == ["shrunk"] * 2
    shelf.put(title="Soon", text="We shall mend the site.", at=DAYS[3])  # as little like it
    assert len(shelf.rows("SELECT reason FROM quarantined")) == 3
    shelf.put(title="Soon back", text="We begin " + long[:300], at=DAYS[3])
    assert [(row[0], row[4]) for row in versions(shelf)] == [(1, 1), (2, 1), (3, 2)]
    assert shelf.rows("SELECT detail FROM quarantined") == [
        ("5 words where there were 200, and another title",)
    ]
