"""A tree on its way into SQL: what is asked of FTS5, what of a WHERE clause, and what of the date.

FTS5 is asked as much as possible: it intersects lists of row ids faster than anything else here.
What it cannot say, such as ``title:troops OR before:2024`` over a column that is not full text,
becomes a condition with a query of its own inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from archive.index.query.tree import And, Field, Near, Node, Not, Or, Phrase, Raw, Word


@dataclass(frozen=True, slots=True)
class Match:
    """Something that FTS5 is asked: the right side of ``MATCH``, good inside brackets."""

    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that a WHERE clause is asked.

    Attributes:
        sql: with ``?`` for each value.
        values: in their order.
    """

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """When an article may be from; None for any time."""

    first: datetime | None = None
    last: datetime | None = None


Part: TypeAlias = Match | Condition | Published


class Schema(Protocol):
    """What the tables say about words and fields."""

    @property
    def table(self) -> str:
        """The name of the FTS5 table."""

    @property
    def rowid(self) -> str:
        """SQL for the row id of that table in a WHERE clause."""

    def term(self, text: str) -> str:
        """Return `text` as it was put into the full-text table: folded, stemmed."""

    def exact(self, text: str) -> Condition:
        """Return the condition that `text` stands in a version in this very form."""

    def field(self, field: Field) -> Part:
        """Return what the value of a field asks."""

    def published(self, span: Published) -> Condition:
        """Return the condition that an article is from a time."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What to ask for all that a tree wants.

    Attributes:
        match: the right side of ``MATCH``, or None where FTS5 is asked nothing.
        published: from when to when.
        conditions: all must be true.
    """

    match: str | None
    published: Published
    conditions: tuple[Condition, ...]


def compile_tree(tree: Node | None, schema: Schema) -> Compiled:
    """Return what to ask for `tree`."""
    parts = _parts(tree, schema) if tree is not None else []
    wanted, published, conditions = _joined(parts)
    return Compiled(wanted.text if wanted else None, published, tuple(conditions))


def _parts(tree: Node, schema: Schema) -> list[Part]:
    """Return parts that must all be true for `tree` to be."""
    if isinstance(tree, And):
        return _all(tree.nodes, schema)
    if isinstance(tree, Word | Phrase) and tree.exact:
        return [Match(full_text(tree, schema)), schema.exact(tree.text)]
    return [_part(tree, schema)]


def _all(nodes: Sequence[Node], schema: Schema) -> list[Part]:
    parts: list[Part] = []
    unwanted: list[Match] = []
    for node in nodes:
        part = _part(node.node, schema) if isinstance(node, Not) else None
        if isinstance(part, Match):
            unwanted.append(part)
        else:
            parts += _parts(node, schema)
    if not unwanted:
        return parts
    wanted, published, conditions = _joined(parts)
    without = Match(" OR ".join(match.text for match in unwanted))
    if wanted is None:
        return [*parts, _not(without, schema)]
    return [Match(f"(({wanted.text}) NOT ({without.text}))"), published, *conditions]


def _part(node: Node, schema: Schema) -> Part:
    """Return one part for a node."""
    if isinstance(node, And):
        return _one(_all(node.nodes, schema), schema)
    if isinstance(node, Or):
        parts = [_part(inner, schema) for inner in node.nodes]
        matches = [part for part in parts if isinstance(part, Match)]
        either = Match("(" + " OR ".join(match.text for match in matches) + ")")
        if len(matches) == len(parts):
            return either
        others = [_condition(part, schema) for part in parts if not isinstance(part, Match)]
        return _joined_by("OR", [*others, *([_condition(either, schema)] if matches else [])])
    if isinstance(node, Not):
        return _not(_part(node.node, schema), schema)
    if isinstance(node, Field):
        return schema.field(node)
    if isinstance(node, Word | Phrase) and node.exact:
        return _one(_parts(node, schema), schema)
    return Match(full_text(node, schema))


def full_text(node: Word | Phrase | Near | Raw, schema: Schema) -> str:
    """Return what FTS5 is asked for words; whether a form is exact it cannot tell."""
    if isinstance(node, Raw):
        return f"({node.match})"
    if isinstance(node, Near):
        words = " ".join(full_text(word, schema) for word in node.words)
        return f"NEAR({words}, {node.distance})"
    return quoted(schema.term(node.text), prefix=node.prefix)


def quoted(text: str, *, prefix: bool = False) -> str:
    """Return `text` as a string of FTS5, in which no character has a meaning."""
    inner = text.replace('"', '""')
    return f'"{inner}" *' if prefix else f'"{inner}"'


def _one(parts: Sequence[Part], schema: Schema) -> Part:
    wanted, published, conditions = _joined(parts)
    whole: list[Part] = [*([wanted] if wanted else []), *conditions]
    if published != Published():
        whole.append(published)
    if len(whole) == 1:
        return whole[0]
    return _joined_by("AND", [_condition(part, schema) for part in whole])


def _joined(parts: Sequence[Part]) -> tuple[Match | None, Published, list[Condition]]:
    """Return parts that must all be true, those of one kind in one."""
    matches = [part.text for part in parts if isinstance(part, Match)]
    spans = [part for part in parts if isinstance(part, Published)]
    conditions = [part for part in parts if isinstance(part, Condition)]
    wanted = f"({' AND '.join(matches)})" if len(matches) > 1 else "".join(matches)
    firsts = [span.first for span in spans if span.first is not None]
    lasts = [span.last for span in spans if span.last is not None]
    published = Published(max(firsts, default=None), min(lasts, default=None))
    return Match(wanted) if wanted else None, published, conditions


def _condition(part: Part, schema: Schema) -> Condition:
    if isinstance(part, Match):
        table = schema.table
        return Condition(
            f"{schema.rowid} IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)", (part.text,)
        )
    return schema.published(part) if isinstance(part, Published) else part


def _not(part: Part, schema: Schema) -> Condition:
    condition = _condition(part, schema)
    # What is not known is not so: a NULL must not hide a row from "not this".
    return Condition(f"NOT coalesce(({condition.sql}), 0)", condition.values)


def _joined_by(operator: str, conditions: Sequence[Condition]) -> Condition:
    sql = f" {operator} ".join(f"({condition.sql})" for condition in conditions)
    return Condition(f"({sql})", tuple(v for condition in conditions for v in condition.values))
