"""What one URL turned out to be as a seed: pure, from the bytes of its answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from archive import timestamp
from crawler import discovery
from crawler.discovery import Document, Format
from crawler.discovery.sniff import plain
from crawler.model import Candidate, Kind
from crawler.page import Page
from crawler.scope import Scope, clean, date_in

_NEWS = re.compile(rb"schemas/sitemap-news/|<news:", re.IGNORECASE)
_INDEX = re.compile(rb"<(?:[\w.-]+:)?sitemapindex\b", re.IGNORECASE)
_HEAD = 4096
#: A feed of what readers say; its items lead to articles, but none is one.
_COMMENTS = re.compile(r"/comments?(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one URL yields as a seed, or why it is none.

    Attributes:
        url: where the answer came from, behind all redirects.
        kind: what it was asked for as, or what it turned out to be.
        origin: where it was named: ``robots.txt``, ``home page``, ``usual place``, a URL.
        form: what it is, in words: ``feed``, ``news sitemap``, ``sitemap index``, ``page`` …
        items: how many URLs it names.
        in_scope: how many of these are articles of the source; of a sitemap index, how many are
            in the part that was looked into.
        newest: the latest date that it names, or that stands in one of its URLs.
        why: why it is of no use as a seed; None when it is one.
        note: what else there is to say of it.
        named: the URLs it names, cleaned.
        parts: of a sitemap index, or a page that lists feeds: what it names in its turn.
    """

    url: str
    kind: Kind
    origin: str
    form: str
    items: int = 0
    in_scope: int = 0
    newest: datetime | None = None
    why: str | None = None
    note: str | None = None
    named: frozenset[str] = field(default=frozenset(), repr=False)
    parts: tuple[Candidate, ...] = field(default=(), repr=False)


def read(page: Page, kind: Kind, origin: str, scope: Scope) -> Finding:
    """Read an answer of status 200 as a seed of that kind.

    What a document is decides its content: a sitemap among the feeds is a sitemap, and a feed
    that is served as ``text/html`` is a feed.
    """
    as_kind = Kind.HOME if kind is Kind.SECTION else kind  # feeds of sections count here, too
    document = discovery.read(
        page.body, page.url, as_kind, content_type=page.content_type, charset=page.charset
    )
    match document.format:
        case Format.FEED:
            return _feed(page, origin, document, scope)
        case Format.SITEMAP:
            return _sitemap(page, origin, document, scope)
        case Format.TEXT if kind is Kind.SITEMAP and document.candidates:
            return _sitemap(page, origin, document, scope)
        case Format.HTML if kind in (Kind.HOME, Kind.SECTION):
            return _page(page, kind, origin, document, scope)
        case Format.HTML:
            feeds = tuple(one for one in document.candidates if one.kind is Kind.FEED)
            why = f"a page, no {kind}" + (f"; it names {len(feeds)} that may be" if feeds else "")
            return Finding(page.url, kind, origin, "page", why=why, parts=feeds)
    what = "empty" if document.format is Format.EMPTY else f"no {kind}"
    return Finding(page.url, kind, origin, document.format.value, why=what)


def _feed(page: Page, origin: str, document: Document, scope: Scope) -> Finding:
    articles = _articles(document, scope)
    why = note = None
    if _COMMENTS.search(page.url):
        why = "a feed of comments"
    elif document.candidates and not articles:
        why = "names nothing of this source"
    elif not document.candidates:
        note = "empty today"
    return _listed(page, Kind.FEED, origin, "feed", document, articles, why=why, note=note)


def _sitemap(page: Page, origin: str, document: Document, scope: Scope) -> Finding:
    head = plain(page.body)[:_HEAD]
    articles = _articles(document, scope)
    if _INDEX.search(head):
        parts = tuple(one for one in document.candidates if one.kind is Kind.SITEMAP)
        why = None if parts else "an index of nothing"
        return _listed(
            page, Kind.SITEMAP, origin, "sitemap index", document, articles, why=why, parts=parts
        )
    form = "news sitemap" if _NEWS.search(head) else "sitemap"
    why = note = None
    if document.candidates and not articles:
        why = "names nothing of this source"
    elif not document.candidates:
        note = "empty today"
    return _listed(page, Kind.SITEMAP, origin, form, document, articles, why=why, note=note)


def _page(page: Page, kind: Kind, origin: str, document: Document, scope: Scope) -> Finding:
    articles = _articles(document, scope)
    note = None
    if not articles:
        note = "links to no article; if a browser shows some, set render = true"
    elif document.cut:
        note = "links to too much; only its beginning was read"
    parts = tuple(one for one in document.candidates if one.kind in (Kind.FEED, Kind.SECTION))
    dates = [moment for url in articles if (moment := _day(url))]
    return Finding(
        page.url,
        kind,
        origin,
        kind.value,
        items=len({one.url for one in document.candidates}),
        in_scope=len(articles),
        newest=max(dates, default=None),
        note=note,
        named=frozenset(articles),
        parts=parts,
    )


def _listed(
    page: Page,
    kind: Kind,
    origin: str,
    form: str,
    document: Document,
    articles: set[str],
    *,
    why: str | None = None,
    note: str | None = None,
    parts: tuple[Candidate, ...] = (),
) -> Finding:
    """Return the finding of a document whose candidates are what it is there for."""
    dates = [one.published for one in document.candidates if one.published is not None]
    dates = dates or [moment for one in document.candidates if (moment := _day(one.url))]
    now = timestamp.now()
    return Finding(
        page.url,
        kind,
        origin,
        form,
        items=len(document.candidates),
        in_scope=len(articles),
        newest=max((one for one in dates if one <= now), default=max(dates, default=None)),
        why=why,
        note="names too much; only its beginning was read" if document.cut else note,
        named=frozenset(clean(one.url) or one.url for one in document.candidates),
        parts=parts,
    )


def _articles(document: Document, scope: Scope) -> set[str]:
    """Return the URLs of articles of the source among what a document names."""
    found = set()
    for candidate in document.candidates:
        if candidate.kind in (Kind.ARTICLE, Kind.PAGE):
            verdict = scope.judge(candidate.url, candidate.kind, listed=candidate.letter == "M")
            if verdict is not None and verdict.why is None and verdict.kind is Kind.ARTICLE:
                found.add(verdict.url)
    return found


def _day(url: str) -> datetime | None:
    day = date_in(url)
    return None if day is None else datetime.combine(day, time(), UTC)
