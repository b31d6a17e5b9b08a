"""The lead image of an article: what the metadata names, with the caption the page prints."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from archive.extract import address
from archive.extract.blocks import plain_text
from archive.extract.structure import blocks, image_source
from archive.model import Image

#: A longer caption is the text of the article, in characters.
LONGEST_CAPTION = 600

#: The parts of an image's address that say how large it is sent, not which one it is.
_SIZE = re.compile(r"[-_]?\d{2,4}x\d{2,4}|\.(?:jpe?g|png|webp|avif|gif)$", re.IGNORECASE)
_CREDIT = re.compile(
    r"^(?P<caption>.*?)[\s(–—|]*\b(?P<credit>(?:photo|image|picture|credit|foto|bild)s?"
    r"(?: credit| by)?\s*[:/]\s*[^.]{2,100}|©\s*[^.]{2,100})\)?\.?$",
    re.IGNORECASE | re.DOTALL,
)


def lead_image(tree: HtmlElement, stated: str | None, base: str) -> Image | None:
    """Return the lead image with its caption.

    Args:
        tree: the whole page.
        stated: the address that the metadata give for it, absolute, or None.
        base: the URL that relative links resolve against.
    """
    if not stated:
        return None
    for figure in tree.iter("figure"):
        sources = (image_source(image, base) for image in figure.iter("img"))
        if any(source and same_image(source, stated) for source in sources):
            caption, credit = _caption(figure, base)
            return Image(stated, caption, credit)
    return Image(stated)


def same_image(one: str, other: str) -> bool:
    """Tell whether two addresses are of one image, perhaps in two sizes."""
    return _name(one) == _name(other)


def _name(url: str) -> str:
    """Return what of an image's address stays the same in all its sizes."""
    path = address.split(url).path
    return _SIZE.sub("", path.rpartition("/")[2]) or path


def _caption(figure: HtmlElement, base: str) -> tuple[str | None, str | None]:
    """Return caption and credit of a figure, the credit apart if it is marked as one."""
    found = next(figure.iter("figcaption"), None)
    if found is None:
        return None, None
    text = " ".join(plain_text(blocks(found, base)).split())
    if not text or len(text) > LONGEST_CAPTION:
        return None, None
    match = _CREDIT.match(text)
    if match:
        return match["caption"].strip() or None, match["credit"].strip()
    return text, None
