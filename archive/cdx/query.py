"""A query of the CDX API, with the parameters that pywb's CDX server has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from archive.cdx.filters import Filter, field_of
from archive.errors import UsageError
from archive.index.cdxj import Span
from archive.timestamp import from_datetime, last_moment, to_datetime
from archive.urlkey import check_url

OUTPUTS: Final = ("cdxj", "json", "text")
#: No answer has more lines; and so many if nobody says how many.
MAX_LIMIT: Final = 1_000_000
DEFAULT_LIMIT: Final = 100_000
_PAGE_SIZE = 10_000
_MAX_PAGE = 1_000_000
_MAX_FILTERS = 10
_SPANS = {
    "exact": Span.exact,
    "prefix": Span.prefix,
    "host": Span.host,
    "domain": Span.domain,
}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_COLLAPSE = re.compile(r"([a-z.]{1,20})(?::([0-9]{1,3}))?")
_TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Query:
    """Which captures are wanted, and how they are to be shown.

    Attributes:
        url: that is asked for; with a ``*`` at one end as it was written.
        span: where they are.
        closest: the captures nearest to this timestamp come first.
        backwards: the last come first.
        filters: all of which they must pass.
        collapse: of those next to each other that have the same URL and the same beginnings of
            these fields, so many letters long, only the first is wanted.
        limit: no more than so many.
        fields: that are shown; none for all.
        output: ``cdxj``, ``json`` or ``text``.
        resolve: tell of a revisit where its payload is.
        page: of the captures in the span, counted from 0; None for all of them.
        page_size: so many captures are on a page.
        count_pages: only the number of pages is wanted.
    """

    url: str
    span: Span
    closest: str = ""
    backwards: bool = False
    filters: tuple[Filter, ...] = ()
    collapse: tuple[tuple[str, int | None], ...] = ()
    limit: int = DEFAULT_LIMIT
    fields: tuple[str, ...] = ()
    output: str = "cdxj"
    resolve: bool = False
    page: int | None = None
    page_size: int = _PAGE_SIZE
    count_pages: bool = False


def parse(parameters: Iterable[tuple[str, str]]) -> Query:
    """Return the query that parameters mean; those that nobody knows say nothing.

    Args:
        parameters: names and values, as often as they come; of most the last one counts.

    Raises:
        UsageError: one of them cannot be taken, or there is no ``url``.
    """
    pairs = [(name, value) for name, value in parameters if value]
    given = dict(pairs)
    if "url" not in given:
        raise UsageError(
            "say which captures: url=example.org, url=example.org/*, url=*.example.org"
        )
    closest = given.get("closest", "")
    sort = given.get("sort", "closest" if closest else "")
    filters = [value for name, value in pairs if name == "filter"]
    if sort not in ("", "default", "reverse", "closest"):
        raise UsageError(f"sort={sort[:20]}: there are reverse and closest")
    if sort == "closest" and not closest:
        raise UsageError("sort=closest needs closest=, a timestamp")
    if len(filters) > _MAX_FILTERS:
        raise UsageError(f"no more than {_MAX_FILTERS} filters")
    span, is_exact = _span(given["url"], given.get("matchType", ""))
    if sort == "closest" and not is_exact:
        raise UsageError("sort=closest is for one URL; matchType must be exact")
    return Query(
        url=given["url"],
        span=_in_time(span, given.get("from", ""), given.get("to", "")),
        closest=from_datetime(to_datetime(closest)) if sort == "closest" else "",
        backwards=sort == "reverse" or _is_true(given.get("reverse", "")),
        filters=tuple(Filter.parse(text) for text in filters),
        collapse=_collapse([value for name, value in pairs if name == "collapse"], given),
        limit=_number(given, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT),
        fields=_fields(given.get("fields") or given.get("fl", "")),
        output=_output(given.get("output", "cdxj")),
        resolve=_is_true(given.get("resolveRevisits", "")),
        page=_number(given, "page", 0, 0, _MAX_PAGE) if "page" in given else None,
        page_size=_number(given, "pageSize", _PAGE_SIZE, 1, MAX_LIMIT),
        count_pages=_is_true(given.get("showNumPages", "")),
    )


def span_of(text: str) -> Span:
    """Return the span of ``example.org/a``, ``example.org/news/*`` or ``*.example.org``.

    Raises:
        UsageError: it is no URL.
    """
    return _span(text, "")[0]


def _span(text: str, match_type: str) -> tuple[Span, bool]:
    """Return the span that is asked for, and whether it is that of one URL."""
    if not match_type:
        if text.startswith("*."):
            text, match_type = text[2:], "domain"
        elif text.endswith("*"):
            text, match_type = text[:-1], "prefix"
        else:
            match_type = "exact"
    if match_type not in _SPANS:
        raise UsageError(f"matchType={match_type[:20]}: there are {', '.join(_SPANS)}")
    url = check_url(text if _SCHEME.match(text) else f"http://{text}")
    return _SPANS[match_type](url), match_type == "exact"


def _in_time(span: Span, since: str, until: str) -> Span:
    if since:
        span = replace(span, since=from_datetime(to_datetime(since)))
    if until:
        span = replace(span, until=from_datetime(last_moment(until)))
    return span


def _collapse(asked: list[str], given: dict[str, str]) -> tuple[tuple[str, int | None], ...]:
    """Return the fields to collapse by.

    ``collapse=timestamp:10`` and ``collapse=digest`` are the Wayback Machine's, ``collapseTime=10``
    is pywb's, which looks at the status as well.
    """
    found: list[tuple[str, int | None]] = []
    for text in asked:
        matched = _COLLAPSE.fullmatch(text)
        if matched is None:
            raise UsageError(f"collapse={text[:40]}: write a field, or timestamp:10")
        found.append((field_of(matched[1]), int(matched[2]) if matched[2] else None))
    if "collapseTime" in given:
        found += [("timestamp", _number(given, "collapseTime", 14, 1, 14)), ("status", None)]
    return tuple(found)


def _fields(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field_of(name.strip()) for name in text.split(",") if name.strip()))


def _output(text: str) -> str:
    if text not in OUTPUTS:
        raise UsageError(f"output={text[:20]}: there are {', '.join(OUTPUTS)}")
    return text


def _number(given: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    if not least <= number <= most:
        raise UsageError(f"{name}={text[:20]}: a whole number from {least} to {most:,}")
    return number


def _is_true(text: str) -> bool:
    return text.lower() in _TRUE
