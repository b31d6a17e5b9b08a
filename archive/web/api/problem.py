"""What is said when a request cannot be answered: problem details (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive.web.api.model import Problem

#: Below this path, problems are told in JSON.
API = "/api/"
PREFIX = API + "problems/"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem.

    Attributes:
        name: of it, in its type's path.
        status: HTTP status.
        title: what it is, the same for every occurrence.
    """

    name: str
    status: int
    title: str


UNKNOWN_PARAMETER = Kind("unknown-parameter", 400, "There is no such parameter.")
WRONG_VALUE = Kind("wrong-value", 400, "A parameter has a value that it cannot have.")
NO_TOKEN = Kind("no-token", 401, "This server wants a token.")
NOT_FOUND = Kind("not-found", 404, "The collection has no such article, version or capture.")
NO_SUCH_PATH = Kind("no-such-path", 404, "The API has no such path.")
REDACTED = Kind("redacted", 451, "It was redacted: taken out of the collection for good.")
READ_ONLY = Kind("read-only", 405, "The archive can only be read.")
TOO_LONG = Kind("too-long", 400, "The query is longer than the server reads.")
FAILED = Kind("failed", 500, "The server could not read what it should.")

KINDS = {
    kind.name: kind
    for kind in (
        *(UNKNOWN_PARAMETER, WRONG_VALUE, NO_TOKEN, NOT_FOUND, NO_SUCH_PATH, READ_ONLY, REDACTED),
        *(TOO_LONG, FAILED),
    )
}
#: What may be wrong wherever one asks.
OF_STATUS = {404: NO_SUCH_PATH, 405: READ_ONLY}


class ProblemError(Exception):
    """A request that is answered with a problem.

    Args:
        kind: of it.
        detail: what is wrong with this request, and the way out, in one line.
        more: further members, see `Problem`.
    """

    def __init__(self, kind: Kind, detail: str, **more: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.more = more


def response(kind: Kind, detail: str, **more: str) -> Response:
    """Return the answer that tells of a problem."""
    body: Problem = {**described(kind), "detail": detail}
    content = {**body, **more}
    return JSONResponse(content, kind.status, {"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


def tells(request: Request) -> bool:
    """Tell whether what is wrong with a request is told in JSON."""
    return request.url.path.startswith(API)


def described(kind: Kind) -> Problem:
    """Return what is true of every problem of a kind."""
    return {"type": PREFIX + kind.name, "title": kind.title, "status": kind.status}
