"""What comes of an answer: its row is settled, and what it names is discovered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import islice

from crawler import outcome
from crawler.article import Story, story
from crawler.job import Followed, Job, Result, is_seed
from crawler.ledger.listings import fingerprint
from crawler.model import Candidate, Kind, Row
from crawler.outcome import Failure
from crawler.page import Page
from crawler.reader import Reader
from crawler.revisits import Revisits
from crawler.rhythm import PACES
from crawler.sources import is_home
from crawler.survey import Survey, is_item, item

#: So many URLs go into the ledger before anybody else gets a turn.
_AT_ONCE = 500
#: A sitemap of the latest news alone has this namespace, in its first bytes.
_NEWS_SITEMAP = b"schemas/sitemap-news/"
_HEAD = 64 * 1024


class Answers:
    """Takes the answers of a crawl.

    Args:
        job: the crawl.
        survey: makes rows of what documents name.
        reader: reads what they name.
    """

    def __init__(self, job: Job, survey: Survey, reader: Reader) -> None:
        self._job = job
        self._survey = survey
        self._reader = reader
        self._revisits = Revisits(job.ledger)

    async def take(self, row: Row, page: Page) -> Failure | None:
        """Discover what an answer names and settle its row; or return what is wrong with it."""
        followed = self._job.followed(row)
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
            self._job.settle(Result(row, instead, page.size))
            return None
        new, _ = await self._discover(row, followed, self._reader.others(row, page, followed))
        # What only links have led to may be a list; what a feed vouches for, its feed knows best.
        lists = told.lists and "L" in row.path and "M" not in row.path
        wait = None
        if row.kind is Kind.ARTICLE and not lists and not self._is_twin(row, followed, told):
            wait = self._revisits.article(row, followed.source, told.published)
        ended = replace(
            outcome.captured(row, page.status, wait),
            canonical=told.canonical,
            published=told.published,
            kind=Kind.PAGE if lists else None,
        )
        self._job.settle(Result(row, ended, page.size, new))
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
            if self._job.ledger.canonical_of(row.url) is not None:
                wait = None
        self._job.settle(Result(row, outcome.captured(row, 304, wait, new), page.size))
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
        wait = None
        if row.kind.polled:  # a listing that is elsewhere each time is asked as one that is new
            moved = self._job.ledger.moved(row, found[0].url)
            wait = PACES[row.kind].first if moved else outcome.DAY
            self._job.frontier.claim_anew(row.source)
        elif row.kind is Kind.ARTICLE and outcome.is_for_now(page.status):
            # Perhaps to a wall, such as one that asks for consent: the article is still here.
            wait = self._revisits.article(row, followed.source, None)
        new = self._job.frontier.discover(found)
        self._job.settle(Result(row, outcome.captured(row, page.status, wait), page.size, new))
        return None

    async def _polled(self, row: Row, page: Page, followed: Followed) -> Failure | None:
        """Discover what a listing names and say when it is due again."""
        if is_seed(row):
            followed.scope.add_host(row.host)  # perhaps it has moved here, in an earlier crawl
        named = await self._reader.listing(row, page, followed)
        if isinstance(named, Failure):
            return named
        new, items = await self._discover(row, followed, named)
        wait, fresh = None, new
        if row.kind.polled:
            rolls = row.kind is Kind.FEED or _NEWS_SITEMAP in page.body[:_HEAD]
            read = self._revisits.listing(row, followed.source, items, rolls=rolls)
            wait, fresh = read.wait, read.new
            if read.gap is not None:
                self._job.notice(read.gap, row.id)
        if new:
            self._job.frontier.discover(self._survey.next_part(row))
        ended = outcome.captured(row, page.status, wait, fresh)
        self._job.settle(Result(row, ended, page.size, new))
        return None

    def _is_twin(self, row: Row, followed: Followed, told: Story) -> bool:
        """Tell whether a page says that its article is at another URL of ours; discover that."""
        if told.canonical is None:
            return False
        found = self._survey.canonical(row, followed, told.canonical)
        if found is None or self._lists(found.url):
            return False
        if self._job.ledger.canonical_of(found.url) == row.url:
            return False  # each says that it is the other
        self._job.frontier.discover([found])
        return True

    def _lists(self, url: str) -> bool:
        """Tell whether there are no articles at a URL, but lists of them."""
        kind = self._job.ledger.kind_of(url)
        return is_home(url) or (kind is not None and kind.lists)

    async def _discover(
        self, row: Row, followed: Followed, named: list[Candidate]
    ) -> tuple[int, dict[int, str]]:
        """Discover what was named; let others have a turn in the midst of a large sitemap.

        Returns:
            How many were not known to be fetched, and what a listing is for: URLs by fingerprint.
        """
        neighbours = self._job.neighbours(followed.source)
        found = self._survey.discoveries(row, followed, named, neighbours)
        new, items = 0, dict[int, str]()
        while batch := list(islice(found, _AT_ONCE)):
            new += self._job.frontier.discover(batch)
            items |= {fingerprint(item(one)): one.url for one in batch if is_item(one)}
            if len(batch) == _AT_ONCE:
                await asyncio.sleep(0)
        return new, items
