"""HTML pages: what they link to, where their feeds are, how their lists go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from crawler import markup
from crawler.markup import picker
from crawler.model import Candidate, Kind, More
from crawler.recent import Recent
from crawler.scope import is_feed, is_section

_LINKS = picker("a", "area", "base")
_MORE = picker("link", "button", "div", "section", "span", "nav", "ul")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_NEXT = re.compile(r"""\brel\s*=\s*["']?next\b""", re.IGNORECASE)
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.IGNORECASE)
_NOWHERE = ("javascript:", "mailto:", "tel:", "data:", "#")
#: References that mean the same on every page of an origin.
_ABSOLUTE = ("/", "http:", "https:")
#: Sections that are taken from one home page at most.
MAX_SECTIONS = 40


def page_candidates(
    html: bytes,
    url: str,
    kind: Kind,
    *,
    charset: str | None = None,
    familiar: Recent | None = None,
) -> Iterator[Candidate]:
    """Yield what a page links to.

    Args:
        html: its bytes.
        url: where it came from.
        kind: what it was fetched as. A home page shows sections and feeds as well; a page that
            was expected to be a feed may at least link to feeds, and nothing else of it counts.
        charset: of the bytes, as the HTTP header has it.
        familiar: references that pages of the same origin had before, which are left out; those
            of this page are added to them. Not for listings: there every link counts.
    """
    text = markup.decoded(html, charset)
    base = url
    sections = 0
    for match in _LINKS.finditer(text):
        if match.lastgroup is None:
            continue
        found = _HREF.search(match[0])
        if found is None:
            continue
        reference = found[1] or found[2] or found[3] or ""
        if match[0][1] in "bB":
            base = _resolve(url, reference) or url if base == url else base
            continue
        if familiar is not None and reference.startswith(_ABSOLUTE):
            if reference in familiar:
                continue
            familiar.add(reference)
        target = _resolve(base, reference)
        if target is None:
            continue
        guess = _guess(target, url, kind, match[0])
        if guess is Kind.SECTION:
            sections += 1
            if sections > MAX_SECTIONS:
                guess = Kind.PAGE
        if guess is not None:
            yield Candidate(target, guess, "L")
    if kind.lists:
        yield from _beside_links(text, base, kind)


def _guess(target: str, url: str, kind: Kind, tag: str) -> Kind | None:
    """Return what a page of that kind links to there; None when it does not count."""
    if kind in (Kind.HOME, Kind.FEED, Kind.SITEMAP) and is_feed(target):
        return Kind.FEED
    if kind in (Kind.FEED, Kind.SITEMAP):
        return None
    if kind is Kind.HOME and is_section(target) and _host(target) == _host(url):
        return Kind.SECTION
    if kind in (Kind.SECTION, Kind.MORE) and _NEXT.search(tag):
        return Kind.MORE
    return Kind.PAGE


def _beside_links(text: str, base: str, kind: Kind) -> Iterator[Candidate]:
    """Yield the feeds of the head, the next part, and what "load more" would load."""
    for match in _MORE.finditer(text):
        if match.lastgroup is None:
            continue
        tag = match[0]
        if tag[1:5].lower() == "link":
            yield from _link(tag, base, kind)
        elif "data-url" in tag and kind in (Kind.HOME, Kind.SECTION, Kind.MORE):
            yield from _more(tag, base)


def _link(tag: str, base: str, kind: Kind) -> Iterator[Candidate]:
    attributes = markup.attributes(tag)
    rel = attributes.get("rel", "").lower().split()
    target = _resolve(base, attributes.get("href", ""))
    if not target:
        return
    if "alternate" in rel and _FEED_TYPES.match(attributes.get("type", "")):
        if kind is Kind.HOME:
            yield Candidate(target, Kind.FEED, "L")
    elif "next" in rel and kind in (Kind.SECTION, Kind.MORE):
        yield Candidate(target, Kind.MORE, "L")


def _more(tag: str, base: str) -> Iterator[Candidate]:
    """Read a "load more" button: ``data-url="/news/{{offset}}" data-start data-step``."""
    attributes = markup.attributes(tag)
    template = attributes.get("data-url", "")
    try:
        start, step = int(attributes["data-start"]), int(attributes["data-step"])
    except (KeyError, ValueError):
        return
    marked = _resolve(base, template.replace("{{offset}}", "\ue000"))
    if marked and "\ue000" in marked and start >= 0 and step > 0:
        more = More(marked.replace("\ue000", "{{offset}}"), start, step)
        yield Candidate(more.url, Kind.MORE, "L", more=more)


def _resolve(base: str, reference: str) -> str | None:
    if "&" in reference:
        reference = unescape(reference)
    reference = reference.strip()
    if not reference or reference.lower().startswith(_NOWHERE):
        return None
    try:
        return urljoin(base, reference).partition("#")[0]
    except ValueError:
        return None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
