"""An article as a document: Markdown, plain text, JSON, or a safe fragment of HTML.

The Markdown is the form of a printed article: title, byline, day, caption of the lead image with
its credit in bold, the body, and last the address it came from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from archive.errors import UsageError
from archive.model import Article, Author, Image

FORMATS = ("markdown", "text", "json", "html")

#: What CommonMark could take for markup in a title, a name or a caption.
_MARKUP = re.compile(r"[\\`*\[\]]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_LINE_START = re.compile(r"(#{1,6}\s|>|[-+]\s|[-=]+$|~~~)|(\d{1,9})([.)]\s)")
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)
# fmt: on
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20<>()\\\x7f]")


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
            return html(article)
        case _:
            raise UsageError(f"no such format: {form!r} (there are {', '.join(FORMATS)})")


def markdown(article: Article) -> str:
    """Return the article as a Markdown document."""
    parts = [f"# {_plain(article.title)}"]
    if article.subtitle:
        parts.append(f"## {_plain(article.subtitle)}")
    if article.authors:
        parts.append("By " + _listed([_author(author) for author in article.authors]))
    if article.published:
        parts.append(day(article.published))
    if article.image and (line := _caption(article.image)):
        parts.append(line)
    if article.markdown:
        parts.append(article.markdown)
    parts += ["Original url:", f"<{_target(article.url)}>"]
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
    parts = [f"<h1>{escape(article.title)}</h1>"]
    if article.subtitle:
        parts.append(f'<p class="subtitle">{escape(article.subtitle)}</p>')
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
    name = _plain(author.name)
    return f"[{name}]({_target(author.url)})" if author.url else name


def _caption(image: Image) -> str:
    caption = _plain(image.caption or "")
    credit = f"**{_plain(image.credit)}**" if image.credit else ""
    return " ".join(filter(None, (caption, credit)))


def _plain(words: str) -> str:
    """Return `words` such that CommonMark reads them as they are, also at the start of a line."""
    escaped = _MARKUP.sub(r"\\\g<0>", " ".join(words.split()))
    return (
        _LINE_START.sub(lambda match: f"{match[2] or ''}\\{match[1] or match[3]}", escaped, count=1)
        if _LINE_START.match(escaped)
        else escaped
    )


def _target(url: str) -> str:
    return _UNSAFE_IN_URL.sub(lambda match: f"%{ord(match[0]):02X}", url)


def _html_author(author: Author, address: Callable[[str], str]) -> str:
    name = escape(author.name)
    if not author.url:
        return name
    return f'<a href="{escape(address(author.url))}" rel="nofollow noreferrer">{name}</a>'


def _figure(image: Image, address: Callable[[str], str]) -> str:
    caption = escape(image.caption or "")
    credit = f"<strong>{escape(image.credit)}</strong>" if image.credit else ""
    line = " ".join(filter(None, (caption, credit)))
    below = f"<figcaption>{line}</figcaption>" if line else ""
    return f'<figure><img src="{escape(address(image.url))}" alt="" loading="lazy">{below}</figure>'


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
