"""The article page: what an article says, how we know, its versions, and where it was captured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from archive import render, timestamp
from archive.collection import Collection
from archive.index.cdxj import Span
from archive.links import Kind
from archive.model import Capture, Copy, Hit, Version
from archive.replay import address
from archive.replay.address import View
from archive.replay.rewrite import rewrite_html
from archive.web.pages import failure, page

#: So many captures are listed beside an article; the calendar has them all.
_CAPTURES = 10
#: So many captures are looked through for those in quarantine, and so many are listed.
_LOOKED_THROUGH, _QUARANTINED = 400, 8
#: So many versions are listed; the page that compares them has more.
_VERSIONS = 20
_YEARS = 12
_RELATED, _COPIES, _SIMILAR = 12, 12, 5
_FIELDS = ("title", "subtitle", "authors", "section", "language", "tags", "image", "site")
#: Words of a headline that say what an article is about.
_WEIGHTY = re.compile(r"[^\W_]{4,}")
_MOST_WEIGHTY = 8


@dataclass(frozen=True, slots=True)
class Months:
    """How often a URL was captured in each month of a year."""

    year: str
    counts: Sequence[tuple[str, int]]


def article(request: Request) -> Response:
    """Answer ``/article/{id}``, with ``?at={timestamp}`` as it stood then."""
    collection: Collection = request.app.state.collection
    article_id: int = request.path_params["id"]
    at = request.query_params.get("at")
    moment = timestamp.to_datetime(at) if at else None
    shown = collection.article(article_id, at=moment) if article_id < 2**63 else None
    if shown is None:
        return failure(request, 404, f"There is no article {article_id} in this collection.")
    url = shown.article.url
    notes = collection.version_notes(article_id, _VERSIONS + 1)
    months = collection.captures_per_period(url, 6)
    return page(
        request,
        "article.html",
        version=shown,
        article=shown.article,
        body=Markup(_body(shown)),  # noqa: S704  (rendered with raw HTML off, then rewritten)
        places=[
            (name, shown.article.sources[name]) for name in _FIELDS if name in shown.article.sources
        ],
        versions=notes[:_VERSIONS],
        version_count=max((note.number for note in notes), default=1),
        current=notes[:1] == [] or notes[0].number == shown.number,
        captures=list(_latest(collection, url, _CAPTURES)),
        capture_count=sum(months.values()),
        quarantined=_quarantined(collection, url),
        months=_months(months),
        replayed=collection.closest(url, shown.first_capture),
        copies=_copies(collection, article_id),
        similar=_similar(collection, shown),
        related=[
            (link, address.path(link.url, shown.first_capture))
            for link in shown.article.related[:_RELATED]
            if link.url.startswith(("http://", "https://"))
        ],
    )


def _latest(collection: Collection, url: str, number: int) -> Iterator[Capture]:
    return islice(collection.walk(Span.exact(url), backwards=True, piece=number), number)


def _quarantined(collection: Collection, url: str) -> list[Capture]:
    found = (
        capture
        for capture in _latest(collection, url, _LOOKED_THROUGH)
        if (capture.refusal or "").startswith("quarantined:")
    )
    return list(islice(found, _QUARANTINED))


def _months(counts: dict[str, int]) -> list[Months]:
    """Return the months of each year with captures, the latest years first."""
    years = sorted({period[:4] for period in counts}, reverse=True)[:_YEARS]
    return [
        Months(
            year,
            [(f"{year}{month:02}", counts.get(f"{year}{month:02}", 0)) for month in range(1, 13)],
        )
        for year in years
    ]


def _copies(collection: Collection, article_id: int) -> list[Copy]:
    card = collection.cards([article_id]).get(article_id)
    return [copy for copy in card.copies if copy.article_id != article_id] if card else []


def _similar(collection: Collection, shown: Version) -> list[Hit]:
    """Return articles that have most of the weighty words of the headline."""
    words = dict.fromkeys(_WEIGHTY.findall(shown.article.title))
    if len(words) < 2:
        return []
    asked = " OR ".join(f'"{word}"' for word in list(words)[:_MOST_WEIGHTY])
    hits = collection.search(asked, limit=_SIMILAR + 1).hits
    return [hit for hit in hits if hit.article_id != shown.article_id][:_SIMILAR]


def _body(version: Version) -> str:
    """Return an article as HTML whose links and images lead into the archive."""
    moment = version.first_capture

    def resolve(url: str, kind: Kind) -> str | None:
        view = View.MEMENTO if kind is Kind.IMAGE else View.FRAME
        return address.path(url, moment, view)

    fragment = render.html(version.article).encode("utf-8", "replace")
    return rewrite_html(
        fragment, base_url=version.article.url, resolve=resolve, charset="utf-8"
    ).decode()
