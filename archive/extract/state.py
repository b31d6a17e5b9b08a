"""The text of an article that stands only in a page's data: state of a framework, ``noscript``.

Pages that are built in the browser carry what they show as JSON: ``__NEXT_DATA__``,
``window.SIMORGH_DATA = …`` and the like. Their shapes differ and change; what they have in common
is that one value holds all the prose: a string of HTML, or a list with the paragraphs somewhere in
it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from archive.extract.blocks import Block, Paragraph, Run, count_words, plain_text, tidy
from archive.extract.jsonld import line
from archive.extract.structure import blocks

#: A script of fewer characters holds no article, and one of more is not read.
LEAST = 500
MOST = 5_000_000
#: No more scripts of a page, beginnings in one, values and levels of one are looked at.
MAX_SCRIPTS = 20
MAX_TRIES = 40
MAX_VALUES = 200_000
MAX_DEPTH = 60
#: A string of fewer words is a label.
SENTENCE = 8
#: Fewer words of prose are no article.
ENOUGH = 60
#: The list that is taken has at least this share of the prose of the largest value.
SHARE = 0.8

_ASSIGNED = re.compile(r"[\w$\"'\]]\s{0,9}=\s{0,9}(?=\{\s{0,9}\"|\[\s{0,9}[\[{\"])")
_ADDRESS = re.compile(r"^(?:https?:)?//|^/[\w-]+/|^data:")
_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|li)\b", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class State:
    """What a page carries beside its elements.

    Attributes:
        scripts: texts that may hold JSON, the longest first.
        unscripted: HTML for readers without JavaScript.
    """

    scripts: tuple[str, ...] = ()
    unscripted: tuple[HtmlElement, ...] = ()


def state_of(tree: HtmlElement) -> State:
    """Return what a page carries, before its scripts are dropped."""
    found: list[str] = []
    for script in tree.iter("script"):
        text, kind = script.text or "", script.get("type") or ""
        if LEAST <= len(text) <= MOST and "ld+json" not in kind.lower():
            found.append(text)
    body = tree.find("body")
    hidden = body.iter("noscript") if body is not None else ()
    return State(
        tuple(sorted(found, key=len, reverse=True)[:MAX_SCRIPTS]),
        tuple(element for element in hidden if len(str(element.text_content())) >= LEAST),
    )


def carried(state: State, base: str) -> tuple[tuple[Block, ...], str]:
    """Return the body that a page carries and where, or an empty one.

    Args:
        state: of the page.
        base: the URL that relative links resolve against.
    """
    best: tuple[Block, ...] = ()
    place = ""
    for element in state.unscripted:
        etree.strip_elements(element, "script", "style", with_tail=False)
        for inner in list(element.iter("noscript")):
            inner.tag = "div"
        if _words(found := blocks(element, base)) > max(ENOUGH, _words(best)):
            best, place = found, "noscript"
    for text in state.scripts:
        for value in _values(text):
            if _words(found := _prose(value, base)) > max(ENOUGH, _words(best)):
                best, place = found, "the page's state"
    return best, place


def _words(body: tuple[Block, ...]) -> int:
    return count_words(plain_text(body))


def _values(text: str) -> Iterator[Any]:
    """Yield the JSON values of a script: all of it, or what is assigned in it."""
    stripped = text.strip()
    whole = stripped[:1] in ("{", "[")
    starts = iter([0]) if whole else (match.end() for match in _ASSIGNED.finditer(stripped))
    end = 0
    for start in islice(starts, MAX_TRIES):
        if start < end:
            continue
        try:
            value, end = _DECODER.raw_decode(stripped, start)
        except ValueError:  # a program, not data
            continue
        except RecursionError:
            return
        yield value


def _prose(value: Any, base: str) -> tuple[Block, ...]:
    """Return the prose in a value: of the smallest list or string that has most of it."""
    budget = [MAX_VALUES]
    node = _Node.of(value, 0, budget)
    while True:
        inner = max(node.inner, key=lambda part: part.size, default=None)
        if inner is None or inner.size < SHARE * node.size:
            break
        node = inner
    found: list[Block] = []
    for text in node.texts():
        if _MARKUP.search(text):
            found += blocks(fragment_fromstring(text, create_parent="div"), base)
        elif runs := tidy([Run(line(text))]):
            found.append(Paragraph(runs))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Node:
    """A value with the words of prose in it.

    Attributes:
        text: the value, where it is prose.
        size: words of prose in all.
        inner: the values in it that have prose.
    """

    text: str
    size: int
    inner: tuple[_Node, ...] = ()

    @classmethod
    def of(cls, value: Any, depth: int, budget: list[int]) -> _Node:
        budget[0] -= 1
        if depth > MAX_DEPTH or budget[0] < 0:
            return cls("", 0)
        if isinstance(value, str):
            size = 0 if _ADDRESS.match(value) else count_words(value)
            return cls(value, size) if size >= SENTENCE else cls("", 0)
        if isinstance(value, dict):
            value = list(value.values())
        if not isinstance(value, list):
            return cls("", 0)
        parts = (cls.of(inner, depth + 1, budget) for inner in value)
        inner = tuple(part for part in parts if part.size)
        return cls("", sum(part.size for part in inner), inner)

    def texts(self) -> Iterator[str]:
        """Yield the prose in order, each piece once: frameworks keep some twice."""
        seen: set[str] = set()
        pending = [self]
        while pending:
            node = pending.pop()
            if node.text and node.text not in seen:
                seen.add(node.text)
                yield node.text
            pending += reversed(node.inner)
