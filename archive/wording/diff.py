"""A word diff: what was removed, what was added, what stayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive.wording.alignment import align
from archive.wording.words import fold, is_word, tokens

Kind = Literal["same", "removed", "added"]

#: No more of a text is compared, in characters; what lies beyond is left out, and said so.
MAX_TEXT = 2_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, or of two.

    Attributes:
        kind: ``same``, ``removed`` or ``added``.
        text: as it was written; what is ``same`` as it was written last.
    """

    kind: Kind
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Return what became of the words of a text, in their order.

    White space, quotation marks and dashes of another form are no difference.

    >>> [(piece.kind, piece.text) for piece in word_diff("An old ferry.", "A new ferry.")]
    [('removed', 'An old'), ('added', 'A new'), ('same', ' ferry.')]
    """
    old, new = tokens(before[:MAX_TEXT]), tokens(after[:MAX_TEXT])
    pieces: list[Piece] = []
    removed = added = ""
    at_old = at_new = 0
    end = (len(old), len(new), 0)
    for match in [*align(_keys(old), _keys(new)), end]:
        removed += "".join(old[at_old : match[0]])
        added += "".join(new[at_new : match[1]])
        common = new[match[1] : match[1] + match[2]]
        at_old, at_new = match[0] + match[2], match[1] + match[2]
        if removed and added and _is_a_gap(common) and at_new < len(new):
            removed += "".join(old[match[0] : at_old])
            added += "".join(common)
            continue
        pieces += _changed(removed, added)
        removed = added = ""
        if common:
            pieces.append(Piece("same", "".join(common)))
    return list(_joined(pieces))


def _keys(pieces: list[str]) -> list[str]:
    folded = {piece: fold(piece) or " " for piece in set(pieces)}
    return [folded[piece] for piece in pieces]


def _is_a_gap(common: list[str]) -> bool:
    """Tell whether a piece, a blank or a comma, would only cut one phrase into many."""
    return bool(common) and not any(is_word(token) or "\n" in token for token in common)


def _changed(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece("removed", removed)
    if added:
        yield Piece("added", added)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
