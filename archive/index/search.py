"""Full-text search over the versions; one hit per article."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypedDict

from archive import timestamp
from archive.errors import UsageError
from archive.index.cursor import Cursor
from archive.index.hits import hit_of
from archive.index.matching import Matching, asking
from archive.index.paging import Found, Page, by_date, by_rank
from archive.index.query.spellings import spelled
from archive.index.query.tree import Field, Node, Parsed, all_of
from archive.index.retrieval import Plan
from archive.index.snippets import MARK, UNMARK
from archive.index.terms import terms
from archive.model import Hit

__all__ = ["MARK", "UNMARK", "Filters", "Narrowed", "Results", "Sort", "search"]

Sort = Literal["rank", "date"]
_ORDERS = {"rank": "rank, version_id DESC", "date": "version_id DESC"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search, beside the query.

    Attributes:
        site: a host (its subdomains count) or the name a publication gives itself.
        since: published then or later; an article that bears no date counts by its first capture.
        until: published then or earlier.
        author: part of a name in the byline.
        language: two-letter code.
        section: as the publication names it.
        tag: as the publication names it.
        title: words in a row in the headline.
        url: the article's, the beginning of it, or a part.
        states: all of these, of `archive.index.query.tree.STATES`.
        has_image: True for articles with a lead image.
        spellings: True to find names in other spellings as well, those in the other alphabet among
            them; see `archive.index.query.spellings`.
    """

    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    author: str | None = None
    language: str | None = None
    section: str | None = None
    tag: str | None = None
    title: str | None = None
    url: str | None = None
    states: Sequence[str] = ()
    has_image: bool = False
    spellings: bool = False

    def tree(self) -> Node | None:
        """Return the filters as fields of a query, or None where there are none."""
        values = {
            "site": self.site,
            "after": timestamp.from_datetime(self.since) if self.since else None,
            "until": timestamp.from_datetime(self.until) if self.until else None,
            "author": self.author,
            "lang": self.language,
            "section": self.section,
            "tag": self.tag,
            "title": self.title,
            "url": self.url,
            "has": "image" if self.has_image else None,
        }
        fields = [Field(name, value) for name, value in values.items() if value]
        return all_of(*fields, *(Field("is", state) for state in self.states))

    def applied(self, query: Parsed) -> Parsed:
        """Return `query`, narrowed."""
        tree = spelled(query.tree) if self.spellings else query.tree
        return Parsed(all_of(tree, self.tree()), query.hints)


class Narrowed(TypedDict, total=False):
    """The attributes of `Filters`, as keyword arguments."""

    site: str | None
    since: datetime | None
    until: datetime | None
    author: str | None
    language: str | None
    section: str | None
    tag: str | None
    title: str | None
    url: str | None
    states: Sequence[str]
    has_image: bool
    spellings: bool


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a search.

    Attributes:
        hits: in the order asked for.
        total: how many articles match, those on other pages included.
        hint: how the query was read where it could not be read as it stood, or None.
        total_is_exact: False where there are more than `total`.
        cursor: what the next page begins behind; None behind the last page.
        following: gives the page behind a cursor, where iteration is to go on with it.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    hint: str | None = None
    total_is_exact: bool = True
    cursor: str | None = None
    following: Callable[[str], Results] | None = field(default=None, repr=False, compare=False)

    def __iter__(self) -> Iterator[Hit]:
        page = self
        yield from page.hits
        while self.following is not None and page.cursor is not None:
            page = self.following(page.cursor)
            yield from page.hits


def search(
    db: sqlite3.Connection,
    query: Parsed,
    *,
    sort: Sort = "rank",
    limit: int = 20,
    offset: int = 0,
    after: str | None = None,
    at: datetime | None = None,
) -> Results:
    """Return the articles of which a version matches.

    Where the current version matches, it is the one shown; else the last of the older ones. The
    rank is that of `archive.index.paging`: of a common word not every match is ranked, and behind
    those that are come the others, the newest first. Of matches that no article shows now only
    the newest are looked at.

    Args:
        db: the index.
        query: what is searched for; see `archive.index.query`.
        sort: best match first, or newest first.
        limit: no more hits than this.
        offset: so many hits are left out first.
        after: the cursor of the page before. What was indexed since that of the first page is not
            found then: pages neither overlap nor leave a gap while a crawl writes.
        at: what was captured later is not known, and what was current then is.

    Raises:
        UsageError: there is nothing to search for, no such order, no such cursor, or a query of
            FTS5 that it does not understand.
    """
    if sort not in _ORDERS:
        raise UsageError(f"cannot sort by {sort!r}; sort by {' or '.join(_ORDERS)}")
    tree = query.tree
    if tree is None:
        raise UsageError(query.hint or "nothing to search for; name a word or a field")
    begin = Cursor.read(after) if after is not None else Cursor(_newest(db), max(offset, 0))
    limit = max(limit, 0)
    words = terms(tree)
    with asking(tree):
        if at is not None:
            page = _then(db, tree, begin, sort, limit + 1, at)
        else:
            plan = Plan.of(db, tree, begin.newest)
            if sort == "rank" and words:
                page = by_rank(db, plan, tree, words, limit + 1, begin.seen)
            else:
                skipped = begin.seen if begin.last is None else 0
                page = by_date(plan, limit + 1, offset=skipped, below=begin.last)
        hits = [hit_of(db, found, words, at) for found in page.found[:limit]]
    cursor = None
    if len(page.found) > limit > 0:
        last = page.found[limit - 1].version_id
        cursor = str(Cursor(begin.newest, begin.seen + limit, last))
    return Results(hits, page.total, query.hint, page.total_is_exact, cursor)


def _newest(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM fulltext_state WHERE name = 'added'").fetchone()
    return int(row["value"]) if row else 0


def _then(
    db: sqlite3.Connection, tree: Node, begin: Cursor, sort: Sort, limit: int, at: datetime
) -> Page:
    """Return a page of what matched at a time."""
    found = Matching.of(tree, ranked=sort == "rank", newest=begin.newest, at=at)
    behind = "WHERE version_id < ?" if begin.last is not None and sort == "date" else ""
    rows = db.execute(
        f"{found.sql} SELECT * FROM matches {behind} ORDER BY {_ORDERS[sort]} LIMIT ? OFFSET ?",
        (*found.values, *([begin.last] if behind else []), limit, 0 if behind else begin.seen),
    ).fetchall()
    total: int = db.execute(f"{found.sql} SELECT count(*) FROM matches", found.values).fetchone()[0]
    page = [Found(row["version_id"], bool(row["current"]), row["rank"]) for row in rows]
    return Page(page, total, total_is_exact=True)
