"""What is shown of a text: a piece around the words that were looked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from archive.index.stems import fold
from archive.index.terms import Term

#: What stands around a matched word in a snippet; `archive.index.articles.clean` keeps both
#: characters out of every text.
MARK, UNMARK = "\x02", "\x03"

#: Length of a snippet, and of what stands before its first matched word at most (characters).
_LENGTH = 240
_BEFORE = 60
#: So much of a text is looked through, and so much first.
_LOOKED_THROUGH, _FIRST = 200_000, 1500
#: So many places of one term are enough to choose from.
_PLACES = 30


def snippet(text: str, terms: Sequence[Term]) -> str:
    """Return the piece of `text` with most of `terms` in it, the matched words marked.

    Where none is in it, or none is looked for, that is the beginning.
    """
    text = text[:_LOOKED_THROUGH]
    places = _places(text[:_FIRST], terms)
    if len({number for _, _, number in places}) < len(terms):
        places = _places(text, terms)
    first = _best(places)
    begin = max(0, places[first][0] - _BEFORE) if places else 0
    end = min(len(text), begin + _LENGTH)
    if end == len(text):
        begin = max(0, min(begin, end - _LENGTH))
    begin, end = _whole_words(text, begin, end)
    parts = ["…" if begin else ""]
    at = begin
    for start, stop, _ in places:
        if at <= start and stop <= end:
            parts += [text[at:start], MARK, text[start:stop], UNMARK]
            at = stop
    parts += [text[at:end], "…" if end < len(text) else ""]
    return " ".join("".join(parts).split())


def _places(text: str, terms: Sequence[Term]) -> list[tuple[int, int, int]]:
    """Return where terms stand: begin, end, and which it is."""
    folded = fold(text)
    return sorted(
        (begin, end, number)
        for number, term in enumerate(terms)
        for begin, end in islice(term.places(folded), _PLACES)
    )


def _best(places: Sequence[tuple[int, int, int]]) -> int:
    """Return the place from which a snippet has most terms in it, and most places of them."""
    best, most, behind = 0, (0, 0), 0
    for first, (begin, _, _) in enumerate(places):
        behind = max(behind, first)
        while behind < len(places) and places[behind][1] <= begin - _BEFORE + _LENGTH:
            behind += 1
        inside = places[first:behind]
        worth = len({number for _, _, number in inside}), len(inside)
        if worth > most:
            best, most = first, worth
    return best


def _whole_words(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return a piece with no word cut, where blanks are near enough."""
    if begin:
        blank = text.find(" ", begin, begin + _BEFORE)
        begin = blank + 1 if blank >= 0 else begin
    if end < len(text):
        blank = text.rfind(" ", end - _BEFORE, end)
        end = blank if blank > begin else end
    return begin, end
