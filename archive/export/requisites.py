"""What a stored page needs to be shown: the captures of its images, style sheets and fonts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urljoin

from archive.collection import Collection
from archive.errors import DamagedArchive
from archive.ingest.examine import HTML
from archive.links import Kind, Link, css_links, html_links
from archive.model import Capture
from archive.urlkey import is_url, urlkey

#: What is taken of the links of a page; frames and their own needs are not.
_NEEDED: Final = frozenset(
    {Kind.IMAGE, Kind.ICON, Kind.STYLE, Kind.FONT, Kind.SCRIPT, Kind.MEDIA, Kind.OBJECT}
)
#: No page needs more than so many, and style sheets import one another no deeper than this.
_MAX_REQUISITES: Final = 500
_MAX_DEPTH: Final = 3
_CSS: Final = "text/css"
_OK: Final = 200


def requisites_of(collection: Collection, page: Capture) -> list[Capture]:
    """Return the captures that a page needs, each the nearest in time to the page's own.

    What was never captured is not among them.

    Args:
        collection: that the page is in.
        page: a capture of HTML or of a style sheet.

    Raises:
        DamagedArchive: the page cannot be read. Of a style sheet that cannot, nothing is taken.
    """
    found: dict[str, Capture] = {}
    _collect(collection, page, page.timestamp, found, 0)
    return list(found.values())


def _collect(
    collection: Collection, source: Capture, moment: str, found: dict[str, Capture], depth: int
) -> None:
    for url in _needs(collection, source):
        key = urlkey(url)
        if key in found or key == source.urlkey:
            continue
        if len(found) >= _MAX_REQUISITES:
            return
        capture = collection.closest(url, moment)
        if capture is None:
            continue
        found[key] = capture
        if capture.mime == _CSS and depth < _MAX_DEPTH:
            try:
                _collect(collection, capture, moment, found, depth + 1)
            except DamagedArchive:
                continue


def _needs(collection: Collection, source: Capture) -> Iterator[str]:
    """Yield the URLs that a page or a style sheet needs, absolute."""
    if source.mime not in (*HTML, _CSS) or source.status not in (_OK, None):
        return
    record = collection.record(source)
    body, charset = record.body(), record.charset
    if source.mime == _CSS:
        yield from _absolute(css_links(body, charset=charset), source.url)
    else:
        yield from _absolute(html_links(body, charset=charset), source.url)


def _absolute(links: Iterable[Link], url: str) -> Iterator[str]:
    base = url
    for link in links:
        try:
            target = urljoin(base, link.url).partition("#")[0]
        except ValueError:
            continue
        if link.kind is Kind.BASE and base == url:
            base = target
        elif link.kind in _NEEDED and is_url(target):
            yield target
