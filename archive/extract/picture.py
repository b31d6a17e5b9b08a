"""The lead image of an article: what the metadata names, with the caption the page prints."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from archive.extract import address
from archive.extract.blocks import count_words, plain_text
from archive.extract.structure import blocks, image_source
from archive.model import Image

#: A longer caption is the text of the article, in characters.
LONGEST_CAPTION = 600
#: A paragraph of so many words is where the text has begun.
PROSE = 30
#: An image of less width is a portrait or a sign, in pixels.
LEAST_WIDTH = 200
#: No more figures of a page are looked at.
MAX_FIGURES = 300

#: Figures in these illustrate something else.
_ELSEWHERE = frozenset(("aside", "footer", "li", "nav"))

#: The parts of an image's address that say how large it is sent, not which one it is.
_SIZE = re.compile(r"[-_]?\d{2,4}x\d{2,4}|\.(?:jpe?g|png|webp|avif|gif)$", re.IGNORECASE)
_MARK = re.compile(r"[0-9a-z]*[0-9][0-9a-z]{5,}|[0-9a-f]{12,}")
_DAY_OR_SIZE = re.compile(r"(?:19|20)\d{4,6}|[a-z]{0,6}\d{2,4}x\d{2,4}[a-z]*")
_CREDIT = re.compile(
    r"^(?P<caption>.*?)[\s(–—|]*\b(?P<credit>(?:photo|image|picture|credit|foto|bild)s?"
    r"(?: credit| by)?\s*[:/]\s*[^.]{2,100}|©\s*[^.]{2,100})\)?\.?$",
    re.IGNORECASE | re.DOTALL,
)


def lead_image(tree: HtmlElement, stated: Sequence[str], base: str) -> Image | None:
    """Return the lead image with its caption.

    What the metadata name is for social networks, and now and then another picture than the one
    above the text. So one of theirs counts that the page shows; where it shows none of them, the
    figure between the headline and the text does.

    Args:
        tree: the whole page.
        stated: the addresses that the metadata give for it, absolute, best source first.
        base: the URL that relative links resolve against.
    """
    figures, above = _figures(tree, base)
    for address_given in stated:
        for figure, source in figures:
            if same_image(source, address_given):
                return Image(address_given, *_caption(figure, base))
    if above:
        figure, source = above
        return Image(source, *_caption(figure, base))
    return Image(stated[0]) if stated else None


def _figures(
    tree: HtmlElement, base: str
) -> tuple[list[tuple[HtmlElement, str]], tuple[HtmlElement, str] | None]:
    """Return the figures of a page with their images, and the one above the text, if there is."""
    found: list[tuple[HtmlElement, str]] = []
    above: tuple[HtmlElement, str] | None = None
    headed = prose = False
    for element in tree.iter("h1", "p", "figure"):
        if element.tag == "h1":
            headed = True
        elif element.tag == "p":
            prose = prose or (headed and count_words(str(element.text_content())) >= PROSE)
        elif len(found) < MAX_FIGURES:
            for image in element.iter("img"):
                source = image_source(image, base)
                if not source:
                    continue
                found.append((element, source))
                if headed and not prose and above is None and _is_large(image, element):
                    above = (element, source)
    return found, above


def _is_large(image: HtmlElement, figure: HtmlElement) -> bool:
    """Tell whether an image is none of a sign's size, and its figure none of a list's."""
    width = image.get("width") or ""
    small = width.isdigit() and int(width) < LEAST_WIDTH
    return not small and not any(above.tag in _ELSEWHERE for above in figure.iterancestors())


def same_image(one: str, other: str) -> bool:
    """Tell whether two addresses are of one image, perhaps in two sizes."""
    return _name(one) == _name(other) or bool(_marks(one) & _marks(other))


def _marks(url: str) -> frozenset[str]:
    """Return the numbers and digests in an address that tell one image from all others."""
    found = _MARK.findall(address.split(url).path.lower())
    return frozenset(mark for mark in found if not _DAY_OR_SIZE.fullmatch(mark))


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
