"""The words that a query looks for, as they can be looked for in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from archive.index.query.tree import Near, Node, Phrase, Raw, Word, wanted
from archive.index.stems import fold, root

WORD = re.compile(r"[^\W_]+")
_OPERATORS = {"and", "or", "not", "near"}
#: Places of one term in one text that are looked for.
_PLACES = 2000


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words in a row.

    Attributes:
        words: folded.
        exact: in this form only.
        prefix: of the last word, any that begins so.
        probe: what the first word begins with in all its forms.
    """

    words: tuple[str, ...]
    exact: bool = False
    prefix: bool = False
    probe: str = field(init=False)

    def __post_init__(self) -> None:
        first = self.words[0]
        whole = self.exact or (self.prefix and len(self.words) == 1)
        object.__setattr__(self, "probe", first if whole else _common(first))

    def places(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands in a folded text: begin and end of each place.

        >>> list(Term(("войск",)).places("о войсках и войсковых"))
        [(2, 9)]
        """
        at = 0
        for _ in range(_PLACES):
            at = folded.find(self.probe, at)
            if at < 0:
                return
            inside = at > 0 and folded[at - 1].isalnum()
            end = None if inside else self._end(folded, at)
            if end is not None:
                yield at, end
            at = end or at + len(self.probe)

    def _end(self, folded: str, at: int) -> int | None:
        """Return where it ends if it begins at a place."""
        found = WORD.finditer(folded, at)
        end = at
        for number, word in enumerate(self.words, 1):
            match = next(found, None)
            if match is None or not self._is(match[0], word, is_last=number == len(self.words)):
                return None
            end = match.end()
        return end

    def _is(self, found: str, word: str, *, is_last: bool) -> bool:
        if self.prefix and is_last:
            return found.startswith(word) or root(found).startswith(root(word))
        return found == word if self.exact else root(found) == root(word)


def terms(tree: Node | None) -> list[Term]:
    """Return what `tree` looks for in texts, but for what must not be in them."""
    found: list[Term] = []
    for leaf in wanted(tree):
        if isinstance(leaf, Word | Phrase):
            found += _term(leaf)
        elif isinstance(leaf, Near):
            for inner in leaf.words:
                found += _term(inner)
        elif isinstance(leaf, Raw):
            words = (word for word in WORD.findall(fold(leaf.match)) if word not in _OPERATORS)
            found += [Term((word,)) for word in words]
    return list(dict.fromkeys(found))


def says(form: str, *texts: str | None) -> bool:
    """Tell whether words stand in a text exactly in this form, but for capitals and marks.

    >>> says("Troops", "The troops left."), says("troop", "The troops left.")
    (True, False)
    """
    words = tuple(WORD.findall(fold(form)))
    if not words:
        return True
    term = Term(words, exact=True)
    return any(next(term.places(fold(text)), None) is not None for text in texts if text)


def _term(leaf: Word | Phrase) -> list[Term]:
    words = tuple(WORD.findall(fold(leaf.text)))
    return [Term(words, leaf.exact, leaf.prefix)] if words else []


def _common(word: str) -> str:
    """Return what a word and its stem have in common, from the beginning; one letter at least."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(word, root(word), strict=False))
    return "".join(letter for letter, _ in same) or word[:1]
