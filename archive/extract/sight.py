"""What a reader would see of a page, measured without building its tree.

A page that stands in for an article (a CAPTCHA, a consent wall, an error) says little and says it
in its title. To know that much takes a hundred times less than reading the page does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from archive.entities import unescape
from archive.extract.decode import decode

#: No more of a page is looked at, in bytes.
MAX_BYTES = 2_000_000
#: Counting stops at so many words of prose: a page with more stands in for nothing.
PLENTY = 250
#: A stretch of text without markup is prose from so many words on; menus have shorter ones.
_SENTENCE_WORDS = 8
#: A word has about so many bytes where nothing tells words apart.
_BYTES_PER_WORD = 18
#: Of what is seen and of a title, no more is kept than this, in characters.
_MAX_TEXT = 3000
_MAX_TITLE = 300
#: Nor does the markup of a heading go further, in bytes.
_MAX_HEADING = 3000

#: What is between these is not seen. ``noscript`` is: it is what a page says to a crawler.
_HIDDEN = (
    (b"<script", b"</script"),
    (b"<style", b"</style"),
    (b"<!--", b"-->"),
    (b"<template", b"</template"),
    (b"<svg", b"</svg"),
)
_OPENING = re.compile(rb"<(?:script|style|template|svg)(?=[\s>/])|<!--")
_RUN = re.compile(rb">([^<>]{30,})")
_TAG = re.compile(rb"<[^<>]*>")
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{0,2000})", re.IGNORECASE)
_HEADING = re.compile(rb"<h1[^<>]{0,500}>", re.IGNORECASE)
_HEADING_ENDS = re.compile(rb"</h1", re.IGNORECASE)
_HEAD = re.compile(rb"<(?:title|option)[\s>][^<]{0,2000}</", re.IGNORECASE)
#: One by one: a search for what begins with known letters is many times faster than for either.
_STATES_ARTICLE = (
    re.compile(
        rb'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(?:[a-z]{0,20}newsarticle|article|(?:live)?blogposting)"'
    ),
    re.compile(rb"property\s{0,3}=\s{0,3}[\"']?article:published_time"),
    re.compile(
        rb"property\s{0,3}=\s{0,3}[\"']?og:type[\"']?\s{1,9}content\s{0,3}=\s{0,3}[\"']?article\b"
    ),
    re.compile(rb"itemtype\s{0,3}=\s{0,3}[\"']?https?://schema\.org/(?:news)?article\b"),
)
#: Text that only comes out by JavaScript; a reader of the page finds it all the same.
_CARRIED = re.compile(rb'"articlebody"\s{0,9}:\s{0,9}"[^"]{300}')


@dataclass(frozen=True)
class Sight:
    """A page as it looks at first sight.

    Attributes:
        raw: its bytes, bounded.
        whole: `raw` is all of it.
        charset: what HTTP declared, if anything.
    """

    raw: bytes
    whole: bool = True
    charset: str | None = None

    @classmethod
    def of(cls, page: bytes, charset: str | None = None) -> Sight:
        """Look at the bytes of a page, content-coding removed."""
        return cls(page[:MAX_BYTES], len(page) <= MAX_BYTES, charset)

    @cached_property
    def markup(self) -> bytes:
        """Its bytes in lower case, as far as they are ASCII."""
        return self.raw.lower()

    @cached_property
    def _shown(self) -> tuple[bytes, int]:
        """What is left without scripts and the like, and how many bytes of scripts there were."""
        kept: list[bytes] = []
        position = scripts = 0
        while opening := _OPENING.search(self.markup, position):
            begin = opening.start()
            kept.append(self.raw[position:begin])
            end = self.markup.find(_closing(opening[0]), opening.end())
            end = len(self.markup) if end < 0 else end
            if opening[0] == b"<script":
                scripts += end - opening.end()
            closed = self.markup.find(b">", end)
            position = len(self.markup) if closed < 0 else closed + 1
        kept.append(self.raw[position:])
        return b" ".join(kept), scripts

    @property
    def script_bytes(self) -> int:
        """How much of it is script and data."""
        return self._shown[1]

    @cached_property
    def prose(self) -> int:
        """How many words stand in sentences; not counted beyond `PLENTY`."""
        words = 0
        for run in _RUN.finditer(self._shown[0]):
            size = _words(run[1])
            if size >= _SENTENCE_WORDS:
                words += size
                if words >= PLENTY:
                    break
        return words

    @cached_property
    def text(self) -> str:
        """What is seen of it, the title apart, as far as it is kept."""
        return self._read(_HEAD.sub(b" ", self._shown[0]), _MAX_TEXT)

    @cached_property
    def words(self) -> int:
        """How many words are seen, those of menus as well, as far as the text is kept."""
        return max(len(self.text.split()), len(self.text.encode()) // _BYTES_PER_WORD)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """What it calls itself: its title and its first heading, where it has them."""
        shown = self._shown[0]
        title, heading = _TITLE.search(shown), _HEADING.search(shown)
        start = heading.end() if heading else len(shown)
        headed = _HEADING_ENDS.split(shown[start : start + _MAX_HEADING], maxsplit=1)[0]
        parts = (title[1] if title else b"", headed)
        return tuple(filter(None, (self._read(part, _MAX_TITLE) for part in parts)))

    @cached_property
    def states_article(self) -> bool:
        """Whether its metadata say that it is an article."""
        return any(pattern.search(self.markup) for pattern in _STATES_ARTICLE)

    @cached_property
    def carries_text(self) -> bool:
        """Whether an article stands in its data, though not in what is seen."""
        return _CARRIED.search(self.markup) is not None

    def _read(self, shown: bytes, size: int) -> str:
        bare = b" ".join(_TAG.sub(b" ", shown).split())[: 4 * size]
        text = unescape(decode(bare, self._declared))
        return " ".join(text.split())[:size]

    @cached_property
    def _declared(self) -> str | None:
        """The charset that HTTP or, where it is silent, the page declares."""
        if self.charset:
            return self.charset
        found = re.search(rb"charset\s{0,3}=\s{0,3}[\"']?([\w-]{2,30})", self.markup[:8192])
        return found[1].decode("ascii", "ignore") if found else None


def _closing(opening: bytes) -> bytes:
    return next(end for begin, end in _HIDDEN if opening.startswith(begin))


def _words(run: bytes) -> int:
    return max(len(run.split()), len(run.strip()) // _BYTES_PER_WORD)
