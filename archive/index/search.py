"""Full-text search over the versions; one hit per article."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from archive.errors import UsageError
from archive.index import captures
from archive.index.articles import utc
from archive.index.query import parse
from archive.model import Hit

Sort = Literal["rank", "date"]
#: What stands around a matched word in a snippet; `archive.index.articles.clean` keeps both
#: characters out of every text.
MARK, UNMARK = "\x02", "\x03"

#: Weights of title, subtitle and text.
_BM25 = "bm25(versions_fts, 10.0, 4.0, 1.0)"
_SNIPPET_TOKENS = 32
_ORDERS = {"rank": "rank, dated DESC, article_id DESC", "date": "dated DESC, article_id DESC"}
_FOUND = f"""
    WITH found AS MATERIALIZED (
        SELECT rowid AS version_id, {_BM25} AS rank FROM versions_fts
        WHERE versions_fts MATCH :match
    ), matches AS (
        SELECT articles.id AS article_id, articles.url, versions.title, articles.site,
               articles.published, articles.dated, articles.versions, found.version_id, found.rank,
               found.version_id = articles.current_version_id AS current,
               row_number() OVER (
                   PARTITION BY articles.id
                   ORDER BY found.version_id = articles.current_version_id DESC, found.rank
               ) AS place
        FROM found JOIN versions ON versions.id = found.version_id
        JOIN articles ON articles.id = versions.article_id
        {{where}}
    )
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search.

    Attributes:
        site: a host (its subdomains count) or the name a publication gives itself.
        since: published then or later; an article that bears no date counts by its first capture.
        until: published then or earlier.
        author: part of a name in the byline.
        language: two-letter code.
        section: as the publication names it.
    """

    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    author: str | None = None
    language: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a search.

    Attributes:
        hits: in the order asked for.
        total: how many articles match, those beyond the limit included.
        hint: how the query was read where it could not be read as it stood, or None.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    hint: str | None = None

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


def search(
    db: sqlite3.Connection,
    text: str,
    filters: Filters,
    *,
    sort: Sort = "rank",
    limit: int = 20,
    offset: int = 0,
) -> Results:
    """Return the articles of which a version matches.

    Where the current version matches, it is the one shown; else the best of the older ones.

    Args:
        db: the index.
        text: what a person typed; see `archive.index.query`.
        filters: what narrows it.
        sort: best match first, or newest first.
        limit: no more hits than this.
        offset: so many hits are left out first.

    Raises:
        UsageError: there is nothing to search for, or no such order.
    """
    if sort not in _ORDERS:
        raise UsageError(f"cannot sort by {sort!r}; sort by {' or '.join(_ORDERS)}")
    query = parse(text)
    where, values = _conditions(filters)
    values["match"] = query.match
    found = _FOUND.format(where=where)
    rows = db.execute(
        f"{found} SELECT *, count(*) OVER () AS total FROM matches WHERE place = 1"
        f" ORDER BY {_ORDERS[sort]} LIMIT :limit OFFSET :offset",
        {**values, "limit": max(limit, 0), "offset": max(offset, 0)},
    ).fetchall()
    if rows:
        total = rows[0]["total"]
    else:
        counted = db.execute(f"{found} SELECT count(*) FROM matches WHERE place = 1", values)
        total = counted.fetchone()[0]
    return Results([_hit(db, row, query.match) for row in rows], total, query.hint)


def _conditions(filters: Filters) -> tuple[str, dict[str, str]]:
    """Return the WHERE clause of `filters` and its values."""
    conditions: list[str] = []
    values: dict[str, str] = {}
    if filters.site:
        host = filters.site.lower().removeprefix("www.")
        conditions.append(
            "(host = :host OR host LIKE :subdomains ESCAPE '\\' OR fold(site) = fold(:site))"
        )
        values |= {"host": host, "subdomains": "%." + _literal(host), "site": filters.site}
    if filters.since:
        conditions.append("dated >= :since")
        values["since"] = utc(filters.since)
    if filters.until:
        conditions.append("dated <= :until")
        values["until"] = utc(filters.until)
    if filters.author:
        conditions.append(
            "EXISTS (SELECT 1 FROM json_each(authors) WHERE instr(fold(value), fold(:author)))"
        )
        values["author"] = filters.author
    if filters.language:
        conditions.append("language = :language")
        values["language"] = filters.language.lower()
    if filters.section:
        conditions.append("fold(section) = fold(:section)")
        values["section"] = filters.section
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), values


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _hit(db: sqlite3.Connection, row: sqlite3.Row, match: str) -> Hit:
    snippet = db.execute(
        f"SELECT snippet(versions_fts, 2, ?, ?, '…', {_SNIPPET_TOKENS}) FROM versions_fts"
        " WHERE versions_fts MATCH ? AND rowid = ?",
        (MARK, UNMARK, match, row["version_id"]),
    ).fetchone()
    shown = captures.of_version(db, row["version_id"])
    return Hit(
        article_id=row["article_id"],
        url=row["url"],
        title=row["title"],
        site=row["site"],
        published=row["published"],
        snippet=" ".join(snippet[0].split()),
        timestamp=shown.timestamp,
        location=shown.location,
        versions=row["versions"],
        rank=row["rank"],
        current=bool(row["current"]),
    )
