"""The nouns of the archive: frozen, without behaviour that reads or writes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record lies.

    Attributes:
        file: the WARC file's name in the collection's ``archive/``, without ``.open``.
        offset: where its gzip member begins, in bytes.
        length: how long the gzip member is, in bytes.
    """

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two records of the WARC files that a crawl writes one after another.

    Attributes:
        file: the WARC file's name, without ``.open``.
        offset: of the place, in bytes. What lies before it, or in files with lower names, is older.
    """

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and the answer to it, exactly as they went over the wire.

    Attributes:
        url: the URL asked for, absolute, without fragment.
        method: ``GET``, as a rule.
        request: the whole request as sent: head and body.
        head: the final response's status line and header lines as received, with the blank line
            that ends them; empty when nothing came. Interim (1xx) heads are not part of it.
        body: the message body as received, transfer-coding included, positioned at its start;
            whoever takes the exchange may read it once.
        size: the length of `body`, in bytes.
        started: when the first byte of the request was sent.
        status: the status code, or None when no status line could be read.
        chunked: `body` is in the chunked transfer-coding.
        ip: the address of the server, or None when it is not known (behind a proxy).
        truncated: why the body is not whole: ``length``, ``time``, ``disconnect``,
            ``unspecified`` (WARC 1.1, clause 5.13), or None.
        note: facts about the capture for its ``metadata`` record, name to value.
        certificates: what the server showed in TLS, DER, its own first.
        entity_digest: digest of the body without its transfer-coding, ``sha1:BASE32``; empty when
            it is not known.
    """

    url: str
    method: str
    request: bytes
    head: bytes
    body: BinaryIO
    size: int
    started: datetime
    status: int | None = None
    chunked: bool = False
    ip: str | None = None
    truncated: str | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    certificates: tuple[bytes, ...] = ()
    entity_digest: str = ""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a browser made of a page.

    Attributes:
        url: of the page.
        started: of its exchange: the records of one capture share one date (WARC 1.1, clause 5.4).
        response: WARC-Record-ID of the record that `started` is from.
        dom: the document as it stood in the end, HTML in UTF-8.
        screenshot: a picture of it, PNG; empty where none could be taken.
        note: facts about it for its ``metadata`` record, name to value.
    """

    url: str
    started: datetime
    response: str
    dom: bytes
    screenshot: bytes
    note: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capture:
    """One URL at one time, as the index knows it.

    Attributes:
        url: as requested.
        urlkey: its SURT.
        timestamp: 14 digits, UTC.
        record_type: ``response``, ``revisit`` or ``resource``.
        status: HTTP status, None where there is none.
        mime: media type without parameters, lower case; empty when unknown.
        digest: payload digest, ``sha1:BASE32``.
        location: of the record.
        redirect: absolute target of a redirect, or None.
        refers_to: for a revisit, URL and timestamp of the capture that holds the payload.
        truncated: the WARC-Truncated reason, or None.
        refusal: why no article was extracted (`Refusal.reason`), or None.
        version: number of the article's version it shows, or None.
    """

    url: str
    urlkey: str
    timestamp: str
    record_type: str
    status: int | None
    mime: str
    digest: str
    location: Location
    redirect: str | None = None
    refers_to: tuple[str, str] | None = None
    truncated: str | None = None
    refusal: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody, or an agency, named in the byline."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """The lead image of an article."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a page points to."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says: the result of extraction, a pure function of the stored bytes.

    Attributes:
        url: the canonical URL.
        title: headline, without the site's name.
        markdown: the body with its structure, as CommonMark; links are absolute.
        text: the body as plain text, paragraphs apart by a blank line.
        subtitle: the standfirst, or None.
        authors: in the order of the byline.
        published: aware, in the page's own offset; a date without a time is at midnight and has
            `published_has_time` False.
        published_has_time: see `published`.
        modified: like `published`.
        site: the name the publication gives itself.
        section: where the publication files it.
        language: two-letter code, lower case.
        tags: keywords, in the page's order.
        description: the summary for search engines and social networks.
        image: the lead image.
        images: those within the body, in its order.
        related: other articles that the body points to, beside its text.
        kind: ``news``, ``opinion``, ``live``, ``gallery``, ``video``, ``podcast`` or ``review``.
        paywall: the page says that only subscribers may read it, or that all may; None if neither.
        word_count: of the text; two characters of a script without spaces count as one.
        sources: name of a field → where on the page it stands, for a person.
        rules: digest of the site rule that was applied, ``sha256:HEX``; empty without one.
        extractor: name and version of what made this, e.g. ``newswarc/0.1 trafilatura/2.3.1``.
    """

    url: str
    title: str
    markdown: str
    text: str
    subtitle: str | None = None
    authors: tuple[Author, ...] = ()
    published: datetime | None = None
    published_has_time: bool = True
    modified: datetime | None = None
    site: str | None = None
    section: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    image: Image | None = None
    images: tuple[Image, ...] = ()
    related: tuple[Link, ...] = ()
    kind: str = "news"
    paywall: bool | None = None
    word_count: int = field(default=0, compare=False)
    sources: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page gave no article.

    Attributes:
        reason: one of ``not-html``, ``no-text``, ``not-an-article``, ``not-found`` (a soft 404),
            ``too-large``, ``failed``.
        detail: one line for a person.
    """

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One distinct text of one article.

    Attributes:
        article_id: row of the article.
        number: 1 for the first text seen, then 2, …
        digest: text digest, ``sha256:HEX``.
        article: what was extracted from the first capture that shows this text.
        first_capture: timestamp of the first capture that shows it.
        last_capture: timestamp of the last one.
        captures: how many captures show it.
        kind: of the change from the version before: ``correction``, ``substantial``,
            ``headline``, ``minor`` or ``formatting``; None for the first.
        stealth: the text changed, and the publisher's modified date did not.
        words_added: since the version before, the headline included.
        words_removed: likewise.
        similarity: to the version before, 0 to 1; None for the first.
        reverts_to: number of the earlier version that had the same text, or None.
    """

    article_id: int
    number: int
    digest: str
    article: Article
    first_capture: str
    last_capture: str
    captures: int
    kind: str | None = None
    stealth: bool = False
    words_added: int = 0
    words_removed: int = 0
    similarity: float | None = None
    reverts_to: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A version that differs from the one before it.

    Attributes:
        url: of the article.
        before: what it said.
        after: what it says since.
    """

    url: str
    before: Version
    after: Version


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A capture of a page that stands in for an article.

    Attributes:
        url: as requested.
        timestamp: 14 digits, UTC.
        status: HTTP status, None where there is none.
        reason: ``block-page``, ``captcha``, ``consent-wall``, ``login-wall``, ``paywall-stub``,
            ``not-found`` or ``empty``, by its marks; ``shrunk`` or ``same-text``, by what the
            article said before and what others of the site say.
        detail: one line for a person.
    """

    url: str
    timestamp: str
    status: int | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """What stands in place of a capture that was taken out of the archive.

    Attributes:
        url: as requested.
        urlkey: its SURT.
        timestamp: of the capture.
        whole: no capture of this URL is to be shown, whenever it was made.
        reason: why.
        by: who said so; may be empty.
        redacted: when, a timestamp.
        signature: of `statement`; empty where nobody has signed it.
    """

    url: str
    urlkey: str
    timestamp: str
    whole: bool
    reason: str
    by: str
    redacted: str
    signature: str = field(default="", compare=False)

    @property
    def statement(self) -> bytes:
        """What is signed."""
        said = (self.urlkey, self.timestamp, str(self.whole), self.reason, self.by, self.redacted)
        return "\n".join(said).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Drift:
    """What has changed about the articles of a site, as a rule because its template did.

    Attributes:
        host: of the site.
        what: ``author`` or ``date`` (more articles have none), or ``length`` (more are shorter or
            longer than articles of this site are).
        before: share of such articles in the site's past, 0 to 1.
        now: share among the newest.
        articles: how many the newest are.
    """

    host: str
    what: str
    before: float
    now: float
    articles: int


@dataclass(frozen=True, slots=True)
class Copy:
    """An article in a cluster of copies, as seen from another one in it.

    Attributes:
        article_id: its row.
        url: canonical URL.
        host: of the outlet, without ``www``.
        title: headline.
        first_capture: timestamp of its first capture.
        share: how much of the other article's text it has, 0 to 1; None where the two have only
            copies in common.
        first_seen: no article of the cluster was captured earlier.
    """

    article_id: int
    url: str
    host: str
    title: str
    first_capture: str
    share: float | None
    first_seen: bool


@dataclass(frozen=True, slots=True)
class Hit:
    r"""One answer to a search.

    Attributes:
        article_id: for ``newswarc show ID``.
        url: canonical URL of the article.
        title: headline.
        site: publication, or None.
        published: ISO 8601, or None.
        snippet: text around the match; matched words stand between ``\x02`` and ``\x03``, which
            cannot come from a page, so that whoever prints it can escape first and mark then.
        timestamp: of the capture that shows the matching text.
        location: of that capture's record.
        versions: how many versions the article has.
        rank: lower is better.
        current: the matching text is what the article says now, not an older version.
    """

    article_id: int
    url: str
    title: str
    site: str | None
    published: str | None
    snippet: str
    timestamp: str
    location: Location
    versions: int
    rank: float
    current: bool = True
