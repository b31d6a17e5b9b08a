"""What kind of article a page is, and whether all may read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from archive.extract import address, jsonld, phrases
from archive.extract.declared import Declared

KINDS = ("news", "opinion", "live", "gallery", "video", "podcast", "review")

#: Types of schema.org that say which kind an article is.
_TYPES = {
    "LiveBlogPosting": "live",
    "OpinionNewsArticle": "opinion",
    "ReviewNewsArticle": "review",
    "Review": "review",
    "CriticReview": "review",
    "ImageGallery": "gallery",
    "MediaGallery": "gallery",
    "PodcastEpisode": "podcast",
}
#: Parts of the paths of addresses, and names of sections, that say it.
_NAMES = {
    "opinion": "opinion opinions opinion-analysis comment commentisfree commentary editorial"
    " editorials columns columnists kommentar kommentare meinung tribune opinioni opinione opinie"
    " debatt meninger mnenie mneniya колонки мнения opinia opinie nazory idees",
    "live": "live liveblog live-blog live-updates liveticker en-direct directo en-vivo onlayn",
    "gallery": "gallery galleries photos photo-gallery pictures in-pictures bildstrecke"
    " fotostrecke fotostrecken diaporama fotogaleria fotogalerie foto",
    "video": "video videos watch mediathek",
    "podcast": "podcast podcasts",
    "review": "review reviews",
}
_KIND_OF = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_LOCKED = re.compile(r"locked|metered|premium|paid|subscri|plus|exclusive", re.IGNORECASE)
#: The beginning of an article that has to be paid for has fewer words than this.
_TEASER = 130
#: Parts of an article that are looked at.
_MAX_PARTS = 20


class Statement(NamedTuple):
    """What a page says, and where.

    Attributes:
        value: what it says.
        place: where it says so, for a person.
    """

    value: str | bool
    place: str


def kind_of(declared: Declared) -> Statement:
    """Return one of `KINDS`, and what says so; what says nothing is news."""
    for name in sorted(jsonld.types(declared.article)):
        if name in _TYPES:
            return Statement(_TYPES[name], f"JSON-LD @type {name}")
    path = address.split(declared.url).path.lower()
    for part in path.strip("/").split("/")[:-1]:
        if part in _KIND_OF:
            return Statement(_KIND_OF[part], "the address")
    section = jsonld.text(declared.article.get("articleSection")) or declared.first(
        ["article:section"]
    )
    if section and (kind := _KIND_OF.get("-".join(section.casefold().split()))):
        return Statement(kind, "the section")
    if (declared.first(["og:type"]) or "").lower().startswith("video"):
        return Statement("video", "meta og:type")
    return Statement("news", "heuristic")


def paywall_of(declared: Declared) -> Statement | None:
    """Return whether the page says that only subscribers may read it, and where; else None.

    https://developers.google.com/search/docs/appearance/structured-data/paywalled-content tells
    publishers to say so.
    """
    for node, place in _parts(declared):
        value = node.get("isAccessibleForFree")
        if value is not None:
            free = str(jsonld.text(value) or value).rsplit("/", 1)[-1].lower() in ("true", "1")
            return Statement(not free, f"JSON-LD {place}isAccessibleForFree: {value!s:.20}")
    for name in ("article:content_tier", "content_tier", "og:article:content_tier"):
        if tier := declared.first([name]):
            return Statement(bool(_LOCKED.search(tier)), f"meta {name}: {tier[:20]}")
    return None


def locked(tree: HtmlElement, words: int) -> Statement | None:
    """Return that a page asks for money instead of telling on, and in which words; else None.

    Args:
        tree: the whole page.
        words: how many of the article are there.
    """
    if words > _TEASER:
        return None
    found = phrases.PAYWALL.search(" ".join(" ".join(map(str, tree.itertext())).split()))
    return Statement(True, f"the page says: {found[0]}") if found else None


def _parts(declared: Declared) -> Iterator[tuple[jsonld.Node, str]]:
    """Yield the article, then the parts of it that are said to be locked."""
    article = declared.article
    yield article, ""
    parts = article.get("hasPart")
    for part in (parts if isinstance(parts, list) else [parts])[:_MAX_PARTS]:
        if isinstance(part, dict):
            yield part, "hasPart."
