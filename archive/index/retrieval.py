"""Row ids of the versions that match, the newest first, in bounded time.

FTS5 gives the rows of a match in the order of their ids, and the ids follow the time, so the
newest matches of anything come at once. Nothing here goes through all matches of a common word.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from archive.index import facets, ids
from archive.index.fields import Tables
from archive.index.query.compiled import Condition, compile_tree, quoted
from archive.index.query.tree import And, Field, Node, Not, Phrase, Word
from archive.index.stems import prepare
from archive.index.terms import Term

#: Totals are exact up to this, …
MOST_COUNTED = 10_000
#: … or up to where counting them took so long (seconds), but at least to the second number.
_COUNTING = 0.005
_COUNTED_AT_ONCE = 1000
#: Looking for the newest matches should take no longer (seconds of the processor); that is looked
#: at once for so many of them.
_LOOKING = 0.01
_OFTEN = 20
#: So many matches with a condition that no list of row ids answers are looked at.
_LOOKED_AT = 5_000
#: So many versions that are no longer current are looked at.
_OLDER = 200
_LOWEST, _HIGHEST = -(2**62), 2**62
_NEARNESS = 10
_FACTS = "docs.dated, docs.host_id, docs.language_id, docs.section_id, docs.author_ids"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the versions are found that match a tree.

    Attributes:
        db: the index.
        match: what FTS5 is asked; None for anything.
        lowest: no lower row id.
        highest: no higher one.
        dated: when it may have been published; ``docs`` can be asked. None for any time.
        conditions: what else must be true; ``docs``, ``articles`` and ``versions`` can be asked.
        newest: no version with a higher serial (``docs.added``).
    """

    db: sqlite3.Connection
    match: str | None
    lowest: int = _LOWEST
    highest: int = _HIGHEST
    dated: Condition | None = None
    conditions: tuple[Condition, ...] = ()
    newest: int = _HIGHEST
    _known: dict[int, bool] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, db: sqlite3.Connection, tree: Node, newest: int = _HIGHEST) -> Self:
        """Return the plan for `tree`."""
        tables = Tables()
        compiled = compile_tree(tree, tables)
        span = compiled.published
        dated = tables.published(span) if span.first or span.last else None
        lowest = ids.first(span.first) if span.first else _LOWEST
        highest = ids.last(span.last) if span.last else _HIGHEST
        plan = cls(db, compiled.match, lowest, highest, dated, compiled.conditions, newest)
        if compiled.conditions and compiled.match:
            return replace(plan, lowest=plan._floor())
        return plan

    def _floor(self) -> int:
        """Return the row id below which no match is looked at whether it meets the conditions."""
        row = self.db.execute(
            "SELECT rowid FROM versions_fts WHERE versions_fts MATCH ? AND rowid BETWEEN ? AND ?"
            " ORDER BY rowid DESC LIMIT 1 OFFSET ?",
            (self.match, self.lowest, self.highest, _LOOKED_AT),
        ).fetchone()
        return self.lowest if row is None else row[0]

    def ids(
        self,
        limit: int,
        *,
        below: int = _HIGHEST,
        also: str | None = None,
        old: bool = False,
        offset: int = 0,
    ) -> list[int]:
        """Return row ids of versions that match, the highest first.

        Args:
            limit: no more than this.
            below: only lower ones.
            also: what FTS5 is asked as well.
            old: versions that are no longer current; otherwise only current ones.
            offset: so many are left out first.
        """
        asked = [f"({each})" for each in (self.match, also) if each is not None]
        match = " AND ".join(asked) or None
        if old and match is not None:
            match = f"({match}) AND facets : {facets.OLD}"
        return self._ids(match, limit, min(self.highest, below - 1), int(not old), offset)

    def newest_of_all(self, limit: int, enough: int) -> tuple[list[int], list[int] | None]:
        """Return row ids of current versions that match, the highest first, and those of old ones.

        FTS5 may have to go through all texts that have the words of a phrase, to find that they
        hardly ever stand in a row: that is done once, and no longer than it must.

        Args:
            limit: no more current ones than this.
            enough: nor more than this many, where finding them has taken long.

        Returns:
            The current ones; and the old ones, or None where there may be more of both.
        """
        sql, values = self._select(
            self.match, self.highest, None, self.lowest, "docs.id, docs.current"
        )
        current: list[int] = []
        old: list[int] = []
        cursor = self.db.cursor()
        cursor.row_factory = None
        begun = time.thread_time()
        for version_id, is_current in cursor.execute(sql, values):
            if not is_current:
                old.append(version_id)
                continue
            current.append(version_id)
            found = len(current)
            is_late = found % _OFTEN == 0 and time.thread_time() - begun > _LOOKING
            if found == limit or (is_late and found >= enough):
                cursor.close()
                return current, None
        return current, old[:_OLDER]

    def facts(self, limit: int) -> list[tuple[int, int, int | None, int | None, str | None]]:
        """Return what facets are made of, for the newest matches, one for each article.

        That is when it was published (seconds since 1970), the ids of the names of its host, its
        language and its section, and those of its authors, apart by blanks.
        """
        sql, values = self._select(self.match, self.highest, 1, self.lowest, f"docs.id, {_FACTS}")
        cursor = self.db.cursor()
        cursor.row_factory = None
        rows = cursor.execute(f"{sql} LIMIT ?", (*values, limit)).fetchall()
        older = self.older(row[0] for row in rows)
        rows += cursor.execute(
            f"SELECT id, {_FACTS} FROM docs WHERE id IN ({', '.join(map(str, older))})"
        ).fetchall()
        return [row[1:] for row in rows]

    def is_match(self, version_id: int) -> bool:
        """Tell whether a certain version that is current matches."""
        if version_id not in self._known:
            found = self._ids(self.match, 1, version_id, 1, 0, lowest=version_id)
            self._known[version_id] = bool(found)
        return self._known[version_id]

    def older(self, current: Iterable[int], old: Sequence[int] | None = None) -> list[int]:
        """Return the versions that match and are not current, of articles that now do not match.

        Only the newest are looked at, and of each article the last is given.

        Args:
            current: row ids of current versions that are known to match.
            old: those of the versions that match and are not current, where they are known.
        """
        found = self.ids(_OLDER, old=True) if old is None else old
        if not found:
            return []
        self._known.update(dict.fromkeys(current, True))
        rows = self.db.execute(
            "SELECT versions.id, article_id, current_version_id FROM versions"
            " JOIN articles ON articles.id = article_id"
            f" WHERE versions.id IN ({', '.join(map(str, found))}) ORDER BY number",
        ).fetchall()
        last = {row["article_id"]: row for row in rows}
        chosen = [
            row["id"] for row in last.values() if not self.is_match(row["current_version_id"])
        ]
        return sorted(chosen, reverse=True)

    def count(self) -> tuple[int, bool]:
        """Return how many current versions match, and whether that is exact."""
        match = self.match
        if match is None or self.dated or self.conditions:
            sql, values = self._select(match, self.highest, 1, self.lowest)
        else:
            sql = "SELECT 1 FROM versions_fts WHERE versions_fts MATCH ? AND rowid BETWEEN ? AND ?"
            values = (f"({match}) NOT facets : {facets.OLD}", self.lowest, self.highest)
        cursor = self.db.execute(f"{sql} LIMIT {MOST_COUNTED + 1}", values)
        begun, counted = time.monotonic(), 0
        while rows := cursor.fetchmany(_COUNTED_AT_ONCE):
            counted += len(rows)
            if len(rows) < _COUNTED_AT_ONCE:
                break
            if time.monotonic() - begun > _COUNTING:
                cursor.close()
                return counted, False
        return min(counted, MOST_COUNTED), counted <= MOST_COUNTED

    def _ids(
        self,
        match: str | None,
        limit: int,
        highest: int,
        current: int,
        offset: int,
        *,
        lowest: int | None = None,
    ) -> list[int]:
        lowest = self.lowest if lowest is None else max(lowest, self.lowest)
        sql, values = self._select(match, highest, current, lowest)
        rows = self.db.execute(f"{sql} LIMIT ? OFFSET ?", (*values, limit, offset))
        return [row[0] for row in rows.fetchall()]

    def _select(
        self,
        match: str | None,
        highest: int,
        current: int | None,
        lowest: int,
        columns: str = "docs.id",
    ) -> tuple[str, tuple[object, ...]]:
        """Return a SELECT, the highest row ids first; of current versions and others with None."""
        source, key = "docs", "docs.id"
        state = "docs.added <= ?"
        values: list[object] = [lowest, highest, self.newest]
        if current is not None:
            state += f" AND docs.current = {current}"
        where = f"{key} BETWEEN ? AND ? AND {state}"
        if match is not None:
            key = "versions_fts.rowid"
            source = f"versions_fts CROSS JOIN docs ON docs.id = {key}"
            where = f"versions_fts MATCH ? AND {key} BETWEEN ? AND ? AND {state}"
            values.insert(0, match)
        if self.conditions:
            source += (
                " CROSS JOIN articles ON articles.id = docs.article_id"
                " CROSS JOIN versions ON versions.id = docs.id"
            )
        for condition in ((self.dated,) if self.dated else ()) + self.conditions:
            where += f" AND {condition.sql}"
            values += condition.values
        return f"SELECT {columns} FROM {source} WHERE {where} ORDER BY {key} DESC", tuple(values)


def in_headline(terms: Sequence[Term]) -> str:
    """Return what FTS5 is asked for texts with all words in the headline; phrases as such."""
    asked = " AND ".join(quoted(facets.headline(" ".join(term.words))) for term in terms)
    return f"facets : ({asked})"


def in_a_row(terms: Sequence[Term]) -> str:
    """Return what FTS5 is asked for texts with all words in a row."""
    return quoted(prepare(" ".join(word for term in terms for word in term.words)))


def close(terms: Sequence[Term]) -> str:
    """Return what FTS5 is asked for texts with all words close to each other."""
    words = " ".join(quoted(prepare(word)) for term in terms for word in term.words)
    return f"NEAR({words}, {_NEARNESS})"


def wants_all(tree: Node) -> bool:
    """Tell whether a tree wants all its words, so that their nearness says something."""
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    return all(isinstance(node, Word | Phrase | Field | Not) for node in nodes)
