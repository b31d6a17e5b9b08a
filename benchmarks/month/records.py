"""What a collection says of the month that was played: captures, versions, gaps, removals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import timestamp
from archive.collection import Collection
from archive.model import Capture, Version
from benchmarks.month.play import Played, reading

#: Gaps in the words of the ledger, in the order in which they were noticed.
_GAPS = "SELECT source, kind, since, noticed, until, detail FROM gaps ORDER BY noticed, id"
_REMOVALS = """
SELECT urls.url, urls.source, removals.since, noticed, returned, removals.why
FROM removals JOIN urls ON urls.id = url_id ORDER BY noticed, removals.id
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A row of ``gaps``."""

    source: str
    kind: str
    since: datetime
    noticed: datetime
    until: datetime | None
    detail: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A row of ``removals``."""

    url: str
    source: str
    since: datetime
    noticed: datetime
    returned: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Records:
    """What there is at the end.

    Attributes:
        captures: of each story, by its URL, in the order of time.
        versions: of its text, likewise.
        gaps: that the ledger has.
        removals: likewise.
        states: of every URL in it, and why.
    """

    captures: Mapping[str, Sequence[Capture]]
    versions: Mapping[str, Sequence[Version]]
    gaps: Sequence[Gap]
    removals: Sequence[Removal]
    states: Mapping[str, tuple[str, str | None]]

    def first_capture(self, url: str) -> datetime | None:
        """Return when a story was captured for the first time."""
        moments = [one.timestamp for one in self.captures[url] if one.status == 200]
        return timestamp.to_datetime(min(moments)) if moments else None


def read(played: Played) -> Records:
    """Read what came of a month."""
    urls = [paper.url(story) for paper in played.papers for story in paper.stories]
    with Collection(played.collection) as collection:
        captures = {url: collection.captures(url) for url in urls}
        versions = {}
        for url in urls:
            article = collection.article(url)
            versions[url] = collection.versions(article.article_id) if article else []
    return Records(captures, versions, *_ledger(played.collection / "ledger.db"))


def _ledger(
    path: Path,
) -> tuple[list[Gap], list[Removal], dict[str, tuple[str, str | None]]]:
    with reading(path) as ledger:
        gaps = [Gap(row[0], row[1], *_moments(row[2:5]), row[5]) for row in ledger.execute(_GAPS)]
        removals = [
            Removal(row[0], row[1], *_moments(row[2:5]), row[5])
            for row in ledger.execute(_REMOVALS)
        ]
        rows = ledger.execute("SELECT url, state, why FROM urls")
        return gaps, removals, {url: (state, why) for url, state, why in rows}


def _moments(
    texts: tuple[str, str, str | None],
) -> tuple[datetime, datetime, datetime | None]:
    since, noticed, end = texts
    to = timestamp.to_datetime
    return to(since), to(noticed), None if end is None else to(end)
