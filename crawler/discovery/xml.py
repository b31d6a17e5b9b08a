"""XML as it is found: read as far as it goes, at a bounded price.

libxml2 recovers from much, but not always as a reader would: of ``?a=1&b=2`` it makes ``?a=1=2``.
So the text is mended first, and what has no place in a list of URLs is left out: the document
type with its entities, which are how XML is made to blow up or to read files.
"""

from __future__ import annotations

import re
from contextlib import suppress
from html.entities import html5
from typing import Any, Protocol

from lxml import etree

from crawler.discovery.encoding import text_of

#: Where a feed or sitemap begins.
ROOT = re.compile(
    r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel|urlset|sitemapindex)(?=[\s>/])", re.IGNORECASE
)
#: It begins no later than this (characters); before it, servers write warnings.
BEGINS_WITHIN = 16_384
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: CDATA is left alone: nothing in it is markup.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)"
    r"([a-z][a-z0-9]{1,30};)?",
    re.IGNORECASE,
)


class Target(Protocol):
    """What takes the events of a document."""

    def start(self, tag: str, attributes: Any) -> None:
        """Take the beginning of an element."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def data(self, text: str) -> None:
        """Take text."""

    def close(self) -> None:
        """Take the end of the document."""


def parse(body: bytes, target: Target, charset: str | None = None) -> None:
    """Give the events of a document to `target`, as far as it can be followed.

    Args:
        body: its bytes.
        target: takes them.
        charset: of the bytes, as the HTTP header has it.
    """
    takes: Any = target  # the stubs ask for more than lxml does
    parser = etree.XMLParser(
        target=takes, recover=True, resolve_entities=False, no_network=True, huge_tree=True
    )
    with suppress(etree.XMLSyntaxError):  # nothing can be recovered behind that place
        etree.XML(mended(text_of(body, charset)), parser)  # fed in pieces, it does not recover


def mended(text: str) -> bytes:
    """Return a document without what stands before its root, its raw ampersands escaped."""
    root = ROOT.search(text, 0, BEGINS_WITHIN)
    text = text[root.start() :] if root else text
    text = _AMPERSAND.sub(_escaped, _CONTROLS.sub("", text))
    return text.encode()


def local(tag: str) -> str:
    """Return a tag's name without its namespace, which sites get wrong, in lower case."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _escaped(match: re.Match[str]) -> str:
    if match[0][0] == "<":
        return match[0]
    name = match[1]
    if name is None:
        return "&amp;"
    return html5.get(name, f"&amp;{name}")
