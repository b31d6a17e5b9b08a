"""URLs in HTML: attributes, ``srcset``, inline CSS, ``meta refresh`` and lazy-loading forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.entities import html5

from archive.entities import unescape
from archive.links.css import css_links
from archive.links.link import Kind, Link, clean, decode, leads_somewhere
from archive.links.markup import Attribute, Tag, tags

#: Attributes that hold one URL, and what it is for.
_PLAIN = {
    ("a", "href"): Kind.NAVIGATION,
    ("a", "xlink:href"): Kind.NAVIGATION,
    ("area", "href"): Kind.NAVIGATION,
    ("audio", "src"): Kind.MEDIA,
    ("base", "href"): Kind.BASE,
    ("body", "background"): Kind.IMAGE,
    ("button", "formaction"): Kind.FORM,
    ("embed", "src"): Kind.OBJECT,
    ("feimage", "href"): Kind.IMAGE,
    ("feimage", "xlink:href"): Kind.IMAGE,
    ("form", "action"): Kind.FORM,
    ("frame", "src"): Kind.FRAME,
    ("html", "manifest"): Kind.MANIFEST,
    ("iframe", "src"): Kind.FRAME,
    ("image", "href"): Kind.IMAGE,
    ("image", "xlink:href"): Kind.IMAGE,
    ("img", "lowsrc"): Kind.IMAGE,
    ("img", "src"): Kind.IMAGE,
    ("input", "formaction"): Kind.FORM,
    ("input", "src"): Kind.IMAGE,
    ("object", "data"): Kind.OBJECT,
    ("script", "href"): Kind.SCRIPT,
    ("script", "src"): Kind.SCRIPT,
    ("script", "xlink:href"): Kind.SCRIPT,
    ("source", "src"): Kind.MEDIA,
    ("table", "background"): Kind.IMAGE,
    ("td", "background"): Kind.IMAGE,
    ("th", "background"): Kind.IMAGE,
    ("tr", "background"): Kind.IMAGE,
    ("track", "src"): Kind.MEDIA,
    ("use", "href"): Kind.IMAGE,
    ("use", "xlink:href"): Kind.IMAGE,
    ("video", "poster"): Kind.IMAGE,
    ("video", "src"): Kind.MEDIA,
}
_SRCSET = {("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset")}
#: Where scripts find what they load when the reader scrolls near, and the attribute they fill.
LAZY = {
    "data-src": "src",
    "data-lazy": "src",
    "data-lazy-src": "src",
    "data-lazyload": "src",
    "data-lazyimage-src": "src",
    "data-original": "src",
    "data-srcset": "srcset",
    "data-lazy-srcset": "srcset",
    "data-original-set": "srcset",
    "data-poster": "poster",
    "data-bg": "style",
    "data-background-image": "style",
}
_LAZY_KINDS = {
    ("audio", "src"): Kind.MEDIA,
    ("iframe", "src"): Kind.FRAME,
    ("source", "src"): Kind.MEDIA,
    ("video", "src"): Kind.MEDIA,
}
#: Of these a tag's first counts: other attributes say what they mean, and are looked for each time.
_FIRST = {("link", "href"), ("meta", "content")}
#: What ``rel`` says of a ``link``, the first that applies.
_RELS = {
    "stylesheet": Kind.STYLE,
    "icon": Kind.ICON,
    "apple-touch-icon": Kind.ICON,
    "apple-touch-icon-precomposed": Kind.ICON,
    "mask-icon": Kind.ICON,
    "manifest": Kind.MANIFEST,
    "modulepreload": Kind.SCRIPT,
    "preconnect": Kind.HINT,
    "dns-prefetch": Kind.HINT,
    "prefetch": Kind.HINT,
    "prerender": Kind.HINT,
}
#: What ``as`` says of a preload.
_PRELOADS = {
    "font": Kind.FONT,
    "image": Kind.IMAGE,
    "script": Kind.SCRIPT,
    "style": Kind.STYLE,
}
_CARDS = {"og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"}
_CANDIDATE = re.compile(r"[ \t\n\f\r,]*([^ \t\n\f\r]+)")
_DESCRIPTOR = re.compile(r"[^,(]*(?:\([^)]*\)?[^,(]*)*,?")
_REFRESH = re.compile(
    r"{space}*+[0-9.]++(?:{space}*+[;,]{space}*+|{space}++)(?:url{space}*+={space}*+)?"
    r"(?:\"([^\"]*)|'([^']*)|([^\"' \t\n\f\r].*))".replace("{space}", r"[ \t\n\f\r]"),
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(r"charset[ \t\n\f\r]*=[ \t\n\f\r\"']*([\w.:-]+)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]+;?|#[0-9]+;?|([a-zA-Z][a-zA-Z0-9]*)(;|(=)?))")


def html_links(html: bytes, *, charset: str | None = None) -> Iterator[Link]:
    """Yield the links of a page in the order in which they stand.

    URLs that lead nowhere are left out: fragments, ``data:``, ``javascript:``, ``mailto:``. They
    are as written; resolve them against the first link of kind `Kind.BASE`, if there is one.

    Args:
        html: in a charset that keeps ASCII; see `archive.replay.rewrite` for UTF-16.
        charset: of the bytes, as the HTTP header has it; when None, what the page says.
    """
    text = html.decode("latin-1")
    for tag in tags(text):
        if tag.name == "meta" and not charset:
            charset = meta_charset(text, tag)
        if tag.attributes or tag.name == "style":
            yield from tag_links(text, tag, charset)


def tag_links(text: str, tag: Tag, charset: str | None = None) -> Iterator[Link]:
    """Yield the links of one tag of `text`, and of the style sheet that follows ``<style>``."""
    if tag.name == "style":
        for link in css_links(text[tag.end : tag.content_end], charset=charset):
            yield replace(link, start=tag.end + link.start, end=tag.end + link.end, tag="style")
    seen: set[str] = set()
    for attribute in tag.attributes:
        name, key = attribute.name, (tag.name, attribute.name)
        if attribute.value_start == attribute.value_end or (key in _FIRST and name in seen):
            continue
        seen.add(name)
        if key in _PLAIN:
            yield from _whole(text, tag, attribute, _PLAIN[key], charset)
        elif key in _SRCSET:
            yield from _srcset(text, tag, attribute, charset)
        elif name == "style":
            yield from _inline_style(text, tag, attribute, charset)
        elif name in LAZY:
            if LAZY[name] == "srcset":
                yield from _srcset(text, tag, attribute, charset)
            elif LAZY[name] == "style" and "(" in text[attribute.value_start : attribute.value_end]:
                yield from _inline_style(text, tag, attribute, charset)
            else:
                kind = _LAZY_KINDS.get((tag.name, LAZY[name]), Kind.IMAGE)
                yield from _whole(text, tag, attribute, kind, charset)
        elif key == ("link", "href"):
            rel = value_of(text, tag, "rel").lower()
            yield from _whole(text, tag, attribute, _link_kind(text, tag, rel), charset, rel)
        elif key == ("meta", "content"):
            yield from _meta(text, tag, attribute, charset)


def value_of(text: str, tag: Tag, name: str) -> str:
    """Return the value of the attribute `name` of `tag`, entities undone; "" without one."""
    attribute = tag.get(name)
    if attribute is None:
        return ""
    return _unescape(text[attribute.value_start : attribute.value_end])


def meta_charset(text: str, tag: Tag) -> str | None:
    """Return the charset that a ``meta`` tag declares, or None."""
    declared = value_of(text, tag, "charset").strip()
    if not declared and value_of(text, tag, "http-equiv").strip().lower() == "content-type":
        match = _CHARSET.search(value_of(text, tag, "content"))
        declared = match[1] if match else ""
    return declared or None


def _link_kind(text: str, tag: Tag, rel: str) -> Kind:
    words = rel.split()
    if "preload" in words:
        return _PRELOADS.get(value_of(text, tag, "as").strip().lower(), Kind.OTHER)
    return next((kind for word, kind in _RELS.items() if word in words), Kind.OTHER)


def _whole(
    text: str, tag: Tag, attribute: Attribute, kind: Kind, charset: str | None, rel: str = ""
) -> Iterator[Link]:
    raw = text[attribute.value_start : attribute.value_end]
    url = clean(_unescape(decode(raw, charset)))
    if leads_somewhere(url):
        start = attribute.value_end - len(raw.lstrip(" \t\n\f\r"))
        end = attribute.value_start + len(raw.rstrip(" \t\n\f\r"))
        yield Link(start, end, url, kind, tag.name, attribute.name, rel)


def _srcset(text: str, tag: Tag, attribute: Attribute, charset: str | None) -> Iterator[Link]:
    """Split image candidates, as the HTML Standard parses a srcset attribute (4.8.4.2.1)."""
    value, places = _located(text, attribute)
    position = 0
    while match := _CANDIDATE.match(value, position):
        start, end = match.span(1)
        position = end
        descriptor = ""
        bare = match[1].rstrip(",")
        if len(bare) < end - start:
            end = start + len(bare)
        elif rest := _DESCRIPTOR.match(value, position):
            descriptor, position = rest[0].rstrip(",").strip(), rest.end()
        raw = text[places[start] : places[end]]
        url = clean(_unescape(decode(raw, charset)))
        if leads_somewhere(url):
            yield Link(
                places[start],
                places[end],
                url,
                Kind.IMAGE,
                tag.name,
                attribute.name,
                descriptor=descriptor,
            )


def _inline_style(text: str, tag: Tag, attribute: Attribute, charset: str | None) -> Iterator[Link]:
    if "(" not in text[attribute.value_start : attribute.value_end]:
        return
    value, places = _located(text, attribute)
    for link in css_links(value, charset=charset):
        yield replace(
            link,
            start=places[link.start],
            end=places[link.end],
            tag=tag.name,
            attribute=attribute.name,
        )


def _meta(text: str, tag: Tag, attribute: Attribute, charset: str | None) -> Iterator[Link]:
    name = (value_of(text, tag, "property") or value_of(text, tag, "name")).strip().lower()
    if name in _CARDS:
        yield from _whole(text, tag, attribute, Kind.OTHER, charset, name)
    if value_of(text, tag, "http-equiv").strip().lower() == "refresh":
        value, places = _located(text, attribute)
        match = _REFRESH.match(value)
        if match and match.lastindex:
            start, end = match.span(match.lastindex)
            url = clean(_unescape(decode(text[places[start] : places[end]], charset)))
            if leads_somewhere(url):
                yield Link(places[start], places[end], url, Kind.REFRESH, "meta", "content")


def _located(text: str, attribute: Attribute) -> tuple[str, Sequence[int]]:
    """Return an attribute's value, entities undone, and where each character of it stands."""
    start, end = attribute.value_start, attribute.value_end
    raw = text[start:end]
    if "&" not in raw:
        return raw, range(start, end + 1)
    parts: list[str] = []
    places: list[int] = []
    position = 0
    for entity in _ENTITY.finditer(raw):
        plain = raw[position : entity.start()]
        character = _character(entity)
        parts += plain, character
        places += range(start + position, start + entity.start())
        if character == entity[0]:
            places += range(start + entity.start(), start + entity.end())
        else:
            places += [start + entity.start()] * len(character)
        position = entity.end()
    parts.append(raw[position:])
    places += range(start + position, end + 1)
    return "".join(parts), places


def _unescape(raw: str) -> str:
    return _ENTITY.sub(_character, raw) if "&" in raw else raw


def _character(entity: re.Match[str]) -> str:
    """Return what an entity in an attribute stands for.

    There, unlike in text, ``&copy=1`` is no entity: a query string may look like one (HTML
    Standard, clause 13.2.5.73).
    """
    name, tail, equals = entity.groups()
    if name is None:
        return unescape(entity[0])
    if equals or name + tail not in html5:
        return entity[0]
    return html5[name + tail]
