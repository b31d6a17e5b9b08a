"""What a body holds beside its text: pictures, and the way to other articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.extract.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Related,
    words,
)
from archive.model import Image, Link

#: No more of either are kept.
MAX_IMAGES = 200
MAX_RELATED = 50


def pictures(body: Sequence[Block]) -> tuple[Image, ...]:
    """Return the images of a body, in its order."""
    found = (
        Image(block.url, words(block.caption) or block.alt or None)
        for block in body
        if isinstance(block, Picture)
    )
    return tuple(dict.fromkeys(found))[:MAX_IMAGES]


def related(whole: Sequence[Block], body: Sequence[Block]) -> tuple[Link, ...]:
    """Return the other articles that a page points to in or below the text.

    Args:
        whole: what was found on the page.
        body: what is left of it as the text.
    """
    kept = {id(block) for block in body}
    found: dict[str, Link] = {}
    for block in whole:
        if isinstance(block, Related):
            if block.url:
                found.setdefault(block.url, Link(block.url, block.title))
        elif id(block) not in kept:
            for link in _links(block):
                found.setdefault(link.url, link)
    return tuple(found.values())[:MAX_RELATED]


def _links(block: Block) -> Iterator[Link]:
    match block:
        case Paragraph(runs) | Heading(_, runs):
            for run in runs:
                if run.link and run.link.startswith("http") and run.text.strip():
                    yield Link(run.link, " ".join(run.text.split()))
        case Quote(inner):
            for part in inner:
                yield from _links(part)
        case Listing(_, items):
            for item in items:
                for part in item:
                    yield from _links(part)
        case _:
            return
