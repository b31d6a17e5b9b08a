"""From candidates to rows of the ledger: judged by the scope, ranked, with their way here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urljoin, urlsplit

from archive import timestamp
from crawler.discovery.span import span
from crawler.frontier import LISTED, REQUISITE, page_priority
from crawler.job import FROM_NOW_ON, Followed, is_seed
from crawler.ledger import REQUESTED, TOO_OLD
from crawler.model import Candidate, Discovery, Kind, Row, State
from crawler.outcome import Failure
from crawler.scope import Verdict

#: Redirects in a row that are followed.
MAX_REDIRECTS = 6
#: So many characters are kept of a URL as it was found.
_MAX_FOUND = 2000
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

    def discoveries(
        self,
        row: Row,
        followed: Followed,
        candidates: Iterable[Candidate],
        neighbours: Sequence[Followed] = (),
    ) -> Iterator[Discovery]:
        """Judge what the document of a row names; what is not ours is left out.

        Args:
            row: of the document.
            followed: the source that it is read for.
            candidates: that it names.
            neighbours: sources that may want of a feed or sitemap what that one does not.
        """
        for candidate in candidates:
            discovery = self._judge(row, followed, candidate)
            if candidate.letter == "M" and (discovery is None or discovery.state is not State.DUE):
                theirs = (self._judge(row, other, candidate) for other in neighbours)
                wanted = (one for one in theirs if one is not None and one.state is State.DUE)
                discovery = next(wanted, discovery)
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
        candidate = Candidate(target, row.kind, "R", row.published, more=row.more)
        found = self._judge(row, followed, candidate)
        if found is None:
            return Failure(f"redirects out of scope: {target[:200]}", status=status)
        if found.url == row.url:
            return Failure("redirects to itself", status=status)
        return [found]

    def canonical(self, row: Row, followed: Followed, url: str) -> Discovery | None:
        """Return the article's own URL, as its page has it; None when that is not one of ours."""
        candidate = Candidate(url, Kind.ARTICLE, "L", row.published)
        # What the page of an article calls one is one, whatever its URL looks like.
        found = self._judge(row, followed, candidate, vouched=True)
        ours = found is not None and found.state is State.DUE and found.url != row.url
        return found if ours else None

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

    def _judge(
        self, row: Row, followed: Followed, candidate: Candidate, *, vouched: bool = False
    ) -> Discovery | None:
        asked = row.priority == REQUESTED
        redirected = candidate.letter == "R"
        vouched |= candidate.letter == "M" or (redirected and (asked or "M" in row.path))
        verdict = followed.scope.judge(candidate.url, candidate.kind, listed=vouched)
        if verdict is None:
            return None
        kind, why, published = verdict.kind, verdict.why, candidate.published
        if why is None and not asked and _too_old(row, followed, candidate, verdict):
            why, published = TOO_OLD, published or _end_of(_last_day(verdict, None))
        due = why is None
        if redirected:
            depth = row.depth
        else:
            depth = 0 if kind.lists or kind is Kind.REQUISITE else row.depth + 1
        return Discovery(
            url=verdict.url,
            host=verdict.host,
            kind=kind,
            source=followed.source.name,
            path=row.path + candidate.letter,
            depth=depth,
            priority=REQUESTED if asked else _priority(kind, candidate, verdict.day),
            via=row.id,
            state=State.DUE if due else State.OUT_OF_SCOPE,
            why=why,
            published=published,
            more=candidate.more,
            again=due and (kind is Kind.MORE or (redirected and (asked or kind.lists))),
            stale=self._stale(row, kind, candidate),
            found=_found(candidate.url, verdict.url),
        )

    def _stale(self, row: Row, kind: Kind, candidate: Candidate) -> datetime | None:
        """Return the moment before which a capture is too old to do without another."""
        if kind is Kind.REQUISITE:
            if row.captured is not None:
                return None  # the page is looked at again; what it needs was captured with it
            return timestamp.now() - self.requisite_age
        return candidate.published if kind is Kind.SITEMAP else None


def is_item(discovery: Discovery) -> bool:
    """Tell whether a listing is for this: an article or a further listing, in scope."""
    wanted = discovery.kind in (Kind.ARTICLE, Kind.SITEMAP)
    return wanted and (discovery.state is State.DUE or discovery.why == TOO_OLD)


def item(discovery: Discovery) -> str:
    """Return what an item of a listing is known by; a sitemap that has changed is another."""
    if discovery.kind is Kind.SITEMAP:
        return f"{discovery.url} {discovery.published}"
    return discovery.url


def _too_old(row: Row, followed: Followed, candidate: Candidate, verdict: Verdict) -> bool:
    """Tell whether a candidate lies before the source's backfill window."""
    if followed.since is None or verdict.kind not in (Kind.ARTICLE, Kind.SITEMAP):
        return False
    last = _last_day(verdict, candidate.published)
    if last is not None:
        return last < followed.since.date()
    # Of a source that is taken from now on, what its listings name at first is not new.
    from_now_on = followed.source.backfill == FROM_NOW_ON
    return from_now_on and row.kind.lists and row.captured is None and not verdict.kind.lists


def _last_day(verdict: Verdict, published: datetime | None) -> date | None:
    """Return the last day on which an article, or one in a part of a sitemap, can have come."""
    if verdict.kind is Kind.SITEMAP:
        covered = span(verdict.url, published)
        return None if covered is None else covered[1]
    return published.date() if published else verdict.day


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.max, UTC)


def _found(url: str, cleaned: str) -> str | None:
    """Return the URL as it was found, for a row that has another."""
    url = url.strip().partition("#")[0]
    return url[:_MAX_FOUND] if url != cleaned else None


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
