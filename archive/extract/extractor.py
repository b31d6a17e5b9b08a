"""The pure function from the bytes of a page to an article, or to the reason why it is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.metadata import version
from textwrap import shorten

import trafilatura

from archive.extract import page as pages
from archive.extract.blocks import Block, Picture, count_words, plain_text
from archive.extract.body import by_rule, by_trafilatura, longer
from archive.extract.dates import Moment, parse
from archive.extract.judgement import is_not_found, sign_of_a_list
from archive.extract.language import language_of
from archive.extract.markdown import markdown
from archive.extract.page import Page
from archive.extract.picture import lead_image, same_image
from archive.extract.provenance import places
from archive.extract.rulebook import RuleBook, shipped
from archive.extract.rules import Selector
from archive.extract.standing import kind_of, locked, paywall_of
from archive.extract.state import ENOUGH, carried
from archive.extract.structure import absolute, image_source
from archive.extract.surroundings import pictures, related
from archive.extract.title import title_of
from archive.extract.trimming import Known, names, trimmed
from archive.model import Article, Author, Image, Refusal
from archive.version import __version__

#: How much of the text names an article that has no title, in characters.
MAX_HEADLESS = 100
#: What a page carries for scripts counts where it is so many times what the page shows.
MORE = 2
#: How the place of a field begins that the rule of its site gave.
RULED = "site rule"

EXTRACTOR = f"newswarc/{__version__} trafilatura/{version('trafilatura')}"


def extract(
    html: bytes,
    url: str,
    *,
    charset: str | None = None,
    captured: date | None = None,
    rules: RuleBook | None = None,
) -> Article | Refusal:
    """Return what a page says, or why it is no article. It never raises.

    Args:
        html: the page's bytes, content-coding removed.
        url: where it was captured, absolute.
        charset: what the ``Content-Type`` of HTTP declared, if anything.
        captured: the day of the capture in UTC, which decides between rules; None for today.
        rules: the site rules; None for those that come with newswarc.
    """
    try:
        rule = (shipped() if rules is None else rules).rule_for(url, captured)
        page = pages.read(html, url, charset, rule)
        return page if isinstance(page, Refusal) else _article(page)
    except Exception as error:  # noqa: BLE001  # the libraries below raise whatever they like
        return Refusal("failed", f"{type(error).__name__}: {error}"[:200])


def _article(page: Page) -> Article | Refusal:
    ruled = page.rule.title.text(page.tree) if page.rule else None
    title = ruled or title_of(page.tree, page.metadata)
    body, place = _body(page)
    whole = body
    ruled_body = place.startswith(RULED)
    if not ruled_body:
        authors = names(author.name for author in page.metadata.authors)
        body = trimmed(body, Known(title, authors))
    text = plain_text(body)
    if is_not_found(page.tree, page.metadata, title, text):
        return Refusal("not-found", title)
    if not text:
        return Refusal("no-text", "no words of an article")
    if sign := sign_of_a_list(page.tree, page.metadata, text, ruled=ruled_body):
        return Refusal("not-an-article", sign)
    image = _image(page)
    if image:
        body = tuple(block for block in body if not _shows(block, image))
    article = Article(
        url=page.metadata.canonical,
        title=title or shorten(text, MAX_HEADLESS, placeholder=" …"),
        markdown=markdown(body),
        text=text,
        image=image,
        images=pictures(body),
        related=related(whole, body),
        word_count=count_words(text),
        rules=page.rule.digest if page.rule else "",
        extractor=EXTRACTOR,
    )
    return _with_places(_described(article, page), page, place)


def _with_places(article: Article, page: Page, body: str) -> Article:
    """Return an article with its kind, its paywall, and where each of its fields stands."""
    kind = kind_of(page.declared)
    paywall = paywall_of(page.declared) or locked(page.tree, article.word_count)
    sources = {"body": body, **places(page, article), "kind": kind.place}
    if paywall:
        sources["paywall"] = paywall.place
    return replace(
        article,
        kind=str(kind.value),
        paywall=bool(paywall.value) if paywall else None,
        sources=sources,
    )


def _body(page: Page) -> tuple[tuple[Block, ...], str]:
    """Return the body of a page, and where it comes from."""
    if page.rule and (ruled := by_rule(page.tree, page.rule, page.base)):
        return ruled, f"{RULED} {page.rule.name}"
    shown = by_trafilatura(page.tree, page.url, page.base)
    stated = longer(shown, page.metadata.article_body, page.base)
    if stated is not shown:
        return stated, "JSON-LD articleBody"
    if count_words(plain_text(shown)) < ENOUGH:
        inside, place = carried(page.state, page.base)
        if count_words(plain_text(inside)) > MORE * count_words(plain_text(shown)):
            return inside, place
    return shown, "trafilatura"


def _shows(block: Block, image: Image) -> bool:
    return isinstance(block, Picture) and same_image(block.url, image.url)


def _described(article: Article, page: Page) -> Article:
    """Return an article with what is known of it beside its text."""
    metadata, rule = page.metadata, page.rule
    published = (rule and _time(rule.published, page)) or metadata.published
    modified = (rule and _time(rule.modified, page)) or metadata.modified
    authors = _ruled_authors(page) or metadata.authors
    if not (authors and published):
        # What is only printed for readers, trafilatura finds by the page's class names.
        guessed = trafilatura.extract_metadata(page.tree, default_url=page.url, extensive=False)
        authors = authors or metadata.without_house([Author(guessed.author or "")])
        published = published or parse(guessed.date)
    return replace(
        article,
        subtitle=(rule.subtitle.text(page.tree) if rule else None) or metadata.subtitle,
        authors=authors or metadata.stated_authors,
        published=published.time if published else None,
        published_has_time=published.has_time if published else True,
        modified=modified.time if modified else None,
        site=metadata.site,
        section=metadata.section,
        language=language_of(metadata.language, article.text),
        tags=metadata.tags,
        description=metadata.description,
    )


def _time(selector: Selector, page: Page) -> Moment | None:
    """Return the time that a rule points to, as machines or people read it."""
    found = selector(page.tree)
    if not found:
        return None
    return parse(found[0].get("datetime") or found[0].get("content")) or parse(
        " ".join(found[0].text_content().split())
    )


def _ruled_authors(page: Page) -> tuple[Author, ...]:
    """Return the authors that the rule of the site points to."""
    named = [
        Author(" ".join(element.text_content().split()), absolute(page.base, element.get("href")))
        for element in (page.rule.authors(page.tree) if page.rule else ())
    ]
    return page.metadata.without_house(named)


def _image(page: Page) -> Image | None:
    """Return the lead image: the figure of a site rule, else what the metadata names."""
    for figure in page.rule.image(page.tree) if page.rule else ():
        sources = (image_source(image, page.base) for image in figure.iter("img"))
        url = next(filter(None, sources), None)
        if page.rule and url:
            return Image(url, page.rule.caption.text(figure), page.rule.credit.text(figure))
    return lead_image(page.tree, page.metadata.images, page.base)
