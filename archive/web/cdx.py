"""The CDX API, ``/cdx``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from archive import cdx
from archive.collection import Collection
from archive.errors import NewswarcError, UsageError
from archive.terminal import visible

_TYPES = {
    "cdxj": "text/x-cdxj; charset=utf-8",
    "json": "application/x-ndjson",
    "text": "text/plain; charset=utf-8",
}
#: Lines are sent in pieces of about so many letters.
_PIECE = 32 * 1024


def answer(request: Request) -> Response:
    """Answer ``/cdx?url=…``: a line for each capture that is wanted; see `archive.cdx`."""
    collection: Collection = request.app.state.collection
    try:
        query = cdx.parse(request.query_params.multi_items())
        kind = "application/json" if query.count_pages else _TYPES[query.output]
        if request.method == "HEAD":
            return Response(media_type=kind)
        pieces = _pieces(cdx.answer(collection, query))
        first = next(pieces, "")  # what is wrong with the index is said before the answer begins
    except NewswarcError as error:
        status = 400 if isinstance(error, UsageError) else 500
        return PlainTextResponse(visible(" ".join(str(error).split())) + "\n", status)
    return StreamingResponse(chain([first], pieces), media_type=kind)


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines together; an empty one is passed on with what there is."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= _PIECE or not line:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)
