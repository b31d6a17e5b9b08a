"""A collection: one directory with its WARC files, index, settings and logs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from archive import timestamp
from archive.errors import DamagedArchive, NotACollection, UsageError, storage_errors
from archive.glance import Card, Coverage, Gone, Site, VersionNote
from archive.index import (
    articles,
    captures,
    cards,
    cdxj,
    counts,
    coverage,
    drift,
    edits,
    likeness,
    redactions,
    removed,
)
from archive.index.cdxj import Span
from archive.index.database import Reader
from archive.index.query import parse, raw
from archive.index.search import Filters, Narrowed, Results, Sort, search
from archive.index.tally import By, Count, Outline, facets, outline, tally, vocabulary
from archive.layout import Layout
from archive.model import Capture, Copy, Drift, Edit, Quarantined, Redaction, Version
from archive.urlkey import is_url, urlkey
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.reader import Record, read_record

_SETTINGS = """\
# The settings of this newswarc collection. Comments and order stay as you write them.
# `newswarc source add URL` writes a source here.
"""
#: A revisit may lead to another one, in the files of strangers; not further than this.
_MAX_REVISITS = 5
#: So many hits are read at once where all are wanted.
_PAGE = 100


class Collection(Layout):
    """One collection, to be read.

    Nothing here changes it, but for `create`; a collection that was never crawled or indexed
    reads as an empty one. Safe to use from several threads.

    Args:
        path: the directory.

    Raises:
        NotACollection: it is none.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__(Path(path))
        with storage_errors(self.path):
            there = self.config_path.is_file()
        if not there:
            raise NotACollection(
                f"{self.path} is not a collection; `newswarc --collection {self.path} init` makes"
                " one"
            )
        self._reader = Reader(self.index_path)

    @classmethod
    def create(cls, path: str | Path) -> Self:
        """Make a collection, or return the one that is there.

        Raises:
            UsageError: there is something else at that place.
            StorageError: the directory cannot be written.
        """
        directory = Path(path)
        with storage_errors(directory):
            if directory.exists() and not directory.is_dir():
                raise UsageError(f"{directory} is a file; a collection is a directory")
            config = directory / "newswarc.toml"
            if not config.is_file() and directory.is_dir() and any(directory.iterdir()):
                raise UsageError(f"{directory} is not empty and not a collection; name another")
            for part in (directory, directory / "archive", directory / "logs"):
                part.mkdir(parents=True, exist_ok=True)
            if not config.exists():
                config.write_text(_SETTINGS, encoding="utf-8")
        return cls(directory)

    @classmethod
    def open_or_create(cls, path: str | Path) -> Self:
        """Return the collection at `path`, made if there is nothing yet; see `create`."""
        return cls(path) if (Path(path) / "newswarc.toml").is_file() else cls.create(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open; the next call opens it again."""
        self._reader.close()

    def search(
        self,
        query: str = "",
        *,
        sort: Sort = "rank",
        limit: int | None = 20,
        offset: int = 0,
        after: str | None = None,
        at: datetime | None = None,
        fts5: bool = False,
        **filters: Unpack[Narrowed],
    ) -> Results:
        """Return the articles that match.

        Args:
            query: words and fields, see `archive.index.query`.
            sort: best match first (``rank``), or newest first (``date``).
            limit: no more hits than this; None for all, read page by page while they are iterated.
            offset: so many hits are left out first.
            after: the `Results.cursor` of the page before.
            at: search what was known then.
            fts5: the query is one for FTS5, and goes there as it stands.
            **filters: what narrows the search, see `archive.index.search.Filters`.

        Raises:
            UsageError: there is nothing to search for, or `fts5` and FTS5 does not understand it.
        """
        wanted = Filters(**filters).applied((raw if fts5 else parse)(query))

        def page(size: int, offset: int, after: str | None) -> Results:
            with self._reader.reading() as db:
                return search(db, wanted, sort=sort, limit=size, offset=offset, after=after, at=at)

        if limit is not None:
            return page(limit, offset, after)
        first = page(_PAGE, offset, after)
        return dataclasses.replace(first, following=lambda cursor: page(_PAGE, 0, cursor))

    def count(
        self,
        query: str = "",
        by: By = "month",
        *,
        at: datetime | None = None,
        fts5: bool = False,
        **filters: Unpack[Narrowed],
    ) -> list[Count]:
        """Return how many of the articles that match are from each month, of each author ….

        Args:
            query: see `search`.
            by: ``year``, ``month``, ``day``, ``site``, ``author``, ``section`` or ``lang``.
            at: see `search`.
            fts5: see `search`.
            **filters: see `search`.
        """
        wanted = Filters(**filters).applied((raw if fts5 else parse)(query))
        with self._reader.reading() as db:
            return tally(db, wanted, by, at=at)

    def facets(
        self,
        query: str = "",
        *,
        at: datetime | None = None,
        fts5: bool = False,
        **filters: Unpack[Narrowed],
    ) -> dict[str, list[Count]]:
        """Return the sites, months, authors, languages and sections that are the most frequent.

        Args:
            query: see `search`.
            at: see `search`.
            fts5: see `search`.
            **filters: see `search`.
        """
        wanted = Filters(**filters).applied((raw if fts5 else parse)(query))
        with self._reader.reading() as db:
            return facets(db, wanted, at=at)

    def outline(self, query: str = "", **filters: Unpack[Narrowed]) -> Outline:
        """Return the facets of a search and how its articles are spread over time.

        Args:
            query: see `search`.
            **filters: see `search`.

        Raises:
            UsageError: there is no word in what was typed.
        """
        wanted = Filters(**filters).applied(parse(query))
        with self._reader.reading() as db:
            return outline(db, wanted)

    def vocabulary(self, limit: int = 500) -> dict[str, list[Count]]:
        """Return the sites, authors, languages, sections and months that a search may name.

        Args:
            limit: so many of each, the most frequent among the newest articles.
        """
        with self._reader.reading() as db:
            return vocabulary(db, limit)

    def cards(self, article_ids: Sequence[int]) -> dict[int, Card]:
        """Return what a list shows of a few articles beside their texts, by their ids."""
        with self._reader.reading() as db:
            return cards.cards(db, article_ids)

    def article(self, url_or_id: str | int, *, at: datetime | None = None) -> Version | None:
        """Return what an article says: its current version, or the one in force at a time.

        Args:
            url_or_id: the canonical URL, any URL under which it was captured, or the article's id.
            at: what was seen last by then; before the first capture, what was seen first.
        """
        with self._reader.reading() as db:
            wanted = articles.id_of(db, url_or_id) if isinstance(url_or_id, str) else url_or_id
            if wanted is None:
                return None
            if at is None:
                return articles.current(db, wanted)
            return articles.in_force(db, wanted, timestamp.from_datetime(at))

    def articles(self, limit: int = 20, offset: int = 0) -> list[Version]:
        """Return the current versions of the articles, the newest first."""
        with self._reader.reading() as db:
            return articles.newest(db, limit, offset)

    def versions(
        self, article_id: int, *, since: str = "", limit: int | None = None
    ) -> list[Version]:
        """Return the versions of an article, in the order of time.

        Args:
            article_id: its row.
            since: no version that was first captured before this timestamp.
            limit: the earliest so many.
        """
        with self._reader.reading() as db:
            return articles.versions(db, article_id, since=since, limit=limit)

    def version(self, article_id: int, number: int) -> Version | None:
        """Return a version of an article by its number, or None."""
        with self._reader.reading() as db:
            return articles.numbered(db, article_id, number)

    def version_notes(self, article_id: int, limit: int = 100) -> list[VersionNote]:
        """Return what is said of the versions of an article but their texts, the newest first.

        Args:
            article_id: its row.
            limit: no more than this.
        """
        with self._reader.reading() as db:
            return articles.notes(db, article_id, limit)

    def edits(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        site: str | None = None,
        kinds: Sequence[str] = (),
        stealth: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Edit]:
        """Return the versions that differ from the one before, the newest first.

        Args:
            since: seen then or later.
            until: seen then or earlier.
            site: host (subdomains count) or name of the publication.
            kinds: of the change (`archive.wording.change.KINDS`); any when empty.
            stealth: only where the publisher's date did not change with the text.
            limit: no more than this.
            offset: so many are left out first.
        """
        wanted = edits.Wanted(
            timestamp.from_datetime(since) if since else "",
            timestamp.from_datetime(until) if until else "9",
            site,
            tuple(kinds),
            stealth,
        )
        with self._reader.reading() as db:
            return edits.find(db, wanted, limit, offset)

    def copies(self, article_id: int) -> list[Copy]:
        """Return the articles of other outlets that share whole passages with one.

        That is its cluster of copies, the first seen first, the article itself included; empty
        where nobody copied.
        """
        with self._reader.reading() as db:
            return likeness.cluster(db, article_id)

    def quarantined(self, limit: int | None = None) -> list[Quarantined]:
        """Return the captures of pages that stand in for an article, the newest first."""
        with self._reader.reading() as db:
            return captures.quarantined(db, limit)

    def removed(
        self, host: str | None = None, *, until: str = "9", limit: int = 100, offset: int = 0
    ) -> tuple[list[Gone], bool]:
        """Return the articles that their site has taken away, the last to go first.

        Args:
            host: only of this site and its subdomains.
            until: none that went after this timestamp.
            limit: no more than this.
            offset: so many are left out first.

        Returns:
            The articles, and whether all captures were looked at; of very many, the newest are.
        """
        with self._reader.reading() as db:
            return removed.find(db, host, until=until, limit=limit, offset=offset)

    def sites(self, limit: int = coverage.MOST_SITES) -> list[Site]:
        """Return the sites of which there are articles, those with the most first."""
        with self._reader.reading() as db:
            return coverage.sites(db, limit)

    def recent(self, since: datetime) -> dict[str, dict[str, int]]:
        """Return how many articles of each site are from each day (UTC) since a time."""
        with self._reader.reading() as db:
            return dict(coverage.recent(db, since))

    def coverage(self, host: str, *, days: int = 365) -> Coverage | None:
        """Return what is known of a site, or None where no article of it is.

        Args:
            host: without ``www.``.
            days: for so many the number of each day is told.
        """
        with self._reader.reading() as db:
            return coverage.of_site(db, host, timestamp.now(), days)

    def drift(self) -> list[Drift]:
        """Return the sites whose newest articles lack what they used to have; see `drift`."""
        with self._reader.reading() as db:
            return drift.find(db)

    def similar_url(self, url: str) -> str | None:
        """Return the article's URL on the same host that is most like `url`, or None."""
        with self._reader.reading() as db:
            return articles.similar_url(db, url)

    def captures(
        self, url: str, *, since: str = "", until: str = "9", limit: int | None = None
    ) -> list[Capture]:
        """Return the captures of a URL in the order of time.

        Args:
            url: in any form with the same key.
            since: no capture before this timestamp.
            until: no capture after this timestamp.
            limit: the earliest so many.
        """
        with self._reader.reading() as db:
            return captures.of_url(db, url, since=since, until=until, limit=limit)

    def captures_per_period(
        self, url: str, digits: int, *, since: str = "", until: str = "9"
    ) -> dict[str, int]:
        """Return how many captures of a URL are from each year (4 digits), day (8 digits) ….

        Args:
            url: in any form with the same key.
            digits: of the timestamps that make a period.
            since: no capture before this timestamp.
            until: no capture after this timestamp.
        """
        with self._reader.reading() as db:
            return captures.per_period(db, url, digits, since=since, until=until)

    def closest(
        self,
        url: str,
        moment: str,
        *,
        accept: Callable[[Capture], bool] | None = None,
    ) -> Capture | None:
        """Return the capture of a URL that is nearest to a time, or None.

        Args:
            url: in any form with the same key.
            moment: a timestamp of 4 to 14 digits.
            accept: what is good enough. As a rule everything but a redirect to the same key
                (http to https, bare host to www), which is taken when there is nothing else.

        Raises:
            UsageError: `moment` is no timestamp.
        """
        wanted = timestamp.from_datetime(timestamp.to_datetime(moment))
        with (
            self._reader.reading() as db,
            closing(captures.by_nearness(db, url, wanted)) as nearest,
        ):
            if accept is not None:
                return next(filter(accept, nearest), None)
            last_resort: Capture | None = None
            for capture in nearest:
                if not captures.is_self_redirect(capture):
                    return capture
                last_resort = last_resort or capture
        return last_resort

    def walk(
        self, span: Span, *, backwards: bool = False, skip: int = 0, piece: int = 1000
    ) -> Iterator[Capture]:
        """Yield the captures of a span of urlkeys, by urlkey and time.

        Args:
            span: ``Span.prefix("https://www.example.com/news/")``, ``Span()`` for all.
            backwards: the last first.
            skip: leave out so many.
            piece: so many are read at once; meanwhile the index may change.
        """
        return cdxj.walk(self._reader.reading, span, backwards=backwards, skip=skip, piece=piece)

    def count_captures(self, span: Span) -> int:
        """Return how many captures are in a span of urlkeys."""
        with self._reader.reading() as db:
            return cdxj.count(db, span)

    def record(self, capture: Capture) -> Record:
        """Return the record of a capture, read from its WARC file.

        A revisit comes with the payload of the record it refers to. Where the server only said
        "not modified", that is a record with the original's status and head as well.

        Raises:
            DamagedArchive: the record, or the one it refers to, is not where it should be.
        """
        record = self._read(capture)
        original, found = record, capture
        for _ in range(_MAX_REVISITS):
            if original.type != "revisit":
                break
            found = self.original(found)
            original = self._read(found)
        if original is record:
            return record
        if original.type == "revisit":
            raise DamagedArchive(f"{capture.url}: its revisits lead to no payload")
        if record.status == 304 or not record.head:
            return dataclasses.replace(
                original, url=record.url, date=record.date, location=record.location
            )
        return dataclasses.replace(
            record,
            payload=original.payload,
            chunked=original.chunked,
            codings=record.codings if record.http_headers else original.codings,
            whole=original.whole,
        )

    def redaction(self, url: str) -> Redaction | None:
        """Return what was redacted of a URL: all (`Redaction.whole`), or one of its captures.

        None where nothing was.
        """
        with self._reader.reading() as db:
            return redactions.of_url(db, urlkey(url))

    def redacted_keys(self) -> frozenset[str]:
        """Return the urlkeys of which nothing is shown, whenever it was captured."""
        with self._reader.reading() as db:
            return redactions.keys(db)

    def original(self, revisit: Capture) -> Capture:
        """Return the capture that a revisit refers to; that may be a revisit, too.

        Raises:
            DamagedArchive: it is not in the collection.
        """
        url, moment = revisit.refers_to or (revisit.url, revisit.timestamp)

        def is_it(candidate: Capture) -> bool:
            if candidate.location == revisit.location:
                return False
            # Some writers digest the body with its chunks: then only the time tells.
            return candidate.digest == revisit.digest or candidate.timestamp == moment

        def is_response(candidate: Capture) -> bool:
            return candidate.record_type != "revisit" and is_it(candidate)

        found = None
        if is_url(url):  # a revisit may be as near in time as what it refers to
            found = self.closest(url, moment, accept=is_response)
            found = found or self.closest(url, moment, accept=is_it)
        if found is None:
            raise DamagedArchive(
                f"{revisit.url} at {revisit.timestamp} refers to a capture of {urlkey(url)} that is"
                " not in the collection"
            )
        return found

    def generation(self) -> int:
        """Return a number that is another one after each change of the index.

        It is counted for this object alone. What is read after it was asked for is of this
        generation or a later one.
        """
        return self._reader.generation()

    def bytes_to_index(self) -> int:
        """Return how many bytes of the WARC files are not indexed yet."""
        with self._reader.reading() as db:
            indexed = counts.indexed_until(db)
        return sum(max(0, size - indexed.get(name, 0)) for name, size in self.warc_sizes().items())

    def status(self) -> dict[str, Any]:
        """Return what is in the collection, as counts; ready for JSON."""
        files = self.warc_files()
        with self._reader.reading() as db:
            counted = counts.status(db)
        return {
            "collection": str(self.path),
            "warc_files": len(files),
            "warc_bytes": sum(self.warc_sizes().values()),
            "warc_files_open": [path.name for path in files if path.name.endswith(OPEN_SUFFIX)],
            "bytes_to_index": self.bytes_to_index(),
            "index_bytes": self.index_path.stat().st_size if self.index_path.exists() else 0,
            **counted,
        }

    def _read(self, capture: Capture) -> Record:
        location = capture.location
        try:
            record = read_record(self.warc_path(location.file), location.offset)
        except FileNotFoundError:
            if moved := self._moved(capture):
                return self._read(moved)
            raise DamagedArchive(
                f"{location.file} is missing; put it back, or drop what is known of it with"
                " `newswarc index --rebuild`"
            ) from None
        if record.url != capture.url:
            raise DamagedArchive(
                f"{location.file}: another record than the index says at {location.offset};"
                " `newswarc index --rebuild` mends the index"
            )
        return record

    def _moved(self, capture: Capture) -> Capture | None:
        """Return a capture whose record has come into another file since it was looked up."""
        moment = capture.timestamp
        for found in self.captures(capture.url, since=moment, until=moment):
            same = dataclasses.replace(found, location=capture.location) == capture
            if same and found.location.file != capture.location.file:
                return found
        return None
