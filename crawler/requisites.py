"""What a page needs to be shown: images, style sheets, fonts, icons, and what these need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from archive.links import Kind as Use
from archive.links import Link, css_links, tag_links, tags
from crawler.model import Candidate, Kind

#: What is taken of a page's links; scripts, media and frames only when everything is wanted.
_PAGE = frozenset({Use.IMAGE, Use.STYLE, Use.FONT, Use.ICON})
_ALL = _PAGE | {Use.SCRIPT, Use.MEDIA, Use.FRAME, Use.OBJECT, Use.MANIFEST}
#: No page needs more than this many; what has more is a trap.
MAX_REQUISITES = 500
#: Of the widths that a ``srcset`` offers (pixels), browsers of readers choose from these.
_NARROW, _WIDE = 600, 2000
_WIDTH = re.compile(r"(\d{1,6})w")

_INSIDE = r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
#: The tags of a page that can need something. Looking at these alone is ten times quicker than
#: looking at all of them, and the crawl process has every page to read.
_NEEDY = re.compile(
    rf"<!--.*?(?:-->|\Z)"
    rf"|<style\b{_INSIDE}>.*?(?:</style\s*>|\Z)"
    rf"|<script\b{_INSIDE}>.*?(?:</script\s*>|\Z)"
    rf"|<(?:img|source|link|base|input|image|video|audio|track|embed|object|iframe|frame|use"
    rf"|feimage)\b{_INSIDE}>"
    rf"|<[a-z](?=[^>]*(?:url\(|\sdata-|\sbackground\s*=)){_INSIDE}>",
    re.IGNORECASE | re.DOTALL,
)


def page_requisites(
    html: bytes, url: str, *, everything: bool = False, charset: str | None = None
) -> Iterator[Candidate]:
    """Yield what a page needs, each URL once, in the order of the page.

    Args:
        html: the page, content-coding removed.
        url: where it came from.
        everything: scripts, media and frames are wanted as well.
        charset: of the bytes, as the HTTP header has it.
    """
    page = html.decode("latin-1")
    text = "".join(match[0] for match in _NEEDY.finditer(page) if match[0][1] != "!")
    wanted = _ALL if everything else _PAGE
    base = url
    links: list[Link] = []
    for tag in tags(text):
        offered: list[Link] = []
        for link in tag_links(text, tag, charset):
            if link.kind is Use.BASE and base == url:
                base = _resolve(url, link.url) or url
            elif link.kind in wanted:
                (offered if _WIDTH.fullmatch(link.descriptor) else links).append(link)
        links += _two(offered)
    yield from _candidates(links, base, url)


def css_requisites(css: bytes, url: str, *, charset: str | None = None) -> Iterator[Candidate]:
    """Yield what a style sheet needs, each URL once; see `page_requisites`."""
    yield from _candidates(css_links(css, charset=charset), url, url)


def _candidates(links: Iterable[Link], base: str, url: str) -> Iterator[Candidate]:
    seen = {url}
    for link in links:
        target = _resolve(base, link.url)
        if target and target not in seen:
            if len(seen) > MAX_REQUISITES:
                return
            seen.add(target)
            yield Candidate(target, Kind.REQUISITE, "E")


def _two(offered: list[Link]) -> Iterator[Link]:
    """Of a ``srcset`` with widths choose two: one for small screens and one for large ones."""
    if not offered:
        return
    by_width = sorted(offered, key=_width)
    narrow = next((link for link in by_width if _width(link) >= _NARROW), by_width[-1])
    wide = max((link for link in by_width if _width(link) <= _WIDE), key=_width, default=narrow)
    yield narrow
    if wide is not narrow:
        yield wide


def _width(link: Link) -> int:
    match = _WIDTH.fullmatch(link.descriptor)
    return int(match[1]) if match else 0


def _resolve(base: str, reference: str) -> str | None:
    try:
        return urljoin(base, reference).partition("#")[0]
    except ValueError:
        return None
