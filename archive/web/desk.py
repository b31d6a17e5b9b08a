"""What the newsroom tells a page, where there is one; see `archive.desk`."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from archive.desk import Desk, Gap, Report
from archive.errors import NewswarcError


def report(request: Request) -> tuple[Report | None, str]:
    """Return how the crawl fares, and why it cannot be told if it cannot."""
    desk: Desk | None = request.app.state.desk
    try:
        return (desk.report() if desk else None), ""
    except NewswarcError as error:
        return None, str(error)


def gaps(request: Request, source: str) -> Sequence[Gap]:
    """Return the gaps of a source; none where nobody can tell."""
    desk: Desk | None = request.app.state.desk
    try:
        return desk.gaps(source) if desk else []
    except NewswarcError:
        return []
