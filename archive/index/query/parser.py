"""What a person types, read as a tree; there is no syntax error.

========================  =========================================================
``north korea``           both words, in any of their forms
``"north korea"``         in a row
``-navy`` ``NOT navy``    not this
``tank OR plane``         one of them; binds closer than what stands beside it
``(a b) OR (c d)``        groups
``troop*``                any word that begins so
``=troops``               this form of the word only
``a NEAR b`` ``a ~5 b``   close to each other: up to ten other words between, or five
``site:bbc.com``          a field; ``author:"Anna Yolkina"`` with blanks
========================  =========================================================

What cannot be read so is searched for as words, and a hint tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archive.errors import UsageError
from archive.index.query.dates import published
from archive.index.query.lexer import (
    Close,
    Lexeme,
    Nearness,
    Open,
    Operator,
    Term,
    balanced,
    lexemes,
)
from archive.index.query.tree import (
    FEATURES,
    FIELDS,
    STATES,
    Field,
    Near,
    Node,
    Not,
    Or,
    Parsed,
    Phrase,
    Raw,
    Word,
    all_of,
    wanted,
)

#: Longer queries are cut; no person writes them, and each word costs a look-up.
MAX_TERMS = 64
#: Brackets within brackets, beyond which they mean nothing.
MAX_DEPTH = 20
#: A prefix of fewer letters would find next to everything.
MIN_PREFIX = 2
#: So many characters of what was typed are said in a hint.
_QUOTED = 40

_ALIASES = {"language": "lang", "since": "after", "tags": "tag"}
#: What a word is split into when it is looked up.
_RUN = re.compile(r"[^\W_]+")
_DATES = frozenset({"after", "before", "until", "on"})


def parse(text: str) -> Parsed:
    """Read `text` as a query.

    >>> parse('troops (tank OR plane) -navy').tree  # doctest: +NORMALIZE_WHITESPACE
    And(nodes=(Word(text='troops', exact=False, prefix=False),
               Or(nodes=(Word(text='tank', exact=False, prefix=False),
                         Word(text='plane', exact=False, prefix=False))),
               Not(node=Word(text='navy', exact=False, prefix=False))))
    >>> parse('"north korea').hint
    'a quotation mark is not closed'
    """
    plain, hints = balanced(text)
    parser = _Parser(lexemes(plain), hints)
    tree = parser.whole()
    if tree is None and text.strip():
        hints.append(f"nothing to search for in {text[:60]!r}")
    return Parsed(tree, tuple(dict.fromkeys(hints)))


def raw(text: str) -> Parsed:
    """Return a query of FTS5 as a tree, not looked into; see `archive.index.search`."""
    match = text.encode("utf-8", "replace").decode().replace("\x00", " ").strip()
    return Parsed(Raw(match) if match else None)


class _Parser:
    """Recursive descent over the lexemes; each is looked at once."""

    def __init__(self, found: Iterable[Lexeme], hints: list[str]) -> None:
        self._rest = self._until_enough(found)
        self._hints = hints
        self._terms = 0

    def whole(self) -> Node | None:
        group = _Group(self._hints)
        while self._fill(group, 0):
            self._hints.append("a bracket is not opened")
        nodes = group.end()
        unwanted = [node for node in nodes if isinstance(node, Not) and _is_text(node.node)]
        if unwanted and not any(True for node in nodes for _ in wanted(node)):
            self._hints.append("a search needs a word that is wanted; -words were read as words")
            nodes = [node.node if isinstance(node, Not) else node for node in nodes]
        return all_of(*nodes)

    def _until_enough(self, found: Iterable[Lexeme]) -> Iterator[Lexeme]:
        for lexeme in found:
            yield lexeme
            if self._terms > MAX_TERMS:
                self._hints.append(f"only the first {MAX_TERMS} words are searched for")
                return

    def _fill(self, group: _Group, depth: int) -> bool:
        """Read lexemes into a group; return whether a closing bracket ended it."""
        too_deep = 0
        for lexeme in self._rest:
            if isinstance(lexeme, Close):
                if not too_deep:
                    return True
                too_deep -= 1
            elif isinstance(lexeme, Open):
                if depth == MAX_DEPTH:
                    too_deep += 1
                    self._hints.append(f"only {MAX_DEPTH} brackets within each other are read")
                    continue
                inner = _Group(self._hints)
                if not self._fill(inner, depth + 1) and self._terms <= MAX_TERMS:
                    self._hints.append("a bracket is not closed")
                group.add(all_of(*inner.end()), minus=lexeme.minus)
            elif isinstance(lexeme, Operator):
                group.operator(lexeme.name)
            elif isinstance(lexeme, Nearness):
                group.near(lexeme.distance)
            else:
                self._take(group, lexeme)
        return False

    def _take(self, group: _Group, term: Term) -> None:
        node = self._field(term) if term.field else self._words(term)
        if node is not None:
            room = MAX_TERMS - self._terms
            self._terms += _length(node)
            node = _cut(node, room)
            if node is not None:
                group.add(node, minus=term.minus)

    def _field(self, term: Term) -> Node | None:
        name = _name(term.field)
        value = term.text.strip() + "*" * (term.prefix and name == "title")
        if name not in FIELDS:
            problem = f"{term.field[:_QUOTED]}: is no field"
        elif not _says_something(value):
            problem = f"{term.field}: stands without a value"
        else:
            problem = _problem(name, value)
        if not problem:
            return Field(name, value if name in ("title", "url") else value.rstrip("*"))
        self._hints.append(f"{problem}; it is read as a word")
        return _node(f"{term.field} {term.text}".split(), exact=term.exact, prefix=term.prefix)

    def _words(self, term: Term) -> Node | None:
        words = term.text.split() if term.quoted else [term.text]
        if not term.quoted and _says_something(term.text):
            if term.text[0] in "^+" or "*" in term.text:
                self._hints.append(f"{term.text[:_QUOTED]} is read as plain words")
            if term.text[-1] == ":" and _name(term.text[:-1]) in FIELDS:
                self._hints.append(f"{term.text} stands without a value; it is read as a word")
        prefix = term.prefix
        if prefix and sum(map(str.isalnum, term.text)) < MIN_PREFIX:
            self._hints.append(f"a prefix needs {MIN_PREFIX} letters; {term.typed} is a plain word")
            prefix = False
        return _node(words, exact=term.exact, prefix=prefix)


class _Group:
    """What stands between two brackets: alternatives, of which one each is wanted."""

    def __init__(self, hints: list[str]) -> None:
        self._hints = hints
        self._alternatives: list[list[Node]] = []
        self._or = self._not = False
        self._near: int | None = None

    def operator(self, name: str) -> None:
        """Take ``AND``, ``OR`` or ``NOT``."""
        self._not = name == "NOT"
        if name == "OR":
            self._or = bool(self._alternatives)
            if not self._or:
                self._hints.append("OR stands at the beginning")
        elif name == "AND":
            self._or = False

    def near(self, distance: int) -> None:
        """Take ``NEAR``."""
        if self._alternatives and isinstance(self._alternatives[-1][-1], Word | Phrase | Near):
            self._near = distance
        else:
            self._hints.append("NEAR stands between two words")

    def add(self, node: Node | None, *, minus: bool) -> None:
        """Take what is searched for."""
        if node is None:
            return
        minus, self._not = minus or self._not, False
        near, self._near = self._near, None
        if near is not None and isinstance(node, Word | Phrase) and not minus:
            self._alternatives[-1][-1] = _nearness(self._alternatives[-1][-1], node, near)
            return
        if near is not None:
            self._hints.append("NEAR stands between two words")
        if minus:
            node = Not(node)
        if self._or:
            self._alternatives[-1].append(node)
        else:
            self._alternatives.append([node])
        self._or = False

    def end(self) -> list[Node]:
        """Return all that is wanted together."""
        if self._or:
            self._hints.append("OR stands at the end")
        if self._near is not None:
            self._hints.append("NEAR stands between two words")
        return [Or(tuple(nodes)) if len(nodes) > 1 else nodes[0] for nodes in self._alternatives]


def _nearness(before: Node, word: Word | Phrase, distance: int) -> Node:
    """Return the nearness of a word to one or to several that are near each other."""
    if isinstance(before, Near):
        return Near((*before.words, word), max(before.distance, distance))
    assert isinstance(before, Word | Phrase)
    return Near((before, word), distance)


def _name(typed: str) -> str:
    return _ALIASES.get(typed.lower(), typed.lower())


def _length(node: Node) -> int:
    """Return how many words a node of the parser's costs: ``1,500`` are two to look up."""
    return max(1, len(_RUN.findall(_text(node))))


def _cut(node: Node, room: int) -> Node | None:
    """Return what is left of a node when it may cost no more than `room`; None for nothing."""
    if _length(node) <= room:
        return node
    exact = isinstance(node, Word | Phrase) and node.exact
    return _node(_RUN.findall(_text(node))[:room], exact=exact, prefix=False)


def _text(node: Node) -> str:
    if isinstance(node, Word | Phrase):
        return node.text
    return node.value if isinstance(node, Field) else ""


def _node(words: list[str], *, exact: bool, prefix: bool) -> Word | Phrase | None:
    words = [word for word in words if _says_something(word)]
    if len(words) > 1:
        return Phrase(tuple(words), exact, prefix)
    return Word(words[0], exact, prefix) if words else None


def _problem(name: str, value: str) -> str:
    """Return what is wrong with the value of a field, or an empty text."""
    if name in _DATES:
        try:
            published(name, value)
        except UsageError:
            return f"{value[:_QUOTED]} is no date"
    choices = {"is": STATES, "has": FEATURES}.get(name, (value.lower(),))
    if value.lower() not in choices:
        return f"{name}: knows only {', '.join(choices)}"
    return ""


def _is_text(node: Node) -> bool:
    return any(isinstance(leaf, Word | Phrase | Near) for leaf in wanted(node))


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))
