"""URLs in CSS: ``url()``, ``@import`` and ``image-set()``, by the tokens of CSS Syntax 3."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.links.link import Kind, Link, clean, decode, leads_somewhere

#: Where something begins that counts: outside of what imports, of fonts and of image sets only a
#: few signs do. One set of signs is found many times faster than one of many words.
_SIGN = re.compile(r"[/@\"'(]")
_SIGN_INSIDE = re.compile(r"[/@\"'(){};]")
_RULE = re.compile(r"@(?:namespace[^;{]*|(font-face)|(import))", re.IGNORECASE)
_TEXT = re.compile(
    r'"([^"\\\n]*(?:\\[\s\S][^"\\\n]*)*)"?' + r"|'([^'\\\n]*(?:\\[\s\S][^'\\\n]*)*)'?"
)
_BARE = r"([^)\\\"'( \t\n\f\r]*(?:\\[^\n][^)\\\"'( \t\n\f\r]*)*)"
_ARGUMENT = re.compile(rf"\([ \t\n\f\r]*(?:{_TEXT.pattern}|{_BARE})[ \t\n\f\r]*\)?")
_URL = re.compile(r"(?<![\w-])url", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\f\r])?|(\r\n|[\n\f\r])|([\s\S]))")


def css_links(css: bytes | str, *, charset: str | None = None) -> Iterator[Link]:
    """Yield the links of a style sheet or of the value of a ``style`` attribute.

    Args:
        css: as bytes, or already read as latin-1; the spans count either.
        charset: of the bytes; UTF-8, if they are that, when None.
    """
    text = css.decode("latin-1") if isinstance(css, bytes) else css
    importing = in_font = False
    depth = 0  # of brackets inside image-set(), where strings are URLs
    position = 0
    while found := (_SIGN_INSIDE if importing or in_font or depth else _SIGN).search(
        text, position
    ):
        sign, start, behind = found[0], found.start(), position
        position = start + 1
        token = None
        if sign == "/":
            if text.startswith("*", position):
                end = text.find("*/", position + 1)
                position = len(text) if end < 0 else end + 2
        elif sign == "@":
            if rule := _RULE.match(text, start):
                position = rule.end()
                in_font, importing = in_font or bool(rule[1]), importing or bool(rule[2])
        elif sign == "(":
            if start - 3 >= behind and _URL.match(text, start - 3):
                token = _ARGUMENT.match(text, start)
            elif depth or text[max(start - 9, behind) : start].lower() == "image-set":
                depth += 1
        elif sign == ")":
            depth = max(depth - 1, 0)
        elif sign in ";{}":
            importing, depth, in_font = False, 0, in_font and sign != "}"
        else:
            token = _TEXT.match(text, start)
            if token and not (importing or depth):
                position, token = token.end(), None
        if token is None:
            continue
        position = token.end()
        use = Kind.STYLE if importing else Kind.FONT if in_font else Kind.IMAGE
        importing = False
        group = token.lastindex or 0
        url = clean(_ESCAPE.sub(_character, decode(token[group], charset)))
        if leads_somewhere(url):
            yield Link(*token.span(group), url, use)


def _character(escape: re.Match[str]) -> str:
    """Return what a CSS escape stands for (CSS Syntax 3, clause 4.3.7)."""
    if escape[1]:
        code = int(escape[1], 16)
        return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
    return escape[3] or ""
