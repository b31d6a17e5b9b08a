"""What the API answers with: the types from which its document says what a client gets.

Two forms of time, by one rule: a field that names a capture (``timestamp``, ``first_capture`` …)
is 14 digits, UTC, and can be put into a replay URL; every other time is ISO 8601.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from archive.web.api.schema import Form
from archive.wording.change import KINDS

Timestamp = Annotated[
    str,
    Form("A capture's time: 14 digits, YYYYMMDDhhmmss, UTC.", pattern="^[0-9]{14}$"),
]
Time = Annotated[
    str,
    Form(
        "ISO 8601, with the offset that the page gave; a day where that is all it said.",
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:.]+))?$",
    ),
]
Count = Annotated[int, Form(minimum=0)]
MementoPath = Annotated[
    str, Form("Path, on this server, of the page that shows the memento.", pattern="^/web/")
]
NextPath = Annotated[str, Form("Path of the next page; null behind the last.", pattern="^/api/")]


class Location(TypedDict):
    """Where a record lies."""

    file: Annotated[str, "Name of the WARC file in the collection's archive/."]
    offset: Annotated[Count, "Where its gzip member begins, in bytes."]
    length: Annotated[Count, "How long the gzip member is, in bytes."]


class Hit(TypedDict):
    """One article that matches; the text that does may be an older version of it."""

    article_id: int
    url: Annotated[str, "Canonical URL."]
    title: str
    site: Annotated[str | None, "The name the publication gives itself."]
    published: Time | None
    snippet: Annotated[str, "Text around the match."]
    matches: Annotated[
        list[list[int]], "Where the matched words begin and end in it, in code points."
    ]
    timestamp: Annotated[Timestamp, "Of the capture that shows the text."]
    memento: MementoPath
    location: Location
    versions: Annotated[Count, "How many versions the article has."]
    rank: Annotated[float, "Lower is better."]
    current: Annotated[bool, "The matching text is what the article says now."]


class Counted(TypedDict):
    """How many articles have a value."""

    value: str
    articles: Count


class Facets(TypedDict):
    """The most frequent values among the newest 10,000 articles that match."""

    site: list[Counted]
    month: list[Counted]
    author: list[Counted]
    lang: list[Counted]
    section: list[Counted]


class Search(TypedDict):
    """A page of hits."""

    total: Annotated[Count, "How many articles match, those on other pages included."]
    exact: Annotated[bool, "False where there are more than total."]
    hint: Annotated[str | None, "How the query was read where it could not be as it stood."]
    hits: list[Hit]
    facets: Annotated[Facets | None, "Null unless asked for."]
    next: NextPath | None


class Author(TypedDict):
    """Somebody, or an agency, named in the byline."""

    name: str
    url: str | None


class Image(TypedDict):
    """An image of an article."""

    url: str
    caption: str | None
    credit: str | None


class Link(TypedDict):
    """Where a page points to."""

    url: str
    title: str


class Article(TypedDict):
    """What a page says, extracted from a capture."""

    url: Annotated[str, "Canonical URL."]
    title: str
    subtitle: str | None
    authors: list[Author]
    published: Time | None
    modified: Time | None
    site: str | None
    section: str | None
    language: Annotated[str | None, "Two-letter code."]
    tags: list[str]
    description: str | None
    image: Annotated[Image | None, "The lead image."]
    images: Annotated[list[Image], "Those within the body."]
    related: list[Link]
    kind: Annotated[str, "news, opinion, live, gallery, video, podcast or review."]
    paywall: Annotated[bool | None, "What the page says of it itself."]
    word_count: Count
    markdown: Annotated[str, "The body with its structure, CommonMark."]
    text: Annotated[str, "The body, paragraphs apart by a blank line."]
    sources: Annotated[dict[str, str], "Field → where on the page it stands."]
    extractor: str


class Change(TypedDict):
    """What became of the text before."""

    kind: Annotated[str, Form(enum=KINDS)]
    stealth: Annotated[bool, "The text changed, and the publisher's modified date did not."]
    words_added: Count
    words_removed: Count
    similarity: Annotated[float | None, "To the version before, 0 to 1."]
    reverts_to: Annotated[int | None, "Number of the earlier version with the same text."]


class VersionFacts(TypedDict):
    """One distinct text of an article, without the text."""

    article_id: int
    number: Annotated[int, "1 for the first text seen."]
    digest: Annotated[str, "Of the text, sha256:HEX."]
    title: str
    modified: Time | None
    first_capture: Timestamp
    last_capture: Timestamp
    captures: Annotated[Count, "How many captures show it."]
    change: Annotated[Change | None, "Null for the first version."]
    memento: MementoPath


class Version(VersionFacts):
    """One distinct text of an article."""

    article: Article


class Versions(TypedDict):
    """The versions of an article, in the order of time."""

    article_id: int
    versions: list[VersionFacts]
    next: NextPath | None


class Piece(TypedDict):
    """Some words, and what became of them."""

    kind: Literal["same", "removed", "added"]
    text: str


#: ``from`` is a keyword, and so this type is written as a call.
Diff = TypedDict(
    "Diff",
    {
        "url": Annotated[str, "Of the article."],
        "from": VersionFacts,
        "to": VersionFacts,
        "title": list[Piece],
        "body": Annotated[
            list[Piece], "Joined, the pieces that are not added are the old text; see the others."
        ],
    },
)
Edit = TypedDict("Edit", {"url": str, "from": VersionFacts, "to": VersionFacts})


class Edits(TypedDict):
    """Versions that differ from the one before, the newest first."""

    edits: list[Edit]
    next: NextPath | None


class Origin(TypedDict):
    """The capture that holds the payload of a revisit."""

    url: str
    timestamp: Timestamp


class Capture(TypedDict):
    """One URL at one time."""

    url: Annotated[str, "As requested."]
    urlkey: Annotated[str, "Its SURT."]
    timestamp: Timestamp
    record_type: Annotated[str, Form(enum=("response", "revisit", "resource"))]
    status: Annotated[int | None, "HTTP status."]
    mime: Annotated[str, "Media type; empty when unknown."]
    digest: Annotated[str, "Of the payload, sha1:BASE32."]
    redirect: Annotated[str | None, "Target of a redirect."]
    refers_to: Annotated[Origin | None, "Of a revisit: where the payload is."]
    truncated: Annotated[str | None, "Why the body is not whole."]
    refusal: Annotated[str | None, "Why no article was extracted."]
    version: Annotated[int | None, "Number of the article's version it shows."]
    memento: MementoPath
    location: Location


class Captures(TypedDict):
    """The captures of a URL, in the order of time."""

    url: str
    captures: list[Capture]
    next: NextPath | None


class Site(TypedDict):
    """A site of which there are articles."""

    host: Annotated[str, "Without www."]
    articles: Count
    first: Annotated[Time, "When the oldest is from."]
    last: Annotated[Time, "When the newest is from."]


class Sites(TypedDict):
    """The sites of which there are articles, those with the most first; 500 at most."""

    sites: list[Site]


class Gone(TypedDict):
    """An article that its site took away, as far as captures tell."""

    article_id: int
    url: Annotated[str, "Canonical URL."]
    title: str
    host: Annotated[str, "Of its site, without www."]
    missing_capture: Annotated[Timestamp, "The first capture without it."]
    status: Annotated[int, "That the site answered then, 404 or 410."]
    last_capture: Annotated[Timestamp, "The last capture that shows it."]
    memento: Annotated[MementoPath, "Of the last capture that shows it."]


class Removed(TypedDict):
    """Articles that their sites took away, the last to go first."""

    whole: Annotated[bool, "False where only the newest million captures were looked at."]
    articles: list[Gone]
    next: NextPath | None


class Run(TypedDict):
    """A crawl, as the crawler remembers it."""

    started: Time
    reason: Annotated[str, "Why it ended; running, or killed when it never said so itself."]
    seconds: Annotated[int | None, "How long it took; null while it runs."]
    articles: Annotated[Count, "Captured."]
    failed: Annotated[int | None, "URLs that failed in it."]
    bytes: Annotated[Count, "Of bodies received."]


class Gap(TypedDict):
    """A stretch of time of which something may be missing."""

    source: str
    since: Time
    until: Annotated[Time | None, "Null while it is open."]
    detail: str


class Source(TypedDict):
    """How a source fares."""

    name: str
    hosts: Annotated[list[str], "Of its sites, without www."]
    configured: Annotated[bool, "It is crawled now."]
    urls: Annotated[dict[str, int], "How many of its URLs stand in each state."]
    articles_day: Annotated[Count, "Articles of the last 24 hours."]
    articles_week: Annotated[Count, "Articles of the last 7 days."]
    removed: Annotated[Count, "Articles that its site took away."]
    next_poll: Annotated[Time | None, "When one of its listings is due."]
    gap: Annotated[bool, "One is open, or was noticed in the last 24 hours."]


class Sources(TypedDict):
    """The sources of the crawl."""

    told: Annotated[bool, "False where no crawler is at hand that could tell."]
    sources: list[Source]


class Crawl(TypedDict):
    """How the crawl fares."""

    time: Annotated[Time, "When this was found out; at most some seconds ago."]
    runs: Annotated[list[Run], "The last ones, the latest first."]
    failures: Annotated[dict[str, int], "The most frequent reasons, and how many URLs each."]
    gaps: Annotated[list[Gap], "The open ones, then those of late."]
    free_bytes: Annotated[Count, "On the disk."]
    days_left: Annotated[int | None, "Until there is too little room; null when nothing grows."]


class Damage(TypedDict):
    """A place in a WARC file that could not be read."""

    file: str
    offset: int
    problem: str


class Status(TypedDict):
    """What is in the collection."""

    captures: Count
    articles: Count
    versions: Count
    first_capture: Timestamp | None
    last_capture: Timestamp | None
    warc_files: Count
    warc_bytes: Count
    index_bytes: Count
    bytes_to_index: Annotated[Count, "Bytes in WARC files that the index does not know yet."]
    refusals: Annotated[dict[str, int], "Why captures gave no article, and how many."]
    damages: Annotated[list[Damage], "The first twenty."]
    crawl: Annotated[Crawl | None, "Null where no crawler is at hand that could tell."]


class Problem(TypedDict, total=False):
    """What is wrong (RFC 9457)."""

    type: Annotated[str, "Path that tells what kind of problem it is."]
    title: str
    status: int
    detail: str
    parameter: Annotated[str, "The parameter that is wrong."]
    meant: Annotated[str, "The parameter that was probably meant."]
