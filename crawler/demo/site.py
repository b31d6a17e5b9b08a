"""A site: some hosts and an answer for every request to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from crawler.demo.answer import Answer
from crawler.demo.press import Press

__all__ = ["FOUNDING", "MORNING_AFTER", "MOSCOW_TIMES", "Answer", "Site", "moscow_times", "sites"]

MOSCOW_TIMES = "https://www.themoscowtimes.com/"
#: The article this project began with.
FOUNDING = (
    MOSCOW_TIMES + "2024/10/23/north-korea-sent-1500-more-troops-to-russia-"
    "south-korean-spy-agency-tells-lawmakers-a86785"
)
#: When the site's clock stands, unless somebody moves it: all articles are out.
MORNING_AFTER = datetime(2024, 10, 24, 9, 0, tzinfo=timezone(timedelta(hours=3)))


class Site:
    """A site that answers from memory.

    Args:
        hosts: the names it answers to; the first is its main one.
        answer: gives the answer to a GET of a target (path and query) at a host.
    """

    def __init__(self, hosts: Sequence[str], answer: Callable[[str, str], Answer]) -> None:
        self.hosts = tuple(hosts)
        self._answer = answer
        self._overrides: dict[tuple[str, str], Answer] = {}

    def respond(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request.

        Args:
            host: one of `hosts`.
            target: path and query.
            headers: of the request, names in lower case.
        """
        override = self._overrides.get((host, target))
        return self._answer(host, target) if override is None else override

    def override(self, url: str, answer: Answer | None) -> None:
        """From now on give `answer` for `url`; with None, the site's own again.

        Args:
            url: a URL, or a path at the main host.
            answer: what to answer.
        """
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        key = (parts.hostname or self.hosts[0], target)
        if answer is None:
            self._overrides.pop(key, None)
        else:
            self._overrides[key] = answer


def sites() -> Path:
    """Return the directory of the bundled sites: inside a wheel, or in the source tree."""
    package = Path(__file__).parent
    installed = package / "sites"
    return installed if installed.is_dir() else package.parents[1] / "fixtures" / "sites"


def moscow_times(clock: Callable[[], datetime] = lambda: MORNING_AFTER) -> Site:
    """Return a site like The Moscow Times, with invented articles beside the founding one.

    Args:
        clock: says what time it is for the site; what is published later is not there yet, and
            the lists in the sidebar change every two minutes.
    """
    press = Press(sites() / "moscow-times", clock)
    paper = press.paper
    return Site((paper.host, paper.bare_host, paper.static_host), press.answer)
