"""A word diff on a terminal, in colour, or with marks where there is none."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from archive.commands.output import counted
from archive.terminal import visible
from archive.versions import Comparison
from archive.wording.diff import Piece

_STYLES = {"removed": "red strike", "added": "green underline", "same": ""}
#: Without colour: the marks of `git diff --word-diff`.
_MARKS = {"removed": "[-{}-]", "added": "{{+{}+}}", "same": "{}"}


def show(found: Comparison, out: Console) -> None:
    """Print what changed: the headline, and the paragraphs that differ."""
    out.print(_text(found.title, out), style="bold")
    unchanged = 0
    for paragraph in found.paragraphs():
        if all(piece.kind == "same" for piece in paragraph):
            unchanged += 1
            continue
        _skip(unchanged, out)
        unchanged = 0
        out.print()
        out.print(_text(paragraph, out))
    _skip(unchanged, out)


def _skip(unchanged: int, out: Console) -> None:
    if unchanged:
        out.print()
        out.print(f"({counted(unchanged, 'paragraph')} unchanged)", style="dim")


def _text(pieces: Iterable[Piece], out: Console) -> Text:
    coloured = out.color_system is not None
    text = Text()
    for piece in pieces:
        shown = visible(piece.text)
        text.append(
            shown if coloured else _MARKS[piece.kind].format(shown),
            _STYLES[piece.kind] if coloured else "",
        )
    return text
