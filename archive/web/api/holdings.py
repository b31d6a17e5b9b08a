"""What is in the collection: the captures of a URL, sites, removals, sources, the state of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.glance import Gone
from archive.timestamp import from_datetime
from archive.web.api import model, parameter, representation
from archive.web.api.cursor import Cursor, page
from archive.web.api.operation import Archive, Operation, Reply


def _captures(archive: Archive, given: Mapping[str, Any]) -> Reply:
    archive.check_shown(given["url"])
    since = from_datetime(given["since"]) if given["since"] else ""
    until = from_datetime(given["until"]) if given["until"] else "9"
    shown, cursor = page(
        lambda first, limit: archive.collection.captures(
            given["url"], since=first or since, until=until, limit=limit
        ),
        lambda capture: capture.timestamp,
        after=given["after"],
        limit=given["limit"],
    )
    body: model.Captures = {
        "url": given["url"],
        "captures": [representation.capture(capture) for capture in shown],
        "next": None,
    }
    return Reply(body, cursor)


def _sites(archive: Archive, given: Mapping[str, Any]) -> Reply:
    sites = archive.collection.sites()
    body: model.Sites = {"sites": [representation.site(site) for site in sites]}
    return Reply(body)


def _removed(archive: Archive, given: Mapping[str, Any]) -> Reply:
    whole = True

    def find(until: str | None, limit: int) -> list[Gone]:
        nonlocal whole
        found, whole = archive.collection.removed(given["site"], until=until or "9", limit=limit)
        return found

    shown, cursor = page(
        find, lambda article: article.since, after=given["after"], limit=given["limit"]
    )
    body: model.Removed = {
        "whole": whole,
        "articles": [representation.gone(article) for article in shown],
        "next": None,
    }
    return Reply(body, cursor)


def _sources(archive: Archive, given: Mapping[str, Any]) -> Reply:
    report = archive.desk.report() if archive.desk else None
    sources = report.sources if report else ()
    body: model.Sources = {
        "told": report is not None,
        "sources": [representation.source(source) for source in sources],
    }
    return Reply(body)


def _status(archive: Archive, given: Mapping[str, Any]) -> Reply:
    counted = archive.collection.status()
    report = archive.desk.report() if archive.desk else None
    body: model.Status = {
        "captures": counted["captures"],
        "articles": counted["articles"],
        "versions": counted["versions"],
        "first_capture": counted["first_capture"],
        "last_capture": counted["last_capture"],
        "warc_files": counted["warc_files"],
        "warc_bytes": counted["warc_bytes"],
        "index_bytes": counted["index_bytes"],
        "bytes_to_index": counted["bytes_to_index"],
        "refusals": counted["refusals"],
        "damages": counted["damages"],
        "crawl": representation.crawl(report) if report else None,
    }
    return Reply(body)


_AFTER = parameter.Parameter(
    "after", "Cursor of the page before; next has it.", {"type": "string"}, Cursor.read
)

CAPTURES = Operation(
    "/api/captures",
    "captures",
    "The captures of a URL, in the order of time.",
    _captures,
    model.Captures,
    (
        parameter.url("url", "The URL; in any form that has the same key.", required=True),
        parameter.beginning("since", "Captured then or later."),
        parameter.end("until", "Captured then or earlier."),
        parameter.number("limit", "So many captures are on a page.", most=1000, default=100),
        _AFTER,
    ),
)
SITES = Operation(
    "/api/sites",
    "sites",
    "The sites of which there are articles, those with the most first.",
    _sites,
    model.Sites,
)
REMOVED = Operation(
    "/api/removed",
    "removed",
    "The articles that their site took away, as far as captures tell, the last to go first.",
    _removed,
    model.Removed,
    (
        parameter.text("site", "Host; subdomains count."),
        parameter.number("limit", "So many are on a page.", most=100, default=20),
        _AFTER,
    ),
)
SOURCES = Operation(
    "/api/sources",
    "sources",
    "The sources of the crawl, and how each of them fares.",
    _sources,
    model.Sources,
    derived=False,
)
STATUS = Operation(
    "/api/status",
    "status",
    "How much of everything there is, what is damaged, and how the crawl fares.",
    _status,
    model.Status,
    derived=False,
)
