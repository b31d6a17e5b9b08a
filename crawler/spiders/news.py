"""The spider: reads what answers name, hands it to the frontier, settles the row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from archive import timestamp
from archive.errors import NewswarcError
from crawler import discovery, outcome
from crawler.article import Story, story
from crawler.capture import Capture
from crawler.discovery import Format
from crawler.job import Followed, Job, Result, is_seed, recent
from crawler.ledger import REQUESTED
from crawler.ledger.listings import fingerprint
from crawler.model import Candidate, Kind, Outcome, Row, State
from crawler.outcome import Failure
from crawler.pace import Patience
from crawler.page import Page
from crawler.requisites import css_requisites, page_requisites
from crawler.revisits import Revisits
from crawler.robots import Excluded, Robots, Unwelcome
from crawler.scheduler import LedgerScheduler
from crawler.sources import Source, is_home
from crawler.survey import Survey, is_item, item

#: Style sheets that import each other are followed so far.
_MAX_EMBEDDED = 5
#: What a browser is shown, where a source renders: what readers see.
_SHOWN = frozenset({Kind.HOME, Kind.SECTION, Kind.PAGE, Kind.ARTICLE})
#: So many URLs go into the ledger before anybody else gets a turn.
_AT_ONCE = 500
#: A sitemap of the latest news alone has this namespace, in its first bytes.
_NEWS_SITEMAP = b"schemas/sitemap-news/"
_HEAD = 64 * 1024
#: Where feeds and sitemaps are looked for when a site names none of its own.
USUAL_PLACES = (
    ("/sitemap.xml", Kind.SITEMAP),
    ("/sitemap_index.xml", Kind.SITEMAP),
    ("/news-sitemap.xml", Kind.SITEMAP),
    ("/feed", Kind.FEED),
    ("/rss", Kind.FEED),
    ("/rss.xml", Kind.FEED),
    ("/feed.xml", Kind.FEED),
    ("/atom.xml", Kind.FEED),
)


class NewsSpider(Spider):
    """Follows sources: from seeds through listings to articles and what these need.

    No request is made here for a link: links become rows of the ledger, and the scheduler makes
    requests of the rows that are due. Every row that is dealt out is settled here, whatever
    becomes of its request.

    Args:
        job: the crawl.
        patience: with hosts that fail.
        survey: makes rows of what documents name.
    """

    name = "news"

    def __init__(self, job: Job, patience: Patience, survey: Survey) -> None:
        super().__init__()
        self.job = job
        self._patience = patience
        patience.probation |= job.ledger.hosts.on_probation(timestamp.now())
        self._survey = survey
        self._revisits = Revisits(job.ledger)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Make it, as Scrapy does; the job is its only argument."""
        settings = crawler.settings
        survey = Survey(
            requisite_age=timedelta(days=settings.getint("NEWSWARC_REQUISITE_DAYS")),
            more_parts=settings.getint("NEWSWARC_MORE_PARTS"),
        )
        patience = Patience.from_settings(settings)
        return super().from_crawler(crawler, *args, patience=patience, survey=survey, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        """Do nothing: the seeds are in the ledger, and the scheduler does the rest."""
        return
        yield

    def request(self, row: Row) -> Request:
        """Return the request for a row."""
        source = self.job.followed(row).source
        note = {"source": source.name}
        if row.referrer:
            note["via"] = row.referrer
        if row.path:
            note["hopsFromSeed"] = row.path
        meta: dict[str, Any] = {"row": row, "robots": source.robots, "warc_note": note}
        if source.render and row.kind in _SHOWN:
            meta["render"] = True
        if not row.kind.lists:  # a listing is how the rest was found; the archive has to show it
            meta["noarchive"] = source.noarchive
        return Request(
            row.url,
            self.answered,
            errback=self.failed,
            headers=source.headers | self._conditions(row, source),
            meta=meta,
            dont_filter=True,
        )

    def _conditions(self, row: Row, source: Source) -> dict[str, str]:
        """Return the header fields that ask for an answer only if something has changed."""
        by_name = row.priority == REQUESTED  # who asks for a page wants a capture of it
        bad = row.attempts > 0  # what came last was not what we wanted: no more of the same
        if row.captured is None or by_name or bad or (source.render and row.kind in _SHOWN):
            return {}
        if row.kind.lists and self.job.ledger.listings.outdated(row.id, source.rules):
            return {}
        capture = self.crawler.get_extension(Capture)
        if capture is None:
            return {}
        etag, modified = capture.validators(row.url, row.captured)
        fields = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in fields.items() if value}

    async def answered(self, response: Response) -> None:
        """Read an answer and settle its row."""
        row: Row = response.meta["row"]
        try:
            page = Page(response)
            failure = outcome.of_status(page.status, page.header("Retry-After"))
            if failure is None:
                if self._patience.succeeded(row.host):
                    self.job.ledger.hosts.clear(row.host)
                failure = await self._read(row, page)
        except NewswarcError as error:
            # Nothing can be written down any more: the scheduler ends the crawl.
            self.job.error = self.job.error or error
            self.job.frontier.put_back(row)
            return
        except Exception as error:
            why = f"internal error: {type(error).__name__}: {error}"
            self.job.settle(Result(row, Outcome(State.FAILED, response.status, why)))
            self.job.watcher.problem(f"{row.url}: {why}; the log has the rest")
            raise
        if failure is not None:
            self._fail(row, failure, response.meta.get("tries", 0), page.size)

    def failed(self, failure: TwistedFailure) -> None:
        """Settle a row that got no answer, or try again."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        row: Row = request.meta["row"]
        error = failure.value
        if isinstance(error, NewswarcError):
            self.job.frontier.put_back(row)
        elif isinstance(error, Excluded):
            wait = None if isinstance(error, Unwelcome) else outcome.DAY
            gone = Outcome(State.EXCLUDED, why=str(error), wait=wait)
            self.job.settle(Result(row, gone))
        elif error is not None:
            self._fail(row, outcome.of_error(error), request.meta.get("tries", 0), 0)

    def _fail(self, row: Row, failure: Failure, tries: int, size: int) -> None:
        """Try again in a moment, or settle the row and perhaps leave its host alone."""
        given_up = self._patience.gives_up(row.host, failure)
        wait = None if given_up else self._patience.wait(tries, failure)
        if wait is not None:
            scheduler = self.crawler.engine.scheduler
            assert isinstance(scheduler, LedgerScheduler)
            self.job.watcher.retry(row, failure.why, wait)
            scheduler.retry(row, tries + 1, wait)
            return
        if given_up:
            self._leave_alone(row.host, failure)
        self.job.settle(Result(row, outcome.settled(row, failure), size))

    def _leave_alone(self, host: str, failure: Failure) -> None:
        """Ask no more of a host in this crawl; nor in those to come, if somebody is there."""
        if host in self.job.frontier.shut:
            return
        self.job.frontier.shut_host(host, failure.why)
        if not failure.absent:
            self.job.ledger.hosts.hold(host, failure.why, self._patience.asked(failure))

    async def _read(self, row: Row, page: Page) -> Failure | None:
        """Discover what an answer names and settle its row; or return what is wrong with it."""
        followed = self.job.followed(row)
        if page.status == 304:
            return self._unchanged(row, page, followed)
        if outcome.is_redirect(page.status):
            return self._redirected(row, page, followed)
        if row.kind.lists:
            return await self._polled(row, page, followed)
        told = story(page) if row.kind is Kind.ARTICLE else Story()
        if told.failure is not None:
            return told.failure
        if told.suspect is not None:
            instead = outcome.quarantined(row, page.status, told.suspect)
            self.job.settle(Result(row, instead, page.size))
            return None
        new, _ = await self._discover(row, followed, self._named(row, page, followed))
        wait = self._revisits.article(row, followed.source, told.published)
        if row.kind is not Kind.ARTICLE or self._is_twin(row, followed, told):
            wait = None
        ended = replace(
            outcome.captured(row, page.status, wait),
            canonical=told.canonical,
            published=told.published,
        )
        self.job.settle(Result(row, ended, page.size, new))
        return None

    def _unchanged(self, row: Row, page: Page, followed: Followed) -> Failure | None:
        """Settle a row that is as it was."""
        if row.captured is None:
            return Failure("304 though nothing was captured before", status=304)
        new, wait = 0, None
        if row.kind.polled:
            read = self._revisits.listing(row, followed.source, None)
            new, wait = read.new, read.wait
        elif row.kind is Kind.ARTICLE:
            wait = self._revisits.article(row, followed.source, None)
            if self.job.ledger.canonical_of(row.url) is not None:
                wait = None
        self.job.settle(Result(row, outcome.captured(row, 304, wait, new), page.size))
        return None

    def _redirected(self, row: Row, page: Page, followed: Followed) -> Failure | None:
        """Follow a redirect, or tell what is wrong with it."""
        location = page.header("Location").strip()
        found = self._survey.redirect(row, followed, page.status, location)
        if isinstance(found, Failure):
            return found
        if row.kind is Kind.ARTICLE and row.path and self._lists(found[0].url):
            why = f"redirects to {found[0].url[:200]}, which is no article"
            return Failure(why, status=page.status, gone=True)
        new = self.job.frontier.discover(found)
        wait = outcome.DAY if row.kind.polled else None
        self.job.settle(Result(row, outcome.captured(row, page.status, wait), page.size, new))
        return None

    async def _polled(self, row: Row, page: Page, followed: Followed) -> Failure | None:
        """Discover what a listing names and say when it is due again."""
        if is_seed(row):
            followed.scope.add_host(row.host)  # perhaps it has moved here, in an earlier crawl
        named = await self._listing(row, page, followed)
        if isinstance(named, Failure):
            return named
        new, items = await self._discover(row, followed, named)
        wait, fresh = None, new
        if row.kind.polled:
            rolls = row.kind is Kind.FEED or _NEWS_SITEMAP in page.body[:_HEAD]
            read = self._revisits.listing(row, followed.source, items, rolls=rolls)
            wait, fresh = read.wait, read.new
            if read.gap is not None:
                self.job.notice(read.gap, row.id)
        if new:
            self.job.frontier.discover(self._survey.next_part(row))
        ended = outcome.captured(row, page.status, wait, fresh)
        self.job.settle(Result(row, ended, page.size, new))
        return None

    def _is_twin(self, row: Row, followed: Followed, told: Story) -> bool:
        """Tell whether a page says that its article is at another URL of ours; discover that."""
        if told.canonical is None:
            return False
        found = self._survey.canonical(row, followed, told.canonical)
        if found is None or self._lists(found.url):
            return False
        if self.job.ledger.canonical_of(found.url) == row.url:
            return False  # each says that it is the other
        self.job.frontier.discover([found])
        return True

    def _lists(self, url: str) -> bool:
        """Tell whether there are no articles at a URL, but lists of them."""
        kind = self.job.ledger.kind_of(url)
        return is_home(url) or (kind is not None and kind.lists)

    async def _discover(
        self, row: Row, followed: Followed, named: list[Candidate]
    ) -> tuple[int, dict[int, str]]:
        """Discover what was named; let others have a turn in the midst of a large sitemap.

        Returns:
            How many were not known to be fetched, and what a listing is for: URLs by fingerprint.
        """
        found = self._survey.discoveries(row, followed, named)
        new, items = 0, dict[int, str]()
        while batch := list(islice(found, _AT_ONCE)):
            new += self.job.frontier.discover(batch)
            items |= {fingerprint(item(one)): one.url for one in batch if is_item(one)}
            if len(batch) == _AT_ONCE:
                await asyncio.sleep(0)
        return new, items

    async def _listing(self, row: Row, page: Page, followed: Followed) -> list[Candidate] | Failure:
        """Return what a listing names, or that it is none."""
        document = discovery.read(
            page.body, page.url, row.kind, content_type=page.content_type, charset=page.charset
        )
        if row.kind in (Kind.FEED, Kind.SITEMAP):
            wrong = document.format in (Format.OTHER, Format.EMPTY) or (
                document.format is Format.HTML and not document.candidates
            )
            if wrong:
                return Failure(f"not a {row.kind}", status=page.status, gone=True)
        if document.cut:
            self.job.watcher.problem(f"{row.url} names too much; only its beginning was read")
        named = document.candidates
        if row.kind is Kind.HOME:
            known = {seed.kind for seed in followed.source.seeds} | {one.kind for one in named}
            named += await self._elsewhere(page, followed, known)
        if document.format is Format.HTML and followed.source.requisites == "all":
            named += self._needed(page, followed)
        return named

    async def _elsewhere(self, page: Page, followed: Followed, known: set[Kind]) -> list[Candidate]:
        """Return the sitemaps that robots.txt names; where to look when nothing else is known."""
        robots = self.crawler.get_downloader_middleware(Robots)
        named: list[str] = []
        if robots is not None and followed.source.robots != "ignore":
            named = await robots.sitemaps(page.url)
        places = [(url, Kind.SITEMAP) for url in named]
        if named:
            known.add(Kind.SITEMAP)
        places += [place for place in USUAL_PLACES if place[1] not in known]
        return [Candidate(urljoin(page.url, url), kind, "M") for url, kind in places]

    def _named(self, row: Row, page: Page, followed: Followed) -> list[Candidate]:
        """Return what an article, page or requisite names."""
        if row.kind is Kind.REQUISITE:
            if not page.is_css or row.path.count("E") >= _MAX_EMBEDDED:
                return []
            return list(css_requisites(page.body, page.url, charset=page.charset))
        if not page.is_html:
            return []
        candidates = self._needed(page, followed)
        if row.depth < followed.source.depth and row.priority != REQUESTED:
            candidates += discovery.read(
                page.body,
                page.url,
                row.kind,
                content_type=page.content_type,
                charset=page.charset,
                familiar=recent(followed.links, page.url),
            ).candidates
        return candidates

    def _needed(self, page: Page, followed: Followed) -> list[Candidate]:
        """Return what is needed to show a page."""
        if followed.source.requisites == "none":
            return []
        needed = page_requisites(
            page.body,
            page.url,
            everything=followed.source.requisites == "all",
            charset=page.charset,
            familiar=recent(followed.needs, page.url),
        )
        return [candidate for candidate in needed if candidate.url not in page.loaded]
