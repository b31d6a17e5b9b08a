"""Is this page an article? Sections, home pages and error pages must never become one."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from archive.extract.blocks import count_words
from archive.extract.metadata import Metadata

#: A page that does not state that it is an article needs this many words of body to be one …
ENOUGH_WORDS = 80
#: … and no more than this share of its letters in links.
MAX_LINK_DENSITY = 0.6
#: So many headlines that are links make a list, …
HEADLINES = 8
#: … if there are no more words of body than the teasers below them would have.
TEASER_WORDS = 30
#: A title of fewer words may be the name of a section.
HEADLINE_WORDS = 5
#: A longer title is not that of an error page, in words.
LONGEST_ERROR = 12

#: Not HTML, whatever the server calls it: feeds, sitemaps, drawings.
_OTHER_XML = re.compile(r"<(?:rss|feed|urlset|sitemapindex|svg|rdf:rdf)[\s>]", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|main|h[1-6]|table|span)\b",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"^\W*(?:error\W*)?404\b|\b(?:page|story|article|content|url)\b.{0,30}\b"
    r"(?:not found|(?:can ?no|could ?n.?|can.?)t be found|does ?n.?t exist|does not exist"
    r"|no longer (?:available|exists)|gone|missing)"
    r"|(?:can.?t|couldn.?t|could not|cannot) (?:find|be found)|\bnot found\b|nothing (?:was )?found"
    r"|страниц\w+ не (?:найден|существует)|не найден[ао]|сторінк\w+ не (?:знайден|існує)"
    r"|seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada"
    r"|página não encontrada|pagina non trovata|pagina niet gevonden",
    re.IGNORECASE,
)

_LINKED_HEADINGS = CSSSelector("h2 a, h3 a, h4 a, a h2, a h3, a h4")
#: Elements whose text no reader sees.
_SILENT = frozenset(("script", "style", "noscript", "template", "head"))


def is_html(text: str) -> bool:
    """Tell whether a text is an HTML page or a fragment of one."""
    start = text[:50_000]
    first = _HTML.search(start)
    if not first:
        return False
    other = _OTHER_XML.search(start, 0, first.start())
    return not other and "\x00" not in start


def is_not_found(title: str, metadata: Metadata) -> bool:
    """Tell whether the page only says, with status 200, that there is no such page."""
    short = count_words(title) <= LONGEST_ERROR
    return short and not metadata.states_article and bool(_NOT_FOUND.search(title))


def is_index(tree: HtmlElement, metadata: Metadata, title: str, words: int) -> bool:
    """Tell whether the page lists articles rather than being one.

    Args:
        tree: the whole page.
        metadata: what it states of itself.
        title: its headline.
        words: how many words of body were found in it.
    """
    if metadata.is_listing:
        return True
    headlines = len(_headlines(tree))
    crowded = headlines >= HEADLINES and words < headlines * TEASER_WORDS
    if metadata.states_article:
        return metadata.is_home and crowded
    if crowded and count_words(title) < HEADLINE_WORDS:
        return True
    if metadata.suggests_article:
        return False
    return words < ENOUGH_WORDS or link_density(tree) > MAX_LINK_DENSITY


def _headlines(tree: HtmlElement) -> list[HtmlElement]:
    """Return the headings that are links."""
    return cast("list[HtmlElement]", _LINKED_HEADINGS(tree))


def link_density(tree: HtmlElement) -> float:
    """Return the share of the page's letters that stand in links."""
    linked = total = inside = silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        step = 1 if event == "start" else -1
        if element.tag == "a":
            inside += step
        elif element.tag in _SILENT:
            silent += step
        text = element.text if step > 0 else element.tail
        if text and not silent:
            size = len(text.strip())
            total += size
            linked += size if inside else 0
    return linked / total if total else 1.0
