"""HTML pages: what they link to, where their feeds are, how their lists go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from archive.entities import unescape
from crawler import markup
from crawler.markup import picker
from crawler.model import Candidate, Kind, More
from crawler.recent import Recent
from crawler.scope import is_feed, is_section

_LINKS = picker("a", "area", "base")
_MORE = picker("link", "button", "div", "section", "span", "nav", "ul")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_NEXT = re.compile(r"""\brel\s*=\s*["']?next\b""", re.IGNORECASE)
#: A part of a list, by its number.
_NUMBERED = re.compile(
    r"([?&](?:page|p|pg|paged|pagen_\d|page_?n(?:o|um|umber)?)=|/page/|/page-)(\d{1,5})(?=[/&]|$)",
    re.IGNORECASE,
)
#: What goes on in further parts.
_PARTED = (Kind.SECTION, Kind.MORE)
_MORE_URLS = ("data-next-url", "data-next-page-url", "data-load-more-url", "data-more-url")
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
        if kind in _PARTED:
            part = _part(target, url, kind, follows=bool(_NEXT.search(match[0])))
            if part is not None:
                yield part
                continue
        guess = _guess(target, url, kind)
        if guess is Kind.SECTION:
            sections += 1
            if sections > MAX_SECTIONS:
                guess = Kind.PAGE
        if guess is not None:
            yield Candidate(target, guess, "L")
    if kind.lists:
        yield from _beside_links(text, base, url, kind)


def _guess(target: str, url: str, kind: Kind) -> Kind | None:
    """Return what a page of that kind links to there; None when it does not count."""
    if kind in (Kind.HOME, Kind.FEED, Kind.SITEMAP) and is_feed(target):
        return Kind.FEED
    if kind in (Kind.FEED, Kind.SITEMAP):
        return None
    if kind is Kind.HOME and is_section(target) and _host(target) == _host(url):
        return Kind.SECTION
    return Kind.PAGE


def _part(target: str, url: str, kind: Kind, *, follows: bool) -> Candidate | None:
    """Return the next part of a list, if a link leads there.

    Args:
        target: of the link.
        url: of the page.
        kind: what the page was fetched as.
        follows: the link says ``rel=next``.
    """
    number = _NUMBERED.search(target)
    if number is None:
        return Candidate(target, Kind.MORE, "L") if follows else None
    if kind is Kind.MORE:
        return None  # where it goes on is known already
    here = _NUMBERED.search(url)
    following = int(here[2]) + 1 if here else 2
    same = follows or _stem(target, number) == _stem(url, here)
    # Some begin to count with 0, so that their second part is 1.
    if not same or int(number[2]) not in ((following,) if here or not follows else (1, 2)):
        return None
    template = f"{target[: number.start(2)]}{{{{offset}}}}{target[number.end(2) :]}"
    return Candidate(target, Kind.MORE, "L", more=More(template, int(number[2]), 1))


def _stem(url: str, number: re.Match[str] | None) -> str:
    """Return a URL without the number of a part."""
    rest = url if number is None else url[: number.start()] + url[number.end() :]
    return rest.rstrip("/?")


def _beside_links(text: str, base: str, url: str, kind: Kind) -> Iterator[Candidate]:
    """Yield the feeds of the head, the next part, and what "load more" would load."""
    for match in _MORE.finditer(text):
        if match.lastgroup is None:
            continue
        tag = match[0]
        if tag[1:5].lower() == "link":
            yield from _link(tag, base, url, kind)
        elif "data-" in tag and kind in (Kind.HOME, Kind.SECTION, Kind.MORE):
            yield from _more(tag, base)


def _link(tag: str, base: str, url: str, kind: Kind) -> Iterator[Candidate]:
    attributes = markup.attributes(tag)
    rel = attributes.get("rel", "").lower().split()
    target = _resolve(base, attributes.get("href", ""))
    if not target:
        return
    if "alternate" in rel and _FEED_TYPES.match(attributes.get("type", "")):
        if kind is Kind.HOME:
            yield Candidate(target, Kind.FEED, "L")
    elif "next" in rel and kind in _PARTED:
        part = _part(target, url, kind, follows=True)
        if part is not None:
            yield part


def _more(tag: str, base: str) -> Iterator[Candidate]:
    """Read a "load more" button: ``data-url="/news/{{offset}}" data-start data-step``.

    Or one that names the next part as it is.
    """
    attributes = markup.attributes(tag)
    for name in _MORE_URLS:
        target = _resolve(base, attributes.get(name, ""))
        if target is not None:
            yield Candidate(target, Kind.MORE, "L")
            return
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
