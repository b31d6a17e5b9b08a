"""Traps: what has links without end is left, and counted.

A calendar links to the next month, for ever; a shop's filters multiply; a broken template adds a
path segment with every click; a session id makes every page new. No rule knows them all, but all
give themselves away: their URLs are of one *shape*. Numbers are ``N`` in it, long hexadecimal
names ``H``, slugs ``S``, other last words ``W``; of parameters the names are kept. Of one shape,
links lead to so many new URLs in one crawl and no more. What a feed or sitemap vouches for is
never counted: a sitemap may have a million.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

from archive import timestamp
from crawler.recent import Recent

#: More parameters, path segments or repetitions than these are a trap, not a page.
_MAX_ARGUMENTS = 6
_MAX_SEGMENTS = 12
_MAX_REPEATS = 2
_MAX_LENGTH = 1000
#: New URLs of one shape in one crawl: of articles, and of anything else.
ARTICLES, PAGES = 20_000, 1_000
#: Of calendar pages, and of those with a session id in their path.
_RARE = 200
#: Shapes that are told apart; those that come later count as one.
_SHAPES = 1_000
#: Traps that are reported one by one.
_REPORTED = 5
#: URLs that are remembered, so that the same link on every page counts once.
_REMEMBERED = 100_000
#: Nobody dates an article further ahead than a year, nor has a list for a day to come.
_AHEAD, _LIST_AHEAD = timedelta(days=366), timedelta(days=31)
_FIRST_YEAR = 1990

_NUMBER = re.compile(r"\d+")
_HEX = re.compile(r"(?=[a-f-]*\d)[0-9a-f-]{16,}", re.IGNORECASE)
_SLUG = re.compile(r".*(?:[-_%].*[-_%]|\d{5,}).*|.{25,}")
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*")
#: A date in a path: with a stroke or hyphen between its parts, for digits alone may be an id.
_DAY = re.compile(
    r"/((?:19|2[01])\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/-]|$)"
)
#: A path that ends with one: a day or a month of an archive or a calendar.
_LIST_OF_DAY = re.compile(_DAY.pattern.replace("(?=[/-]|$)", "/?$"))
_DATE_ARGUMENT = re.compile(
    r"(?:^|&)(?:[\w-]*(?:date|day|month|week|year)=|(?:from|to|start|end)=(?=\d{4}-))"
    r"((?:19|2[01])\d\d)(?:-?(0[1-9]|1[0-2]|[1-9]))?(?:-?(0[1-9]|[12]\d|3[01]|[1-9]))?(?!\d)",
    re.IGNORECASE,
)


class Traps:
    """The traps that one source's links have led into in one crawl.

    Args:
        limit: new URLs of one shape that links may lead to.
        articles: likewise, of a shape that articles have.
        today: as the crawl sees it; the present day where none is given.

    Attributes:
        counts: how many URLs were refused, by the reason.
    """

    def __init__(
        self, limit: int = PAGES, articles: int = ARTICLES, *, today: date | None = None
    ) -> None:
        self._limit, self._articles = limit, articles
        self._today = today or timestamp.now().date()
        self._seen = Recent(_REMEMBERED)
        self._shapes: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    def refuses(self, url: str, letter: str) -> str | None:
        """Return why a URL is a trap, ``trap: …``, or None.

        Args:
            url: absolute and clean.
            letter: of the hop that leads to it; ``M`` when a feed or sitemap vouches for it.
        """
        why = _overgrown(url)
        if why is None and letter == "M":
            return None
        path, _, query = url[url.find("/", 8) :].partition("?")
        new = url not in self._seen
        if new:
            self._seen.add(url)
        why = why or self._calendar(path, query)
        if why is None:
            why = self._endless(path, query, new=new)
        if why is not None and new:
            self.counts[why] += 1
        return why

    def report(self) -> list[str]:
        """Return a line for each of the largest traps, and one for the rest."""
        lines = [
            f"{number:,} URLs left alone ({why.removeprefix('trap: ')})"
            for why, number in self.counts.most_common(_REPORTED)
        ]
        rest = self.counts.total() - sum(dict(self.counts.most_common(_REPORTED)).values())
        return lines + [f"{rest:,} URLs left alone in smaller traps"] * bool(rest)

    def _calendar(self, path: str, query: str) -> str | None:
        """Return that a URL is of a day far off, if it is."""
        found = _DATE_ARGUMENT.search(query) if query else None
        lists = found is not None or bool(_LIST_OF_DAY.search(path))
        found = found or _DAY.search(path)
        if found is None:
            return None
        year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
        limit = self._today + (_LIST_AHEAD if lists else _AHEAD)
        if (year, month, day) > (limit.year, limit.month, limit.day):
            return "trap: a date far ahead"
        return "trap: a date far back" if lists and year < _FIRST_YEAR else None

    def _endless(self, path: str, query: str, *, new: bool) -> str | None:
        """Count a new URL, and return that there were too many of its shape, if so."""
        form, limit = shape(path, query), self._limit
        if form.endswith(("/S", "/H")):
            limit = self._articles
        if "/H/" in form or _LIST_OF_DAY.search(path):
            limit = min(limit, _RARE)
        if form not in self._shapes and len(self._shapes) >= _SHAPES:
            form = "/…"
        if new and self._shapes[form] <= limit:
            self._shapes[form] += 1
        return f"trap: endless {form}" if self._shapes[form] > limit else None


def shape(path: str, query: str = "") -> str:
    """Return what the URLs of one template have in common.

    >>> shape("/2024/10/23/north-korea-sent-troops-a86785"), shape("/events", "y=2031&m=5")
    ('/N/N/N/S', '/W?m&y')
    """
    segments = [segment for segment in path.split("/") if segment]
    classes = [_class(segment, last=False) for segment in segments[:-1]]
    classes += [_class(segment, last=True) for segment in segments[-1:]]
    form = "/" + "/".join(classes)
    if not query:
        return form
    names = sorted({argument.partition("=")[0][:20] for argument in query.split("&")})
    return f"{form}?{'&'.join(names)}"


def _class(segment: str, *, last: bool) -> str:
    if _NUMBER.fullmatch(segment):
        return "S" if last and len(segment) >= 5 else "N"
    if _HEX.fullmatch(segment):
        return "H"
    if _SLUG.fullmatch(segment):
        return "S"
    return "W" if last or not _WORD.fullmatch(segment) else segment.lower()


def _overgrown(url: str) -> str | None:
    """Return what a URL has too much of."""
    if len(url) > _MAX_LENGTH:
        return "trap: too long"
    path, _, query = url.partition("?")
    depth = path.count("/") - 2
    if depth > _MAX_REPEATS:
        segments = [segment for segment in path.split("/")[3:] if segment]
        if len(segments) > _MAX_SEGMENTS:
            return "trap: too many path segments"
        if any(segments.count(segment) > _MAX_REPEATS for segment in set(segments)):
            return "trap: a path that repeats itself"
    if query and query.count("&") >= _MAX_ARGUMENTS:
        return "trap: too many parameters"
    return None
