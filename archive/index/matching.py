"""The versions that a query finds, and of each article the one that is shown: SQL to go on from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from archive import timestamp
from archive.errors import UsageError
from archive.index.fields import Tables
from archive.index.query.compiled import Compiled, Condition, Published, compile_tree
from archive.index.query.tree import Node, Raw, wanted

#: Weights of text, title, subtitle and facets.
_BM25 = "bm25(versions_fts, 1.0, 10.0, 4.0, 0.0)"
_BY_TEXT = "SELECT rowid AS version_id, {rank} AS rank FROM versions_fts WHERE versions_fts MATCH ?"
_ALL = "SELECT id AS version_id, 0.0 AS rank FROM versions WHERE ? IS NULL"
#: The version that an article had at a time.
_THEN = """(
    SELECT known.id FROM versions AS known
    WHERE known.article_id = articles.id AND known.first_capture <= ?
    ORDER BY known.first_capture DESC, known.number DESC LIMIT 1
)"""
_FOUND = """
    found AS MATERIALIZED ({found}), candidates AS (
        SELECT articles.id AS article_id, articles.dated, found.version_id, found.rank,
               found.version_id = {current} AS current
        FROM found JOIN versions ON versions.id = found.version_id
        JOIN docs ON docs.id = versions.id
        JOIN articles ON articles.id = versions.article_id
        WHERE docs.added <= ? AND versions.first_capture <= ? AND {conditions}
    ), places AS (
        SELECT *, row_number() OVER (
            PARTITION BY article_id ORDER BY current DESC, rank, version_id DESC
        ) AS place FROM candidates
    ), matches AS (
        SELECT article_id, dated, version_id, rank, current FROM places WHERE place = 1
    )
"""
_NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Matching:
    """What matches a query, as the beginning of a SELECT.

    Attributes:
        sql: common table expressions: ``candidates``, a row for each version that matches, and
            ``matches``, one for each article, both with article_id, dated, version_id, rank (lower
            is better) and current.
        values: what is bound in it.
    """

    sql: str
    values: tuple[object, ...]

    @classmethod
    def of(
        cls,
        tree: Node,
        *,
        ranked: bool = False,
        newest: int = _NEWEST,
        at: datetime | None = None,
    ) -> Self:
        """Return what matches `tree`.

        Args:
            tree: what is wanted.
            ranked: give `rank` a meaning; it costs a look at every place of every word.
            newest: no version with a higher serial (``docs.added``).
            at: no version that was first seen later; what was current then is current.
        """
        moment = timestamp.from_datetime(at) if at else "9"
        tables = Tables(moment)
        compiled = compile_tree(tree, tables)
        conditions = _conditions(compiled, tables)
        by_text = _BY_TEXT.format(rank=_BM25 if ranked else "0.0")
        sql = _FOUND.format(
            found=_ALL if compiled.match is None else by_text,
            current="articles.current_version_id" if at is None else _THEN,
            conditions=" AND ".join(condition.sql for condition in conditions) or "1",
        )
        values: list[object] = [compiled.match, *([] if at is None else [moment]), newest, moment]
        for condition in conditions:
            values += condition.values
        return cls(f"WITH {sql}", tuple(values))


def _conditions(compiled: Compiled, tables: Tables) -> list[Condition]:
    if compiled.published == Published():
        return list(compiled.conditions)
    return [tables.published(compiled.published), *compiled.conditions]


@contextmanager
def asking(tree: Node) -> Iterator[None]:
    """Say in one line what FTS5 does not understand of a query in its own language.

    Raises:
        UsageError: it does not understand something.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        is_raw = any(isinstance(leaf, Raw) for leaf in wanted(tree))
        if not is_raw or error.sqlite_errorname != "SQLITE_ERROR":
            raise
        raise UsageError(f"FTS5 does not understand the query: {error}") from error
