"""An index to fill by hand, without WARC files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive import digest
from archive.index import search as searching
from archive.index.database import Reader
from archive.index.query import parse
from archive.index.search import Filters, Results
from archive.index.store import Store
from archive.index.texts import Text
from archive.model import Article, Capture, Location, Refusal
from archive.urlkey import urlkey

FILE = "TEST-00000.warc.gz"


class Shelf:
    """An index and the shortest way to put something into it."""

    def __init__(self, path: Path, *, bulk: bool = False) -> None:
        self.path = path
        self.store = Store(path, bulk=bulk)
        self.reader = Reader(path)
        self._offset = 0

    def put(
        self,
        url: str = "https://www.example.com/a",
        title: str = "A title",
        text: str = "Some words.",
        *,
        at: str = "20241023081500",
        captured: str = "",
        **fields: Any,
    ) -> bool:
        """Put an article in and tell whether that made a new version."""
        article = Article(url=url, title=title, text=text, markdown=text, **fields)
        found = Text.of(url, article, digest.sha256(f"{title}\n{text}".encode("utf-8", "replace")))
        return self.capture(captured or url, at, found)

    def capture(
        self, url: str, at: str, found: Text | Refusal | None = None, **fields: Any
    ) -> bool:
        """Put a capture in."""
        values: dict[str, Any] = {"record_type": "response", "status": 200, "mime": "text/html"}
        self._offset += 100
        capture = Capture(
            url=url,
            urlkey=urlkey(url),
            timestamp=at,
            location=Location(FILE, self._offset, 100),
            **{"digest": f"sha1:{self._offset}", **values, **fields},
        )
        with self.store.transaction():
            return self.store.add_capture(capture, found)

    def search(self, text: str, **options: Any) -> Results:
        """Search the shelf."""
        filters = Filters(
            **{name: options.pop(name) for name in Filters.__slots__ if name in options}
        )
        with self.reader.reading() as db:
            return searching.search(db, filters.applied(parse(text)), **options)

    def titles(self, text: str, **options: Any) -> list[str]:
        """Return the titles that a search finds."""
        return [hit.title for hit in self.search(text, **options)]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what an SQL query gives."""
        with self.reader.reading() as db:
            return [tuple(row) for row in db.execute(sql, values).fetchall()]


@pytest.fixture
def new_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Shelf]]:
    """As many shelves as a test asks for."""
    made: list[Shelf] = []

    def make(*, bulk: bool = False) -> Shelf:
        made.append(Shelf(tmp_path_factory.mktemp("shelf") / "index.db", bulk=bulk))
        return made[-1]

    yield make
    for shelf in made:
        shelf.store.close()
        shelf.reader.close()


@pytest.fixture
def shelf(new_shelf: Callable[..., Shelf]) -> Shelf:
    """One empty index."""
    return new_shelf()
