"""What a document names: the bytes of a feed, sitemap or page become candidate URLs.

Everything here is pure and never raises for what a document holds: an ill-formed document is read
as far as it goes. What a document *is* is told from its content; servers are often wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from crawler.discovery.feed import feed_candidates
from crawler.discovery.nature import Nature, nature
from crawler.discovery.page import page_candidates
from crawler.discovery.parts import json_candidates
from crawler.discovery.sitemap import sitemap_candidates, text_sitemap_candidates
from crawler.discovery.sniff import Format, plain, sniff
from crawler.discovery.span import span
from crawler.model import Candidate, Kind
from crawler.recent import Recent

__all__ = ["MAX_CANDIDATES", "Document", "Format", "Nature", "nature", "read", "span"]

#: No more are taken from one document: a sitemap may name 50,000 (sitemaps.org).
MAX_CANDIDATES = 50_000
#: Nor from one page: what has more links is a trap.
MAX_PAGE_CANDIDATES = 5_000


@dataclass(frozen=True, slots=True)
class Document:
    """What was read from one document.

    Attributes:
        format: what it turned out to be.
        candidates: the URLs it names, in its order.
        cut: it named more than we take.
    """

    format: Format
    candidates: list[Candidate]
    cut: bool = False


def read(
    body: bytes,
    url: str,
    kind: Kind,
    *,
    content_type: str = "",
    charset: str | None = None,
    familiar: Recent | None = None,
) -> Document:
    """Read the candidates out of a document.

    Args:
        body: its bytes, content-coding removed.
        url: where it came from; relative URLs are resolved against it.
        kind: what it was fetched as.
        content_type: media type as the server gave it, with parameters.
        charset: of the bytes, as far as the HTTP header says.
        familiar: see `page_candidates`.
    """
    body = plain(body)
    form = sniff(body, content_type)
    found: Iterator[Candidate] = iter(())
    limit = MAX_CANDIDATES
    if form is Format.FEED or (form is Format.JSON and kind in (Kind.FEED, Kind.SITEMAP)):
        found = feed_candidates(body, url, charset)
    elif form is Format.SITEMAP:
        found = sitemap_candidates(body, url, charset)
    elif form is Format.TEXT and kind is Kind.SITEMAP:
        found = text_sitemap_candidates(body, charset)
    elif form is Format.JSON and kind.lists:
        found = json_candidates(body, url, kind, charset)
        limit = MAX_PAGE_CANDIDATES
    elif form is Format.HTML:
        found = page_candidates(body, url, kind, charset=charset, familiar=familiar)
        limit = MAX_PAGE_CANDIDATES
    candidates = list(islice(found, limit + 1))
    if form is Format.JSON and kind in (Kind.FEED, Kind.SITEMAP):
        # A list of items is a feed to whom wants one, though it does not say so.
        form = Format.FEED if candidates else Format.OTHER
    return Document(form, candidates[:limit], cut=len(candidates) > limit)
