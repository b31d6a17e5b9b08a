"""The body of a story: Markdown with blocks of other kinds between it.

::

    A paragraph of ordinary Markdown.

    ::: image salt-lake.jpg
    The caption. | The credit
    :::

Each run of ordinary Markdown is one block of type ``html``. A block of another type begins with
``::: TYPE`` and perhaps an argument, and ends with ``:::``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

_FENCED = re.compile(r"^::: (\w+)(?: ([^\n]+))?\n(.*?)^:::$\n?", re.MULTILINE | re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body.

    Attributes:
        type: ``html``, ``article``, ``image``, ``images``, ``embed``, ``quote``, ``header``,
            ``link``, ``aside`` or ``newsletter``.
        argument: a story's number, a file, a URL: what the type needs.
        lines: what stood in the block, a line each; of an ``html`` block nothing.
        html: the content as HTML.
    """

    type: str
    argument: str = ""
    lines: tuple[str, ...] = ()
    html: str = ""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """The lines, each cut at its bars."""
        return [[cell.strip() for cell in line.split("|")] for line in self.lines]


def parse_body(text: str) -> Iterator[Block]:
    """Yield the blocks of a body."""
    end = 0
    for match in _FENCED.finditer(text):
        yield from _html(text[end : match.start()])
        kind, argument, content = match.groups(default="")
        yield Block(kind, argument, tuple(content.splitlines()), _MARKDOWN.render(content))
        end = match.end()
    yield from _html(text[end:])


def _html(markdown: str) -> Iterator[Block]:
    if markdown.strip():
        yield Block("html", html=_MARKDOWN.render(markdown).strip())
