"""The pure function from the bytes of a page to an article, or to the reason why it is none."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from textwrap import shorten

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.extract import judgement
from archive.extract.blocks import Block, Picture, count_words, plain_text
from archive.extract.body import by_rule, by_trafilatura, longer, without_title
from archive.extract.dates import parse
from archive.extract.decode import decode
from archive.extract.markdown import markdown
from archive.extract.metadata import Metadata
from archive.extract.picture import lead_image, same_image
from archive.extract.rules import Rule, rule_for
from archive.extract.structure import absolute, image_source
from archive.extract.title import title_of
from archive.model import Article, Author, Image, Refusal
from archive.version import __version__

#: A page larger than this is not parsed, in bytes.
MAX_SIZE = 10_000_000
#: Nor is one with more elements than this looked at further; large news pages have a tenth.
MAX_ELEMENTS = 30_000
#: Elements within more than this many others make every step up the tree long: fewer are taken.
DEEP = 100
MAX_DEEP_ELEMENTS = 5_000

#: How much of the text names an article that has no title, in characters.
MAX_HEADLESS = 100

EXTRACTOR = f"newswarc/{__version__} trafilatura/{version('trafilatura')}"

# fmt: off
#: They hold no text of an article. Dropped once, early: trafilatura copies the page several times.
_NO_TEXT = (
    "audio", "button", "canvas", "embed", "footer", "iframe", "input", "nav", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "video",
)
# fmt: on

_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"


def extract(html: bytes, url: str, *, charset: str | None = None) -> Article | Refusal:
    """Return what a page says, or why it is no article. It never raises.

    Args:
        html: the page's bytes, content-coding removed.
        url: where it was captured, absolute.
        charset: what the ``Content-Type`` of HTTP declared, if anything.
    """
    try:
        return _extract(html, url, charset)
    except Exception as error:  # noqa: BLE001  # the libraries below raise whatever they like
        return Refusal("failed", f"{type(error).__name__}: {error}"[:200])


def _extract(html: bytes, url: str, charset: str | None) -> Article | Refusal:
    if len(html) > MAX_SIZE:
        return Refusal("too-large", f"{len(html):,} bytes")
    page = decode(html, charset)
    if not judgement.is_html(page):
        return Refusal("not-html")
    tree = _parse(page)
    if tree is None:
        return Refusal("no-text", "an empty page")
    if oversize := _oversize(tree):
        return Refusal("too-large", oversize)
    base = _base(tree, url)
    metadata = Metadata(tree, url, base)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    # A cell said to span 100,000 columns would be given them.
    etree.strip_attributes(tree, "colspan", "rowspan")
    title = title_of(tree, metadata)
    rule = rule_for(url)
    body = (by_rule(tree, rule, base) if rule else None) or by_trafilatura(tree, url, base)
    body = longer(body, metadata.article_body, base)
    body = without_title(body, title)
    text = plain_text(body)
    if judgement.is_not_found(tree, metadata, title, text):
        return Refusal("not-found", title)
    if judgement.is_index(tree, metadata, text):
        return Refusal("not-an-article", f"a list, or {count_words(text):,} words of something")
    if not text:
        return Refusal("no-text", "no words of an article")
    title = title or shorten(text, MAX_HEADLESS, placeholder=" …")
    image = _image(tree, metadata, rule, base)
    if image:
        body = tuple(block for block in body if not _shows(block, image))
    article = Article(
        metadata.canonical, title, markdown(body), text, image=image, extractor=EXTRACTOR
    )
    return _described(article, tree, metadata, rule, base)


def _shows(block: Block, image: Image) -> bool:
    return isinstance(block, Picture) and same_image(block.url, image.url)


def _parse(text: str) -> HtmlElement | None:
    """Return the tree of a page, or None if nothing is in it."""
    data = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        return document_fromstring(data, parser=parser)
    except etree.ParserError:
        return None


def _oversize(tree: HtmlElement) -> str | None:
    """Return how a tree is larger than can be read in a few seconds, or None if it is not."""
    elements = int(str(tree.xpath("string(count(//*))")))
    if elements > MAX_ELEMENTS:
        return f"{elements:,} elements"
    if elements > MAX_DEEP_ELEMENTS and tree.xpath("boolean(//*[count(ancestor::*) > $n])", n=DEEP):
        return f"{elements:,} elements, more than {DEEP} within each other"
    return None


def _base(tree: HtmlElement, url: str) -> str:
    """Return what relative links resolve against: the first ``<base href>``, else the URL."""
    for element in tree.iter("base"):
        if found := absolute(url, element.get("href")):
            return found
    return url


def _described(
    article: Article, tree: HtmlElement, metadata: Metadata, rule: Rule | None, base: str
) -> Article:
    """Return the article with what is known of it beside its text."""
    authors, published = _ruled_authors(tree, metadata, rule, base), metadata.published
    if not (authors and published):
        # What is only printed for readers, trafilatura finds by the page's class names.
        guessed = trafilatura.extract_metadata(tree, default_url=metadata.url)
        authors = authors or metadata.without_house([Author(guessed.author or "")])
        published = published or parse(guessed.date)
    authors = authors or tuple(metadata.stated_authors)
    subtitle = (rule.subtitle.text(tree) if rule else None) or metadata.subtitle
    modified = metadata.modified
    if modified and published and modified.time < published.time:
        modified = None
    return replace(
        article,
        authors=authors,
        published=published.time if published else None,
        published_has_time=published.has_time if published else True,
        modified=modified.time if modified else None,
        site=metadata.site,
        section=metadata.section,
        language=metadata.language,
        tags=metadata.tags,
        description=metadata.description,
        subtitle=subtitle,
    )


def _ruled_authors(
    tree: HtmlElement, metadata: Metadata, rule: Rule | None, base: str
) -> tuple[Author, ...]:
    """Return the authors: those a site rule points to, else those of the structured data."""
    named = [
        Author(" ".join(element.text_content().split()), absolute(base, element.get("href")))
        for element in (rule.authors(tree) if rule else ())
    ]
    return metadata.without_house(named) or metadata.authors


def _image(tree: HtmlElement, metadata: Metadata, rule: Rule | None, base: str) -> Image | None:
    """Return the lead image: the figure of a site rule, else what the metadata names."""
    for figure in rule.image(tree) if rule else ():
        url = next((src for img in figure.iter("img") if (src := image_source(img, base))), None)
        if rule and url:
            return Image(url, rule.caption.text(figure), rule.credit.text(figure))
    return lead_image(tree, metadata.image, base)
