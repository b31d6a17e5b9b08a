"""The table of the API: every path, from which the routes and the document are made."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from archive.web.api import articles, holdings, openapi, problem, search

OPERATIONS = (
    search.SEARCH,
    articles.ARTICLE,
    articles.VERSIONS,
    articles.DIFF,
    holdings.CAPTURES,
    articles.EDITS,
    holdings.REMOVED,
    holdings.SITES,
    holdings.SOURCES,
    holdings.STATUS,
)
DOCUMENT_PATH = "/api/openapi.json"


def document(request: Request) -> Response:
    """Answer with the OpenAPI document."""
    return JSONResponse(
        openapi.document(OPERATIONS), headers={"Cache-Control": "private, no-cache"}
    )


def kind_of_problem(request: Request) -> Response:
    """Answer the path that is a problem's type, with what it means."""
    kind = problem.KINDS.get(request.path_params["name"])
    if kind is None:
        return problem.response(problem.NO_SUCH_PATH, f"there are {', '.join(problem.KINDS)}")
    return JSONResponse(problem.described(kind))


ROUTES = (
    *(operation.route() for operation in OPERATIONS),
    Route(DOCUMENT_PATH, document),
    Route(problem.PREFIX + "{name}", kind_of_problem),
)
