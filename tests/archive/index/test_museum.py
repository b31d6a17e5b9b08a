"""Indexes of all older versions: brought up to date, they say what a new one says."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.index import articles, captures, search
from archive.index.database import Reader
from archive.index.query import parse
from archive.index.schema import STEPS
from archive.index.store import Store
from tests.archive.index.museum.make import MUSEUM, make
from tests.archive.index.test_timeline import WRITTEN

PLACE = Path(__file__).parent / "museum"
QUERIES = ("ferry", "войсками", '"word7 ferry8" OR voyage', "is:edited", "author:ёлкина has:image")

#: What an old index never knew of, and is not looked for in its texts: how versions differ, and
#: what articles are copies. `newswarc index --rebuild` finds both.
UNKNOWN = {
    "views": ("changes", "copies", "edited"),
    "originals": ("changes", "copies", "edited"),
}
TOLD = {
    "versions": """
        SELECT versions.id, article_id, number, digest, versions.dated, versions.first_capture,
            versions.last_capture, captures, versions.word_count, extractor, versions.title,
            versions.subtitle, "text", url, urlkey, host, articles.dated, authors, published,
            modified, site, section, language, tags, description, image_url, image_caption,
            current_version_id = versions.id, versions
        FROM versions JOIN articles ON articles.id = article_id ORDER BY versions.id""",
    "changes": """
        SELECT id, kind, stealth, words_added, words_removed, similarity, reverts_to
        FROM versions ORDER BY id""",
    "captures": "SELECT * FROM captures ORDER BY id",
    "copies": "SELECT * FROM copied_articles ORDER BY article_id",
    "crawls": "SELECT name, started, software, operator, info FROM crawls",
    "files": "SELECT name, indexed_until, records FROM warc_files ORDER BY id",
    "damages": "SELECT * FROM damages",
}


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new index of the same articles."""
    path = tmp_path_factory.mktemp("new") / "index.db"
    make(path)
    return path


def taken_out(name: str, place: Path) -> Path:
    path = place / "index.db"
    with gzip.open(PLACE / f"{name}.db.gz") as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return path


def told(path: Path) -> dict[str, Any]:
    """Everything that an index is asked for."""
    reader = Reader(path)
    with reader.reading() as db:
        found: dict[str, Any] = {
            name: [tuple(row) for row in db.execute(sql).fetchall()] for name, sql in TOLD.items()
        }
        found["articles"] = [
            version.article for one in (1, 2, 3) for version in articles.versions(db, one)
        ]
        found["closest"] = [*captures.by_nearness(db, "http://www.example.com/gone", "2024")]
        for query in QUERIES:
            hits = search.search(db, parse(query)).hits
            key = "edited" if query == "is:edited" else query
            found[key] = [(hit.url, hit.title, hit.snippet, hit.versions) for hit in hits]
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
    reader.close()
    return found


@pytest.mark.parametrize("name", MUSEUM)
def test_an_old_index_says_what_a_new_one_says(name: str, tmp_path: Path, new: Path) -> None:
    path = taken_out(name, tmp_path)
    Store(path).close()
    old, expected = told(path), told(new)
    for unknown in UNKNOWN.get(name, ()):
        assert expected.pop(unknown) != old.pop(unknown)
    assert old == expected


@pytest.mark.parametrize("name", [name for name in MUSEUM if name not in UNKNOWN])
def test_an_old_index_is_written_as_a_new_one(name: str, tmp_path: Path, new: Path) -> None:
    path = taken_out(name, tmp_path)
    Store(path).close()
    assert written(path) == written(new)


def test_there_is_an_index_of_every_step(tmp_path: Path) -> None:
    """Whoever adds a step leaves an index of the step before: museum/make.py, before it is added.

    Steps that came in one commit were never the last one of any index.
    """
    last = set()
    for name in MUSEUM:
        with closing(sqlite3.connect(taken_out(name, tmp_path))) as db:
            rows = db.execute("SELECT name FROM _sqlite_migrations")
            has = {row[0] for row in rows}
        last.add([step for step, _ in STEPS if step in has][-1])
    together = {"tables", "full text", "changes", "quarantine", "time"}
    assert {step for step, _ in STEPS[:-1]} - together <= last


def written(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, versions_fts, instance)")
        return [db.execute(sql).fetchall() for sql in WRITTEN]
