"""What is told of many at a glance: articles in a list, versions without their texts, sites."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Copy


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an article beside what was found of it.

    Attributes:
        article_id: its row.
        host: of its site, without ``www``.
        language: two-letter code, or None.
        section: where the publication files it, or None.
        image_url: of the lead image, or None.
        first_capture: timestamp.
        states: what is so of ``edited``, ``stealth``, ``removed`` and ``quarantined``.
        cluster: stands for its cluster of copies; None without one.
        copies: its cluster, the first seen first, itself included; the first few of many.
        copy_count: how many the cluster has; 0 without one.
    """

    article_id: int
    host: str
    language: str | None
    section: str | None
    image_url: str | None
    first_capture: str
    states: tuple[str, ...] = ()
    cluster: int | None = None
    copies: tuple[Copy, ...] = ()
    copy_count: int = 0


@dataclass(frozen=True, slots=True)
class VersionNote:
    """What is said of a version in a list of them: all but its text.

    Attributes:
        number: see `Version`, as all that follows.
        first_capture: timestamp.
        last_capture: timestamp.
        captures: how many show it.
        title: headline.
        word_count: of the text.
        kind: of the change from the version before; None for the first.
        stealth: the publisher's date does not tell of it.
        words_added: since the version before.
        words_removed: likewise.
        reverts_to: number of the earlier version that had the same text, or None.
    """

    number: int
    first_capture: str
    last_capture: str
    captures: int
    title: str
    word_count: int
    kind: str | None
    stealth: bool
    words_added: int
    words_removed: int
    reverts_to: int | None


@dataclass(frozen=True, slots=True)
class Gone:
    """An article that its site has taken away, as far as captures tell.

    Attributes:
        article_id: its row.
        url: canonical URL.
        title: headline.
        host: of its site, without ``www``.
        since: timestamp of the first capture without it.
        status: that the site answered then, 404 or 410.
        last_seen: timestamp of the last capture that shows it.
    """

    article_id: int
    url: str
    title: str
    host: str
    since: str
    status: int
    last_seen: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site of which there are articles.

    Attributes:
        host: without ``www``.
        articles: how many.
        first: when the oldest is from, ISO 8601, UTC.
        last: when the newest is from.
    """

    host: str
    articles: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of a site.

    Attributes:
        host: without ``www``.
        articles: how many there are.
        captures: of its pages, pictures and the like; counted up to a bound.
        first: when the oldest article is from, ISO 8601, UTC.
        last: when the newest is from.
        published: day (``2024-10-23``, UTC) and number of articles that are from it; days of late.
        captured: the same by the day of the first capture.
        months: month and number, all months.
        hours: for each weekday, Monday first, for each hour (UTC) how many of the newest articles
            are from it.
        timed: how many articles `hours` is of.
    """

    host: str
    articles: int
    captures: int
    first: str
    last: str
    published: tuple[tuple[str, int], ...]
    captured: tuple[tuple[str, int], ...]
    months: tuple[tuple[str, int], ...]
    hours: tuple[tuple[int, ...], ...]
    timed: int
