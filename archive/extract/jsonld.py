"""JSON-LD as pages really carry it: arrays, graphs, trailing commas, entities, several at once.

schema.org is the vocabulary; only what describes an article is looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from lxml.html import HtmlElement

from archive.entities import unescape

Node: TypeAlias = Mapping[str, Any]

#: Types of schema.org that are one article; any type that ends in ``Article`` is one as well.
_ARTICLES = frozenset(("BlogPosting", "LiveBlogPosting", "Report", "Review", "SocialMediaPosting"))
#: Types of pages that list articles.
_LISTINGS = frozenset(("CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"))
#: Nodes of a page beyond this many, and levels beyond this depth, are not looked at.
MAX_NODES = 2000
MAX_DEPTH = 12

_GAP = re.compile(r"[\s,;]*")
_DECODER = json.JSONDecoder(strict=False)
#: The comments that hide a script from old browsers and from XML parsers.
_OPENING = re.compile(r"(?://|/\*)?[ \t]*<!(?:\[CDATA\[|--)(?:\s*\*/)?")
_CLOSING = re.compile(r"(?://|/\*)?[ \t]*(?:\]\]|--)>(?:\s*\*/)?$")
_STRING_OR_FAULT = re.compile(
    r'"(?:[^"\\]++|\\.)*+"?|,(?=\s*[}\]])|^[ \t]*//[^\n]*$', re.DOTALL | re.MULTILINE
)


def nodes(tree: HtmlElement) -> list[Node]:
    """Return every object with a type in the JSON-LD of a page, outer ones before inner ones."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            for value in values(script.text or ""):
                found += _typed(value, 0)
                if len(found) > MAX_NODES:
                    return found[:MAX_NODES]
    return found


def values(text: str) -> list[Any]:
    """Return the JSON values in the text of one script element, however broken it is.

    >>> values('{"a": "x, }", "b": [1, 2,],}')
    [{'a': 'x, }', 'b': [1, 2]}]
    """
    text = text.strip()
    if opening := _OPENING.match(text):
        text = text[opening.end() :]
        tail = text[-40:]
        text = text[: len(text) - len(tail)] + _CLOSING.sub("", tail)
    found: list[Any] = []
    for repair in (str, _repaired, lambda broken: _repaired(unescape(broken))):
        found, whole = _sequence(repair(text))
        if found and whole:
            break
    return found


def _repaired(text: str) -> str:
    """Drop the commas before a closing bracket, and whole-line comments, outside of strings."""
    return _STRING_OR_FAULT.sub(lambda match: match[0] if match[0][0] == '"' else "", text)


def _sequence(text: str) -> tuple[list[Any], bool]:
    """Return the values that stand in a row in `text`, and whether all of it is JSON."""
    found: list[Any] = []
    position = 0
    while len(found) < MAX_NODES:
        gap = _GAP.match(text, position)
        position = gap.end() if gap else position
        if position == len(text):
            return found, True
        try:
            value, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return found, False
        found.append(value)
    return found, True


def _typed(value: Any, depth: int, *, in_article: bool = False) -> Iterator[Node]:
    """Yield the nodes in a value; an article within an article is one that it mentions."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _typed(item, depth + 1, in_article=in_article)
    elif isinstance(value, dict):
        article = is_article(value)
        if types(value) and not (article and in_article):
            yield value
        for inner in value.values():
            if isinstance(inner, list | dict):
                yield from _typed(inner, depth + 1, in_article=in_article or article)


def types(node: Node) -> frozenset[str]:
    """Return the names of a node's types, without the vocabulary's address."""
    value = node.get("@type")
    named = value if isinstance(value, list) else [value]
    return frozenset(name.rsplit("/", 1)[-1] for name in named if isinstance(name, str))


def is_article(node: Node) -> bool:
    """Tell whether a node is an article."""
    return any(name in _ARTICLES or name.endswith("Article") for name in types(node))


def is_listing(node: Node) -> bool:
    """Tell whether a node is a page that lists articles."""
    return bool(types(node) & _LISTINGS)


def text(value: Any) -> str | None:
    """Return a value as one line of text, entities resolved; of a list, the first; else None."""
    if isinstance(value, list):
        return next((found for item in value if (found := text(item))), None)
    if isinstance(value, dict):
        return text(value.get("name") or value.get("@value"))
    if isinstance(value, str):
        return line(value) or None
    return None


def texts(value: Any) -> list[str]:
    """Return the lines of text in a value or a list of values."""
    listed = value if isinstance(value, list) else [value]
    return [found for item in listed if (found := text(item))]


def line(value: str) -> str:
    """Return `value` without tags, entities and runs of white space."""
    if "&" in value:
        value = unescape(value)
        if "&" in value:
            value = unescape(value)  # twice escaped is common
    if "<" in value:
        value = re.sub(r"</?[a-zA-Z][^<>]{0,300}>", " ", value)
    return " ".join(value.split())


def url(value: Any) -> str | None:
    """Return the address in a value: of an image object, of a page, or the value itself."""
    if isinstance(value, list):
        return next((found for item in value if (found := url(item))), None)
    if isinstance(value, dict):
        return url(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value.strip() if isinstance(value, str) and value.strip() else None
