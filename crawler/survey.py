"""From candidates to rows of the ledger: judged by the scope, ranked, with their way here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from archive import timestamp
from crawler.frontier import LISTED, LISTING, REQUISITE, page_priority
from crawler.job import Followed, is_seed
from crawler.ledger import REQUESTED
from crawler.model import Candidate, Discovery, Kind, Row, State
from crawler.outcome import Failure
from crawler.sources import Source

#: Redirects in a row that are followed.
MAX_REDIRECTS = 6
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Survey:
    """Makes discoveries of what documents name.

    Attributes:
        requisite_age: a requisite captured longer ago than this is due again.
        more_parts: parts of a section that are asked for behind its first page, in one crawl.
    """

    requisite_age: timedelta
    more_parts: int

    def seeds(self, source: Source) -> list[Discovery]:
        """Return where discovery begins; it is due in every crawl."""
        return [
            Discovery(
                url=seed.url,
                host=urlsplit(seed.url).hostname or "",
                kind=seed.kind,
                source=source.name,
                path="",
                depth=0,
                priority=REQUESTED if source.asked else LISTING,
                again=True,
            )
            for seed in source.seeds
        ]

    def discoveries(
        self, row: Row, followed: Followed, candidates: Iterable[Candidate]
    ) -> Iterator[Discovery]:
        """Judge what the document of a row names; what is not ours is left out."""
        for candidate in candidates:
            discovery = self._judge(row, followed, candidate)
            if discovery is not None:
                yield discovery

    def redirect(
        self, row: Row, followed: Followed, status: int, location: str
    ) -> list[Discovery] | Failure:
        """Return where a redirect leads, or what is wrong with it."""
        if not location:
            return Failure(f"{status} without a Location", status=status)
        if row.path.count("R") >= MAX_REDIRECTS:
            return Failure("too many redirects", status=status)
        try:
            target = urljoin(row.url, location)
            host = urlsplit(target).hostname or ""
        except ValueError:
            return Failure(f"redirects to nowhere: {location[:200]}", status=status)
        if is_seed(row):
            followed.scope.add_host(host)  # where a seed has moved, its source has moved
        found = self._judge(row, followed, Candidate(target, row.kind, "R", more=row.more))
        if found is None:
            return Failure(f"redirects out of scope: {target[:200]}", status=status)
        if found.url == row.url:
            return Failure("redirects to itself", status=status)
        return [found]

    def next_part(self, row: Row) -> list[Discovery]:
        """Return the next part of a section, after one that has brought something new."""
        if row.more is None:
            return []
        following = row.more.following()
        if following.offset > self.more_parts * following.step:
            return []
        return [
            Discovery(
                url=following.url,
                host=row.host,
                kind=Kind.MORE,
                source=row.source,
                path=row.path,
                depth=0,
                priority=row.priority + 1,
                via=row.id,
                more=following,
                again=True,
            )
        ]

    def _judge(self, row: Row, followed: Followed, candidate: Candidate) -> Discovery | None:
        asked = row.priority == REQUESTED
        redirected = candidate.letter == "R"
        vouched = candidate.letter == "M" or (redirected and (asked or "M" in row.path))
        verdict = followed.scope.judge(candidate.url, candidate.kind, listed=vouched)
        if verdict is None:
            return None
        kind, due = verdict.kind, verdict.why is None
        if redirected:
            depth = row.depth
        else:
            depth = 0 if kind.lists or kind is Kind.REQUISITE else row.depth + 1
        return Discovery(
            url=verdict.url,
            host=verdict.host,
            kind=kind,
            source=row.source,
            path=row.path + candidate.letter,
            depth=depth,
            priority=REQUESTED if asked else _priority(kind, candidate, verdict.day),
            via=row.id,
            state=State.DUE if due else State.OUT_OF_SCOPE,
            why=verdict.why,
            published=candidate.published,
            more=candidate.more,
            again=due and (kind is Kind.MORE or (redirected and (asked or kind.lists))),
            stale=self._stale(kind, candidate),
        )

    def _stale(self, kind: Kind, candidate: Candidate) -> datetime | None:
        """Return the moment before which a capture is too old to do without another."""
        if kind is Kind.REQUISITE:
            return timestamp.now() - self.requisite_age
        return candidate.published if kind is Kind.SITEMAP else None


def _priority(kind: Kind, candidate: Candidate, dated: date | None) -> int:
    if kind is Kind.REQUISITE:
        return REQUISITE
    if kind.lists and kind not in (Kind.SITEMAP, Kind.MORE):
        return LISTED
    today = timestamp.now().date()
    day = candidate.published.date() if candidate.published else dated
    if day is None and kind is Kind.SITEMAP:
        return LISTED
    return page_priority(min(day or today, today).toordinal() - _EPOCH)
