"""What a query says, as a tree: what the parser makes and the search reads.

::

    troops (tank OR plane) -navy site:bbc.com

    And(Word troops, Or(Word tank, Word plane), Not(Word navy), Field site bbc.com)

Text stands in the tree as it was typed. Whoever searches splits it, stems it and folds it as the
texts were when they were indexed; a word such as ``e-mail`` may become several in a row then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

#: Names of the fields, as they stand in a tree. ``after`` and ``until`` are with the day named,
#: ``before`` is without.
FIELDS = (
    *("site", "author", "section", "tag", "lang", "title", "url"),
    *("after", "before", "until", "on", "is", "has"),
)
#: What may be behind ``is:`` and ``has:``.
STATES = ("edited", "stealth", "removed", "quarantined")
FEATURES = ("image",)


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Attributes:
        text: as typed, without ``=`` and ``*``.
        exact: this form only, not the other forms of the word.
        prefix: any word that begins so.
    """

    text: str
    exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row.

    Attributes:
        words: two or more.
        exact: see `Word`.
        prefix: of the last one, any word that begins so.
    """

    words: tuple[str, ...]
    exact: bool = False
    prefix: bool = False

    @property
    def text(self) -> str:
        """The words, apart by blanks."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Near:
    """Words or phrases close to each other, in any order.

    Attributes:
        words: two or more.
        distance: so many other words may stand between the first and the last of them.
    """

    words: tuple[Word | Phrase, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    """What is not said in the text but about it; ``title`` alone is full text as well.

    Attributes:
        name: one of `FIELDS`.
        value: as typed, without quotation marks; good for that field.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A query in the language of FTS5, as it stands."""

    match: str


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of these, or several."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What is not this."""

    node: Node


Leaf: TypeAlias = Word | Phrase | Near | Field | Raw
Node: TypeAlias = Leaf | And | Or | Not

#: What every article is.
EVERYTHING: Node = And(())


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as it was understood.

    Attributes:
        tree: what is searched for; None where there is nothing to search for.
        hints: what was not understood and how it was read, for the person who asked.
    """

    tree: Node | None
    hints: tuple[str, ...] = ()

    @property
    def hint(self) -> str | None:
        """The hints on one line, or None."""
        return "; ".join(self.hints) or None


def wanted(tree: Node | None) -> Iterator[Leaf]:
    """Yield what a text may be found by, in its order: all leaves that are not unwanted."""
    if isinstance(tree, And | Or):
        for node in tree.nodes:
            yield from wanted(node)
    elif tree is not None and not isinstance(tree, Not):
        yield tree


def all_of(*trees: Node | None) -> Node | None:
    """Return one tree that wants what each of `trees` wants, or None where none wants anything."""
    nodes: list[Node] = []
    for tree in trees:
        if isinstance(tree, And):
            nodes += tree.nodes
        elif tree is not None:
            nodes.append(tree)
    return And(tuple(nodes)) if len(nodes) > 1 else next(iter(nodes), None)
