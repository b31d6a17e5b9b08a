"""Full-text search over the versions; one hit per article."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypedDict

from archive import timestamp
from archive.errors import UsageError
from archive.index import captures
from archive.index.cursor import Cursor
from archive.index.fields import Tables
from archive.index.matching import Matching, asking
from archive.index.query.compiled import compile_tree
from archive.index.query.tree import (
    Field,
    Near,
    Node,
    Or,
    Parsed,
    Phrase,
    Raw,
    Word,
    all_of,
    wanted,
)
from archive.model import Hit

Sort = Literal["rank", "date"]
#: What stands around a matched word in a snippet; `archive.index.articles.clean` keeps both
#: characters out of every text.
MARK, UNMARK = "\x02", "\x03"

_SNIPPET_TOKENS = 32
#: So much of a text stands in for a snippet where there is no word to show (characters).
_BEGINNING = 240
_ORDERS = {"rank": "rank, dated DESC, article_id DESC", "date": "dated DESC, article_id DESC"}
_SHOWN = """
    SELECT articles.url, articles.site, articles.published, versions.title,
           substr(versions."text", 1, ?) AS beginning,
           (SELECT count(*) FROM versions AS known WHERE known.article_id = articles.id
            AND known.first_capture <= ?) AS versions
    FROM versions JOIN articles ON articles.id = versions.article_id WHERE versions.id = ?
"""


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
        return Parsed(all_of(query.tree, self.tree()), query.hints)


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

    Where the current version matches, it is the one shown; else the best of the older ones.

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
    found = Matching.of(tree, ranked=sort == "rank", newest=begin.newest, at=at)
    behind = ""
    values: tuple[object, ...] = ()
    if begin.dated and sort == "date":
        behind, values = "WHERE (dated, article_id) < (?, ?)", (begin.dated, begin.article_id)
    limit = max(limit, 0)
    with asking(tree):
        rows = db.execute(
            f"{found.sql} SELECT * FROM matches {behind} ORDER BY {_ORDERS[sort]} LIMIT ? OFFSET ?",
            (*found.values, *values, limit + 1, 0 if behind else begin.seen),
        ).fetchall()
        total = db.execute(f"{found.sql} SELECT count(*) FROM matches", found.values).fetchone()[0]
        hits = [hit_of(db, row, tree, at) for row in rows[:limit]]
    cursor = None
    if len(rows) > limit > 0:
        last = rows[limit - 1]
        cursor = str(Cursor(begin.newest, begin.seen + limit, last["dated"], last["article_id"]))
    return Results(hits, total, query.hint, cursor=cursor)


def _newest(db: sqlite3.Connection) -> int:
    newest: int | None = db.execute("SELECT max(added) FROM docs").fetchone()[0]
    return newest or 0


def hit_of(db: sqlite3.Connection, row: sqlite3.Row, tree: Node, at: datetime | None = None) -> Hit:
    """Return the hit of a row of `Matching`; its snippet shows what `tree` wants."""
    moment = timestamp.from_datetime(at) if at else "9"
    shown = db.execute(_SHOWN, (_BEGINNING, moment, row["version_id"])).fetchone()
    capture = captures.of_version(db, row["version_id"])
    return Hit(
        article_id=row["article_id"],
        url=shown["url"],
        title=shown["title"],
        site=shown["site"],
        published=shown["published"],
        snippet=_snippet(db, row["version_id"], tree) or _beginning(shown["beginning"]),
        timestamp=capture.timestamp,
        location=capture.location,
        versions=shown["versions"],
        rank=row["rank"],
        current=bool(row["current"]),
    )


def _snippet(db: sqlite3.Connection, version_id: int, tree: Node) -> str:
    """Return the text around what was wanted of it; empty where nothing was."""
    words = tuple(leaf for leaf in wanted(tree) if isinstance(leaf, Word | Phrase | Near | Raw))
    if not words:
        return ""
    match = compile_tree(Or(words), Tables()).match
    row = db.execute(
        f"SELECT snippet(versions_fts, 0, ?, ?, '…', {_SNIPPET_TOKENS}) FROM versions_fts"
        " WHERE versions_fts MATCH ? AND rowid = ?",
        (MARK, UNMARK, match, version_id),
    ).fetchone()
    return " ".join(row[0].split()) if row else ""


def _beginning(text: str) -> str:
    words = " ".join(text.split())
    return words if len(text) < _BEGINNING else words.rpartition(" ")[0] + "…"
