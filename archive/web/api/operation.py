"""One thing the API can do, and the answer to a request for it."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from archive.collection import Collection
from archive.desk import Desk
from archive.errors import NewswarcError, UsageError
from archive.version import __version__
from archive.web.api import problem
from archive.web.api.parameter import Parameter, values
from archive.web.api.problem import FAILED, REDACTED, TOO_LONG, WRONG_VALUE, ProblemError

#: No query string is longer than this (bytes).
MAX_QUERY = 16 * 1024
#: What in a query means another time tomorrow: such an answer is out of date by itself.
_CLOCK = re.compile(r"\b[0-9]+[hdw]\b|\b(?:today|yesterday)\b", re.IGNORECASE)
#: Another one in each process: generations of the index are counted from its start.
_PROCESS = secrets.token_hex(8)
_KEEP = "private, no-cache"


@dataclass(frozen=True, slots=True)
class Archive:
    """What an operation answers from.

    Attributes:
        collection: that is shown.
        desk: who tells of the crawl, or None.
    """

    collection: Collection
    desk: Desk | None

    def check_shown(self, url: str) -> None:
        """Check that nothing forbids to tell of a URL.

        Raises:
            ProblemError: it was redacted.
        """
        redaction = self.collection.redaction(url)
        if redaction and redaction.whole:
            raise ProblemError(REDACTED, f"{url} was redacted: {redaction.reason}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered.

    Attributes:
        body: of the operation's model; where it is a page, its ``next`` is set by `Operation`.
        after: cursor of the next page, or None.
    """

    body: Mapping[str, Any]
    after: object = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One path of the API.

    Attributes:
        path: of it.
        name: for programs that are made of the document.
        summary: what it answers with, one sentence.
        answer: makes the answer of the archive and the values of the parameters, by name.
        model: the type of the answer.
        parameters: that it takes.
        derived: the answer depends on the index, the parameters and the clock alone, and so has
            an ETag.
    """

    path: str
    name: str
    summary: str
    answer: Callable[[Archive, Mapping[str, Any]], Reply]
    model: type
    parameters: tuple[Parameter, ...] = ()
    derived: bool = True

    def route(self) -> Route:
        """Return the route that answers it."""
        return Route(self.path, self.respond, name=self.name)

    def respond(self, request: Request) -> Response:
        """Answer a request; what is wrong with it is told as a problem."""
        state = request.app.state
        archive = Archive(state.collection, state.desk)
        query: bytes = request.scope["query_string"]
        try:
            if len(query) > MAX_QUERY:
                raise ProblemError(TOO_LONG, f"the query has more than {MAX_QUERY} bytes")
            given = values(self.parameters, request.query_params.multi_items())
            headers = self._headers(
                archive.collection, query, " ".join(request.query_params.values())
            )
            if headers.get("ETag") in _tags(request):
                return Response(None, 304, headers)
            reply = self.answer(archive, given)
        except ProblemError as error:
            return problem.response(error.kind, error.detail, **error.more)
        except UsageError as error:
            return problem.response(WRONG_VALUE, str(error))
        except NewswarcError as error:
            return problem.response(FAILED, str(error))
        if reply.after is None:
            return JSONResponse(reply.body, headers=headers)
        following = self._following(request, str(reply.after))
        headers["Link"] = f'<{following}>; rel="next"'
        return JSONResponse({**reply.body, "next": following}, headers=headers)

    def _headers(self, collection: Collection, query: bytes, given: str) -> dict[str, str]:
        """Return what a cache needs to know.

        The state of the index is read before the answer is made: what is committed in between may
        be in the answer already, and then the next question only finds a newer tag.
        """
        if not self.derived or _CLOCK.search(given):
            return {"Cache-Control": "no-store"}
        state = f"{__version__} {_PROCESS} {collection.generation()} {self.path} ".encode() + query
        digest = hashlib.sha256(state).hexdigest()[:32]
        return {"Cache-Control": _KEEP, "ETag": f'W/"{digest}"'}

    def _following(self, request: Request, cursor: str) -> str:
        kept = [item for item in request.query_params.multi_items() if item[0] != "after"]
        return f"{self.path}?{urlencode([*kept, ('after', cursor)])}"


def _tags(request: Request) -> frozenset[str]:
    """Return the entity tags that a client has an answer for."""
    header = request.headers.get("if-none-match", "")
    return frozenset(f"W/{tag}" for tag in re.findall(r'"[^"]*"', header[:MAX_QUERY]))
