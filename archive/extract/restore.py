"""Gives a body back what trafilatura dropped from it: links, emphasis, headings, pictures.

Asked to keep links and images, trafilatura also keeps more boxes and captions, and is slower. So
it is asked for the words alone, and every paragraph is looked up in the page by its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from archive.extract.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    squeeze,
    words,
)
from archive.extract.structure import blocks, figure, visible

#: Elements that hold one paragraph or heading, and figures, in the order of the page.
_PLACES = etree.XPath(
    "//p | //h2 | //h3 | //h4 | //h5 | //h6 | //blockquote | //figure"
    " | //li[not(.//p or .//li)] | //td[not(.//p or .//td)] | //div[not(.//p or .//div)]"
)
_LEVELS = {f"h{level}": level for level in range(2, 7)}
#: A holder with more characters holds several paragraphs.
_LONGEST = 20_000
#: Pictures in these illustrate something else than the article.
_ELSEWHERE = frozenset(("a", "aside", "footer", "li", "nav"))


class Source:
    """The page that a body was taken from.

    Args:
        tree: the whole page.
        base: the URL that its relative links resolve against.
    """

    def __init__(self, tree: HtmlElement, base: str) -> None:
        self._base = base
        self._holders: dict[str, tuple[int, HtmlElement]] = {}
        self._figures: list[tuple[int, HtmlElement]] = []
        for index, element in enumerate(cast("list[HtmlElement]", _PLACES(tree))):
            if element.tag == "figure":
                self._figures.append((index, element))
                continue
            text = "".join(element.itertext())
            if len(text) <= _LONGEST:
                self._holders.setdefault(_key(text), (index, element))

    def restored(self, body: Sequence[Block]) -> tuple[Block, ...]:
        """Return `body` with what the page has in its place, and the figures in between."""
        found: list[Block] = []
        figures = iter(self._figures)
        ahead = next(figures, None)
        begun = False
        for block in body:
            place, restored = self._find(block)
            while ahead and place is not None and ahead[0] < place:
                if begun:
                    found += self._picture(ahead[1])
                ahead = next(figures, None)
            begun = begun or place is not None
            found.append(restored)
        return tuple(found)

    def _find(self, block: Block) -> tuple[int | None, Block]:
        """Return where in the page a block stands, as far as that is known, and the block."""
        match block:
            case Paragraph(runs) | Heading(_, runs):
                key = _key(words(runs))
                place, element = self._holders.get(key, (None, None))
                if element is not None:
                    return place, self._rich(element, key) or block
                return None, block
            case Quote(inner_blocks):
                parts = [self._find(part) for part in inner_blocks]
                return _first(parts), Quote(tuple(part for _, part in parts))
            case Listing(ordered, items):
                listed = [[self._find(part) for part in item] for item in items]
                place = _first([pair for item in listed for pair in item])
                return place, Listing(ordered, tuple(tuple(p for _, p in item) for item in listed))
            case _:
                return None, block

    def _rich(self, element: HtmlElement, key: str) -> Block | None:
        """Return an element as the one paragraph or heading that it is, else None."""
        match blocks(element, self._base):
            case (Paragraph(runs),) if _key(words(runs)) == key:
                level = _LEVELS.get(element.tag)
                return Heading(level, runs) if level else Paragraph(runs)
        return None

    def _picture(self, element: HtmlElement) -> Iterator[Block]:
        if not any(ancestor.tag in _ELSEWHERE for ancestor in element.iterancestors()):
            yield from (
                block for block in figure(element, self._base) if isinstance(block, Picture)
            )


def _first(parts: Sequence[tuple[int | None, Block]]) -> int | None:
    return next((place for place, _ in parts if place is not None), None)


def _key(text: str) -> str:
    return squeeze(visible(text))
