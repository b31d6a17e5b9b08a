"""How the collection and its crawl are: ``/status``."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from archive.collection import Collection
from archive.web.desk import report
from archive.web.pages import page

#: So many captures in quarantine are listed, the newest.
_QUARANTINED = 20


def status(request: Request) -> Response:
    """Answer ``/status``: what there is and, where somebody can tell, how the crawl fares."""
    collection: Collection = request.app.state.collection
    told, problem = report(request)
    states: Counter[str] = Counter()
    for source in told.sources if told else ():
        states.update(source.urls)
    return page(
        request,
        "status.html",
        archive=request.app.state.status.get(),
        report=told,
        problem=problem,
        states=states.most_common(),
        drift=request.app.state.drift.get(),
        quarantined=collection.quarantined(_QUARANTINED),
        most_quarantined=_QUARANTINED,
    )
