"""What is known of a site: how much of it there is, from when, and at which hours it writes.

Everything is counted along an index of ``articles`` that holds all that is asked for, or over a
bounded number of the newest rows.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta

from archive.glance import Coverage, Site
from archive.index.articles import from_utc
from archive.index.cdxj import Span
from archive.index.tally import Count

#: The rhythm is that of so many of the newest articles.
_RHYTHM = 5_000
#: No more captures of a site than this are counted.
MOST_CAPTURES = 100_000
#: No more sites than this are told.
MOST_SITES = 500

_CAPTURES = """
    SELECT count(*) FROM (
        SELECT 1 FROM urlkeys JOIN compact_captures ON urlkey_id = urlkeys.id
        WHERE urlkey >= ? AND urlkey < ? LIMIT ?
    )
"""


def sites(db: sqlite3.Connection, limit: int = MOST_SITES) -> list[Site]:
    """Return the sites of which there are articles, those with the most first."""
    rows = db.execute(
        "SELECT host, count(*), min(dated), max(dated) FROM articles"
        " GROUP BY host ORDER BY 2 DESC, 1 LIMIT ?",
        (limit,),
    )
    return [Site(*row) for row in rows.fetchall()]


def recent(db: sqlite3.Connection, since: datetime) -> dict[str, Counter[str]]:
    """Return how many articles of each site are from each day (UTC) since a time."""
    found: dict[str, Counter[str]] = {}
    rows = db.execute(
        "SELECT host, substr(dated, 1, 10), count(*) FROM articles WHERE dated >= ? GROUP BY 1, 2",
        (since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),),
    )
    for host, day, number in rows.fetchall():
        found.setdefault(host, Counter())[day] = number
    return found


def of_site(db: sqlite3.Connection, host: str, now: datetime, days: int) -> Coverage | None:
    """Return what is known of a site, or None where no article of it is.

    Args:
        db: the index.
        host: without ``www.``; subdomains are sites of their own.
        now: the present.
        days: for so many the number of each day is told.
    """
    total, first, last = db.execute(
        "SELECT count(*), min(dated), max(dated) FROM articles WHERE host = ?", (host,)
    ).fetchone()
    if not total:
        return None
    since = now - timedelta(days=days - 1)
    published = db.execute(
        "SELECT substr(dated, 1, 10), count(*) FROM articles"
        " WHERE host = ? AND dated >= ? GROUP BY 1 ORDER BY 1",
        (host, f"{since:%Y-%m-%d}"),
    ).fetchall()
    captured = db.execute(
        "SELECT substr(first_capture, 1, 8), count(*) FROM articles"
        " WHERE host = ? AND first_capture >= ? GROUP BY 1 ORDER BY 1",
        (host, f"{since:%Y%m%d}"),
    ).fetchall()
    months = db.execute(
        "SELECT substr(dated, 1, 7), count(*) FROM articles WHERE host = ? GROUP BY 1 ORDER BY 1",
        (host,),
    ).fetchall()
    span = Span.host(f"https://{host}/")
    captures = db.execute(_CAPTURES, (span.begin, span.end, MOST_CAPTURES)).fetchone()[0]
    hours, timed = _rhythm(db, host)
    return Coverage(
        host=host,
        articles=total,
        captures=captures,
        first=first,
        last=last,
        published=tuple(Count(*row) for row in published),
        captured=tuple(
            Count(f"{day[:4]}-{day[4:6]}-{day[6:]}", number) for day, number in captured
        ),
        months=tuple(Count(*row) for row in months),
        hours=hours,
        timed=timed,
    )


def _rhythm(db: sqlite3.Connection, host: str) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Return for each weekday (Monday first) and hour (UTC) how many of the newest are from it.

    A page that says no hour says nothing of the rhythm.
    """
    rows = db.execute(
        "SELECT dated FROM articles WHERE host = ? AND length(published) > 10"
        " ORDER BY dated DESC LIMIT ?",
        (host, _RHYTHM),
    ).fetchall()
    hours = [[0] * 24 for _ in range(7)]
    for row in rows:
        moment = from_utc(row["dated"])
        hours[moment.weekday()][moment.hour] += 1
    return tuple(map(tuple, hours)), len(rows)
