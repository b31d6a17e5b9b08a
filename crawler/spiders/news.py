"""The spider: rows of the ledger become requests, and every one of them is settled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from archive import timestamp
from archive.errors import NewswarcError
from crawler import outcome
from crawler.answers import Answers
from crawler.capture import Capture
from crawler.job import Job, Result
from crawler.ledger import REQUESTED
from crawler.model import Kind, Outcome, Row, State
from crawler.outcome import Failure
from crawler.pace import Patience
from crawler.page import Page
from crawler.reader import Reader
from crawler.robots import Excluded, Robots, Unwelcome
from crawler.scheduler import LedgerScheduler
from crawler.sources import Source
from crawler.survey import Survey

#: What a browser is shown, where a source renders: what readers see.
_SHOWN = frozenset({Kind.HOME, Kind.SECTION, Kind.PAGE, Kind.ARTICLE})


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
        self._answers = Answers(job, survey, Reader(self._sitemaps, job.watcher.problem))

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
                failure = await self._answers.take(row, page)
        except NewswarcError as error:
            # Nothing can be written down any more: the scheduler ends the crawl.
            self.job.error = self.job.error or error
            self.job.frontier.put_back(row)
            return
        except Exception as error:
            why = f"internal error: {type(error).__name__}: {error}"
            again = outcome.settled(row, Failure(why, status=response.status))
            self.job.settle(Result(row, again))
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

    async def _sitemaps(self, url: str) -> list[str]:
        """Return the sitemaps that the robots.txt of a URL's origin names."""
        robots = self.crawler.get_downloader_middleware(Robots)
        return [] if robots is None else await robots.sitemaps(url)
