"""The body of an article: by the rule of its site, else by trafilatura.

trafilatura finds the body; what it found is turned back into HTML elements, so that both ways end
in the same `blocks`.
"""

from __future__ import annotations

import copy
import re

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from archive.entities import unescape
from archive.extract.blocks import (
    Block,
    Paragraph,
    Run,
    count_words,
    plain_text,
    tidy,
)
from archive.extract.continuation import continued
from archive.extract.restore import Source
from archive.extract.rules import Rule
from archive.extract.structure import RELATED_TAG, blocks
from archive.extract.teasers import without_teasers

#: A reading is doubted if it keeps less than this share of the words it could keep …
KEPT = 0.6
#: … or fewer words than these.
ENOUGH_WORDS = 150
#: On a page of more elements trafilatura's comparisons, quadratic in them, are left out.
LARGE = 3000
#: A paragraph of fewer words is a label, a caption, a date.
SENTENCE = 8

#: trafilatura's own names for what it keeps, and HTML's.
_HTML = {
    "item": "li",
    "lb": "br",
    "quote": "blockquote",
    "row": "tr",
    "del": "s",
}
_RENDERED = {"#b": "b", "#i": "i", "#t": "code", "#sub": "sub", "#sup": "sup"}


def by_rule(tree: HtmlElement, rule: Rule, base: str) -> tuple[Block, ...] | None:
    """Return the body that a site rule points to, or None if the page has no such place.

    Args:
        tree: the whole page; it is not changed.
        rule: of its site.
        base: the URL that relative links resolve against.
    """
    found = rule.body(tree)
    if not found:
        return None
    body = copy.deepcopy(found[0])
    body.tail = None
    for unwanted in rule.strip(body):
        if unwanted is not body:
            unwanted.drop_tree()
    for box in rule.related(body):
        _name_related(box, rule)
    return blocks(body, base)


def _name_related(box: HtmlElement, rule: Rule) -> None:
    """Turn a box that points to another article into an element of that meaning."""
    link = next((a for a in box.iter("a") if a.get("href")), None)
    title = rule.related_title.text(box)
    if title is None and link is not None:
        title = " ".join(link.text_content().split())
    href, tail = (link.get("href") if link is not None else None), box.tail
    box.clear()
    box.tag, box.text, box.tail = RELATED_TAG, title, tail
    if href:
        box.set("href", href)


def by_trafilatura(tree: HtmlElement, url: str, base: str) -> tuple[Block, ...]:
    """Return the body that trafilatura finds.

    Its careful mode keeps fewer boxes, promotions and captions, and without its comparisons with
    other extractors it takes half the time; but on some pages each loses half of the article. So
    what a quick careful reading gives is held against what stands in paragraphs on the page, and
    the slower readings are for the pages where that looks wrong.

    Args:
        tree: the whole page; it is not changed.
        url: of the page.
        base: the URL that relative links resolve against.
    """
    body = _read(tree, url, base, careful=True, quick=True)
    if _size(body) < max(ENOUGH_WORDS, KEPT * _words_in_paragraphs(tree)):
        large = bool(tree.xpath("count(//*) > $most", most=LARGE))
        careful = body if large else _read(tree, url, base, careful=True)
        plain = _read(tree, url, base, quick=large)
        body = careful if _size(careful) >= KEPT * _size(plain) else plain
    body = continued(Source(tree, base).restored(body), tree, base)
    return without_teasers(body, tree)


def _read(
    tree: HtmlElement, url: str, base: str, *, careful: bool = False, quick: bool = False
) -> tuple[Block, ...]:
    document = trafilatura.bare_extraction(
        tree, url=url, favor_precision=careful, fast=quick, include_comments=False
    )
    if document is None or isinstance(document, dict) or document.body is None:
        return ()
    return blocks(_as_html(document.body), base)


def _size(body: tuple[Block, ...]) -> int:
    return count_words(plain_text(body))


def _words_in_paragraphs(tree: HtmlElement) -> int:
    """Return how many words stand in the page's ``<p>`` of more than a few words."""
    sizes = (count_words("".join(map(str, p.itertext()))) for p in tree.iter("p"))
    return sum(size for size in sizes if size >= SENTENCE)


def _as_html(body: etree._Element) -> HtmlElement:
    """Rename the elements of a body from trafilatura's vocabulary to HTML's."""
    for element in body.iter("*"):
        tag = element.tag
        if tag == "head":
            rend = element.get("rend") or "h2"
            element.tag = rend if rend in ("h3", "h4", "h5", "h6") else "h2"
        elif tag == "hi":
            element.tag = _RENDERED.get(element.get("rend") or "", "span")
        elif tag == "list":
            element.tag = "ol" if element.get("rend") == "ol" else "ul"
        elif tag == "cell":
            element.tag = "th" if element.get("role") == "head" else "td"
        elif tag == "code" and any("\n" in str(text) for text in element.itertext()):
            element.tag = "pre"
        elif tag in _HTML:  # lxml would refuse to name anew what tag soup has named
            element.tag = _HTML[tag]
    return body


def longer(body: tuple[Block, ...], stated: str, base: str) -> tuple[Block, ...]:
    """Return a body, or the text in the structured data where the page shows next to nothing.

    What a page shows is better where there is both: the structured data lose all structure, and
    often a part.

    Args:
        body: what was found on the page.
        stated: the text in the structured data; empty if there is none.
        base: the URL that relative links resolve against.
    """
    if _size(body) >= KEPT * min(ENOUGH_WORDS, count_words(stated)):
        return body
    if re.search(r"</?(?:p|br|div)\b", stated):
        return blocks(fragment_fromstring(stated, create_parent="div"), base)
    lines = unescape(stated).splitlines()
    return tuple(Paragraph(runs) for line in lines if (runs := tidy([Run(line)])))
