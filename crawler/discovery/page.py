"""HTML pages: what they link to, where their feeds are, how their lists go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from crawler.model import Candidate, Kind, More
from crawler.scope import is_feed, is_section

#: The inside of a tag, quoted values taken as they are; possessive, so that it takes linear time.
_INSIDE = r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
_TAG = re.compile(
    rf"<(a|area|base|link|button|div|section|span|nav|ul)\b({_INSIDE})>", re.IGNORECASE
)
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_NEXT = re.compile(r"""\brel\s*=\s*["']?next\b""", re.IGNORECASE)
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.IGNORECASE)
#: Sections that are taken from one home page at most.
MAX_SECTIONS = 40
_LISTS = (Kind.HOME, Kind.SECTION, Kind.MORE)


def page_candidates(
    html: bytes, url: str, kind: Kind, *, charset: str | None = None
) -> Iterator[Candidate]:
    """Yield what a page links to.

    Args:
        html: its bytes.
        url: where it came from.
        kind: what it was fetched as. A home page shows sections and feeds as well; a page that
            was expected to be a feed may at least link to feeds, and nothing else of it counts.
        charset: of the bytes, as the HTTP header has it.
    """
    text = _HIDDEN.sub("", _decode(html, charset))
    base = url
    sections = 0
    for tag in _TAG.finditer(text):
        name = tag[1].lower()
        if name in ("a", "area"):
            match = _HREF.search(tag[2])
            target = match and _resolve(base, match[1] or match[2] or match[3] or "")
            if not target:
                continue
            guess = Kind.PAGE
            if kind is Kind.HOME and is_feed(target):
                guess = Kind.FEED
            elif kind is Kind.HOME and sections < MAX_SECTIONS and _same_site(target, url):
                if is_section(target):
                    guess = Kind.SECTION
                    sections += 1
            elif kind is Kind.FEED:
                if not is_feed(target):
                    continue
                guess = Kind.FEED
            elif kind in _LISTS and _NEXT.search(tag[2]):
                guess = Kind.MORE
            yield Candidate(target, guess, "L")
        elif name == "base":
            match = _HREF.search(tag[2])
            base = (match and _resolve(url, match[1] or match[2] or match[3] or "")) or base
        elif name == "link":
            yield from _link(tag[2], base, kind)
        elif kind in _LISTS and "data-url" in tag[2]:
            yield from _more(tag[2], base)


def _link(inside: str, base: str, kind: Kind) -> Iterator[Candidate]:
    attributes = _attributes(inside)
    rel = attributes.get("rel", "").lower().split()
    target = _resolve(base, attributes.get("href", ""))
    if not target:
        return
    if "alternate" in rel and _FEED_TYPES.match(attributes.get("type", "")):
        if kind in (Kind.HOME, Kind.SECTION):
            yield Candidate(target, Kind.FEED, "L")
    elif "next" in rel and kind in _LISTS:
        yield Candidate(target, Kind.MORE, "L")


def _more(inside: str, base: str) -> Iterator[Candidate]:
    """Read a "load more" button: ``data-url="/news/{{offset}}" data-start data-step``."""
    attributes = _attributes(inside)
    template = attributes.get("data-url", "")
    if "{{offset}}" not in template:
        return
    try:
        start, step = int(attributes["data-start"]), int(attributes["data-step"])
    except (KeyError, ValueError):
        return
    marked = _resolve(base, template.replace("{{offset}}", "\ue000"))
    if marked and start >= 0 and step > 0:
        more = More(marked.replace("\ue000", "{{offset}}"), start, step)
        yield Candidate(more.url, Kind.MORE, "L", more=more)


def _attributes(inside: str) -> dict[str, str]:
    return {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
        for match in _ATTRIBUTE.finditer(inside)
    }


def _resolve(base: str, reference: str) -> str | None:
    if "&" in reference:
        reference = unescape(reference)
    reference = reference.strip().partition("#")[0]
    if not reference or reference.startswith(("javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        return urljoin(base, reference)
    except ValueError:
        return None


def _same_site(target: str, url: str) -> bool:
    return urlsplit(target).hostname == urlsplit(url).hostname


def _decode(html: bytes, charset: str | None) -> str:
    if html.startswith((b"\xff\xfe", b"\xfe\xff")):
        charset = "utf-16"
    try:
        return html.decode(charset or "utf-8", "replace")
    except LookupError:
        return html.decode("utf-8", "replace")
