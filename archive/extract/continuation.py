"""Finds the parts of a body that trafilatura leaves behind, further down the page.

Templates cut a long article into several containers of one class, with an advertisement between
them, and write paragraphs as ``<div>``. What trafilatura takes for the article is then one of the
pieces. An element of the very markup that holds the paragraphs found is taken to hold more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

from archive.extract.blocks import Block, Paragraph, count_words, plain_text, squeeze, words
from archive.extract.structure import blocks, visible

#: Paragraphs with fewer words do not tell where the body is, nor that there is more of it.
SENTENCE = 12
#: So many paragraphs found must stand in the markup that is looked for.
ENOUGH = 3
#: A piece of the body has so many words at least, and no more than this share of them in links.
PIECE = 60
MAX_LINKED = 0.25
#: More pieces than these are a list of articles.
MAX_PIECES = 40

_Mark = tuple[tuple[str, str], ...]


def continued(body: tuple[Block, ...], tree: HtmlElement, base: str) -> tuple[Block, ...]:
    """Return a body with the pieces of it that stand elsewhere on the page, in the page's order.

    Args:
        body: what was found.
        tree: the whole page; it is not changed.
        base: the URL that relative links resolve against.
    """
    found = {
        squeeze(visible(words(block.runs)))
        for block in body
        if isinstance(block, Paragraph) and count_words(words(block.runs)) >= SENTENCE
    }
    if len(found) < ENOUGH:
        return body
    homes = [
        paragraph.getparent()
        for paragraph in tree.iter("p")
        if squeeze(visible(str(paragraph.text_content()))) in found
    ]
    marks = Counter(_mark(home) for home in homes if home is not None)
    if not marks:
        return body
    mark, number = marks.most_common(1)[0]
    known = {id(home): home for home in homes if home is not None and _mark(home) == mark}
    if number < ENOUGH or not mark[0][1]:
        return body
    pieces = list(_pieces(tree, mark))
    if not 1 < len(pieces) <= MAX_PIECES:
        return body
    after: list[Block] = []
    last_known = max((i for i, piece in enumerate(pieces) if id(piece) in known), default=-1)
    text = squeeze(plain_text(body))
    for piece in pieces[last_known + 1 :]:
        more = blocks(piece, base)
        if _is_prose(piece, more) and squeeze(plain_text(more))[:200] not in text:
            after += more
    return (*body, *after)


def _pieces(tree: HtmlElement, mark: _Mark) -> Iterator[HtmlElement]:
    tag, name = mark[0]
    for element in tree.iter(tag):
        if element.get("class") == name and _mark(element) == mark:
            yield element


def _mark(element: HtmlElement) -> _Mark:
    """Return tags and classes of an element and the two around it."""
    above = [element]
    for ancestor in element.iterancestors():
        above.append(ancestor)
        if len(above) == 3:
            break
    return tuple((str(one.tag), one.get("class") or "") for one in above)


def _is_prose(piece: HtmlElement, more: tuple[Block, ...]) -> bool:
    text = plain_text(more)
    linked = sum(len(str(link.text_content())) for link in piece.iter("a"))
    return count_words(text) >= PIECE and linked <= MAX_LINKED * len(text)
