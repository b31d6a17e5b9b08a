"""What a page declares for machines, as it stands: ``<meta>``, JSON-LD, microdata, ``<link>``.

What the declarations mean for an article is the business of `archive.extract.metadata`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from archive.extract import jsonld
from archive.extract.address import bare

#: How many values of one property are looked at.
MAX_VALUES = 50

#: Names of ``<meta>`` that hold the title, best first.
# fmt: off
TITLES = (
    "og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "headline",
    "title",
)
_PROPERTIES = frozenset((
    "headline", "datepublished", "datemodified", "author", "articlesection", "keywords",
))
# fmt: on


class Declared:
    """The declarations of one page.

    Args:
        tree: the whole page; its scripts and ``<meta>`` are read at once, the rest when asked for.
        url: where it was captured.
        base: what its relative links resolve against.
    """

    def __init__(self, tree: HtmlElement, url: str, base: str) -> None:
        self.tree = tree
        self.url = url
        self.base = base
        self.nodes = jsonld.nodes(tree)
        self._meta: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            content = jsonld.line(element.get("content") or "")
            if content:
                for attribute in ("property", "name", "itemprop", "http-equiv"):
                    for name in (element.get(attribute) or "").lower().split():
                        self._meta.setdefault(name, []).append(content)

    def first(self, names: Iterable[str]) -> str | None:
        """Return the first value of the first ``<meta>`` that there is."""
        return next((self._meta[name][0] for name in names if name in self._meta), None)

    def every(self, names: Iterable[str]) -> list[str]:
        """Return all values of all these ``<meta>``."""
        return [value for name in names for value in self._meta.get(name, ())]

    @cached_property
    def article(self) -> jsonld.Node:
        """The JSON-LD node of the article that this page is; empty if there is none.

        A page of several articles is a list of them, unless one of them is said to be this page.
        """
        found = [node for node in self.nodes if jsonld.is_article(node)]
        headlines = {jsonld.text(node.get("headline")) for node in found}
        if len(found) <= 1 or (len(headlines) == 1 and None not in headlines):
            return max(found, key=len, default={})
        here = {bare(self.url), *map(bare, self.addresses)}
        title = self.first(TITLES)
        named = (node for node in found if here & self._addresses_of(node))
        titled = (node for node in found if title and jsonld.text(node.get("headline")) == title)
        return next(named, None) or next(titled, {})

    def _addresses_of(self, node: jsonld.Node) -> set[str]:
        stated = map(jsonld.url, (node.get("url"), node.get("mainEntityOfPage"), node.get("@id")))
        return {bare(self.absolute(address)) for address in stated if address}

    @cached_property
    def addresses(self) -> list[str]:
        """What the page names as its own address, absolute, best source first."""
        links = (
            link.get("href")
            for link in self.tree.iter("link")
            if "canonical" in (link.get("rel") or "").lower().split()
        )
        stated = (*links, self.first(["og:url"]))
        return [self.absolute(address) for address in stated if address]

    def absolute(self, address: str) -> str:
        """Return an address of the page, absolute; one that is none, as it stands."""
        try:
            return urljoin(self.base, address)
        except ValueError:
            return address

    def node(self, value: Any) -> Any:
        """Return the node that a value only refers to by its ``@id``, else the value."""
        if not isinstance(value, dict) or "name" in value or "@id" not in value:
            return value
        named = (node for node in self.nodes if node.get("@id") == value["@id"] and "name" in node)
        return next(named, value)

    @cached_property
    def microdata(self) -> dict[str, list[str]]:
        """Values of the ``itemprop`` of articles that stand in the text, names in lower case."""
        found: dict[str, list[str]] = {}
        for element in self.tree.xpath("//*[@itemprop][not(self::meta)]"):
            for name in element.get("itemprop").lower().split():
                if name == "articlebody":
                    found[name] = ["yes"]
                elif name in _PROPERTIES and len(found.get(name, ())) < MAX_VALUES:
                    value = element.get("datetime") or element.get("content")
                    if line := jsonld.line((value or str(element.text_content()))[:1000]):
                        found.setdefault(name, []).append(line)
        return found
