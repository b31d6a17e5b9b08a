"""The article page: what an article says, its versions, and where it was captured."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from archive import render, timestamp
from archive.collection import Collection
from archive.links import Kind
from archive.model import Version
from archive.replay import address
from archive.replay.address import View
from archive.replay.rewrite import rewrite_html
from archive.web.pages import failure, page

#: So many captures are listed beside an article; the calendar has them all.
_CAPTURES = 12


def article(request: Request) -> Response:
    """Answer ``/article/{id}``, with ``?at={timestamp}`` as it stood then."""
    collection: Collection = request.app.state.collection
    article_id: int = request.path_params["id"]
    at = request.query_params.get("at")
    moment = timestamp.to_datetime(at) if at else None
    shown = collection.article(article_id, at=moment) if article_id < 2**63 else None
    if shown is None:
        return failure(request, 404, f"There is no article {article_id} in this collection.")
    captures = collection.captures(shown.article.url)
    versions = collection.versions(article_id)
    return page(
        request,
        "article.html",
        version=shown,
        article=shown.article,
        body=Markup(_body(shown)),  # noqa: S704  (rendered with raw HTML off, then rewritten)
        versions=versions,
        current=collection.article(article_id) == shown,
        captures=captures[-_CAPTURES:][::-1],
        capture_count=len(captures),
        replayed=collection.closest(shown.article.url, shown.first_capture),
    )


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
