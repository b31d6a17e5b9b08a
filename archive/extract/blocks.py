"""The structure of a body: what stands between HTML and the Markdown and plain text made of it.

A body is a sequence of blocks; a block that holds words holds *runs*: pieces of text of one style.
Runs know nothing of nesting, so that emphasis that HTML nests in impossible ways comes out right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

#: Chinese and Japanese characters, Thai, Lao, Khmer and Burmese letters.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)


class Run(NamedTuple):
    r"""A piece of text of one style.

    Attributes:
        text: white space in it counts as HTML counts it; ``"\n"`` alone is a line break.
        strong: bold.
        emphasis: italic.
        code: monospaced.
        link: absolute target, or None.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str | None = None


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the body, level 2 to 6: level 1 is the title of the article."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quotation."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; every item is a sequence of blocks."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first row is its head. Rows may differ in length."""

    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in the body, with the caption that belongs to it."""

    url: str
    alt: str
    caption: Runs = ()


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Lines whose white space counts."""

    text: str


@dataclass(frozen=True, slots=True)
class Divider:
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Related:
    """A box in the body that points to another article: furniture, not text of this one."""

    title: str
    url: str | None


Block: TypeAlias = (
    Paragraph | Heading | Quote | Listing | Table | Picture | Preformatted | Divider | Related
)


def tidy(runs: Sequence[Run]) -> Runs:
    r"""Fold white space as HTML does, across runs, and join neighbours of one style.

    Nothing but ``"\n"`` of a line break is left at the start or end of a line, and no empty run.
    """
    folded: list[Run] = []
    space_before = True
    for run in runs:
        if run.text == "\n":
            if folded and folded[-1].text != "\n":
                folded[-1] = folded[-1]._replace(text=folded[-1].text.rstrip(" "))
            folded.append(Run("\n"))
            space_before = True
            continue
        text = " ".join(run.text.replace("\xa0", " ").split())
        if text:
            starts, ends = run.text[:1].isspace(), run.text[-1:].isspace()
            text = f"{' ' if starts and not space_before else ''}{text}{' ' if ends else ''}"
        elif run.text and not space_before:
            text = " "
        if not text:
            continue
        space_before = text.endswith(" ")
        folded.append(run._replace(text=text))
    return tuple(_joined(_trimmed(folded)))


def _trimmed(runs: list[Run]) -> list[Run]:
    runs = [run for run in runs if run.text]
    while runs and not runs[0].text.strip():
        del runs[0]
    while runs and not runs[-1].text.strip():
        del runs[-1]
    if runs:
        runs[-1] = runs[-1]._replace(text=runs[-1].text.rstrip(" "))
    return runs


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and "\n" not in (run.text, joined[-1].text):
            last = joined[-1]
            if last[1:] == run[1:]:
                joined[-1] = last._replace(text=last.text + run.text)
                continue
        joined.append(run)
    return joined


def words(runs: Runs) -> str:
    """Return the text of `runs` without any style; a line break is a newline."""
    return "".join(run.text for run in runs)


def count_words(text: str) -> int:
    """Return how many words `text` has; two characters of a script without spaces count as one."""
    spaced = len(text.split())
    return spaced if text.isascii() else spaced + sum(map(len, _UNSPACED.findall(text))) // 2


def squeeze(text: str) -> str:
    """Return `text` without white space, for comparison of what two parsers made of it."""
    return "".join(text.split())


def plain_text(blocks: Sequence[Block]) -> str:
    """Return the words of a body: paragraphs apart by a blank line, pictures and boxes left out."""
    return "\n\n".join(part for block in blocks if (part := _plain(block)))


def _plain(block: Block) -> str:
    match block:
        case Paragraph(runs) | Heading(_, runs):
            return words(runs)
        case Quote(blocks):
            return plain_text(blocks)
        case Listing(_, items):
            return "\n".join(part for item in items if (part := plain_text(item)))
        case Table(rows):
            return "\n".join(
                "\t".join(words(cell).replace("\n", " ") for cell in row) for row in rows
            )
        case Preformatted(text):
            return text
        case _:
            return ""
