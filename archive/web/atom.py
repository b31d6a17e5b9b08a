"""An Atom feed as a response, which a reader that polls need not fetch twice."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from archive import digest

#: No more of what a reader says it has is looked at.
_LONGEST = 4000


def response(request: Request, feed: bytes) -> Response:
    """Return a feed, or 304 to a reader that has it (RFC 9110, 13.1.2)."""
    tag = f'"{digest.sha256(feed)}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")[:_LONGEST]):
        return Response(None, 304, headers)
    return Response(feed, headers=headers, media_type="application/atom+xml")
