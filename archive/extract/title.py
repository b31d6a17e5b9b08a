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
#: How many ``<h1>`` of a page are looked at.
MAX_PRINTED = 20


def title_of(tree: HtmlElement, metadata: Metadata) -> str:
    """Return the headline; empty if the page has none.

    The structured data names the headline, the page prints it: where both say the same, what is
    printed counts, because that is how a reader saw it; and where one was cut short.
    """
    printed = [text for h1 in islice(tree.iter("h1"), MAX_PRINTED) if (text := _text(h1))]
    document = next((text for title in tree.iter("title") if (text := _text(title))), "")
    names = [metadata.site or "", metadata.host]
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
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    known = {folded(text) for text in printed}
    sites = {folded(name) for name in names if name}
    for match in reversed(list(_SEPARATOR.finditer(title))):
        start, end = title[: match.start()], title[match.end() :]
        if folded(start) in known or _is_site(end, sites):
            return without_site(start, names, printed)
    if _is_site(parts[0], sites):
        return title[len(parts[0]) :].lstrip(" |·•»:-–—")
    return title


def folded(text: str) -> str:
    """Return the letters and digits of `text`, for comparison."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _is_site(part: str, sites: set[str]) -> bool:
    name = folded(part)
    return bool(name) and any(name == site or name in site or site in name for site in sites)


def _text(element: HtmlElement) -> str:
    return " ".join(visible(str(element.text_content())).split())[:MAX_LENGTH]
