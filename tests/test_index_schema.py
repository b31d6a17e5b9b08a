"""docs/index-schema.md: current, and true."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from archive.index import facets
from archive.index.store import Store
from docs import index_schema


def test_the_schema_is_current() -> None:
    assert index_schema.PATH.read_text() == index_schema.reference(), "run `make docs`"


def test_the_words_of_filters_are_those_in_the_table() -> None:
    moment = datetime(2024, 10, 23, tzinfo=UTC)
    words = facets.words(
        {
            "site": "The Times",
            "language": "en",
            "section": "World",
            "authors": [{"name": "Jane Doe"}],
            "tags": ["War"],
            "image": {"url": "https://example.com/i.jpg"},
        },
        "Troops",
        host="example.com",
        dated=moment,
        flags=(facets.OLD, facets.EDITED, facets.STEALTH),
    )
    named = re.findall(r"`(x[a-z0-9]+)`", index_schema.HEADER)
    assert set(words.split()) == {*named, "xadoe0"}


def test_the_example_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```sql\n(.*?);\n```", index_schema.HEADER, re.DOTALL)
    Store(tmp_path / "index.db").close()
    with closing(sqlite3.connect(tmp_path / "index.db")) as db:
        assert db.execute(example).fetchall() == []
