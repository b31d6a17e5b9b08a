"""An article as a document: Markdown, plain text, JSON, or a safe fragment of HTML.

The Markdown is the form of a printed article: title, byline, day, caption of the lead image with
its credit in bold, the body, and last the address it came from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from html import escape as html_escape
from typing import Any

from markdown_it import MarkdownIt

from archive.commonmark import destination, escape, escape_start, link
from archive.errors import UsageError
from archive.model import Article, Author, Image

FORMATS = ("markdown", "text", "json", "html")

# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)
# fmt: on


def render(article: Article, form: str) -> str:
    """Return the article in one of `FORMATS`, with a newline at the end.

    Raises:
        UsageError: there is no such format.
    """
    match form:
        case "markdown":
            return markdown(article)
        case "text":
            return text(article)
        case "json":
            return json.dumps(as_dict(article), ensure_ascii=False, indent=2) + "\n"
        case "html":
            return html(article) + "\n"
        case _:
            raise UsageError(f"no such format: {form!r} (there are {', '.join(FORMATS)})")


def markdown(article: Article) -> str:
    """Return the article as a Markdown document."""
    parts = [f"# {escape(article.title)}"]
    if article.subtitle:
        parts.append(f"## {escape(article.subtitle)}")
    if article.authors:
        parts.append("By " + _listed([_author(author) for author in article.authors]))
    if article.published:
        parts.append(day(article.published))
    if article.image and (line := _caption(article.image)):
        parts.append(line)
    if article.markdown:
        parts.append(article.markdown)
    parts += ["Original url:", f"<{destination(article.url)}>"]
    return "\n\n".join(parts) + "\n"


def text(article: Article) -> str:
    """Return the article as plain text."""
    parts = [article.title]
    if article.subtitle:
        parts.append(article.subtitle)
    if article.authors:
        parts.append("By " + _listed([author.name for author in article.authors]))
    if article.published:
        parts.append(day(article.published))
    parts += [article.text, article.url]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_dict(article: Article) -> dict[str, Any]:
    """Return the article for JSON: the fields of `Article`, times in ISO 8601.

    A day without a time is written as a day.
    """
    fields = asdict(article)
    for name in ("authors", "tags", "images", "related"):
        fields[name] = list(fields[name])
    has_time = fields.pop("published_has_time")
    for name in ("published", "modified"):
        moment = fields[name]
        if moment is not None:
            whole = has_time or name == "modified"
            fields[name] = moment.isoformat() if whole else moment.date().isoformat()
    return fields


def html(article: Article, rewrite: Callable[[str], str] | None = None) -> str:
    """Return the article as a fragment of HTML that holds no markup of the page itself.

    Args:
        article: what to show.
        rewrite: gives the address to use for every address of a link or an image, for example one
            in a replay; without it they stay as they are.
    """
    address = rewrite or str
    parts = [f"<h1>{html_escape(article.title)}</h1>"]
    if article.subtitle:
        parts.append(f'<p class="subtitle">{html_escape(article.subtitle)}</p>')
    if article.authors:
        names = _listed([_html_author(author, address) for author in article.authors])
        parts.append(f'<p class="byline">By {names}</p>')
    if article.published:
        stamp = as_dict(article)["published"]
        parts.append(
            f'<p class="dateline"><time datetime="{stamp}">{day(article.published)}</time></p>'
        )
    if article.image:
        parts.append(_figure(article.image, address))
    parts.append(_body(article.markdown, address))
    return "\n".join(part for part in parts if part)


def day(moment: datetime) -> str:
    """Return a day as American newspapers print it: ``October 23, 2024``."""
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year}"


def _listed(names: Sequence[str]) -> str:
    """Return names as a byline joins them: ``A``, ``A and B``, ``A, B and C``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _author(author: Author) -> str:
    return link(author.name, author.url) if author.url else escape(author.name)


def _caption(image: Image) -> str:
    caption = escape_start(escape(image.caption or ""))
    credit = f"**{escape(image.credit)}**" if image.credit else ""
    return " ".join(filter(None, (caption, credit)))


def _html_author(author: Author, address: Callable[[str], str]) -> str:
    name = html_escape(author.name)
    if not author.url:
        return name
    return f'<a href="{html_escape(address(author.url))}" rel="nofollow noreferrer">{name}</a>'


def _figure(image: Image, address: Callable[[str], str]) -> str:
    caption = html_escape(image.caption or "")
    credit = f"<strong>{html_escape(image.credit)}</strong>" if image.credit else ""
    line = " ".join(filter(None, (caption, credit)))
    below = f"<figcaption>{line}</figcaption>" if line else ""
    source = html_escape(address(image.url))
    return f'<figure><img src="{source}" alt="" loading="lazy">{below}</figure>'


def _body(source: str, address: Callable[[str], str]) -> str:
    """Return the HTML of a body; raw HTML in it is text, and no link runs a script."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(source)
    for token in tokens:
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrs["href"] = address(str(inner.attrs["href"]))
                inner.attrs["rel"] = "nofollow noreferrer"
            elif inner.type == "image":
                inner.attrs["src"] = address(str(inner.attrs["src"]))
                inner.attrs["loading"] = "lazy"
    return str(reader.renderer.render(tokens, reader.options, {})).strip()
