"""HTML elements to blocks: what a browser would lay out, without what it would not show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from archive.extract.blocks import (
    Block,
    Divider,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Related,
    Run,
    Runs,
    Table,
    tidy,
)

#: The element that a site rule puts in the place of a related box; no page can hold it, as the
#: parser folds names and HTML has no underscore in them.
RELATED_TAG = "related_box"

#: Elements nested deeper than this are read as plain text. The parser itself stops at 255.
MAX_DEPTH = 150

# fmt: off
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
    "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
_HIDDEN = frozenset((
    "applet", "area", "audio", "base", "button", "canvas", "col", "colgroup", "datalist",
    "embed", "frame", "frameset", "head", "iframe", "input", "link", "map", "math", "meta",
    "nav", "noframes", "noscript", "object", "optgroup", "option", "param", "progress",
    "script", "select", "source", "style", "svg", "template", "textarea", "title", "track",
    "video",
))
# fmt: on
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_STRONG = frozenset(("b", "strong"))
_EMPHASIS = frozenset(("em", "i", "cite", "dfn", "var"))
_CODE = frozenset(("code", "kbd", "samp", "tt"))
#: Characters that are there for the line breaker, not for the reader.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-lazyimage-src")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_DISPLAY_NONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def visible(text: str) -> str:
    """Return `text` without the characters that only a line breaker sees."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def absolute(base: str, href: str | None) -> str | None:
    """Return the absolute http(s) or mailto URL that `href` means on a page, or None."""
    if not href:
        return None
    try:
        url = urljoin(base, re.sub(r"[\t\r\n]", "", href.strip()))
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme == "mailto" or (parts.scheme in ("http", "https") and parts.netloc):
        return url.replace(" ", "%20")
    return None


def image_source(element: HtmlElement, base: str) -> str | None:
    """Return the absolute URL of the image an ``<img>`` shows, lazy forms included, or None."""
    for name in _LAZY:
        if found := absolute(base, element.get(name)):
            return found
    if found := absolute(base, element.get("src")):
        return found
    for name in _LAZY_SETS:
        candidates = re.split(r",\s+", (element.get(name) or "").strip())
        if found := absolute(base, candidates[-1].split(" ")[0]):
            return found
    return None


def blocks(element: HtmlElement, base: str) -> tuple[Block, ...]:
    """Return what `element` holds as blocks.

    Args:
        element: the container of a body.
        base: the URL that relative links resolve against.
    """
    builder = _Builder(base)
    builder.children(element, _PLAIN, 0)
    return builder.finish()


def figure(element: HtmlElement, base: str) -> tuple[Block, ...]:
    """Return a ``<figure>`` as blocks: as a rule one picture with its caption."""
    builder = _Builder(base)
    builder.figure(element, 0)
    return builder.finish()


_PLAIN = Run("")


@dataclass
class _Builder:
    """Collects the runs of the paragraph that is being read, and the blocks that are finished."""

    base: str

    done: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    #: Where the words of a figure's captions go; None outside a figure.
    captions: list[Run] | None = None

    def finish(self) -> tuple[Block, ...]:
        self.flush()
        return tuple(self.done)

    def flush(self, level: int = 0) -> None:
        """End the paragraph, or the heading of a `level`; two line breaks end one as well."""
        paragraph: list[Run] = []
        for run in (*self.runs, None):
            ends = run is None or (run.text == "\n" and paragraph and paragraph[-1].text == "\n")
            if run is not None and not ends:
                if run.text != "\n" and not run.text.strip() and paragraph[-1:] == [Run("\n")]:
                    continue
                paragraph.append(run)
            elif runs := tidy(paragraph):
                self.done.append(Heading(level, runs) if level else Paragraph(runs))
                paragraph = []
        self.runs = []
        self.done += self.pictures
        self.pictures = []

    def text(self, text: str | None, style: Run) -> None:
        if text:
            text = visible(text).replace("\n", " ")
            self.runs.append(Run(text, style.strong, style.emphasis, style.code, style.link))

    def children(self, element: HtmlElement, style: Run, depth: int) -> None:
        self.text(element.text, style)
        for child in element:
            self.element(child, style, depth + 1)
            self.text(child.tail, style)

    def element(self, element: HtmlElement, style: Run, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _HIDDEN or _is_hidden(element):
            return
        if depth > MAX_DEPTH:
            self.text("".join(element.itertext()), style)
        elif tag == "br":
            self.runs.append(Run("\n"))
        elif tag in _INLINE:
            self.children(element, self.styled(element, style), depth)
        elif tag == "img":
            self.picture(element)
        elif tag == "hr":
            self.flush()
            self.done.append(Divider())
        elif tag == "figcaption" and self.captions is not None:
            self.captions += _flat(self.within(element, depth))
        else:
            self.flush()
            self.block(element, tag, style, depth)
            self.flush()

    def styled(self, element: HtmlElement, style: Run) -> Run:
        tag = element.tag
        if tag == "a":
            return style._replace(link=absolute(self.base, element.get("href")) or style.link)
        return style._replace(
            strong=style.strong or tag in _STRONG,
            emphasis=style.emphasis or tag in _EMPHASIS,
            code=style.code or tag in _CODE,
        )

    def block(self, element: HtmlElement, tag: str, style: Run, depth: int) -> None:
        if tag in _HEADINGS:
            # The whole line of a heading is set apart already: bold in it says nothing.
            self.children(element, style, depth)
            self.runs = [run._replace(strong=False) for run in self.runs]
            self.flush(_HEADINGS[tag])
        elif tag in ("ul", "ol", "dl", "dir"):
            items = tuple(item for item in self.items(element, depth) if item)
            if items:
                self.done.append(Listing(tag == "ol", items))
        elif tag == "blockquote":
            if inner := self.within(element, depth):
                self.done.append(Quote(inner))
        elif tag == "table":
            self.table(element, depth)
        elif tag == "pre":
            if text := "".join(element.itertext()).strip("\r\n"):
                self.done.append(Preformatted(text))
        elif tag == "figure":
            self.figure(element, depth)
        elif tag == RELATED_TAG:
            self.done.append(Related(element.text or "", absolute(self.base, element.get("href"))))
        else:
            self.children(element, style, depth)

    def within(self, element: HtmlElement, depth: int) -> tuple[Block, ...]:
        builder = _Builder(self.base)
        builder.children(element, _PLAIN, depth)
        return builder.finish()

    def items(self, listing: HtmlElement, depth: int) -> Iterator[tuple[Block, ...]]:
        for child in listing:
            if isinstance(child.tag, str) and child.tag not in _HIDDEN and not _is_hidden(child):
                yield self.within(child, depth + 1)

    def table(self, table: HtmlElement, depth: int) -> None:
        cells = [
            [self.within(cell, depth + 2) for cell in row if cell.tag in ("td", "th")]
            for row in table.iter("tr")
        ]
        rows = [row for row in cells if any(row)]
        if any(len(row) > 1 for row in rows) and not table.xpath(".//table"):
            self.done.append(Table(tuple(tuple(map(_flat, row)) for row in rows)))
        else:  # a table for layout: one cell a row, or tables in tables
            self.done += [block for row in rows for cell in row for block in cell]

    def picture(self, image: HtmlElement) -> None:
        size = [image.get(name, "") for name in ("width", "height")]
        if any(value.isdigit() and int(value) < 50 for value in size):
            return  # an emoji, an icon, a counter
        if url := image_source(image, self.base):
            self.pictures.append(Picture(url, " ".join((image.get("alt") or "").split())))

    def figure(self, figure: HtmlElement, depth: int) -> None:
        captions: list[Run] = []
        builder = _Builder(self.base, captions=captions)
        builder.children(figure, _PLAIN, depth)
        found = builder.finish()
        match found:
            case (Picture() as picture,):
                self.done.append(replace(picture, caption=tuple(captions)))
            case _:
                self.done += found
                if found and captions:
                    self.done.append(Paragraph(tuple(captions)))


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and _DISPLAY_NONE.search(style))


def _flat(found: tuple[Block, ...]) -> Runs:
    """Return the words of blocks in a place that holds one line: a table cell, a caption."""
    runs: list[Run] = []
    for block in found:
        match block:
            case Paragraph(inner) | Heading(_, inner):
                runs += [Run(" "), *(Run(" ") if run.text == "\n" else run for run in inner)]
            case Quote(inner_blocks):
                runs += [Run(" "), *_flat(inner_blocks)]
            case Listing(_, items):
                for item in items:
                    runs += [Run(" "), *_flat(item)]
            case Preformatted(text):
                runs += [Run(" "), Run(text)]
            case _:
                pass
    return tidy(runs)
