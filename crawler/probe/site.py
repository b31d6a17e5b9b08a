"""Search a site for its feeds, sitemaps and sections."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from crawler.discovery.places import COMMON_FEEDS, FEEDS, NEWS_SITEMAPS, SITEMAPS
from crawler.model import Candidate, Kind
from crawler.outcome import Failure
from crawler.page import Page
from crawler.probe.fetch import Fetcher
from crawler.probe.finding import Finding, read
from crawler.scope import Scope, clean
from crawler.sources import Seed

#: So many URLs of each kind are asked for; the time that the fetcher has is the other bound.
MAX_FEEDS = 40
MAX_SITEMAPS = 12
MAX_SECTIONS = 12
#: A section lists so many articles at least; what lists fewer is a page of the house.
_FEW = 3
_EVER = datetime.min.replace(tzinfo=UTC)

Tell = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Site:
    """What was found at a site.

    Attributes:
        url: of its home page, behind all redirects.
        findings: everything that was tried, in that order; the home page first.
    """

    url: str
    findings: tuple[Finding, ...]

    @property
    def seeds(self) -> tuple[Seed, ...]:
        """What a source of this site begins with, the home page first."""
        useful = (one for one in self.findings if one.why is None)
        return tuple(dict.fromkeys(Seed(clean(one.url) or one.url, one.kind) for one in useful))


@dataclass
class Search:
    """A search of one site.

    Attributes:
        fetcher: asks for its URLs.
        scope: says what belongs to it; learns the host that the home page has moved to.
        tell: is told of each finding when it is made.
        found: the findings so far.
    """

    fetcher: Fetcher
    scope: Scope
    tell: Tell
    found: list[Finding] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)

    async def at(self, url: str) -> Site | Failure:
        """Search the site with that home page; return why it cannot be had if it cannot.

        A home page that answers with an error does not end the search as long as its host can be
        reached: some sites keep crawlers from their pages, but not from their feeds.
        """
        answer = await self.fetcher(url)
        if isinstance(answer, Failure) and answer.host == "down":
            return answer
        home = self._home(url, answer)
        self._keep(home)
        await self._sitemaps(home.url)
        feeds = [part for part in home.parts if part.kind is Kind.FEED]
        for section in [part for part in home.parts if part.kind is Kind.SECTION][:MAX_SECTIONS]:
            finding = await self._look(section.url, Kind.SECTION, "home page")
            if finding is not None:
                feeds += [part for part in finding.parts if part.kind is Kind.FEED]
        await self._feeds(home.url, feeds)
        if isinstance(answer, Failure) and all(one.why is not None for one in self.found):
            return answer
        return Site(home.url, tuple(self.found))

    def _home(self, url: str, answer: Page | Failure) -> Finding:
        if isinstance(answer, Failure):
            return Finding(url, Kind.HOME, "given", "home", why=answer.why)
        self._asked.add(url)
        self.scope.add_host(urlsplit(answer.url).hostname or "")
        home = read(answer, Kind.HOME, "given", self.scope)
        if home.form != Kind.HOME:
            return replace(home, why=home.why or f"a {home.form}, no home page")
        moved = None if answer.url == url else f"{url} redirects here"
        return replace(home, note=home.note or moved)

    async def _sitemaps(self, home: str) -> None:
        """Look at the sitemaps that robots.txt names, or else where they usually are."""
        named = list(dict.fromkeys(await self.fetcher.sitemaps(home)))
        for url in named[:MAX_SITEMAPS]:
            await self._look(urljoin(home, url), Kind.SITEMAP, "robots.txt")
        if not self._useful(Kind.SITEMAP):
            await self._first(home, SITEMAPS, Kind.SITEMAP)
        sitemaps = self._useful(Kind.SITEMAP)
        urls = [one.url for one in sitemaps] + [part.url for one in sitemaps for part in one.parts]
        if not any(one.form.startswith("news") for one in sitemaps):
            known = {urlsplit(url).path for url in urls}
            await self._first(
                home, [one for one in NEWS_SITEMAPS if one not in known], Kind.SITEMAP
            )

    async def _feeds(self, home: str, named: Iterable[Candidate]) -> None:
        """Look at the feeds that pages name, and at those that these name, or else elsewhere."""
        waiting = deque((candidate.url, "home page") for candidate in named)
        for _ in range(MAX_FEEDS):
            if not waiting:
                break
            url, origin = waiting.popleft()
            finding = await self._look(url, Kind.FEED, origin)
            if finding is not None and finding.why is not None:
                waiting += [(part.url, finding.url) for part in finding.parts]
        if not self._useful(Kind.FEED):
            edition = urlsplit(home).path.rstrip("/")  # as in /en/feed
            beside = [edition + place for place in COMMON_FEEDS] if edition else []
            await self._first(home, (*beside, *FEEDS), Kind.FEED)

    async def _first(self, home: str, places: Iterable[str], kind: Kind) -> None:
        """Look at one place after another, until there is one of that kind."""
        before = len(self._useful(kind))
        for place in places:
            await self._look(urljoin(home, place), kind, "usual place")
            if len(self._useful(kind)) > before:
                return

    async def _look(self, url: str, kind: Kind, origin: str) -> Finding | None:
        """Ask for a URL and keep what it is; None when it was asked for before."""
        if url in self._asked:
            return None
        self._asked.add(url)
        answer = await self.fetcher(url)
        if isinstance(answer, Failure):
            return self._keep(Finding(url, kind, origin, kind.value, why=answer.why))
        twin = next((one for one in self.found if one.url == answer.url), None)
        if twin is not None:
            why = f"redirects to {answer.url}, which is here already"
            return self._keep(Finding(url, kind, origin, kind.value, why=why))
        self._asked.add(answer.url)
        finding = await descend(read(answer, kind, origin, self.scope), self.fetcher, self.scope)
        return self._keep(self._compared(finding))

    def _compared(self, finding: Finding) -> Finding:
        """Return a finding with what the others say of it."""
        if finding.why is not None:
            return finding
        if finding.kind is Kind.SECTION:
            few = f"lists {finding.in_scope} articles" if finding.in_scope < _FEW else None
            return replace(finding, why=few)
        for other in self._useful(finding.kind):
            if finding.url in {part.url for part in other.parts}:
                return replace(finding, why=f"named by {other.url}")
            if finding.named and finding.named == other.named:
                return replace(finding, why=f"the same items as {other.url}")
            if finding.named and finding.named < other.named:
                return replace(finding, note=finding.note or f"all its items are in {other.url}")
        return finding

    def _keep(self, finding: Finding) -> Finding:
        self.found.append(finding)
        self.tell(finding)
        return finding

    def _useful(self, kind: Kind) -> list[Finding]:
        return [one for one in self.found if one.kind is kind and one.why is None]


async def descend(finding: Finding, fetcher: Fetcher, scope: Scope) -> Finding:
    """Return the finding of a sitemap index with what its newest part says; any other as it is."""
    if finding.form != "sitemap index" or not finding.parts:
        return finding
    newest = max(finding.parts, key=lambda part: (part.published or _EVER, _numbers(part.url)))
    answer = await fetcher(newest.url)
    if isinstance(answer, Failure):
        return replace(finding, note=f"its part {newest.url}: {answer.why}")
    inner = read(answer, Kind.SITEMAP, finding.url, scope)
    note = None if inner.why is None else f"its part {newest.url}: {inner.why}"
    return replace(
        finding,
        form="news sitemap index" if inner.form == "news sitemap" else finding.form,
        in_scope=inner.in_scope,
        newest=inner.newest or finding.newest,
        note=note,
    )


def _numbers(url: str) -> tuple[int, ...]:
    """Return the numbers of a URL: parts of a sitemap are counted, or have the month in them."""
    return tuple(int(number) for number in re.findall(r"\d{1,9}", url))
