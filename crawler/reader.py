"""What an answer names: a listing its items, an article what it needs to be shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urljoin

from crawler import discovery
from crawler.discovery import Format
from crawler.discovery.places import COMMON_FEEDS, COMMON_SITEMAPS, NEWS_SITEMAPS
from crawler.job import Followed, recent
from crawler.ledger import REQUESTED
from crawler.model import Candidate, Kind, Row
from crawler.outcome import Failure
from crawler.page import Page
from crawler.requisites import css_requisites, page_requisites

#: Style sheets that import each other are followed so far.
_MAX_EMBEDDED = 5
#: Where a crawl looks when a site names no sitemap, or no feed, of its own.
_PLACES = {
    Kind.SITEMAP: (*COMMON_SITEMAPS, NEWS_SITEMAPS[0]),
    Kind.FEED: COMMON_FEEDS,
}


class Reader:
    """Reads answers; nobody has judged yet what they name.

    Args:
        sitemaps: returns the sitemaps that the robots.txt of a URL's origin names.
        problem: is told what a person should know.
    """

    def __init__(
        self, sitemaps: Callable[[str], Awaitable[list[str]]], problem: Callable[[str], None]
    ) -> None:
        self._sitemaps = sitemaps
        self._problem = problem

    async def listing(self, row: Row, page: Page, followed: Followed) -> list[Candidate] | Failure:
        """Return what a listing names, or that it is none."""
        document = discovery.read(
            page.body, page.url, row.kind, content_type=page.content_type, charset=page.charset
        )
        if row.kind in (Kind.FEED, Kind.SITEMAP):
            wrong = document.format in (Format.OTHER, Format.EMPTY) or (
                document.format is Format.HTML and not document.candidates
            )
            if wrong:
                return Failure(f"not a {row.kind}", status=page.status, gone=True)
        if document.cut:
            self._problem(f"{row.url} names too much; only its beginning was read")
        named = document.candidates
        if row.kind is Kind.HOME:
            known = {seed.kind for seed in followed.source.seeds} | {one.kind for one in named}
            named += await self._elsewhere(page, followed, known)
        if document.format is Format.HTML and followed.source.requisites == "all":
            named += self._needed(page, followed)
        return named

    def others(self, row: Row, page: Page, followed: Followed) -> list[Candidate]:
        """Return what an article, page or requisite names."""
        if row.kind is Kind.REQUISITE:
            if not page.is_css or row.path.count("E") >= _MAX_EMBEDDED:
                return []
            return list(css_requisites(page.body, page.url, charset=page.charset))
        if not page.is_html:
            return []
        candidates = self._needed(page, followed)
        if row.depth < followed.source.depth and row.priority != REQUESTED:
            candidates += discovery.read(
                page.body,
                page.url,
                row.kind,
                content_type=page.content_type,
                charset=page.charset,
                familiar=recent(followed.links, page.url),
            ).candidates
        return candidates

    async def _elsewhere(self, page: Page, followed: Followed, known: set[Kind]) -> list[Candidate]:
        """Return the sitemaps that robots.txt names; where to look when nothing else is known."""
        obeyed = followed.source.robots != "ignore"
        named = await self._sitemaps(page.url) if obeyed else []
        places = [(url, Kind.SITEMAP) for url in named]
        if named:
            known.add(Kind.SITEMAP)
        for kind, usual in _PLACES.items():
            if kind not in known:
                places += [(path, kind) for path in usual]
        return [Candidate(urljoin(page.url, url), kind, "M") for url, kind in places]

    def _needed(self, page: Page, followed: Followed) -> list[Candidate]:
        """Return what is needed to show a page."""
        if followed.source.requisites == "none":
            return []
        needed = page_requisites(
            page.body,
            page.url,
            everything=followed.source.requisites == "all",
            charset=page.charset,
            familiar=recent(followed.needs, page.url),
        )
        return [candidate for candidate in needed if candidate.url not in page.loaded]
