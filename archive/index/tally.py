"""How many articles match, by time, by site, by author and the like."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias, get_args

from archive.errors import UsageError
from archive.index.matching import Matching, asking
from archive.index.query import Parsed
from archive.index.query.tree import EVERYTHING
from archive.index.retrieval import Plan

By = Literal["year", "month", "day", "site", "author", "section", "lang"]
#: What a facet is given of, and so many of each, the most frequent.
FACETS: tuple[By, ...] = ("site", "month", "author", "lang", "section")
FACET_SIZE = 10
#: Of more matches than this, the newest so many are counted for facets.
FACETED = 10_000

_KEYS: Mapping[str, str] = {
    "year": "substr(articles.dated, 1, 4)",
    "month": "substr(articles.dated, 1, 7)",
    "day": "substr(articles.dated, 1, 10)",
    "site": "articles.host",
    "author": "coalesce(author.value, '')",
    "section": "coalesce(articles.section, '')",
    "lang": "coalesce(articles.language, '')",
}
_DAY = 24 * 60 * 60
_EPOCH = date(1970, 1, 1)
#: When it was published (seconds since 1970), ids of host, language and section, and of authors.
_Fact: TypeAlias = tuple[int, int, int | None, int | None, str | None]
_AUTHORS = "LEFT JOIN json_each(articles.authors) AS author"


class Count(NamedTuple):
    """A value, and how many articles have it; empty where they have none."""

    value: str
    articles: int


def is_time(by: str) -> bool:
    """Tell whether the values of `by` follow each other in time."""
    return by in ("year", "month", "day")


def tally(
    db: sqlite3.Connection,
    query: Parsed,
    by: By,
    *,
    at: datetime | None = None,
    limit: int | None = None,
) -> list[Count]:
    """Return how many of the articles that match have each value.

    Args:
        db: the index.
        query: what matches; all articles, where there is no word in it.
        by: what is counted; days, months and years are those of UTC.
        at: see `archive.index.search.search`.
        limit: no more values than this, the most frequent.

    Returns:
        Times in their order, all else the most frequent first. An article of two authors counts
        for both.

    Raises:
        UsageError: there is no word in what was typed, or nothing is called `by`.
    """
    if by not in _KEYS:
        raise UsageError(f"cannot count by {by!r}; count by {', '.join(get_args(By))}")
    if query.tree is None and query.hint:
        raise UsageError(query.hint)
    tree = query.tree or EVERYTHING
    found = Matching.of(tree, at=at)
    with asking(tree):
        rows = db.execute(
            f"{found.sql} SELECT {_KEYS[by]} AS value, count(DISTINCT articles.id) AS articles"
            " FROM matches JOIN articles ON articles.id = matches.article_id"
            f" {_AUTHORS if by == 'author' else ''}"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            (*found.values, -1 if limit is None else limit),
        ).fetchall()
    counts = [Count(*row) for row in rows]
    return sorted(counts) if is_time(by) else counts


@dataclass(frozen=True, slots=True)
class Outline:
    """What a search finds, from afar.

    Attributes:
        facets: see `facets`.
        days: day (``2024-10-23``, UTC) and number of articles, in their order.
        counted: of how many articles all this is told; of more than `FACETED`, the newest.
    """

    facets: dict[str, list[Count]]
    days: list[Count]
    counted: int


def outline(db: sqlite3.Connection, query: Parsed) -> Outline:
    """Return the facets of a search and its articles by day, in one look.

    Raises:
        UsageError: there is no word in what was typed.
    """
    rows, days = _facts(db, query)
    counted = [Count(f"{_EPOCH + timedelta(days=day):%Y-%m-%d}", n) for day, n in days.items()]
    return Outline(_faceted(db, rows, days, FACET_SIZE), sorted(counted), len(rows))


def vocabulary(db: sqlite3.Connection, limit: int) -> dict[str, list[Count]]:
    """Return the names that a query may have in its fields: so many of each, see `facets`."""
    return _faceted(db, *_facts(db, Parsed(None)), limit)


def facets(
    db: sqlite3.Connection, query: Parsed, *, at: datetime | None = None
) -> dict[str, list[Count]]:
    """Return the most frequent values of `FACETS` among the articles that match.

    Of more than `FACETED` articles, the newest count; with `at`, all do. Months stand in the order
    of time, all else the most frequent first.
    """
    if at is not None:
        counted = {by: tally(db, query, by, at=at, limit=FACET_SIZE + 1) for by in FACETS}
        return {
            by: [count for count in counts if count.value][:FACET_SIZE]
            for by, counts in counted.items()
        }
    return _faceted(db, *_facts(db, query), FACET_SIZE)


def _facts(db: sqlite3.Connection, query: Parsed) -> tuple[list[_Fact], Counter[int]]:
    """Return what facets are made of, and how many articles are from each day since 1970."""
    if query.tree is None and query.hint:
        raise UsageError(query.hint)
    tree = query.tree or EVERYTHING
    with asking(tree):
        rows = Plan.of(db, tree).facts(FACETED)
    return rows, Counter(row[0] // _DAY for row in rows)


def _faceted(
    db: sqlite3.Connection, rows: list[_Fact], days: Counter[int], size: int
) -> dict[str, list[Count]]:
    _, hosts, languages, sections, authors = zip(*rows, strict=True) if rows else [()] * 5
    months: Counter[str] = Counter()
    for day, articles in days.items():
        months[f"{_EPOCH + timedelta(days=day):%Y-%m}"] += articles
    bylines: Counter[str] = Counter()
    for numbers, articles in Counter(authors).items():
        for number in set((numbers or "").split()):
            bylines[number] += articles
    return {
        "site": _named(db, Counter(hosts), size),
        "month": sorted(_most(months, size)),
        "author": _named(db, bylines, size),
        "lang": _named(db, Counter(languages), size),
        "section": _named(db, Counter(sections), size),
    }


def _named(
    db: sqlite3.Connection, counted: Mapping[int, int] | Mapping[str, int], size: int
) -> list[Count]:
    """Return the most frequent of what was counted by its number, by its name instead.

    Only names are looked up that may be among them: thousands may have written.
    """
    numbers = {int(number): articles for number, articles in counted.items() if number is not None}
    frequent = sorted(numbers.values(), reverse=True)[:size]
    least = frequent[-1] if frequent else 0
    asked = [number for number, articles in numbers.items() if articles >= least]
    rows = db.execute(
        "SELECT id, name FROM names WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(asked),),
    )
    return _most(Counter({row["name"]: numbers[row["id"]] for row in rows}), size)


def _most(counted: Counter[str], size: int) -> list[Count]:
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [Count(*item) for item in ordered[:size]]
