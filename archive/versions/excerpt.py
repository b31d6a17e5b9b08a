"""A comparison in short: what changed, with a few words around."""

from __future__ import annotations

from collections.abc import Sequence

from archive.wording.diff import Piece

#: So much of what stayed is kept on each side of a change, in characters.
_AROUND = 60


def excerpt(pieces: Sequence[Piece]) -> list[Piece]:
    r"""Return the pieces of a text on one line, what stayed cut short; nothing if nothing changed.

    >>> excerpt([Piece("same", "An old "), Piece("added", "ferry\n\n")])
    [Piece(kind='same', text='An old '), Piece(kind='added', text='ferry  ')]
    """
    if all(piece.kind == "same" for piece in pieces):
        return []
    found = []
    for piece in pieces:
        text = piece.text.replace("\n", " ")
        if piece.kind == "same" and len(text) > 2 * _AROUND:
            text = f"{_whole(text[:_AROUND], -1)} … {_whole(text[-_AROUND:], 0)}"
        found.append(Piece(piece.kind, text))
    return found


def _whole(text: str, end: int) -> str:
    """Return a text without the cut word at its end (-1) or its beginning (0)."""
    if end:
        return text.rpartition(" ")[0] or text
    return text.partition(" ")[2] or text


def shortened(pieces: Sequence[Piece], length: int) -> list[Piece]:
    """Return the first pieces, no more than so many characters of them."""
    found: list[Piece] = []
    for piece in pieces:
        if length <= 0:
            break
        text = piece.text if len(piece.text) <= length else piece.text[:length].rstrip() + " …"
        found.append(Piece(piece.kind, text))
        length -= len(piece.text)
    return found
