"""Who may ask, where the server was started with a token.

=======================  ==========================================================================
a program                sends ``Authorization: Bearer TOKEN``
a browser                opens ``/?token=TOKEN`` once and gets a cookie in return, which is not the
                         token and ends with the server
a memento in its frame   has no origin, and so its images and links come without that cookie; they
                         bear a key in their path, ``/web/-KEY/20241023081500mp_/…``, that the
                         frame page gave them and that opens mementos and nothing else
=======================  ==========================================================================
"""

from __future__ import annotations

import hmac
import re
import secrets

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.errors import UsageError
from archive.replay.address import KEYED, PREFIX
from archive.replay.scripted import HELPER_PATH
from archive.web.api import problem
from archive.web.pages import page

#: What a Bearer header can carry (RFC 6750, clause 2.1), not so short that it can be guessed.
_TOKEN = re.compile(r"(?=.{16,200}\Z)[A-Za-z0-9._~+/-]+=*")
_MEMENTO = re.compile(rb"[0-9]{4,14}mp_/")
#: Of these nothing is the collection's; the page that asks for a token needs them.
_OPEN = frozenset({"/favicon.ico", "/robots.txt", HELPER_PATH})
_OPEN_BELOW = "/static/"
_ADVICE = "This archive wants a token: Authorization: Bearer TOKEN, or open /?token=TOKEN once."


def check_token(token: str) -> str:
    """Return `token` if it can be one.

    Raises:
        UsageError: it is too short, too long, or has signs that a header cannot carry.
    """
    if not _TOKEN.fullmatch(token):
        raise UsageError(
            "a token has 16 to 200 letters, digits and -._~+/ in it; `openssl rand -hex 32`"
            " makes one"
        )
    return token


def is_open(path: str) -> bool:
    """Tell whether a path, decoded, is answered to everybody.

    One that only begins like such a path is not: what follows may be the address of a memento.
    """
    return path in _OPEN or path.startswith(_OPEN_BELOW)


class Access:
    """Lets through who knows the token.

    Args:
        app: what is guarded; it finds the key of mementos in ``scope["state"]["key"]``.
        token: that is wanted.

    Raises:
        UsageError: see `check_token`.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = check_token(token)
        self._session = secrets.token_urlsafe(32)
        self._key = secrets.token_urlsafe(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI wants it."""
        path: str = scope["path"]
        scope["state"]["key"] = self._key
        answer: ASGIApp = self._app
        if path == "/" and (given := QueryParams(scope["query_string"]).get("token")):
            answer = self._welcome(scope) if _same(given, self._token) else _refusal(scope)
        elif path.startswith(KEYED):
            keyed = self._without_key(scope)
            answer = _refusal(scope) if keyed is None else self._app
            scope = keyed or scope
        elif not (is_open(path) or self._knows(scope)):
            answer = _refusal(scope)
        await answer(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(given.strip(), self._token):
            return True
        cookie = Request(scope).cookies.get(_cookie(scope), "")
        return _same(cookie, self._session)

    def _without_key(self, scope: Scope) -> Scope | None:
        """Return the scope of a memento that was asked for with our key, or None."""
        raw: bytes = scope["raw_path"].partition(b"?")[0]
        key, slash, rest = raw[len(KEYED) :].partition(b"/")
        if not slash or not _same(key.decode("latin-1"), self._key) or not _MEMENTO.match(rest):
            return None
        path: str = scope["path"][len(KEYED) + len(key) + 1 :]
        return {**scope, "path": PREFIX + path, "raw_path": PREFIX.encode() + rest}

    def _welcome(self, scope: Scope) -> Response:
        """Give a browser its cookie.

        A link from elsewhere leads here, and what the browser asks next by a redirect would count
        as asked from there, without the cookie: so a page leads on, and not a redirect.
        """
        result = page(Request(scope), "welcome.html")
        result.headers["Cache-Control"] = "no-store"
        result.set_cookie(
            _cookie(scope),
            self._session,
            httponly=True,
            samesite="strict",
            secure=scope["scheme"] == "https",
        )
        return result


def _refusal(scope: Scope) -> Response:
    request = Request(scope)
    result: Response
    if problem.tells(request):
        result = problem.response(problem.NO_TOKEN, _ADVICE)
    elif "text/html" in request.headers.get("accept", ""):
        result = page(request, "token.html", status=401)
    else:
        result = PlainTextResponse(_ADVICE + "\n", 401)
    result.headers["WWW-Authenticate"] = 'Bearer realm="newswarc"'
    result.headers["Cache-Control"] = "no-store"
    return result


def _cookie(scope: Scope) -> str:
    """Return the cookie's name: cookies are a host's, and two servers on it must not mix theirs."""
    server = scope.get("server")
    return f"newswarc-{server[1] if server else 0}"


def _same(given: str, known: str) -> bool:
    """Compare in a time that tells nothing of where two texts differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())
