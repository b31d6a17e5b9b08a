"""Where each field of an article stands on its page, so that a person can see why it is as it is.

A field is looked for where it may have been taken from, best source first; the first place that
says the same is its place. What stands nowhere as it is, was made by trafilatura or put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from archive.extract import dates, jsonld
from archive.extract.metadata import NAMES_OF
from archive.extract.page import Page
from archive.extract.rules import Selector
from archive.extract.structure import absolute
from archive.extract.title import folded
from archive.model import Article

#: How much of what a page writes is shown, in characters.
MAX_FORM = 60
#: The keys of JSON-LD that hold a field.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("headline", "name"),
    "subtitle": ("alternativeHeadline",),
    "authors": ("author", "creator"),
    "published": ("datePublished", "dateCreated"),
    "modified": ("dateModified",),
    "section": ("articleSection",),
    "language": ("inLanguage",),
    "tags": ("keywords",),
    "description": ("description",),
    "image": ("image", "thumbnailUrl"),
    "site": ("publisher",),
}
_MICRODATA = {
    "title": "headline",
    "authors": "author",
    "published": "datepublished",
    "modified": "datemodified",
    "section": "articlesection",
    "tags": "keywords",
}


def places(page: Page, article: Article) -> dict[str, str]:
    """Return name of a field → where it stands, for the fields that the article has.

    Args:
        page: what was read.
        article: what came of it.
    """
    return {
        field: _place(page, field, value) for field in _KEYS if (value := getattr(article, field))
    }


def _place(page: Page, field: str, value: Any) -> str:
    ruled = getattr(page.rule, field, None)
    if page.rule and isinstance(ruled, Selector) and ruled(page.tree):
        return f"site rule {page.rule.name}: {ruled.css[:MAX_FORM]}"
    wanted = _key(field, value)
    for place, stated in _stated(page, field):
        if _matches(field, stated, wanted, page.base):
            form = f": {str(stated)[:MAX_FORM]}" if isinstance(value, datetime) else ""
            return place + form
    if field in ("published", "modified") and dates.from_url(page.metadata.canonical):
        return "the address"
    return {"authors": "trafilatura", "published": "trafilatura", "language": "the text"}.get(
        field, "heuristic"
    )


def _stated(page: Page, field: str) -> Iterator[tuple[str, Any]]:
    """Yield the places that may say a field, with what they say."""
    declared = page.declared
    for key in _KEYS[field]:
        if (stated := declared.article.get(key)) is not None:
            yield f"JSON-LD {key}", declared.node(stated)
    for name in NAMES_OF.get(field, ()):
        for content in declared.every([name]):
            yield f"meta {name}", content
    for content in declared.microdata.get(_MICRODATA.get(field, ""), ()):
        yield f"microdata {_MICRODATA[field]}", content
    if field == "title":
        for tag in ("h1", "title"):
            for element in page.tree.iter(tag):
                yield f"<{tag}>", str(element.text_content())
    elif field == "published":
        for element in page.tree.iter("time"):
            yield "<time>", element.get("datetime") or str(element.text_content())
    elif field == "language":
        yield "<html lang>", page.tree.get("lang") or page.tree.get("xml:lang")
    elif field == "image":
        for image in page.tree.iter("img"):
            yield "<figure>", image.get("src") or image.get("data-src")
    elif field == "site":
        for node in declared.nodes:
            if "WebSite" in jsonld.types(node):
                yield "JSON-LD WebSite", node
    elif field == "tags":
        for link in page.tree.xpath("//a[contains(concat(' ', @rel, ' '), ' tag ')]"):
            yield "links rel=tag", str(link.text_content())


def _key(field: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if field == "authors":
        return folded(value[0].name)
    if field == "tags":
        return folded(value[0])
    if field == "image":
        return value.url
    return folded(value)


def _matches(field: str, stated: Any, wanted: Any, base: str) -> bool:
    if isinstance(wanted, datetime):
        moment = dates.parse(stated)
        return moment is not None and bool(moment.time == wanted)
    if field == "image":
        return bool(absolute(base, jsonld.url(stated)) == wanted)
    lines = (folded(line) for line in jsonld.texts(stated))
    if field in ("authors", "tags"):
        return any(wanted in line for line in lines)
    if field == "language":
        return any(line.startswith(wanted) for line in lines)
    return any(line == wanted or (field == "title" and line.startswith(wanted)) for line in lines)
