"""What a page needs to be shown: images, style sheets, fonts, icons, and what these need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from archive.links import Kind as Use
from archive.links import Link, css_links, tag_links, tags
from crawler.markup import picker
from crawler.model import Candidate, Kind
from crawler.recent import Recent

#: What is taken of a page's links; scripts, media and frames only when everything is wanted.
_PAGE = frozenset({Use.IMAGE, Use.STYLE, Use.FONT, Use.ICON})
_ALL = _PAGE | {Use.SCRIPT, Use.MEDIA, Use.FRAME, Use.OBJECT, Use.MANIFEST}
#: No page needs more than this many; what has more is a trap.
MAX_REQUISITES = 500
#: Of the widths that a ``srcset`` offers (pixels), browsers of readers choose from these.
_NARROW, _WIDE = 600, 2000
_WIDTH = re.compile(r"(\d{1,6})w")

_NAMED = (
    *("audio", "base", "embed", "feimage", "frame", "iframe", "image", "img", "input", "link"),
    *("object", "source", "track", "use", "video"),
)
_BY_NAME = picker(*_NAMED, elements=True)
#: Any other tag may need something, by what is written in it. Plain strings are found a hundred
#: times quicker than a pattern that begins in several ways.
_BY_CONTENT = {
    "url(": ("",),
    "background=": ("",),
    "data-": ("bg", "src", "lazy", "original"),
}
_PASSED_OVER = re.compile(rf"<(?:{'|'.join(_NAMED)}|script|style|!|/)", re.IGNORECASE)
_ABSOLUTE = re.compile(r"/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def page_requisites(
    html: bytes,
    url: str,
    *,
    everything: bool = False,
    charset: str | None = None,
    familiar: Recent | None = None,
) -> Iterator[Candidate]:
    """Yield what a page needs, each URL once, in the order of the page.

    Args:
        html: the page, content-coding removed.
        url: where it came from.
        everything: scripts, media and frames are wanted as well.
        charset: of the bytes, as the HTTP header has it.
        familiar: tags that pages of the same origin had before, whose needs are known; those of
            this page are added to them.
    """
    text = html.decode("latin-1")
    wanted = _ALL if everything else _PAGE
    base = url
    found: list[Link] = []
    for piece in _needy(text):
        if familiar is not None and piece in familiar:
            continue
        absolute = True
        for tag in tags(piece):
            offered: list[Link] = []
            for link in tag_links(piece, tag, charset):
                absolute = absolute and bool(_ABSOLUTE.match(link.url))
                if link.kind is Use.BASE:
                    base = _resolve(url, link.url) or url if base == url else base
                    absolute = False  # the page after it needs to know it, too
                elif link.kind in wanted:
                    (offered if _WIDTH.fullmatch(link.descriptor) else found).append(link)
            found += _two(offered)
        if familiar is not None and absolute:
            familiar.add(piece)
    yield from _candidates(found, base, url)


def css_requisites(css: bytes, url: str, *, charset: str | None = None) -> Iterator[Candidate]:
    """Yield what a style sheet needs, each URL once; see `page_requisites`."""
    yield from _candidates(css_links(css, charset=charset), url, url)


def _needy(text: str) -> Iterator[str]:
    """Yield the tags of a page that may need something."""
    for match in _BY_NAME.finditer(text):
        if match.lastgroup:
            yield match[0]
    for content, endings in _BY_CONTENT.items():
        size = len(content)
        end, place = 0, text.find(content)
        while place >= 0:
            after = place + size
            if text.startswith(endings, after):
                start = text.rfind("<", end, place)
                after = end = text.find(">", place) + 1 or len(text)
                if start >= 0 and not _PASSED_OVER.match(text, start):
                    yield text[start:end]
            place = text.find(content, after)


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
