"""The five papers at one server, each at its own host, each in its own condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from benchmarks.month.paper import Paper
from benchmarks.month.papers import Month
from crawler.demo.answer import Answer

#: What an overloaded server asks for, in turn as seconds and as a date.
_RETRY_AFTER = timedelta(hours=1)


class Stand:
    """Answers what the papers answer, as of now; a site for `crawler.demo.server.DemoServer`.

    Args:
        papers: that are for sale.
        failing: the host of the one whose server fails.
        month: says when it does.
        clock: says what time it is.
    """

    def __init__(
        self,
        papers: Sequence[Paper],
        failing: str,
        month: Month,
        clock: Callable[[], datetime],
    ) -> None:
        self._papers = {host: paper for paper in papers for host in paper.hosts}
        self._failing = failing
        self._month = month
        self._clock = clock

    @property
    def hosts(self) -> Sequence[str]:
        """The names it answers to."""
        return tuple(self._papers)

    def refuses(self, host: str) -> bool:
        """Tell whether nobody listens at a host now."""
        return (
            host == self._failing and self._month.refused <= self._clock() < self._month.overloaded
        )

    def respond(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request."""
        now = self._clock()
        date = {"Date": format_datetime(now.replace(microsecond=0), usegmt=True)}
        if host == self._failing and self._month.overloaded <= now < self._month.silent:
            wait = str(int(_RETRY_AFTER.total_seconds()))
            if now.hour % 2:
                later = (now + _RETRY_AFTER).replace(microsecond=0)
                wait = format_datetime(later, usegmt=True)
            fields = {"Retry-After": wait, "Content-Type": "text/plain", **date}
            return Answer(503, fields, b"busy\n")
        answer = self._papers[host].answer(host, target, now)
        fields = {**answer.headers, **date}
        if answer.status == 200 and _has_it(answer, headers):
            return Answer(304, {k: v for k, v in fields.items() if k != "Content-Type"})
        return Answer(answer.status, fields, answer.body)


def _has_it(answer: Answer, headers: Mapping[str, str]) -> bool:
    """Tell whether a client has the answer already (RFC 9110, clause 13.2.2)."""
    if "if-none-match" in headers:
        tags = [tag.strip() for tag in headers["if-none-match"].split(",")]
        return answer.headers.get("ETag") in tags
    since, modified = headers.get("if-modified-since"), answer.headers.get("Last-Modified")
    if since is None or modified is None:
        return False
    return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
