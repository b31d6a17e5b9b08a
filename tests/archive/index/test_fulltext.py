"""The full text: which forms of words are found, what is kept, and that nothing stale is left."""

from __future__ import annotations

import gzip
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive.index import articles, fulltext, ids, search
from archive.index.database import Reader
from archive.index.packing import pack, unpack
from archive.index.query import parse
from archive.index.stems import FORM, fold, root
from archive.index.store import Store
from archive.model import Author, Image

OLD = Path(__file__).parent / "old"
NOON = datetime(2024, 10, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "forms",
    [
        "войско войска войску войском войске войск войскам войсками войсках",
        "солдат солдата солдату солдатом солдате солдаты солдатам солдатами солдатах",
        "армия армии армию армией армиям армиями армиях",
        "обстрел обстрела обстрелу обстрелом обстреле обстрелы обстрелами обстрелах",
        "Зеленский Зеленского Зеленскому Зеленским Зеленском",
        "северный северного северному северным северном северная северной северные северных",
        "ёлка ёлки ёлку ёлкой елка елки",
        "новость новости новостью новостям новостями новостях",
        "войска ВОЙСКА Войска",
        "сообщил сообщила сообщили сообщило",
        "troop troops",
        "sanction sanctions sanctioned",
        "attack attacks attacked attacking",
        "city cities",
        "café cafe cafés",
        "Núñez Nunez",
    ],
)
def test_any_form_of_a_word_finds_all_forms(shelf: Any, forms: str) -> None:
    words = forms.split()
    for number, word in enumerate(words):
        shelf.put(f"https://www.example.com/{number}", word, f"Something: {word}, and more.")
    for word in words:
        assert sorted(shelf.titles(word)) == sorted(words), word
        assert shelf.titles(f"={word}") == [
            other for other in reversed(words) if fold(other) == fold(word)
        ]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("The soldiers’ families", "soldiers'", True),
        ("The soldiers’ families", '"soldiers families"', True),
        ("A well-known author", "well known", True),
        ("A well known author", "well-known", True),
        ("вой\u00adска отошли", "войска", True),  # a soft hyphen
        ("и\u0306од", "йод", True),  # й, as two characters
        ("йод", "иод", False),
        ("бой", "бои", True),
        ("кофе", "кофейня", False),
        ("The U.S. navy", "U.S.", True),
        ("1,500 troops", "1,500", True),
        ("xfold0", "facets:xfold0", False),
    ],
)
def test_signs_and_letters(shelf: Any, text: str, typed: str, found: bool) -> None:
    shelf.put(title="Title", text=text)
    assert bool(shelf.titles(typed)) is found


def test_roots_are_what_fts5_makes_of_words() -> None:
    endings = ["s", "es", "ed", "ing", "ly", "ness", "ation", "ational", "fulness", "izer", "ies"]
    endings += ["y", "er", "ement", "ble", "ability"]
    chance = random.Random(7)
    words = [
        "".join(chance.choice("bcdfglmnprst") + chance.choice("aeiouy") for _ in range(length))
        + chance.choice(["", "t", "ss", "ll", "nk"])
        + chance.choice(endings)
        for length in (1, 2, 3)
        for _ in range(500)
    ]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE one USING fts5 (word, tokenize='porter unicode61')")
        db.executemany("INSERT INTO one VALUES (?)", [(word,) for word in words])
        db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (one, instance)")
        made = dict(db.execute("SELECT doc, term FROM terms"))
    wrong = [word for number, word in enumerate(words, 1) if made[number] != root(word)]
    assert not wrong


def vocabulary(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Return every word at every place that the full-text table has."""
    db.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab (main, versions_fts, instance)")
    rows = db.execute("SELECT term, doc, col, offset FROM seen ORDER BY 1, 2, 3, 4").fetchall()
    db.execute("DROP TABLE temp.seen")
    return [tuple(row) for row in rows]


def test_what_is_forgotten_leaves_no_word_behind(shelf: Any) -> None:
    chance = random.Random(3)
    words = ["ferry", "войска", "harbor", "café", "budget", "troops", "порт"]
    for _ in range(120):
        number = chance.randrange(8)
        shelf.put(
            f"https://site{number % 3}.example.com/{number}",
            " ".join(chance.sample(words, 3)),
            " ".join(chance.choices(words, k=6)),
            at=f"202410{chance.randrange(1, 29):02}120000",
            language=chance.choice(["en", "ru"]),
            authors=(Author(chance.choice(["A. Writer", "Анна Ёлкина"])),),
            published=NOON if number % 2 else None,
        )
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        grown = vocabulary(db)
        docs = "SELECT id, article_id, current, edited, stealth, dated, seen FROM docs ORDER BY id"
        rows = [tuple(row) for row in db.execute(docs)]
        assert len(rows) > 8
        db.execute("BEGIN")
        fulltext.watch(db)
        fulltext.make_anew(db)
        assert vocabulary(db) == grown
        assert [tuple(row) for row in db.execute(docs)] == rows
        db.execute("ROLLBACK")


def test_words_made_in_another_way_are_made_anew(shelf: Any) -> None:
    shelf.put(title="Войска")
    shelf.store.close()
    with closing(sqlite3.connect(shelf.path)) as db, db:
        db.execute("UPDATE fulltext_state SET value = 'other' WHERE name = 'form'")
        db.execute("INSERT INTO versions_fts (versions_fts) VALUES ('delete-all')")
    shelf.store = Store(shelf.path)
    assert shelf.titles("войсками") == ["Войска"]
    assert shelf.rows("SELECT value FROM fulltext_state WHERE name = 'form'") == [(FORM,)]


def test_words_made_anew_are_in_one_segment(
    new_shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.index.fulltext._CHUNK", 3)
    monkeypatch.setitem(fulltext._ANEW, "hashsize", 1)
    shelf = new_shelf(bulk=True)
    for number in range(40):
        shelf.put(f"https://www.example.com/{number}", "Ferry", f"The ferry {number}.")
    shelf.store.finish()
    assert shelf.rows("SELECT count(DISTINCT segid) FROM versions_fts_idx") == [(1,)]
    assert shelf.search("ferries").total == 40


def test_an_edit_leaves_the_old_text_to_be_found(shelf: Any) -> None:
    shelf.put(title="Old", text="The ferry sank.", at="20240101000000")
    shelf.put(title="New", text="The ship is safe.", at="20240102000000")
    (hit,) = shelf.search("sank")
    assert (hit.title, hit.current) == ("Old", False)
    assert shelf.titles("ship OR ferry") == ["New"]
    assert shelf.titles("is:edited") == ["New"]
    assert shelf.search("ferry").total == 1


@pytest.mark.parametrize("name", ["originals", "arrival"])
def test_an_older_index_is_brought_up_to_date(tmp_path: Path, name: str) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(gzip.decompress((OLD / f"{name}.db.gz").read_bytes()))
    with closing(Store(path)):
        pass
    reader = Reader(path)
    with reader.reading() as db:
        (hit,) = search.search(db, parse("войсками"))
        assert (hit.title, hit.versions, hit.current) == ("Войска вернулись", 2, True)
        assert hit.timestamp == "20241024081500"
        (hit,) = search.search(db, parse("отводит OR отвела"))
        assert (hit.title, hit.current) == ("Войска отходят", False)
        (first, _) = articles.versions(db, hit.article_id)
        assert first.article.markdown.startswith("Армия отвела **войска**")
        assert [hit.title for hit in search.search(db, parse("ferry cafe section:news"))] == [
            "Ferries are safe"
        ]
        assert [hit.title for hit in search.search(db, parse("troop has:image on:2024-09-01"))] == [
            "The budget"
        ]
        assert Database(db)["versions"].detect_fts() == "versions_fts"
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
    reader.close()


def test_ids_follow_the_time_and_a_full_minute_spreads_over_its_day(shelf: Any) -> None:
    for number in range(40):
        shelf.put(
            f"https://www.example.com/{number}", str(number), published=NOON, text=f"ferry {number}"
        )
    shelf.put("https://www.example.com/later", "later", text="ferry", published=datetime(
        2024, 10, 25, tzinfo=UTC))  # fmt: skip
    numbers = [row[0] for row in shelf.rows("SELECT id FROM versions ORDER BY id")]
    assert numbers[:16] == list(range(ids.first(NOON), ids.first(NOON) + 16))
    assert all(number <= ids.last(NOON) for number in numbers[:40])
    assert shelf.titles("ferry", sort="date")[0] == "later"
    day = {"since": datetime(2024, 10, 23, tzinfo=UTC), "until": NOON}
    assert shelf.search("ferry", **day).total == 40
    assert shelf.search("ferry", since=datetime(2024, 10, 23, 12, 1, tzinfo=UTC)).total == 1


def test_an_old_date_has_an_id_as_well(shelf: Any) -> None:
    shelf.put("https://www.example.com/old", "Old", published=datetime(1851, 9, 18, tzinfo=UTC))
    shelf.put("https://www.example.com/new", "New", published=NOON)
    assert shelf.titles("words", sort="date") == ["New", "Old"]
    first = shelf.search("words", sort="date", limit=1)
    assert [hit.title for hit in shelf.search("words", sort="date", after=first.cursor)] == ["Old"]


@pytest.mark.parametrize("markdown", ["", "the text", "# Ж\n\nthe text\n\n\x01", "x" * 100_000])
def test_markdown_comes_back_as_it_was(markdown: str) -> None:
    for text in ("the text", "", "ж" * 70_000):
        assert unpack(pack(markdown, text), text) == markdown


def test_pages_of_many_matches_are_whole_and_without_repeats(shelf: Any) -> None:
    for number in range(300):
        shelf.put(
            f"https://www.example.com/{number}",
            "Ferry" if number % 50 == 0 else "Ship",
            "The ferry is here.",
            published=datetime(2024, 1 + number % 12, 1 + number % 28, tzinfo=UTC),
            image=Image("https://www.example.com/i.jpg") if number % 2 else None,
        )
    for sort in ("rank", "date"):
        assert pages(shelf, sort) == {row[0] for row in shelf.rows("SELECT url FROM articles")}
    assert shelf.titles("ferry", limit=6) == ["Ferry"] * 6
    assert shelf.search("ferry has:image").total == 150


@pytest.mark.parametrize("sort", ["rank", "date"])
def test_a_search_that_takes_long_ends_early_and_misses_nothing(
    shelf: Any, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr("archive.index.retrieval._LOOKING", -1.0)
    for number in range(210):
        title = "The ferry is here" if number == 3 else "None"
        shelf.put(f"https://www.example.com/{number}", title, "Here the ferry is.")
    shelf.put("https://www.example.com/3", "Old", "The old ship.", at="20241101000000")
    found: list[str] = []
    cursor = None
    while True:
        page = shelf.search('"the ferry"', sort=sort, limit=50, after=cursor)
        assert page.total < 210 or page.total_is_exact
        found += [hit.url for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(found) == sorted(f"https://www.example.com/{number}" for number in range(210))
    assert not shelf.search('"the ferry"', sort=sort).total_is_exact


def test_words_or_something_that_is_no_word(shelf: Any) -> None:
    for number in range(150):
        shelf.put(f"https://www.example.com/{number}", "None", "The ferry is here.")
    shelf.put("https://www.example.com/ship", "Ship", "It is there.", at="20200101000000")
    found = shelf.search("(ferry OR url:/ship) -navy", limit=200)
    assert (len(found.hits), found.total) == (151, 151)
    assert shelf.titles("there OR url:/shi", limit=1) == ["Ship"]


def pages(shelf: Any, sort: str) -> set[str]:
    """Return the URLs of all pages; none comes twice."""
    found: list[str] = []
    cursor = None
    while True:
        page = shelf.search("ferry", sort=sort, limit=70, after=cursor)
        assert page.total == 300
        found += [hit.url for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            assert len(found) == len(set(found))
            return set(found)


def test_two_hundred_readers_and_a_writer(shelf: Any) -> None:
    for number in range(20):
        shelf.put(f"https://www.example.com/{number}", "Ferry", f"The ferry {number}.")
    problems: list[str] = []
    searched = threading.Barrier(201)

    def read() -> None:
        reader = Reader(shelf.path)
        try:
            searched.wait()
            for _ in range(3):
                with reader.reading() as db:
                    found = search.search(db, parse("ferries"), limit=3)
                    if found.total < 20:
                        problems.append(f"only {found.total}")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            problems.append(repr(error))
        finally:
            reader.close()

    with running([threading.Thread(target=read) for _ in range(200)]):
        searched.wait()
        for number in range(20, 60):
            shelf.put(f"https://www.example.com/{number}", "Ferry", f"The ferry {number}.")
    assert problems == []
    assert shelf.search("ferry").total == 60


@contextmanager
def running(threads: list[threading.Thread]) -> Iterator[None]:
    """Start threads, and wait for them at the end."""
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
