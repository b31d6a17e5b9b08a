"""Make the URLs of a page or style sheet point into the archive, and leave every other byte alone.

Pure functions of the bytes. What they miss loads nothing: the Content-Security-Policy of
`archive.replay.policy` is the boundary; rewriting is what makes a page whole inside it. Only bare
connections, as ``<link rel=preconnect>`` opens them, are beyond any such policy: elements that may
cause them are never left as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from urllib.parse import quote, urljoin

from archive.entities import unescape
from archive.links import Attribute, Kind, Link, Tag, css_links, tag_links, tags
from archive.links.html import LAZY, meta_charset, value_of
from archive.replay import scripted
from archive.replay.edits import Edits
from archive.replay.sprites import Load, Sprites

#: Where in the archive an absolute URL is found, by what it is for; None leaves it as it is.
Resolve = Callable[[str, Kind], str | None]

#: Attributes that a rewritten page must not have: digests and keys that no longer fit, policies
#: of the site's own, reports to other servers.
_DROPPED = frozenset(
    {"attributionsrc", "crossorigin", "csp", "integrity", "manifest", "nonce", "ping"}
)
#: ``link`` elements that connect or fetch ahead of need, or install something.
_DROPPED_RELS = frozenset(
    {"dns-prefetch", "manifest", "preconnect", "prefetch", "prerender", "modulepreload"}
)
#: The only instructions of ``meta http-equiv`` that replay lets stand.
_HTTP_EQUIV = frozenset({"content-language", "content-type", "default-style"})
_TARGETS = frozenset({"target", "formtarget"})
_ANIMATIONS = frozenset({"animate", "set"})
_LAZY_TAGS = frozenset({"audio", "iframe", "img", "source", "video"})
#: Elements that can make a browser connect although the policy forbids the request: ahead of
#: need, or on the way to a frame or a click that is then blocked.
_CONNECTING = re.compile(
    r"<(?:[\w.-]+:)?(?:a|animate|area|embed|form|frame|iframe|link|object|set)(?=[ \t\n\f\r/>])",
    re.IGNORECASE,
)
#: From here on a browser may take for markup what we take for text: inside these elements
#: ``style``, ``title``, ``xmp`` … are read otherwise (HTML Standard, clause 13.2.6).
_ODD_READING = re.compile(r"<(?:frameset|math|select|svg)(?=[ \t\n\f\r/>])", re.IGNORECASE)
#: Where scripts run, ``noscript`` holds text for a browser.
_ODD_READING_SCRIPTED = re.compile(
    r"<(?:frameset|math|noscript|select|svg)(?=[ \t\n\f\r/>])", re.IGNORECASE
)
#: What may stand between the last tag that counts and where drawings are added.
_PLAIN_TAIL = re.compile(r"(?:[^<]|</?[a-zA-Z][^<>\"'=]*+>)*+")
_NOSCRIPT_END = re.compile(r"</noscript(?=[ \t\n\f\r/>])", re.IGNORECASE)
#: A ``noscript`` so close behind a lazy image is its other form (characters).
_BESIDE = 100
#: So many frames of markup (``srcdoc``) may stand in one another; what is deeper stays empty.
_MAX_FRAMES = 8
_UTF16 = re.compile(r"utf-?16|ucs-?2|unicode$", re.IGNORECASE)
_REFRESH_DELAY = re.compile(r"[ \t\n\f\r]*([0-9]+)")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_ALL_PRINTABLE = re.compile(r"[!-~]*")
_ORIGIN = re.compile(r"https?://[^/?#]+(?=/)")
_DOTS = re.compile(r"/\.")


def rewrite_html(
    html: bytes,
    *,
    base_url: str,
    resolve: Resolve,
    charset: str | None,
    scripts: bool = False,
    load: Load | None = None,
) -> bytes:
    """Return a page with its URLs resolved into the archive.

    ``<base href>`` is obeyed and then taken out, with all else that reaches outside or would
    refuse what was rewritten: preconnect, prefetch, ``ping``, ``integrity``, the page's own
    Content-Security-Policy, ``meta refresh``. Links open in the frame they stand in. Images that
    wait for a script (``data-src``) are put in their place.

    Args:
        html: in a charset that keeps ASCII; see `as_utf8`.
        base_url: of the page.
        resolve: tells where a URL is found.
        charset: as the HTTP header has it; when None, what the page declares.
        scripts: those of the page may run; see `archive.replay.scripted`.
        load: gives files whose drawings ``<use>`` takes; see `archive.replay.sprites`.
    """
    text = html.decode("latin-1")
    page = _Page(text, base_url, resolve, charset, load, scripts=scripts)
    return page.rewritten().encode("latin-1")


def rewrite_css(css: bytes, *, base_url: str, resolve: Resolve, charset: str | None) -> bytes:
    """Return a style sheet with its URLs resolved into the archive; see `rewrite_html`."""
    edits = Edits()
    for link in css_links(css, charset=charset):
        target = resolve(_absolute(base_url, link.url), link.kind)
        if target is not None:
            edits.replace(link.start, link.end, _in_css(_ascii(target)))
    return edits.apply(css.decode("latin-1")).encode("latin-1")


def as_utf8(html: bytes, charset: str | None) -> tuple[bytes, str | None]:
    """Return a page whose charset does not keep ASCII as UTF-8, any other as it is.

    That is UTF-16, which a byte order mark proves whatever the HTTP header says (HTML Standard,
    clause 13.2.3.2), and ISO-2022-JP, which browsers also guess from its escape sequences.

    Returns:
        the page, and the charset it is in then, if that is known.
    """
    name = (charset or "").lower()
    source = None
    if html.startswith((b"\xff\xfe", b"\xfe\xff")):
        source = "utf-16"
    elif _UTF16.match(name):
        source = "utf-16-be" if name.endswith("be") else "utf-16-le"
    elif name == "iso-2022-jp" or (b"\x1b$" in html and _may_be_iso_2022_jp(html, name)):
        source = "iso-2022-jp"
    return (html.decode(source, "replace").encode(), "utf-8") if source else (html, charset)


def _may_be_iso_2022_jp(html: bytes, charset: str) -> bool:
    return not charset and (b"charset" not in html[:4096].lower() or b"2022" in html[:4096])


def refresh_target(html: bytes, *, base_url: str, at_most: int = 5) -> str | None:
    """Return where ``meta refresh`` sends the reader within `at_most` seconds, or None."""
    if b"refresh" not in html.lower():
        return None
    text = html.decode("latin-1")
    for tag in tags(text):
        for link in tag_links(text, tag) if tag.attributes else ():
            if link.kind is Kind.BASE:
                base_url = _absolute(base_url, link.url)
            elif link.kind is Kind.REFRESH:
                delay = _REFRESH_DELAY.match(value_of(text, tag, "content"))
                if delay and int(delay[1][:9]) <= at_most:
                    return _absolute(base_url, link.url)
    return None


class _Page:
    """One page being rewritten."""

    def __init__(
        self,
        text: str,
        base_url: str,
        resolve: Resolve,
        charset: str | None,
        load: Load | None = None,
        *,
        scripts: bool = False,
        depth: int = 0,
    ) -> None:
        self._depth = depth
        self._text = text
        self._url = self._base = base_url
        self._scripts = scripts
        self._sprites = Sprites(load)
        self._lazy: set[str] = set()  # addresses of the lazy image before, put in its place
        self._lazy_end = 0
        self._noscript_end = 0
        self._doubled: tuple[int, int] = (0, 0)  # a noscript that only shows it again
        self._has_base = False
        self._resolve = resolve
        self._charset = charset
        self._edits = Edits()

    def rewritten(self) -> str:
        known: set[int] = set()
        last, continued = Tag("", 0, 0, [], 0), len(self._text)
        for tag in tags(self._text, plain=False):
            known.add(tag.start)
            last = tag
            if tag.name == "script" and _goes_on(self._text[tag.end : tag.content_end]):
                continued = min(continued, tag.content_end)
            if tag.attributes or tag.name in ("style", "base"):
                self._rewrite_tag(tag)
            elif tag.name == "noscript" and tag.start - self._lazy_end < _BESIDE and self._lazy:
                if self._noscript_end < tag.end:
                    end = _NOSCRIPT_END.search(self._text, tag.end)
                    self._noscript_end = end.start() if end else len(self._text)
                self._doubled = (tag.end, self._noscript_end)
        if added := self._sprites.markup(self._drawing):
            body_end = self._text.lower().rfind("</body")
            place = body_end if body_end >= 0 else len(self._text)
            if place < last.content_end or not _PLAIN_TAIL.fullmatch(
                self._text, last.content_end, place
            ):  # inside of a comment, an attribute, or a tag that the end of the page cuts off
                place = last.start
            self._edits.replace(place, place, added)
        if self._scripts:
            start = scripted.place(self._text)
            added = scripted.head(self._url, _ascii(self._base), self._script)
            self._edits.replace(start, start, added)
        odd_reading = _ODD_READING_SCRIPTED if self._scripts else _ODD_READING
        odd = odd_reading.search(self._text)
        start = min(odd.end() if odd else len(self._text), continued)
        if start < len(self._text):
            for element in _CONNECTING.finditer(self._text, start):
                if element.start() not in known:
                    self._edits.replace(element.start() + 1, element.start() + 1, "!")
        return self._edits.apply(self._text)

    def _rewrite_tag(self, tag: Tag) -> None:
        if tag.name == "meta":
            self._charset = self._charset or meta_charset(self._text, tag)
            instruction = self._value(tag, "http-equiv")
            if instruction and instruction not in _HTTP_EQUIV:
                self._drop(tag)
                return
        if tag.name == "link" and not _DROPPED_RELS.isdisjoint(self._value(tag, "rel").split()):
            self._drop(tag)
            return
        if tag.name == "script" and self._value(tag, "type") == "speculationrules":
            self._edits.replace(tag.start, tag.content_end, "")
            return
        if tag.name == "script" and self._scripts and self._value(tag, "type") == "importmap":
            text = self._text[tag.end : tag.content_end]
            mapped = scripted.import_map(text, self._base, self._script)
            self._edits.replace(tag.end, tag.content_end, mapped)
        if tag.name in _ANIMATIONS and self._value(tag, "attributename").endswith("href"):
            self._drop(tag)
            return
        links = list(tag_links(self._text, tag, self._charset))
        if (
            self._doubled[0] <= tag.start < self._doubled[1]
            and tag.name == "img"
            and any(_absolute(self._base, link.url) in self._lazy for link in links)
        ):
            self._drop(tag)
            return
        if tag.name == "base":
            for link in links if not self._has_base else ():
                self._base, self._has_base = _absolute(self._base, link.url), True
            self._drop(tag)
            return
        for attribute in tag.attributes:
            self._rewrite_attribute(tag, attribute)
        for link in links:
            self._rewrite_link(tag, link)
        self._fill_lazy(tag, links)

    def _rewrite_attribute(self, tag: Tag, attribute: Attribute) -> None:
        if attribute.name in _DROPPED:
            self._edits.replace(attribute.start, attribute.end, "")
        elif attribute.name in _TARGETS:
            self._put(attribute, "_self")
        elif tag.name == "iframe" and attribute.name == "srcdoc":
            if self._depth == _MAX_FRAMES:
                self._put(attribute, "")
                return
            raw = self._text[attribute.value_start : attribute.value_end]
            page = unescape(raw).encode("latin-1", "xmlcharrefreplace").decode("latin-1")
            inner = _Page(
                page,
                self._base,
                self._resolve,
                self._charset,
                scripts=self._scripts,
                depth=self._depth + 1,
            ).rewritten()
            if inner != page:
                self._put(attribute, inner)

    def _script(self, url: str) -> str:
        """Return where a script finds what it asks for."""
        return _ascii(self._resolve(url, Kind.SCRIPT) or url)

    def _drawing(self, url: str, svg: str) -> str:
        """Return a drawing of another file, rewritten to stand in this page."""
        return _Page(svg, url, self._resolve, None).rewritten()

    def _rewrite_link(self, tag: Tag, link: Link) -> None:
        if tag.name == "use" and (name := self._sprites.name(_absolute(self._base, link.url))):
            self._edits.replace(link.start, link.end, escape(f"#{name}"))
            return
        target = self._target(link)
        if target is None or link.attribute in _DROPPED:
            return
        if link.attribute in ("", "style"):
            target = _in_css(target)
        elif link.attribute in ("srcset", "imagesrcset"):
            target = _in_srcset(target)
        if link.attribute:
            target = escape(target)
        self._edits.replace(link.start, link.end, target)

    def _fill_lazy(self, tag: Tag, links: list[Link]) -> None:
        """Put the URLs that wait for a script where the browser looks."""
        waiting: dict[str, list[Link]] = {}
        for link in links:
            if link.attribute in LAZY:
                waiting.setdefault(link.attribute, []).append(link)
        filled: set[str] = set()
        for name, candidates in waiting.items():
            place = LAZY[name]
            if place in filled or (tag.name not in _LAZY_TAGS and place != "style"):
                continue
            filled.add(place)
            if tag.name == "img" and not self._scripts:
                self._lazy_end = tag.end
                self._lazy = {_absolute(self._base, link.url) for link in candidates}
            targets = [
                f"{_in_srcset(self._target(link) or _ascii(link.url))} {link.descriptor}".rstrip()
                for link in candidates
            ]
            if place == "style":
                self._add_style(tag, f"background-image:url({_in_css(targets[0])})")
            else:
                self._insert(tag, place, ", ".join(targets))

    def _target(self, link: Link) -> str | None:
        target = self._resolve(_absolute(self._base, link.url), link.kind)
        return None if target is None else _ascii(target)

    def _add_style(self, tag: Tag, declaration: str) -> None:
        style = tag.get("style")
        if style is None or style.value_start == style.value_end:
            self._insert(tag, "style", declaration)
        else:
            self._edits.replace(style.value_end, style.value_end, escape(f";{declaration}"))

    def _insert(self, tag: Tag, name: str, value: str) -> None:
        """Give a tag an attribute before all others: of two with one name, the first counts."""
        place = tag.start + 1 + len(tag.name)
        self._edits.replace(place, place, f' {name}="{escape(value)}"')

    def _put(self, attribute: Attribute, value: str) -> None:
        """Give an attribute a new value, quoted, whatever it was before."""
        self._edits.replace(attribute.start, attribute.end, f'{attribute.name}="{escape(value)}"')

    def _drop(self, tag: Tag) -> None:
        self._edits.replace(tag.start, tag.end, "")

    def _value(self, tag: Tag, name: str) -> str:
        return value_of(self._text, tag, name).strip().lower()


def _goes_on(script: str) -> bool:
    """Tell whether a script goes on behind its first end tag (HTML Standard, clause 4.12.1.3)."""
    start = script.find("<!--")
    while start >= 0:
        end = script.find("-->", start + 2)
        end = len(script) if end < 0 else end
        if "<script" in script[start:end].lower():
            return True
        start = script.find("<!--", end)
    return False


def _absolute(base: str, url: str) -> str:
    """Resolve `url` against `base`; where that is easy, without taking both apart."""
    if not _DOTS.search(url):
        if _ORIGIN.match(url):
            return url
        if url.startswith("/") and not url.startswith("//") and (origin := _ORIGIN.match(base)):
            return origin[0] + url
    try:
        return urljoin(base, url)
    except ValueError:  # such as http://[
        return url


def _ascii(url: str) -> str:
    """Percent-encode white space and what is not ASCII, so that any charset can write it."""
    if _ALL_PRINTABLE.fullmatch(url):
        return url
    return quote(url, safe=_PRINTABLE, errors="replace")


def _in_css(url: str) -> str:
    """Escape `url` for CSS, inside quotes or ``url()``, also within a ``<style>`` element."""
    return re.sub(r"[\"'()\\<>]", lambda found: f"%{ord(found[0]):02X}", url)


def _in_srcset(url: str) -> str:
    """Escape `url` for a list of image candidates, where a comma at its end would part it."""
    return url[:-1] + "%2C" if url.endswith(",") else url
