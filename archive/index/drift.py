"""When a site changes its template, what is read from its pages changes with it.

Authors or dates are no longer found, texts are suddenly short, or as long as a whole page. None of
that is an error of any one page. But the share of such articles jumps against the site's own past,
and that can be told after a few articles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from statistics import quantiles

from archive.model import Drift

#: The articles that are looked at: the newest, in windows of so many …
_WINDOWS = range(5, 11)
#: … against so many before them, or at least the second number.
_PAST = 200
_ENOUGH = 20
#: So many in a window must be odd, …
_SEVERAL = 4
#: … and chance must be this small that as many are, if nothing has changed.
_CHANCE = 1e-4
#: A length is unusual beyond the 5th and the 95th percentile of the past, by this factor.
_FACTOR = 2


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of an article.

    Attributes:
        has_author: somebody is named.
        has_date: the page says when it was published.
        words: of its text.
    """

    has_author: bool
    has_date: bool
    words: int


def jumps(host: str, articles: Sequence[Traits]) -> list[Drift]:
    """Return what has changed about the articles of a site.

    Args:
        host: of the site.
        articles: in the order in which they were first captured.
    """
    found = [
        _jump(host, "author", articles, lambda _: lambda article: not article.has_author),
        _jump(host, "date", articles, lambda _: lambda article: not article.has_date),
        _jump(host, "length", articles, _unusual),
    ]
    return [drift for drift in found if drift]


def find(db: sqlite3.Connection) -> list[Drift]:
    """Return what has changed about the articles of each site, in the order of their hosts."""
    hosts = db.execute("SELECT DISTINCT host FROM articles ORDER BY host").fetchall()
    found: list[Drift] = []
    for row in hosts:
        newest = db.execute(
            "SELECT authors != '[]' AS author, published IS NOT NULL AS date, word_count"
            " FROM articles WHERE host = ? ORDER BY first_capture DESC, id DESC LIMIT ?",
            (row["host"], _PAST + _WINDOWS[-1]),
        ).fetchall()
        traits = [
            Traits(bool(one["author"]), bool(one["date"]), one["word_count"]) for one in newest
        ]
        found += jumps(row["host"], traits[::-1])
    return found


_Oddity = Callable[[Traits], bool]


def _jump(
    host: str, what: str, articles: Sequence[Traits], oddity: Callable[[Sequence[Traits]], _Oddity]
) -> Drift | None:
    """Return that more articles are odd than used to be, by the window that shows it best."""
    best: tuple[float, Drift] | None = None
    for size in _WINDOWS:
        past, now = articles[-_PAST - size : -size], articles[-size:]
        if len(past) < _ENOUGH:
            break
        is_odd = oddity(past)
        odd, used = sum(map(is_odd, now)), sum(map(is_odd, past))
        chance = _tail(odd, size, (used + 0.5) / (len(past) + 1))
        if odd >= _SEVERAL and chance < _CHANCE and (best is None or chance < best[0]):
            best = chance, Drift(host, what, used / len(past), odd / size, size)
    return best and best[1]


def _unusual(past: Sequence[Traits]) -> _Oddity:
    lengths = quantiles([article.words for article in past], n=20)
    low, high = lengths[0] / _FACTOR, lengths[-1] * _FACTOR
    return lambda article: not low <= article.words <= high


def _tail(odd: int, size: int, share: float) -> float:
    """Return how likely it is that at least so many of a window are odd (binomial)."""
    return sum(
        comb(size, count) * share**count * (1 - share) ** (size - count)
        for count in range(odd, size + 1)
    )
