"""Is this page an article? Sections, home pages and error pages must never become one."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from archive.extract.blocks import count_words, squeeze
from archive.extract.metadata import Metadata
from archive.extract.phrases import NOT_FOUND

#: A page that does not state that it is an article needs this many words of body to be one …
ENOUGH_WORDS = 80
#: … and no more than this share of its letters in links, …
MAX_LINK_DENSITY = 0.6
#: … and no more than this share of its body in teasers of other articles.
MAX_TEASERS = 0.5
#: So many headlines that are links make a list; of more than the second number no note is taken.
HEADLINES = 6
MOST_CARDS = 300
#: A link of fewer words is no headline.
HEADLINE_WORDS = 4
#: A teaser with its headline has at most this many words, characters, and elements around it.
TEASER_WORDS = 90
MAX_CARD = 2000
CARD_LEVELS = 6
#: An error page has a shorter title and a shorter text than these, in words.
LONGEST_ERROR_TITLE = 12
LONGEST_ERROR = 200

#: Not HTML, whatever the server calls it: feeds, sitemaps, drawings.
_OTHER_XML = re.compile(r"<(?:rss|feed|urlset|sitemapindex|svg|rdf:rdf)[\s>]", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|main|h[1-6]|table|span)\b",
    re.IGNORECASE,
)


def is_html(text: str) -> bool:
    """Tell whether a text is an HTML page or a fragment of one."""
    start = text[:50_000].lstrip()
    first = _HTML.search(start)
    if not first or start[0] in "{[":  # JSON may hold HTML
        return False
    other = _OTHER_XML.search(start, 0, first.start())
    return not other and "\x00" not in start


def is_not_found(tree: HtmlElement, metadata: Metadata, title: str, text: str) -> bool:
    """Tell whether the page only says, with status 200, that there is no such page."""
    if metadata.states_article or not NOT_FOUND.search(title):
        return False
    short = count_words(title) <= LONGEST_ERROR_TITLE and count_words(text) <= LONGEST_ERROR
    return short or link_density(tree) > MAX_LINK_DENSITY


def sign_of_a_list(
    tree: HtmlElement, metadata: Metadata, text: str, *, ruled: bool = False
) -> str | None:
    """Return what shows that a page lists articles rather than being one, or None.

    Args:
        tree: the whole page.
        metadata: what it states of itself.
        text: of the body that was found in it.
        ruled: the rule of its site found that body.
    """
    if metadata.is_listing:
        return "it says that it is a list"
    if metadata.states_article and not metadata.is_home:
        return None
    if (share := teaser_share(tree, text)) > MAX_TEASERS:
        return f"{share:.0%} of its text stand beside headlines that are links"
    if ruled or metadata.states_article or metadata.suggests_article:
        return None
    if not metadata.has_slug and (share := link_density(tree)) > MAX_LINK_DENSITY:
        return f"{share:.0%} of its letters are in links"
    if (size := count_words(text)) < ENOUGH_WORDS:
        return f"{size} words, and nothing says that they are an article"
    return None


def teaser_share(tree: HtmlElement, text: str) -> float:
    """Return the share of a body's words that stand on the page beside headlines that are links.

    Args:
        tree: the whole page.
        text: of the body that was found in it.
    """
    headlines = islice(filter(_is_headline, tree.iter("a")), MOST_CARDS)
    cards = {card for link in headlines if (card := _card(link))}
    if len(cards) < HEADLINES:
        return 0.0
    teasers = "\n".join(map(squeeze, cards))
    lines = text.split("\n", MOST_CARDS)
    listed = sum(count_words(line) for line in lines if squeeze(line) in teasers)
    return listed / (count_words(text) or 1)


def _is_headline(link: HtmlElement) -> bool:
    """Tell whether a link has words enough for a headline, and no text runs on before or after."""
    if (link.tail or "").strip() or count_words(str(link.text_content())) < HEADLINE_WORDS:
        return False
    previous = link.getprevious()
    before = link.getparent().text if previous is None else previous.tail
    return not (before or "").strip()


def _card(link: HtmlElement) -> str:
    """Return the text of the largest element around a headline that can be one teaser."""
    text = ""
    for ancestor in islice(link.iterancestors(), CARD_LEVELS):
        around = str(ancestor.text_content())
        if len(around) > MAX_CARD or count_words(around) > TEASER_WORDS:
            break
        text = around
    return text


def link_density(tree: HtmlElement) -> float:
    """Return the share of the page's letters that stand in links."""
    linked = total = inside = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        begins = event == "start"
        if element.tag == "a":
            inside += 1 if begins else -1
        text = element.text if begins else element.tail
        if text and element.tag != "title":
            size = len(text.strip())
            total += size
            linked += size if inside else 0
    return linked / total if total else 1.0
