"""A word diff: what was removed, what was added, what stayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive.wording.alignment import Match, align
from archive.wording.words import fold, is_word, tokens

Kind = Literal["same", "removed", "added"]

#: No more of a text is compared, in characters; what lies beyond is left out, and said so.
MAX_TEXT = 2_000_000
#: A change is moved so far, in tokens, to begin with a paragraph.
_MAX_SLIDE = 4


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
    for match in [*_slid(align(_keys(old), _keys(new)), old, new), Match(len(old), len(new), 0)]:
        removed += "".join(old[at_old : match.before])
        added += "".join(new[at_new : match.after])
        common = new[match.after : match.after + match.size]
        at_old, at_new = match.before + match.size, match.after + match.size
        if removed and added and _is_a_gap(common) and at_new < len(new):
            removed += "".join(old[match.before : at_old])
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


def _slid(matches: list[Match], old: list[str], new: list[str]) -> list[Match]:
    """Let whole paragraphs be added and removed, not the end of one and all but that of the next.

    Where "A." becomes "A. ¶ B." it is as true that ". ¶ B" was added as that " ¶ B." was.
    """
    slid = list(matches)
    for number, other in enumerate(matches[1:]):
        one = slid[number]
        gap_old, gap_new = one.before + one.size, one.after + one.size
        if (gap_old == other.before) == (gap_new == other.after):
            continue
        tokens, start, end = (
            (new, gap_new, other.after) if gap_old == other.before else (old, gap_old, other.before)
        )
        for steps in range(min(_MAX_SLIDE, other.size - 1) + 1):
            if "\n" in tokens[start + steps]:
                slid[number] = one._replace(size=one.size + steps)
                slid[number + 1] = Match(
                    other.before + steps, other.after + steps, other.size - steps
                )
                break
            if tokens[start + steps] != tokens[end + steps]:
                break
    return slid


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
