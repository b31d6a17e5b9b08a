"""The nouns of a crawl: what is discovered, what is claimed, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a URL is to the crawl; it decides how its answer is read."""

    HOME = "home"
    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    MORE = "more"  # a further part of a section: what its "load more" button asks for
    PAGE = "page"  # an HTML page that is no article: fetched only when links are followed deeply
    ARTICLE = "article"
    REQUISITE = "requisite"

    @property
    def lists(self) -> bool:
        """Whether it is fetched for the URLs it lists, again and again."""
        return self in _LISTINGS

    @property
    def polled(self) -> bool:
        """Whether it has a rhythm of its own; a further part of a section is asked with it."""
        return self.lists and self is not Kind.MORE


_LISTINGS = frozenset({Kind.HOME, Kind.FEED, Kind.SITEMAP, Kind.SECTION, Kind.MORE})


class State(StrEnum):
    """Where a URL stands in the ledger; every URL is in exactly one."""

    DUE = "due"
    CAPTURED = "captured"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    EXCLUDED = "excluded by robots"
    OUT_OF_SCOPE = "out of scope"
    GONE = "gone"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class More:
    """How a section goes on: the request its "load more" button would send.

    Attributes:
        template: absolute URL with ``{{offset}}`` in it.
        offset: what stands there next.
        step: what is added to it each time.
    """

    template: str
    offset: int
    step: int

    @property
    def url(self) -> str:
        """The URL of the part at `offset`."""
        return self.template.replace("{{offset}}", str(self.offset))

    def following(self) -> More:
        """Return the part after this one."""
        return More(self.template, self.offset + self.step, self.step)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL that some document names, before anybody has judged it.

    Attributes:
        url: absolute.
        kind: what the document takes it for.
        letter: the hop that led to it, in Heritrix's letters: ``L`` link, ``E`` embedded,
            ``M`` manifest (feed or sitemap), ``R`` redirect; empty for a seed.
        published: when it was published or last changed, as far as the document says.
        more: for a `Kind.MORE`, how it goes on.
    """

    url: str
    kind: Kind
    letter: str
    published: datetime | None = None
    more: More | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """A candidate that has been judged: a row of the ledger to be.

    Attributes:
        url: absolute, cleaned of what does not belong to it.
        host: of the URL, lower case.
        kind: what it is.
        source: name of the source it belongs to.
        path: discovery path from the seed, a letter a hop.
        depth: link hops from the nearest listing.
        priority: lower is fetched earlier.
        via: id of the row that led to it, None for a seed.
        state: `State.DUE`, or why it is not to be fetched.
        why: for a state that asks for a reason.
        published: see `Candidate`.
        more: see `Candidate`.
        again: due even if it was captured in an earlier crawl.
        stale: due again if it was last captured before this moment.
        found: the URL as the document had it, where that differs.
    """

    url: str
    host: str
    kind: Kind
    source: str
    path: str
    depth: int
    priority: int
    via: int | None = None
    state: State = State.DUE
    why: str | None = None
    published: datetime | None = None
    more: More | None = None
    again: bool = False
    stale: datetime | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger that is due and claimed by this crawl.

    Attributes:
        referrer: URL that led to it.
        published: when it was published, as far as anybody has said.
        first_seen: when it was discovered.
        captured: when it was captured last, None if never.
        misses: how many answers in a row have said that it is not there.
        missing_since: when the first of these came.
    """

    id: int
    url: str
    host: str
    kind: Kind
    source: str
    path: str
    depth: int
    priority: int
    attempts: int
    idle: int
    referrer: str | None
    more: More | None
    published: datetime | None = None
    first_seen: datetime | None = None
    captured: datetime | None = None
    misses: int = 0
    missing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """The rows of one source on one host: they wait for each other and for nobody else."""

    source: str
    host: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the fetch of a row ended.

    Attributes:
        state: the state it goes to.
        status: HTTP status, None when no answer came.
        why: reason of a state that asks for one.
        wait: seconds until it is due again; None for never.
        idle: how many polls in a row have brought nothing new (listings only).
        missed: it is not there, as far as this answer says.
        canonical: the URL that the page says it has, where that differs.
        published: when the page says it was published.
        kind: what the page turned out to be; None for what it was taken for.
    """

    state: State
    status: int | None = None
    why: str | None = None
    wait: float | None = None
    idle: int = 0
    missed: bool = False
    canonical: str | None = None
    published: datetime | None = None
    kind: Kind | None = None
