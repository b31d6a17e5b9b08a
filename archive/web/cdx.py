"""The CDX API, ``/cdx``."""

from __future__ import annotations

from itertools import chain

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from archive import cdx
from archive.collection import Collection
from archive.errors import NewswarcError, UsageError
from archive.terminal import visible
from archive.web.stream import pieces

_TYPES = {
    "cdxj": "text/x-cdxj; charset=utf-8",
    "json": "application/x-ndjson",
    "text": "text/plain; charset=utf-8",
}


def answer(request: Request) -> Response:
    """Answer ``/cdx?url=…``: a line for each capture that is wanted; see `archive.cdx`."""
    collection: Collection = request.app.state.collection
    try:
        query = cdx.parse(request.query_params.multi_items())
        kind = "application/json" if query.count_pages else _TYPES[query.output]
        if request.method == "HEAD":
            return Response(media_type=kind)
        answered = pieces(cdx.answer(collection, query))
        first = next(answered, "")  # what is wrong with the index is said before the answer begins
    except NewswarcError as error:
        status = 400 if isinstance(error, UsageError) else 500
        return PlainTextResponse(visible(" ".join(str(error).split())) + "\n", status)
    return StreamingResponse(chain([first], answered), media_type=kind)
