"""The application: the route table, and what answers when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from archive.collection import Collection
from archive.desk import Desk
from archive.errors import NewswarcError, UsageError
from archive.replay.address import PREFIX
from archive.replay.scripted import HELPER_PATH
from archive.web import (
    article,
    cdx,
    diff,
    edits,
    feed,
    hints,
    pages,
    removed,
    replay,
    search,
    sources,
    status,
)
from archive.web.access import Access
from archive.web.api import problem, table
from archive.web.cors import Cors
from archive.web.guard import Guard
from archive.web.kept import Kept

#: So long the same counts are shown, and the same names suggested.
_KEPT_SECONDS = 10.0


class _Id(IntegerConvertor):
    """A number in a path, of no more digits than `int` reads."""

    regex = "[0-9]{1,100}"


register_url_convertor("id", _Id())


def robots(request: Request) -> Response:
    """Keep search engines out, where somebody opens the server to the world."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


def favicon(request: Request) -> Response:
    """Answer browsers that ask for an icon by habit."""
    return RedirectResponse("/static/favicon.svg", 301)


ROUTES = [
    Route(HELPER_PATH, replay.inside),
    Route(PREFIX + "{address:path}", replay.replay),  # early, as a page asks for it many times
    Route("/", search.front),
    Route("/article/{id:id}", article.article),
    Route("/article/{id:id}/diff", diff.diff),
    Route("/edits", edits.edits),
    Route("/edits/feed", edits.feed),
    Route("/removed", removed.removed),
    Route("/sources", sources.sources),
    Route("/source/{name}", sources.source),
    Route("/status", status.status),
    Route("/feed", feed.feed),
    Route("/hints", hints.hints),
    *table.ROUTES,
    Route("/cdx", cdx.answer),
    Route("/favicon.ico", favicon),
    Route("/robots.txt", robots),
    Mount("/static", StaticFiles(packages=[("archive.web", "static")])),
]


def application(
    collection: Collection,
    *,
    hosts: Iterable[str] = (),
    scripts: bool = False,
    desk: Desk | None = None,
    token: str | None = None,
    cors: str | None = None,
) -> ASGIApp:
    """Return the web application of one collection.

    Args:
        collection: what it shows; nothing is ever written to it.
        hosts: names under which it may be reached; see `archive.web.guard`.
        scripts: scripts of archived pages may run, inside their sandbox.
        desk: who tells of sources, gaps and crawls; without one the pages tell what is indexed.
        token: that one must know to read anything; see `archive.web.access`.
        cors: origin (``https://desk.example``) whose pages may read the JSON API.

    Raises:
        UsageError: the token or the origin can be none.
    """
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            HTTPException: _http_error,
            NewswarcError: _expected,
            Exception: _unexpected,
        },
    )
    app.state.collection = collection
    app.state.desk = desk
    app.state.names = Kept(collection.vocabulary, _KEPT_SECONDS)
    app.state.status = Kept(collection.status, _KEPT_SECONDS)
    app.state.drift = Kept(collection.drift, _KEPT_SECONDS)
    inner: ASGIApp = app if token is None else Access(app, token)
    return Guard(inner if cors is None else Cors(inner, cors), hosts, scripts=scripts)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if problem.tells(request):
        kind = problem.OF_STATUS.get(error.status_code, problem.FAILED)
        result = problem.response(kind, f"{request.method} {request.url.path[:100]}")
    else:
        message = {404: "There is no such page.", 405: "This archive can only be read."}
        told = message.get(error.status_code, error.detail)
        result = pages.failure(request, error.status_code, told)
    result.headers.update(error.headers or {})
    return result


def _expected(request: Request, error: Exception) -> Response:
    status = 400 if isinstance(error, UsageError) else 500
    return pages.failure(request, status, str(error))


def _unexpected(request: Request, error: Exception) -> Response:
    """Say that we failed; the server writes the traceback to its own log."""
    message = "Something went wrong in newswarc; its log says what."
    if problem.tells(request):
        return problem.response(problem.FAILED, message)
    return pages.failure(request, 500, message)
