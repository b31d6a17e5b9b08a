"""Which of the texts that match are likely to be meant: title over text, nearness, how often.

BM25 over everything would have FTS5 go through the whole list of every word first: half a second
for a common word in a million articles. So the rank is made of what can be seen of a text itself,
for a bounded number of texts that are chosen well (`archive.index.retrieval`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from archive.index.stems import fold, root
from archive.index.terms import WORD, Term

#: What the parts of a score are worth; how often a word stands in a text gives 1 at most.
_TITLE, _SUBTITLE, _PHRASE, _NEAR = 2.5, 0.8, 1.0, 0.5
#: The constants of BM25, and the length of a usual text (characters).
_K1, _B, _USUAL = 1.2, 0.75, 3000
#: What news is about, they say at the beginning: so much of a text is looked at (characters).
_LOOKED_AT = 4000


def score(
    title: str,
    subtitle: str,
    text: str,
    terms: Sequence[Term],
    *,
    in_a_row: bool = False,
    near: bool = False,
) -> float:
    """Return how well a text fits; higher is better.

    Args:
        title: of the version.
        subtitle: likewise.
        text: likewise.
        terms: what is looked for.
        in_a_row: the words stand in a row in it.
        near: they stand close to each other.
    """
    small = text[:_LOOKED_AT].lower()
    if "ё" in small:
        small = small.replace("ё", "е")
    norm = _K1 * (1 - _B + _B * len(small) / _USUAL)
    often = 0.0
    for term in terms:
        count = small.count(term.probe)
        often += count / (count + norm)
    words = [root(word) for term in terms for word in term.words]
    return (
        often / len(terms)
        + _TITLE * _share(words, title)
        + _SUBTITLE * (_share(words, subtitle) if subtitle else 0)
        + (_PHRASE if in_a_row else _NEAR if near else 0)
    )


def _share(words: Collection[str], text: str) -> float:
    """Return how many of some stems stand in a text, 0 to 1."""
    there = {root(word) for word in WORD.findall(fold(text))}
    return sum(word in there for word in words) / len(words)
