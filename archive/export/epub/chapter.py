"""A chapter of a book: one article as XHTML, with nothing in it that acts."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Final
from urllib.parse import quote

from lxml import etree, html

from archive import render
from archive.model import Article

XHTML: Final = "http://www.w3.org/1999/xhtml"
_DOCUMENT: Final = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"\
 lang="{language}" xml:lang="{language}"{direction}>
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="{style}"/></head>
{body}
</html>
"""
#: What XML cannot hold.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS: Final = frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "code"),
        *("em", "strong", "a", "img", "br", "hr", "table", "thead", "tbody", "tr", "th", "td"),
        *("figure", "figcaption", "time", "div", "span", "body"),
    )
)
_ATTRIBUTES: Final = frozenset({"href", "src", "alt", "title", "class", "datetime", "start"})
_ADDRESS: Final = re.compile(r"(?i)https?://[^/?#\s]+")
#: All that may stand in a URL as it is (RFC 3986), "%" for what is escaped already.
_SAFE: Final = "%:/?#[]@!$&'()*+,;=-._~"
_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)


def chapter(article: Article, picture: Callable[[str], str | None], below: str) -> str:
    """Return an article as XHTML.

    Args:
        article: to be shown.
        picture: gives the address of a picture in the book, or None where it has none.
        below: a line about where it comes from.
    """
    source = clean(render.html(article))
    body = html.fragment_fromstring(source, create_parent="body")
    for element in list(body.iter()):
        _tame(element, picture)
    for figure in list(body.iter("figure")):
        if not len(figure) and not (figure.text or "").strip():
            figure.drop_tree()
    note = etree.SubElement(body, "p", {"class": "source"})
    note.text = clean(below)
    return document(article.title, etree.tostring(body, encoding="unicode"), language_of(article))


def document(title: str, body: str, language: str, style: str = "../style.css") -> str:
    """Return an XHTML document around a body, which is XHTML already."""
    return _DOCUMENT.format(
        language=language,
        direction=' dir="rtl"' if language in _LEFT else "",
        title=escape(clean(title)) or "–",
        style=style,
        body=body,
    )


def clean(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def language_of(article: Article) -> str:
    """Return the language of an article for XHTML; ``und`` where it is not known."""
    language = article.language or ""
    return language if _LANGUAGE.fullmatch(language) else "und"


def _tame(element: html.HtmlElement, picture: Callable[[str], str | None]) -> None:
    """Leave of an element what a book may have."""
    if not isinstance(element.tag, str):
        element.drop_tree()  # a comment
        return
    if element.tag not in _ELEMENTS:
        element.drop_tag()
        return
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]
    if element.tag == "img":
        path = picture(element.get("src", ""))
        if path is None:
            element.drop_tree()
        else:
            element.set("src", path)
            element.set("alt", element.get("alt", ""))
    elif element.tag == "a":
        address = element.get("href", "")
        if _ADDRESS.match(address):
            element.set("href", quote(address, safe=_SAFE))
        else:
            element.drop_tag()
