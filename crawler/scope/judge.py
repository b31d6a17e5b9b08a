"""Which URLs belong to a source, and what they are: a pure judgement of the URL alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlsplit, urlunsplit

from archive.urlkey import DEFAULT_PORTS, is_url
from crawler.model import Kind

#: Browsers drop these wherever they stand in a URL (URL Standard, clause 4.4).
_BREAKS = str.maketrans("", "", "\t\r\n")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
#: Parameters that say how a reader came, not what they read.
_TRACKING = re.compile(
    r"(?:utm_.*|ysclid|erid|fbclid|gclid|yclid|dclid|msclkid|mc_cid|mc_eid|igshid|_ga|_gl"
    r"|__twitter_impression|cmpid|ref_src|from)",
    re.IGNORECASE,
)
_SESSION = re.compile(r"(?:phpsessid|jsessionid|sid|sessionid|session_id)", re.IGNORECASE)
_SESSION_PATH = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)
#: Other forms of an article that has a page of its own: print, PDF, AMP, the fragments that an
#: endless page loads.
_TWINS = (
    (re.compile(r"/(?:pdf|print|printable)/?$", re.IGNORECASE), "a print form"),
    (re.compile(r"^/print/.|[?&]print(?:=|&|$)", re.IGNORECASE), "a print form"),
    (re.compile(r"^/amp/.|/amp/?$|\.amp(?:\.html)?$|[?&](?:output=)?amp(?:=1)?(?:&|$)"), "AMP"),
    (re.compile(r"^/all/\d+/?$"), "a page fragment"),
    (re.compile(r"[?&](?:replytocom|share)=", re.IGNORECASE), "a comment or share form"),
)
_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|json|woff2?|ttf|eot|mp[34]|m4[av]|webm|ogg|zip"
    r"|gz|rar|exe|apk|docx?|xlsx?|pptx?|epub|mobi)$",
    re.IGNORECASE,
)
_DATE = re.compile(r"/(19[89]\d|20\d\d)[/-]?([01]?\d)(?:[/-]?([0-3]?\d))?(?=\D|$)")
_ARTICLE = (
    re.compile(r"/(?:19[89]\d|20\d\d)/(?:[01]?\d|[a-z]{3})/(?:[0-3]?\d/)?[^/]{4,}"),  # a dated path
    re.compile(r"/\d{4}-\d\d-\d\d[-/][^/]+"),
    re.compile(r"(?:^|[/_-])[a-z]?\d{5,}(?:\.[a-z]+)?/?$", re.IGNORECASE),  # a long number
    re.compile(r"/[^/]*[a-z]-a\d{3,}/?$", re.IGNORECASE),
    re.compile(r"/[^/]*[^/-]+(?:-[^/-]+){3,}(?:\.[a-z]{3,5})?/?$", re.IGNORECASE),  # four words
    re.compile(r"/(?:article|story|articles|stories)/.*[^/]{6,}"),
)
#: A tag, an author, a day: they list articles, without end, that are listed elsewhere as well.
_INDEX = re.compile(
    r"^/(?:[a-z]{2}/)?(?:tags?|topics?|authors?|by|people|users?|profile|archives?|calendar|search"
    r"|page|dates?)(?:/|$)",
    re.IGNORECASE,
)
#: A page of the house, not of the paper.
_HOUSE = re.compile(
    r"^/(?:[a-z]{2}/)?(?:about|contacts?|advertis\w*|privacy\w*|terms\w*|cookies?|legal|imprint|help"
    r"|faq|jobs|careers|vacanc\w*|login|log-in|signin|sign-in|register|signup|account|subscri\w*"
    r"|newsletters?|donat\w*|contribute|support|shop|store|apps?|mobile|sitemap|rss|feeds?|preview"
    r"|wp-\w+|cgi-bin|cdn-cgi|api|static|assets)(?:[/.-]|$)",
    re.IGNORECASE,
)
_FEED = re.compile(r"(?:^|[/._-])(?:rss|feeds?|atom)(?:[/._-]|$)", re.IGNORECASE)
_SECTION = re.compile(
    r"/(?:[a-z]{2}/)?(?:(?:category|section|sections|rubric|rubrics|topic)/)?"
    r"[a-z][a-z0-9_-]{1,39}/?",
    re.IGNORECASE,
)
#: More parameters, path segments or repetitions than these are a trap, not a page.
_MAX_ARGUMENTS = 6
_MAX_SEGMENTS = 12
_MAX_REPEATS = 2
_MAX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a candidate.

    Attributes:
        url: without tracking parameters and session ids.
        host: of the URL.
        kind: what it is; meaningless when out of scope.
        why: why it is out of scope; None when it is in.
    """

    url: str
    host: str
    kind: Kind
    why: str | None = None

    @property
    def day(self) -> date | None:
        """The date in the URL's path, if there is one."""
        return date_in(self.url)


class Scope:
    """The scope of one source.

    Args:
        hosts: host names; their subdomains belong to the source as well, and so does the name
            with or without ``www.``.
        allow: patterns of which one must be found in the URL of an article or page, if there are
            any.
        deny: patterns of which none may be found.
        deep: follow links to pages that do not look like articles.
    """

    def __init__(
        self,
        hosts: Iterable[str],
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
        *,
        deep: bool = False,
    ) -> None:
        self._hosts = {host.lower().removeprefix("www.") for host in hosts}
        self._allow = [re.compile(pattern) for pattern in allow]
        self._deny = [re.compile(pattern) for pattern in deny]
        self._deep = deep

    def add_host(self, host: str) -> None:
        """Let `host` belong to the source: its home page has moved there."""
        self._hosts.add(host.lower().removeprefix("www."))

    def owns(self, host: str) -> bool:
        """Tell whether a host is one of the source's, or a subdomain of one."""
        name = host.lower()
        while name:
            if name in self._hosts:
                return True
            name = name.partition(".")[2]
        return False

    def judge(self, url: str, kind: Kind, *, listed: bool = False) -> Verdict | None:
        """Judge a candidate; None when it is no URL of ours to speak of at all.

        Args:
            url: absolute.
            kind: what the document that names it takes it for.
            listed: a feed or sitemap vouches for it.
        """
        cleaned = clean(url, whole=kind is Kind.REQUISITE)
        if cleaned is None:
            return None
        parts = urlsplit(cleaned)
        host = parts.hostname or ""
        if kind is Kind.REQUISITE:
            return Verdict(cleaned, host, kind)
        if kind.lists and listed:
            # A sitemap may lie on another host than the articles it names.
            return Verdict(cleaned, host, kind, self._denied(cleaned))
        if not self.owns(host):
            # Links lead to the whole web; a feed that leads elsewhere is worth a word.
            return Verdict(cleaned, host, kind, "on another host") if listed else None
        resource = parts.path + ("?" + parts.query if parts.query else "")
        why = _trap(cleaned) or self._denied(cleaned)
        if why is None and not kind.lists:
            kind, why = self._page(kind, resource, parts.path, listed=listed)
        return Verdict(cleaned, host, kind, why)

    def _page(
        self, kind: Kind, resource: str, path: str, *, listed: bool
    ) -> tuple[Kind, str | None]:
        for pattern, form in _TWINS:
            if pattern.search(resource):
                return kind, f"twin: {form}"
        if _MEDIA.search(path):
            return kind, "not a page"
        if self._allow and not any(pattern.search(resource) for pattern in self._allow):
            return kind, "not allowed by the source"
        if listed or is_article(resource):
            return Kind.ARTICLE, None
        return Kind.PAGE, None if self._deep else "not article-like"

    def _denied(self, url: str) -> str | None:
        if any(pattern.search(url) for pattern in self._deny):
            return "denied by the source"
        return None


def clean(url: str, *, whole: bool = False) -> str | None:
    """Return a URL as it is written into the ledger, or None if it is no http(s) URL.

    Args:
        url: absolute.
        whole: keep the query as it is: what a page embeds is fetched under the very name it has
            there.

    >>> clean("HTTPS://Example.org:443?utm_source=x&id=1#top")
    'https://example.org/?id=1'
    """
    text = url.strip().partition("#")[0].translate(_BREAKS)
    try:
        text = text if text.isascii() and " " not in text else _encoded(text)
    except ValueError:
        return None
    if not is_url(text):
        return None
    parts = urlsplit(text)
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    path = parts.path or "/"
    if ";" in path and not whole:
        path = _SESSION_PATH.sub("", path)
    query = parts.query if whole else _clean_query(parts.query)
    return urlunsplit((parts.scheme, host, path, query, ""))


def _encoded(url: str) -> str:
    """Return a URL with letters of other alphabets and blanks as they go over the wire.

    Raises:
        ValueError: it has a host that cannot be one, or half a character.
    """
    parts = urlsplit(url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    path, query = (quote(part, safe=_PRINTABLE) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host, path, query, ""))


def is_article(resource: str) -> bool:
    """Tell whether a path, with its query, looks like that of an article.

    >>> is_article("/2024/10/23/north-korea-sent-troops-a86785"), is_article("/news")
    (True, False)
    """
    path = resource.partition("?")[0]
    if _INDEX.match(path) or _HOUSE.match(path):
        return False
    return any(pattern.search(path) for pattern in _ARTICLE)


def is_section(url: str) -> bool:
    """Tell whether a URL that stands on a home page looks like that of a section."""
    parts = urlsplit(url)
    if parts.query or _HOUSE.match(parts.path) or is_article(parts.path):
        return False
    if _INDEX.match(parts.path) and not parts.path.startswith(("/topic/", "/topics/")):
        return False
    return bool(_SECTION.fullmatch(parts.path))


def is_feed(url: str) -> bool:
    """Tell whether a URL looks like that of a feed, or of the page that lists the feeds."""
    return bool(_FEED.search(urlsplit(url).path))


def date_in(url: str) -> date | None:
    """Return the date, or the first day of the month, that stands in a URL's path.

    >>> date_in("https://example.org/2024/10/23/slug")
    datetime.date(2024, 10, 23)
    """
    match = _DATE.search(urlsplit(url).path)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None


def _clean_query(query: str) -> str:
    if not query or not (_TRACKING.search(query) or _SESSION.search(query)):
        return query
    kept = []
    for argument in query.split("&"):
        name = argument.partition("=")[0]
        if not (_TRACKING.fullmatch(name) or _SESSION.fullmatch(name)):
            kept.append(argument)
    return "&".join(kept)


def _trap(url: str) -> str | None:
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(url) > _MAX_LENGTH:
        return "trap: too long"
    if len(segments) > _MAX_SEGMENTS:
        return "trap: too many path segments"
    if any(segments.count(segment) > _MAX_REPEATS for segment in set(segments)):
        return "trap: a path that repeats itself"
    if parts.query.count("&") >= _MAX_ARGUMENTS:
        return "trap: too many parameters"
    return None
