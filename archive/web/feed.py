"""A search as an Atom feed: ``/feed``, with the parameters of the search page."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from archive import timestamp
from archive.atom import Entry, urn
from archive.atom import feed as atom
from archive.collection import Collection
from archive.errors import UsageError
from archive.index.search import MARK, UNMARK
from archive.model import Hit
from archive.web.asked import Asked
from archive.web.atom import response
from archive.web.pages import failure

#: Makes ids of searches and articles.
_SPACE = uuid.UUID("0d0a4ad4-9f4e-5b0e-8c43-3b0d4f5b7c11")
_ENTRIES = 50
#: No article is from before; see `archive.index.articles.is_a_date`.
_EVER = datetime(1000, 1, 1, tzinfo=UTC)


def feed(request: Request) -> Response:
    """Answer ``/feed?q=…``: the newest articles that match; without a query, the newest of all."""
    collection: Collection = request.app.state.collection
    asked = Asked.of(request)
    origin: str = request.state.origin
    try:
        narrowed = asked.narrowed()
        if asked.is_nothing:
            narrowed["since"] = _EVER
        hits = collection.search(asked.query, sort="date", limit=_ENTRIES, **narrowed).hits
    except UsageError as error:
        return failure(request, 400, str(error))
    entries = [_entry(hit, origin) for hit in hits]
    about = " ".join(filter(None, (asked.query, *asked.filters.values(), *asked.states)))
    return response(
        request,
        atom(
            entries,
            feed_id=urn(_SPACE, asked.path("/feed")),
            title=f"newswarc: {about or 'all articles'}",
            updated=max((entry.updated for entry in entries), default=timestamp.now()),
            own_url=origin + asked.path("/feed"),
        ),
    )


def _entry(hit: Hit, origin: str) -> Entry:
    return Entry(
        id=urn(_SPACE, hit.url),
        title=hit.title,
        updated=timestamp.to_datetime(hit.timestamp),
        link=f"{origin}/article/{hit.article_id}",
        author=hit.site,
        summary=hit.snippet.replace(MARK, "").replace(UNMARK, ""),
    )
