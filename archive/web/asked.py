"""What a search page was asked for, and links that ask for something a little different."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, cast
from urllib.parse import urlencode

from starlette.requests import Request

from archive import timestamp
from archive.index.query.tree import STATES
from archive.index.search import Narrowed, Sort

#: The parameters that narrow a search, as they stand in a URL.
FILTERS = ("site", "author", "section", "language", "since", "until")
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?|\d{4}")
#: Longer values are no name of anything.
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, as the URL of its page has it.

    Attributes:
        query: as typed.
        site: host or name of a publication; empty for any, as all that follow.
        author: part of a name.
        section: as the publication names it.
        language: two letters.
        since: a day, month, year or time.
        until: likewise.
        states: all of these, of `archive.index.query.tree.STATES`.
        sort: ``rank`` or ``date``, if the URL is right.
        after: cursor of the page before; empty for the first page.
    """

    query: str = ""
    site: str = ""
    author: str = ""
    section: str = ""
    language: str = ""
    since: str = ""
    until: str = ""
    states: tuple[str, ...] = ()
    sort: str = "rank"
    after: str = ""

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return what a request asks for; parameters that nobody knows are not looked at."""
        given = request.query_params
        filters = {name: given.get(name, "").strip()[:_LONGEST] for name in FILTERS}
        return cls(
            query=given.get("q", "").strip(),
            **filters,
            states=tuple(state for state in STATES if state in given.getlist("is")),
            sort=given.get("sort") or "rank",
            after=given.get("after", ""),
        )

    @property
    def filters(self) -> dict[str, str]:
        """The filters by their names, those not given empty."""
        return {name: getattr(self, name) for name in FILTERS}

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all is searched for."""
        return not (self.query or self.states or any(self.filters.values()))

    def narrowed(self) -> Narrowed:
        """Return the filters as arguments of `archive.collection.Collection.search`.

        Raises:
            UsageError: a time is none.
        """
        return {
            "site": self.site or None,
            "author": self.author or None,
            "section": self.section or None,
            "language": self.language or None,
            "since": timestamp.parse(self.since) if self.since else None,
            "until": _end(self.until) if self.until else None,
            "states": self.states,
        }

    @property
    def order(self) -> Sort:
        """The order; `archive.index.search.search` says so if there is none of that name."""
        return cast(Sort, self.sort)

    def link(self, path: str = "/", **changes: Any) -> str:
        """Return a link to this search with some attributes changed, on its first page."""
        return replace(self, **{"after": "", **changes}).path(path)

    def path(self, path: str = "/") -> str:
        """Return the URL of this search."""
        values = [("q", self.query), *self.filters.items(), *(("is", one) for one in self.states)]
        values += [("sort", "" if self.sort == "rank" else self.sort), ("after", self.after)]
        query = urlencode([(name, value) for name, value in values if value], errors="replace")
        return f"{path}?{query}" if query else path


def _end(text: str) -> datetime:
    """Return the last moment of a day, month or year; any other time as it is."""
    if _DAY.fullmatch(text):
        return timestamp.last_moment(text.replace("-", ""))
    return timestamp.parse(text)


def number(request: Request, name: str, default: int, most: int = 1_000_000) -> int:
    """Return a parameter that is a whole number; the default where it is none."""
    text = request.query_params.get(name, "")
    return min(int(text), most) if re.fullmatch(r"[0-9]{1,9}", text) else default
