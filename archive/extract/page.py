"""A page, parsed once, with what it declares and the rule of its site."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.extract.declared import Declared
from archive.extract.decode import decode
from archive.extract.judgement import is_html
from archive.extract.metadata import Metadata
from archive.extract.rules import Rule
from archive.extract.state import State, state_of
from archive.extract.structure import absolute
from archive.model import Refusal

#: A page larger than this is not parsed, in bytes.
MAX_SIZE = 10_000_000
#: Nor is one with more elements than this looked at further; large news pages have a tenth.
MAX_ELEMENTS = 30_000
#: Elements within more than this many others make every step up the tree long: fewer are taken.
DEEP = 100
MAX_DEEP_ELEMENTS = 5_000

#: A ``<meta>`` of more characters is not for reading.
MAX_META = 2000

# fmt: off
#: They hold no text of an article. Dropped once, early: trafilatura copies the page several times.
_NO_TEXT = (
    "audio", "button", "canvas", "embed", "footer", "iframe", "input", "nav", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "video",
)
# fmt: on
#: lxml chooses the class of every element in Python, for the sake of forms; this does it in C.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML.

    Attributes:
        url: where it was captured.
        tree: its elements, but for those that hold no text: scripts, navigation, forms' fields.
        base: the URL that its relative links resolve against.
        declared: what it declares, as it stands.
        metadata: what that means.
        rule: of its site, or None.
        state: what it carries for scripts, and for readers without them.
    """

    url: str
    tree: HtmlElement
    base: str
    declared: Declared
    metadata: Metadata
    rule: Rule | None
    state: State


def read(html: bytes, url: str, charset: str | None, rule: Rule | None = None) -> Page | Refusal:
    """Return a page, or why it cannot be read.

    Args:
        html: its bytes, content-coding removed.
        url: where it was captured, absolute.
        charset: what the ``Content-Type`` of HTTP declared, if anything.
        rule: of its site, or None.
    """
    if len(html) > MAX_SIZE:
        return Refusal("too-large", f"{len(html):,} bytes")
    text = decode(html, charset)
    if not is_html(text):
        return Refusal("not-html")
    tree = _parse(text)
    if tree is None:
        return Refusal("no-text", "an empty page")
    if oversize := _oversize(tree):
        return Refusal("too-large", oversize)
    base = _base(tree, url)
    declared, state = Declared(tree, url, base), state_of(tree)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    # What follows reads <meta> again, by expressions that take a square of the time.
    for element in tree.xpath("//meta[string-length(@content) > $most]", most=MAX_META):
        element.drop_tree()
    # A cell said to span 100,000 columns would be given them.
    etree.strip_attributes(tree, "colspan", "rowspan")
    return Page(url, tree, base, declared, Metadata(declared), rule, state)


def _parse(text: str) -> HtmlElement | None:
    """Return the tree of a page, or None if nothing is in it."""
    data = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        return document_fromstring(data, parser=parser)
    except etree.ParserError:
        return None


def _oversize(tree: HtmlElement) -> str | None:
    """Return how a tree is larger than can be read in a few seconds, or None if it is not."""
    elements = int(str(tree.xpath("string(count(//*))")))
    if elements > MAX_ELEMENTS:
        return f"{elements:,} elements"
    if elements > MAX_DEEP_ELEMENTS and tree.xpath("boolean(//*[count(ancestor::*) > $n])", n=DEEP):
        return f"{elements:,} elements, more than {DEEP} within each other"
    return None


def _base(tree: HtmlElement, url: str) -> str:
    """Return what relative links resolve against: the first ``<base href>``, else the URL."""
    for element in tree.iter("base"):
        if found := absolute(url, element.get("href")):
            return found
    return url
