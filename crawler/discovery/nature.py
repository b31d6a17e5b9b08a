"""What a fetched page says it is: an article, or a list of them.

Nothing but the page itself knows for certain. `/slug` may be a story and `/2024/10` a list; a feed
may name the page of a shop. Publishers tell search engines, and we read that: structured data
(schema.org in JSON-LD or microdata), Open Graph, the canonical link, the robots meta tag. Which
properties are worth what is told in docs/discovery.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from archive import timestamp
from crawler.markup import attributes, decoded, picker

#: So much of a page is looked at (bytes), and of one block of JSON-LD (characters).
_PAGE = 512 * 1024
_BLOCK = 128 * 1024
#: Blocks, and objects in one, that are looked at.
_BLOCKS, _OBJECTS = 20, 200
_TAGS = picker("meta", "link", "base", elements=True)
_JSON_LD = re.compile(r"<script\b[^>]{0,500}?application/ld\+json[^>]*>", re.IGNORECASE)
#: What old pages put around a script, so that older browsers would not show it.
_WRAPPING = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*$")
_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:https?://schema\.org/)?(\w{1,60})"')
_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_ITEM_TYPE = re.compile(
    r"""\bitemtype\s*=\s*["']?\s*https?://schema\.org/(\w{1,60})""", re.IGNORECASE
)
#: What a page of news is about. A video or a review stands in the margin of one as well.
_ARTICLE = re.compile(r"\w*NewsArticle|Article|BlogPosting|LiveBlogPosting|Report")
_LISTING = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "Blog"})
_LIST = frozenset({"ItemList", "DataFeed"})
_ROBOTS = frozenset({"robots", "googlebot", "googlebot-news", "newswarc"})
#: What a robots meta tag may say that we write down.
_RULES = frozenset(
    {"noindex", "nofollow", "noarchive", "none", "nosnippet", "noai", "noimageai", "noimageindex"}
)
#: So many microdata articles on one page are a list.
_MANY = 3


@dataclass(frozen=True, slots=True)
class Nature:
    """What a page says of itself.

    Attributes:
        kind: ``article``, ``listing`` or, where it says nothing of use, ``unknown``.
        why: what that was read from: ``JSON-LD NewsArticle``.
        canonical: the URL it says it has, absolute; None when it says none.
        published: when it says it was published.
        robots: what it asks of robots, in lower case: ``noindex``, ``nofollow``, ``noarchive`` …
    """

    kind: Literal["article", "listing", "unknown"] = "unknown"
    why: str = ""
    canonical: str | None = None
    published: datetime | None = None
    robots: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Signs:
    """What was found on a page, before it is weighed."""

    canonical: str | None = None
    og_type: str = ""
    date: str = ""
    articles: int = 0
    claims: bool = False
    kind_of_article: str = ""
    listing: str = ""
    items: str = ""


def nature(html: bytes, url: str, *, charset: str | None = None) -> Nature:
    """Return what a page says it is; it never raises, whatever the page holds.

    Args:
        html: its bytes, content-coding removed; only the first 512 KiB count.
        url: where it came from.
        charset: of the bytes, as the HTTP header has it.
    """
    text = decoded(html[:_PAGE], charset)
    signs = _Signs()
    robots: set[str] = set()
    blocks: list[str] = []
    base, canonical = url, ""
    for match in _TAGS.finditer(text):
        if match.lastgroup is None:
            continue
        tag = match[0]
        name = tag[1:5].lower()
        if name == "meta":
            _meta(attributes(tag), signs, robots)
        elif name == "base":
            base = _resolve(url, attributes(tag).get("href", "")) or base
        elif name == "link":
            named = attributes(tag)
            if not canonical and "canonical" in named.get("rel", "").lower().split():
                canonical = named.get("href", "")
        elif name == "scri" and len(blocks) < _BLOCKS:
            opening = _JSON_LD.match(tag)
            if opening is not None:
                blocks.append(tag[opening.end() : opening.end() + _BLOCK])
    signs.canonical = _resolve(base, canonical)
    for block in blocks:
        _json_ld(block, signs, {url, signs.canonical or url})
    kind, why = _weigh(signs, text, url)
    return Nature(kind, why, signs.canonical, _moment(signs.date), frozenset(robots))


def _meta(named: dict[str, str], signs: _Signs, robots: set[str]) -> None:
    key = (named.get("property") or named.get("name") or "").lower()
    value = named.get("content", "").strip()
    if key == "og:type":
        signs.og_type = signs.og_type or value.lower()
    elif key == "article:published_time":
        signs.date = signs.date or value
        signs.og_type = signs.og_type or "article"
    elif key in _ROBOTS:
        robots.update(_RULES.intersection(re.split(r"[\s,;]+", value.lower())))


def _json_ld(block: str, signs: _Signs, names: set[str]) -> None:
    """Read what one block of JSON-LD is about: an ill-formed one, by its first telling type."""
    try:
        found = list(_about(json.loads(_WRAPPING.sub("", block), strict=False)))
    except (ValueError, RecursionError):
        all_types = (match[1] for match in _TYPE.finditer(block))
        first = next((kind for kind in all_types if _tells(kind)), None)
        found = [{"@type": first}] if first else []
        dated = _DATE.search(block)
        if found and dated:
            found[0]["datePublished"] = dated[1]
    for item in found:
        kinds = _types(item)
        article = next((kind for kind in kinds if _ARTICLE.fullmatch(kind)), "")
        if article:
            signs.kind_of_article = signs.kind_of_article or article
            signs.articles += 1
            signs.claims = signs.claims or not names.isdisjoint(_urls(item))
            signs.date = signs.date or str(item.get("datePublished") or "")
        signs.listing = signs.listing or next(filter(_LISTING.__contains__, kinds), "")
        signs.items = signs.items or next(filter(_LIST.__contains__, kinds), "")


def _about(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects that stand at the top, and what these are mainly about.

    What else is inside of others is not the page.
    """
    top = data if isinstance(data, list) else [data]
    for item in top[:_OBJECTS]:
        if isinstance(item, dict):
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (one for one in graph[:_OBJECTS] if isinstance(one, dict))
                continue
            yield item
            if isinstance(item.get("mainEntity"), dict):
                yield item["mainEntity"]


def _tells(kind: str) -> bool:
    return bool(_ARTICLE.fullmatch(kind)) or kind in _LISTING or kind in _LIST


def _types(item: dict[str, Any]) -> list[str]:
    named = item.get("@type")
    several = named if isinstance(named, list) else [named]
    return [str(one).rpartition("/")[2] for one in several[:10] if isinstance(one, str)]


def _urls(item: dict[str, Any]) -> Iterator[str]:
    """Yield the URLs that an object of JSON-LD says are its own."""
    for key in ("@id", "url", "mainEntityOfPage"):
        value = item.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            yield value.partition("#")[0]


def _weigh(
    signs: _Signs, text: str, url: str
) -> tuple[Literal["article", "listing", "unknown"], str]:
    """Weigh what was found: the page's own claim goes before what is listed on it."""
    if signs.canonical and _is_root(signs.canonical):
        return "listing", "its canonical URL is the home page"
    if signs.articles and (signs.claims or (signs.articles == 1 and not signs.listing)):
        return "article", f"JSON-LD {signs.kind_of_article}"
    if signs.listing:
        return "listing", f"JSON-LD {signs.listing}"
    if signs.articles > 1 and signs.og_type != "article":
        return "listing", f"JSON-LD {signs.kind_of_article}, {signs.articles} of them"
    if signs.og_type == "article":
        return "article", "og:type article"
    if signs.items:
        return "listing", f"JSON-LD {signs.items}"
    stories = sum(bool(_ARTICLE.fullmatch(one[1])) for one in _ITEM_TYPE.finditer(text))
    if stories == 1:
        return "article", "microdata"
    if stories >= _MANY:
        return "listing", f"microdata, {stories} articles"
    if _is_root(url):
        return "listing", "it is the home page"
    return "unknown", ""


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _resolve(base: str, reference: str) -> str | None:
    reference = reference.strip()
    if not reference:
        return None
    try:
        found = urljoin(base, reference).partition("#")[0]
        urlsplit(found)
    except ValueError:
        return None
    return found if found.startswith(("http://", "https://")) else None


def _moment(text: str) -> datetime | None:
    try:
        return timestamp.from_warc_date(text.strip())
    except (ValueError, OverflowError):
        return None
