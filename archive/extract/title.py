"""The headline of an article, without the name of the site that templates append to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from archive.extract.metadata import Metadata
from archive.extract.structure import visible

_SEPARATOR = re.compile(r"\s+(?:[|·•»:]{1,2}|[-–—])\s+|\s*[|｜：]\s*")
#: Of a longer headline only the beginning is kept, in characters.
MAX_LENGTH = 500
#: The name of a site has at most this many words.
LONGEST_SITE = 5
#: How many ``<h1>`` of a page are looked at.
MAX_PRINTED = 20


def title_of(tree: HtmlElement, metadata: Metadata) -> str:
    """Return the headline; empty if the page has none.

    The structured data names the headline, the page prints it: where both say the same, what is
    printed counts, because that is how a reader saw it; and where one was cut short.
    """
    printed = [text for h1 in islice(tree.iter("h1"), MAX_PRINTED) if (text := _text(h1))]
    document = next((text for title in tree.iter("title") if (text := _text(title))), "")
    names = [metadata.site or "", metadata.host, metadata.host.rpartition(".")[0]]
    stated = [
        without_site(title, names, printed)
        for title in (metadata.headline, metadata.title)
        if title
    ]
    for title in (*stated, *printed[:1], without_site(document, names, printed)):
        if title:
            return _as_printed(title, printed)
    return ""


def _as_printed(title: str, printed: Sequence[str]) -> str:
    start = folded(title)
    cut = title.endswith(("…", "..."))
    for text in printed:
        if folded(text) == start or (cut and start and folded(text).startswith(start)):
            return text
    return title


def without_site(title: str, names: Sequence[str], printed: Sequence[str] = ()) -> str:
    """Return `title` without the name of the site before or after it.

    >>> without_site("Rivers rise | Daily Example", ["Daily Example"])
    'Rivers rise'

    Args:
        title: as the page gives it.
        names: of the site.
        printed: headlines that stand in the page: a part that equals one is the title.
    """
    known = {folded(text) for text in printed}
    for match in reversed(list(_SEPARATOR.finditer(title))):
        start, end = title[: match.start()], title[match.end() :]
        if folded(start) in known or _is_site(end, names):
            return without_site(start, names, printed)
    first = _SEPARATOR.search(title)
    if first and _is_site(title[: first.start()], names):
        return title[first.end() :]
    return title


def folded(text: str) -> str:
    """Return the letters and digits of `text`, for comparison."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _is_site(part: str, names: Sequence[str]) -> bool:
    """Tell whether part of a title is one of the site's names, or one with a word more or less."""
    words = _words(part)
    return any(
        folded(part) == folded(name) or (len(words) <= LONGEST_SITE and _overlap(words, name))
        for name in names
        if name and words
    )


def _overlap(words: frozenset[str], name: str) -> bool:
    others = _words(name)
    return bool(others) and (words <= others or others <= words)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _text(element: HtmlElement) -> str:
    return " ".join(visible(str(element.text_content())).split())[:MAX_LENGTH]
