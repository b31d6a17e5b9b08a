"""Articles, their versions, how these differ, and the edits of all articles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from archive import timestamp
from archive.collection import Collection
from archive.errors import UsageError
from archive.index.query.dates import span
from archive.model import Edit
from archive.model import Version as Seen
from archive.versions import compare
from archive.web.api import model, parameter, representation
from archive.web.api.cursor import Cursor, page
from archive.web.api.operation import Archive, Operation, Reply
from archive.web.api.problem import NOT_FOUND, WRONG_VALUE, ProblemError
from archive.wording.change import KINDS

#: A longer number is a year, or a timestamp.
_NUMBER = re.compile(r"[0-9]{1,3}")
_WHICH = (
    parameter.number("id", "Of the article; or give its url."),
    parameter.url("url", "Canonical URL, or any under which it was captured; or give its id."),
)


def _article(archive: Archive, given: Mapping[str, Any]) -> Reply:
    return Reply(representation.version(_found(archive, given, given["at"])))


def _versions(archive: Archive, given: Mapping[str, Any]) -> Reply:
    collection = archive.collection
    article_id = _found(archive, given).article_id
    shown, cursor = page(
        lambda since, limit: collection.versions(article_id, since=since or "", limit=limit),
        lambda version: version.first_capture,
        after=given["after"],
        limit=given["limit"],
    )
    body: model.Versions = {
        "article_id": article_id,
        "versions": [representation.facts(version) for version in shown],
        "next": None,
    }
    return Reply(body, cursor)


def _diff(archive: Archive, given: Mapping[str, Any]) -> Reply:
    collection = archive.collection
    current = _found(archive, given)
    after = _chosen(collection, current, given["to"]) if given["to"] else current
    if given["from"]:
        before = _chosen(collection, current, given["from"])
    else:
        before = _numbered(collection, after, max(1, after.number - 1))
    found = compare(current.article.url, before, after)
    return Reply(representation.diff(found))


def _edits(archive: Archive, given: Mapping[str, Any]) -> Reply:
    until: datetime | None = given["until"]

    def find(cursor: str | None, limit: int) -> list[Edit]:
        return archive.collection.edits(
            since=given["since"],
            until=timestamp.to_datetime(cursor) if cursor else until,
            site=given["site"],
            kinds=given["kind"],
            stealth=given["stealth"],
            limit=limit,
        )

    shown, cursor = page(
        find,
        lambda edit: edit.after.first_capture,
        after=given["after"],
        limit=given["limit"],
    )
    body: model.Edits = {"edits": [representation.edit(edit) for edit in shown], "next": None}
    return Reply(body, cursor)


def _found(archive: Archive, given: Mapping[str, Any], at: datetime | None = None) -> Seen:
    """Return the version of the article that is asked for by id or URL."""
    number, url = given["id"], given["url"]
    if (number is None) == (url is None):
        raise ProblemError(WRONG_VALUE, "say which article: by its id, or by its url")
    collection = archive.collection
    found = collection.article(url if number is None else number, at=at)
    if found is None:
        if number is not None:
            raise ProblemError(NOT_FOUND, f"no article has the id {number}")
        archive.check_shown(url)
        near = collection.similar_url(url)
        hint = f"; do you mean {near} ?" if near else ""
        raise ProblemError(NOT_FOUND, f"{url} is no article of this collection{hint}")
    return found


def _chosen(collection: Collection, of: Seen, wanted: str) -> Seen:
    """Return the version of a number, or the one in force at a time."""
    if _NUMBER.fullmatch(wanted):
        return _numbered(collection, of, int(wanted))
    found = collection.article(of.article_id, at=_time(wanted))
    return of if found is None else found


def _numbered(collection: Collection, of: Seen, number: int) -> Seen:
    found = collection.version(of.article_id, number)
    if found is None:
        raise ProblemError(NOT_FOUND, f"the article {of.article_id} has no version {number}")
    return found


def _time(text: str) -> datetime:
    return span(text).last


def _number_or_time(name: str, help: str) -> parameter.Parameter:  # noqa: A002
    def read(given: str) -> str:
        if len(given) > 40:
            raise UsageError("neither a number nor a time: too long")
        if not _NUMBER.fullmatch(given):
            _time(given)
        return given

    return parameter.Parameter(name, help, {"type": "string", "maxLength": 40}, read)


_AFTER = parameter.Parameter(
    "after", "Cursor of the page before; next has it.", {"type": "string"}, Cursor.read
)
_LIMIT = parameter.number("limit", "So many are on a page.", most=100, default=20)

ARTICLE = Operation(
    "/api/article",
    "article",
    "What an article says, or said at a time.",
    _article,
    model.Version,
    (*_WHICH, parameter.end("at", "As it stood then.")),
)
VERSIONS = Operation(
    "/api/versions",
    "versions",
    "The versions of an article, in the order of time, without their texts.",
    _versions,
    model.Versions,
    (*_WHICH, _LIMIT, _AFTER),
)
DIFF = Operation(
    "/api/diff",
    "diff",
    "Two versions of an article, word by word.",
    _diff,
    model.Diff,
    (
        *_WHICH,
        _number_or_time(
            "from", "The older version: its number, or a time. The one before, if none."
        ),
        _number_or_time(
            "to", "The newer version: its number, or a time. The current one, if none."
        ),
    ),
)
EDITS = Operation(
    "/api/edits",
    "edits",
    "What was changed in articles after they were first captured, the newest first.",
    _edits,
    model.Edits,
    (
        parameter.beginning("since", "Seen then or later."),
        parameter.end("until", "Seen then or earlier."),
        parameter.text("site", "Host (subdomains count) or name of the publication."),
        parameter.choices("kind", "Of the change; any of what is given.", KINDS),
        parameter.flag("stealth", "Only where the publisher's date did not change."),
        _LIMIT,
        _AFTER,
    ),
)
