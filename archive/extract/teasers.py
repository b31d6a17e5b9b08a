"""The teasers of other articles on a page: boxes of a headline that is a link, and a line or two.

They stand below an article, beside it and in the middle of it. What is in one is no text of the
article, however much it reads like a paragraph.
"""

from __future__ import annotations

from itertools import islice

from lxml.html import HtmlElement

from archive.extract.blocks import Block, count_words, plain_text, squeeze
from archive.extract.structure import visible

#: A teaser has no more words than this, …
MAX_WORDS = 130
MAX_LETTERS = 4000
#: A line of fewer letters may stand in one by chance.
SHORTEST = 10
#: … and no more elements around its headline.
LEVELS = 6
#: More headlines than these are not looked at.
MAX_HEADLINES = 200
#: Where more than this share of a body would go, the page is a digest and its teasers its text.
MAX_SHARE = 0.4

_HEADLINES = ("h2", "h3", "h4", "h5", "h6")
_CONTAINERS = frozenset(("article", "body", "html", "main"))


def without_teasers(body: tuple[Block, ...], tree: HtmlElement) -> tuple[Block, ...]:
    """Return a body without the lines that the page has in a teaser.

    Args:
        body: what was found.
        tree: the whole page; it is not changed.
    """
    headlines = islice(filter(_is_link, tree.iter(*_HEADLINES)), MAX_HEADLINES)
    boxes = {squeeze(visible(box)) for headline in headlines if (box := _box(headline))}
    if not boxes:
        return body
    teasers = "\n".join(boxes)
    kept = tuple(
        block for block in body if len(key := _key(block)) < SHORTEST or key not in teasers
    )
    before, after = count_words(plain_text(body)), count_words(plain_text(kept))
    return kept if after >= (1 - MAX_SHARE) * before else body


def _key(block: Block) -> str:
    return squeeze(visible(plain_text([block])))


def _is_link(headline: HtmlElement) -> bool:
    """Tell whether a headline as a whole is a link to another page."""
    links = [link for link in headline.iter("a") if not (link.get("href") or "#").startswith("#")]
    linked = sum(len(str(link.text_content()).strip()) for link in links)
    parent = headline.getparent()
    if not links and parent is not None and parent.tag == "a":
        return not (parent.get("href") or "#").startswith("#")
    return linked > 0 and linked >= 0.9 * len(str(headline.text_content()).strip())


def _box(headline: HtmlElement) -> str:
    """Return the text of the largest element around a headline that can be one teaser."""
    box = ""
    for ancestor in islice(headline.iterancestors(), LEVELS):
        if ancestor.tag in _CONTAINERS:
            break
        text = str(ancestor.text_content())
        if len(text) > MAX_LETTERS or count_words(text) > MAX_WORDS:
            break
        box = text
    return box
