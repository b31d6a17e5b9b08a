"""The pure function from the bytes of a page to an article, or to the reason why it is none."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from textwrap import shorten

import trafilatura

from archive.extract import page as pages
from archive.extract.blocks import Block, Picture, plain_text
from archive.extract.body import by_rule, by_trafilatura, longer
from archive.extract.dates import parse
from archive.extract.judgement import is_not_found, sign_of_a_list
from archive.extract.language import language_of
from archive.extract.markdown import markdown
from archive.extract.page import Page
from archive.extract.picture import lead_image, same_image
from archive.extract.structure import absolute, image_source
from archive.extract.title import title_of
from archive.extract.trimming import Known, names, trimmed
from archive.model import Article, Author, Image, Refusal
from archive.version import __version__

#: How much of the text names an article that has no title, in characters.
MAX_HEADLESS = 100

EXTRACTOR = f"newswarc/{__version__} trafilatura/{version('trafilatura')}"


def extract(html: bytes, url: str, *, charset: str | None = None) -> Article | Refusal:
    """Return what a page says, or why it is no article. It never raises.

    Args:
        html: the page's bytes, content-coding removed.
        url: where it was captured, absolute.
        charset: what the ``Content-Type`` of HTTP declared, if anything.
    """
    try:
        page = pages.read(html, url, charset)
        return page if isinstance(page, Refusal) else _article(page)
    except Exception as error:  # noqa: BLE001  # the libraries below raise whatever they like
        return Refusal("failed", f"{type(error).__name__}: {error}"[:200])


def _article(page: Page) -> Article | Refusal:
    title = title_of(page.tree, page.metadata)
    authors = tuple(author.name for author in page.metadata.authors)
    body = trimmed(_body(page), Known(title, names(authors)))
    text = plain_text(body)
    if is_not_found(page.tree, page.metadata, title, text):
        return Refusal("not-found", title)
    if not text:
        return Refusal("no-text", "no words of an article")
    if sign := sign_of_a_list(page.tree, page.metadata, text):
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
        extractor=EXTRACTOR,
    )
    return _described(article, page)


def _body(page: Page) -> tuple[Block, ...]:
    body = by_rule(page.tree, page.rule, page.base) if page.rule else None
    body = body or by_trafilatura(page.tree, page.url, page.base)
    return longer(body, page.metadata.article_body, page.base)


def _shows(block: Block, image: Image) -> bool:
    return isinstance(block, Picture) and same_image(block.url, image.url)


def _described(article: Article, page: Page) -> Article:
    """Return an article with what is known of it beside its text."""
    metadata = page.metadata
    authors, published = _ruled_authors(page) or metadata.authors, metadata.published
    if not (authors and published):
        # What is only printed for readers, trafilatura finds by the page's class names.
        guessed = trafilatura.extract_metadata(page.tree, default_url=page.url, extensive=False)
        authors = authors or metadata.without_house([Author(guessed.author or "")])
        published = published or parse(guessed.date)
    modified = metadata.modified
    return replace(
        article,
        subtitle=(page.rule.subtitle.text(page.tree) if page.rule else None) or metadata.subtitle,
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
