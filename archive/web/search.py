"""The front page, and search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive import timestamp
from archive.collection import Collection
from archive.errors import UsageError
from archive.index.search import Results, Sort
from archive.model import Capture, Hit, Version
from archive.web.pages import page

PAGE_SIZE = 20
_FILTERS = ("site", "author", "section", "language", "since", "until")
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?|\d{4}")


@dataclass(frozen=True, slots=True)
class Story:
    """An article on the front page, with its lead image where the archive has that."""

    version: Version
    image: Capture | None


@dataclass(frozen=True, slots=True)
class Found:
    """A hit, with the article's lead image where the archive has that."""

    hit: Hit
    image: Capture | None


def front(request: Request) -> Response:
    """Answer ``/``: what matches ``q``, or the newest articles."""
    if request.query_params.get("q", "").strip():
        return _found(request)
    collection: Collection = request.app.state.collection
    number = _page_number(request)
    newest = collection.articles(PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    return page(
        request,
        "front.html",
        stories=[Story(version, _image(collection, version)) for version in newest[:PAGE_SIZE]],
        filters=_filters(request),
        counts=collection.status() if number == 1 else None,
        earlier=f"/?page={number + 1}" if len(newest) > PAGE_SIZE else None,
        later=f"/?page={number - 1}" if number > 1 else None,
    )


def _found(request: Request) -> Response:
    collection: Collection = request.app.state.collection
    number = _page_number(request)
    error = None
    try:
        results = _search(request, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    except UsageError as wrong:
        results, error = Results(), str(wrong)
    last = -(-results.total // PAGE_SIZE)
    return page(
        request,
        "results.html",
        status=400 if error else 200,
        results=results,
        found=[
            Found(hit, _image(collection, collection.article(hit.article_id))) for hit in results
        ],
        error=error,
        filters=_filters(request),
        sort=request.query_params.get("sort", "rank"),
        first=(number - 1) * PAGE_SIZE + 1,
        by_rank=_with(request, sort="rank", page=None),
        by_date=_with(request, sort="date", page=None),
        before=_with(request, page=number - 1) if number > 1 else None,
        after=_with(request, page=number + 1) if number < last else None,
    )


def _search(request: Request, *, limit: int, offset: int | None = None) -> Results:
    """Run the search that a request asks for.

    Raises:
        UsageError: a filter is none, or there is nothing to search for.
    """
    given = _filters(request)
    collection: Collection = request.app.state.collection
    return collection.search(
        request.query_params.get("q", ""),
        site=given["site"] or None,
        author=given["author"] or None,
        section=given["section"] or None,
        language=given["language"] or None,
        since=timestamp.parse(given["since"]) if given["since"] else None,
        until=_end(given["until"]) if given["until"] else None,
        sort=cast(Sort, request.query_params.get("sort", "rank")),
        limit=limit,
        offset=_number(request, "offset", 0) if offset is None else offset,
    )


def _end(text: str) -> datetime:
    """Return the last moment of a day, month or year; any other time as it is."""
    if _DAY.fullmatch(text):
        return timestamp.last_moment(text.replace("-", ""))
    return timestamp.parse(text)


def _image(collection: Collection, version: Version | None) -> Capture | None:
    """Return the capture of an article's lead image, or None."""
    image = version.article.image if version else None
    if version is None or image is None:
        return None
    capture = collection.closest(image.url, version.first_capture)
    return capture if capture and (capture.status or 200) < 400 else None


def _filters(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in _FILTERS}


def _page_number(request: Request) -> int:
    return max(1, _number(request, "page", 1))


def _number(request: Request, name: str, default: int, most: int = 1_000_000) -> int:
    text = request.query_params.get(name, "")
    return min(int(text), most) if re.fullmatch(r"[0-9]{1,9}", text) else default


def _with(request: Request, **changes: object) -> str:
    """Return the link to this search with some parameters changed, or without those None."""
    kept = {**request.query_params, **changes}
    return "/?" + urlencode(
        {name: value for name, value in kept.items() if value not in (None, "")}
    )
