"""A source: one publisher, and how it is followed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from archive.errors import UsageError
from archive.urlkey import check_url
from crawler.model import Kind
from crawler.scope import Scope, clean
from crawler.settings import user_agent as signed

#: Ages (seconds) at which an article is fetched again where nothing else is said: most edits come
#: soon, some come late, and removals come whenever they come.
RECHECK = tuple(hours * 3600.0 for hours in (1, 6, 24, 3 * 24, 14 * 24, 90 * 24))


@dataclass(frozen=True, slots=True)
class Seed:
    """A URL where discovery begins, and what it is."""

    url: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher and how it is followed.

    Attributes:
        name: unique in the collection.
        seeds: where discovery begins.
        hosts: host names of the publisher beside those of the seeds.
        allow: patterns (regular expressions) of which an article's URL must match one.
        deny: patterns of which it may match none.
        delay: seconds between two requests to one host; None for the default.
        concurrency: requests in flight to one host at once; None for the default.
        depth: link hops that are followed from the listings: 1 takes the articles they list, 2
            also what those link to, and so on.
        requisites: capture what a page needs to be shown: of no page, of articles (``page``), or
            of every page and with its scripts and media (``all``).
        robots: ``obey`` robots.txt; ``robots-only`` obeys it but not its crawl-delay; ``ignore``
            is for one's own site.
        connect_to: ``HOST:PORT:ADDR:PORT``, as for ``--connect-to``.
        render: show its pages to a browser, and read what that makes of them.
        recheck: ages (seconds since publication) at which an article is fetched again, rising.
        backfill: how old an article may be that is fetched: seconds before it is discovered, or
            a first moment; 0.0 takes only what appears from now on, None takes all.
        user_agent: sent instead of the crawl's own, whole.
        contact: who runs the crawl of this source, as part of the user agent.
        language: to ask for, of sites that have several.
        noarchive: a page that says so is captured, which is recorded (``capture``), or not
            fetched again (``skip``).
        asked: it is one page that was asked for by name, not a publisher.
    """

    name: str
    seeds: tuple[Seed, ...]
    hosts: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    delay: float | None = None
    concurrency: int | None = None
    depth: int = 1
    requisites: str = "page"
    robots: str = "obey"
    connect_to: tuple[str, ...] = ()
    render: bool = False
    recheck: tuple[float, ...] = RECHECK
    backfill: float | datetime | None = None
    user_agent: str | None = None
    contact: str | None = None
    language: str | None = None
    noarchive: str = "capture"
    asked: bool = False

    def scope(self) -> Scope:
        """Return the rule that says which URLs belong to this source."""
        return Scope(self.all_hosts, self.allow, self.deny, deep=self.depth > 1)

    @property
    def rules(self) -> str:
        """A word for what says which URLs are its own; it changes when that does."""
        said = json.dumps([self.all_hosts, self.allow, self.deny])
        return blake2b(said.encode(), digest_size=8).hexdigest()

    @property
    def headers(self) -> dict[str, str]:
        """The header fields in which its requests differ from those of the crawl."""
        fields = {}
        if self.user_agent is not None:
            fields["User-Agent"] = self.user_agent
        elif self.contact is not None:
            fields["User-Agent"] = signed(self.contact)
        if self.language is not None:
            whole = "," in self.language or ";" in self.language or self.language == "*"
            fields["Accept-Language"] = self.language if whole else f"{self.language},*;q=0.5"
        return fields

    @property
    def all_hosts(self) -> list[str]:
        """Every host name of the publisher that is known beforehand."""
        named = {urlsplit(seed.url).hostname or "" for seed in self.seeds}
        return sorted(named | set(self.hosts))


@dataclass(frozen=True, slots=True)
class Configuration:
    """What ``newswarc.toml`` says.

    Attributes:
        sources: in the order of the file.
        defaults: fields of sources that say nothing else; those of the file have them already.
        contact: where a site can reach the person who runs the crawl; sent as part of the user
            agent.
        user_agent: sent instead of the default, whole.
        connect_to: for all sources.
        on_gap: a command line that is run with a gap, as JSON, on its stdin.
        gap_webhook: a URL to which a gap is sent, as JSON.
        min_free: stop before the disk has less than so many bytes left; None for the default.
        browser: path of the Chromium that renders; None for the default.
        render_seconds: what a page may take in it; None for the default.
    """

    sources: tuple[Source, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    contact: str | None = None
    user_agent: str | None = None
    connect_to: tuple[str, ...] = ()
    on_gap: str | None = None
    gap_webhook: str | None = None
    min_free: int | None = None
    browser: str | None = None
    render_seconds: float | None = None

    def adopted(self, source: Source) -> Source:
        """Return a source that is not in the file as it would be if it were."""
        kept = (
            ("recheck", "backfill") if source.asked else ()
        )  # one page is fetched as it was asked
        return replace(
            source, **{name: value for name, value in self.defaults.items() if name not in kept}
        )

    def source(self, name: str) -> Source:
        """Return the source of that name.

        Raises:
            UsageError: there is none.
        """
        for source in self.sources:
            if source.name == name:
                return source
        names = [source.name for source in self.sources]
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
        raise UsageError(
            f"no source called {name!r} ({hint}); a URL begins with http:// or https://"
        )


def home_source(url: str, name: str | None = None) -> Source:
    """Return a source for a site of which only the home page is known.

    Raises:
        UsageError: it is not an http or https URL.
    """
    home = _checked(url)
    return Source(name or urlsplit(home).hostname or home, (Seed(home, Kind.HOME),))


def page_source(url: str) -> Source:
    """Return a source for one page that was asked for by name.

    Raises:
        UsageError: it is not an http or https URL.
    """
    page = _checked(url)
    seeds = (Seed(page, Kind.ARTICLE),)
    return Source(urlsplit(page).hostname or page, seeds, recheck=(), asked=True)


def is_home(url: str) -> bool:
    """Tell whether a URL is a bare home page: it has neither path nor query."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _checked(url: str) -> str:
    checked = check_url(url)
    return clean(checked, whole=True) or checked
