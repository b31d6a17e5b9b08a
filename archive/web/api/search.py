"""Search, and what it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.index.query.tree import STATES
from archive.web.api import parameter, representation
from archive.web.api.model import Counted, Facets, Search
from archive.web.api.operation import Archive, Operation, Reply

_SITE = parameter.text("site", "Host (subdomains count) or name of the publication.")
_PUBLISHED = (
    parameter.beginning("since", "Published then or later."),
    parameter.end("until", "Published then or earlier."),
)
_AT = parameter.end("at", "What was known then, in the words of then.")
_PAGE = (
    parameter.number("limit", "So many hits are on a page.", most=100, default=20),
    parameter.text("after", "Cursor of the page before; next has it."),
)
_FILTERS = (
    _SITE,
    *_PUBLISHED,
    parameter.text("author", "Part of a name in the byline."),
    parameter.text("language", "Two-letter code."),
    parameter.text("section", "Section, as the publication names it."),
    parameter.text("tag", "Tag, as the publication names it."),
    parameter.text("title", "Words in a row in the headline."),
    parameter.text("url", "The article's URL, the beginning of it, or a part.", longest=4096),
    parameter.choices("is", "What has become of the article; all of what is given.", STATES),
    parameter.flag("has_image", "Only articles with a lead image."),
)


def _search(archive: Archive, given: Mapping[str, Any]) -> Reply:
    collection, kept = archive.collection, dict(given)
    query = kept.pop("q") or ""
    page = {name: kept.pop(name) for name in ("sort", "limit", "after")}
    with_facets, fts5 = kept.pop("facets"), kept.pop("raw")
    filters = {"states": kept.pop("is"), **kept}
    results = collection.search(query, fts5=fts5, **page, **filters)
    facets = collection.facets(query, fts5=fts5, **filters) if with_facets else None
    body: Search = {
        "total": results.total,
        "exact": results.total_is_exact,
        "hint": results.hint,
        "hits": [representation.hit(hit) for hit in results.hits],
        "facets": _facets(facets) if facets else None,
        "next": None,
    }
    return Reply(body, results.cursor)


def _facets(counts: Mapping[str, Any]) -> Facets:
    def counted(name: str) -> list[Counted]:
        return [{"value": each.value, "articles": each.articles} for each in counts[name]]

    return {
        "site": counted("site"),
        "month": counted("month"),
        "author": counted("author"),
        "lang": counted("lang"),
        "section": counted("section"),
    }


SEARCH = Operation(
    "/api/search",
    "search",
    "The articles that match, one hit an article.",
    _search,
    Search,
    (
        parameter.text("q", 'Words, "phrases", -not, OR, groups, fields such as site:bbc.com.'),
        *_FILTERS,
        _AT,
        parameter.choice("sort", "Best match first, or newest first.", ("rank", "date"), "rank"),
        *_PAGE,
        parameter.flag("facets", "Tell the most frequent sites, months, authors … as well."),
        parameter.flag("raw", "The query is one in the language of FTS5."),
    ),
)
