"""What sites have taken away: ``/removed``."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.collection import Collection
from archive.web.asked import number
from archive.web.desk import report
from archive.web.pages import page

_PAGE_SIZE = 50
_MOST_PAGES = 200


def removed(request: Request) -> Response:
    """Answer ``/removed``, with ``site``: by the captures, and beside it what the crawl says."""
    collection: Collection = request.app.state.collection
    site = request.query_params.get("site", "").strip()[:200]
    at = max(1, number(request, "page", 1, most=_MOST_PAGES))
    found, whole = collection.removed(
        site or None, limit=_PAGE_SIZE + 1, offset=(at - 1) * _PAGE_SIZE
    )
    told, problem = report(request)
    more = len(found) > _PAGE_SIZE and at < _MOST_PAGES
    return page(
        request,
        "removed.html",
        site=site,
        found=found[:_PAGE_SIZE],
        whole=whole,
        returned=[one for one in told.removals if one.returned] if told and not site else [],
        problem=problem,
        before=_path(site, at - 1) if at > 1 else None,
        after=_path(site, at + 1) if more else None,
    )


def _path(site: str, at: int) -> str:
    values = {"site": site, "page": str(at) if at > 1 else ""}
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/removed?{query}" if query else "/removed"
