"""Which articles are to be exported, and as they were known when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from archive import timestamp
from archive.collection import Collection
from archive.index import articles, captures
from archive.index.database import Reader
from archive.index.search import Narrowed
from archive.model import Capture, Version

#: After every timestamp.
_NEVER: Final = "9"
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles, and as they were known when.

    Attributes:
        query: see `Collection.search`; without it and without filters, all articles.
        filters: what narrows the search.
        fts5: the query is one for FTS5.
        as_of: what was captured later is not known. None: all that is there is.
        made: the time that the export bears: `as_of` where there is one, else the present.
    """

    query: str = ""
    filters: Narrowed = field(default_factory=Narrowed)
    fts5: bool = False
    as_of: datetime | None = None
    made: datetime = field(default_factory=timestamp.now)

    def __post_init__(self) -> None:
        if self.as_of is not None:
            object.__setattr__(self, "made", self.as_of)

    @property
    def everything(self) -> bool:
        """Tell whether nothing narrows it but the time."""
        return not self.query.strip() and not any(self.filters.values())

    @property
    def until(self) -> str:
        """The timestamp of the last second that is known; ``9`` for all of time."""
        return timestamp.from_datetime(self.as_of) if self.as_of else _NEVER

    def __str__(self) -> str:
        """Return what is wanted, for a title."""
        said = [self.query.strip()] if self.query.strip() else []
        for name, value in self.filters.items():
            if isinstance(value, datetime):
                said.append(f"{name} {value.isoformat()}")
            elif isinstance(value, list | tuple):
                said += [f"{name} {one}" for one in value]
            elif value:
                said.append(name if value is True else f"{name} {value}")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Exported:
    """One article, as it was known at the time.

    Attributes:
        article_id: its row.
        versions: those known, in the order of time; at least one.
        captures: those known that show a version, in the order of time.
    """

    article_id: int
    versions: list[Version]
    captures: list[Capture]

    @property
    def current(self) -> Version:
        """The version that was captured last."""
        numbers = {one.number: one for one in self.versions}
        shown = (numbers.get(capture.version or 0) for capture in reversed(self.captures))
        return next((one for one in shown if one), self.versions[-1])

    def captures_of(self, version: Version) -> list[Capture]:
        """Return the captures that show one of the versions."""
        return [capture for capture in self.captures if capture.version == version.number]


def articles_of(collection: Collection, wanted: Wanted) -> Iterator[Exported]:
    """Yield the articles that are wanted: published last first or, of all, indexed last first.

    Raises:
        UsageError: the query is for FTS5, which does not understand it.
    """
    reader = Reader(collection.index_path)
    try:
        for article_id in _ids(collection, reader, wanted):
            with reader.reading() as db:
                known = [
                    version
                    for version in articles.versions(db, article_id)
                    if version.first_capture <= wanted.until
                ]
                seen = captures.of_article(db, article_id, wanted.until)
            if known:
                yield Exported(article_id, known, seen)
    finally:
        reader.close()


def _ids(collection: Collection, reader: Reader, wanted: Wanted) -> Iterator[int]:
    if not wanted.everything:
        found = collection.search(
            wanted.query,
            sort="date",
            limit=None,
            at=wanted.as_of,
            fts5=wanted.fts5,
            **wanted.filters,
        )
        for hit in found:
            yield hit.article_id
        return
    before = None
    while True:
        with reader.reading() as db:
            page = articles.ids(db, wanted.until, before, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        before = page[-1]
