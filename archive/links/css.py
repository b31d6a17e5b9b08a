"""URLs in CSS: ``url()``, ``@import`` and ``image-set()``, by the tokens of CSS Syntax 3."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.links.link import Kind, Link, clean, decode, leads_somewhere

_DOUBLE = r'"(?P<{0}_double>[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*)"?'
_SINGLE = r"'(?P<{0}_single>[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*)'?"
_BARE = r"(?P<url_bare>[^)\\\"'( \t\n\f\r]*(?:\\[^\n][^)\\\"'( \t\n\f\r]*)*)"
_QUOTED = f"{_DOUBLE}|{_SINGLE}"
_TOKEN = re.compile(
    r"/\*[\s\S]*?(?:\*/|\Z)"
    r"|@namespace[^;{]*"
    r"|(?P<font>@font-face)"
    r"|(?P<rule>@import)"
    rf"|(?<![\w-])url\([ \t\n\f\r]*(?:{_QUOTED.format('url')}|{_BARE})[ \t\n\f\r]*\)?"
    rf"|{_QUOTED.format('text')}"
    r"|(?P<set>image-set\()"
    r"|(?P<mark>[(){};])",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\f\r])?|(\r\n|[\n\f\r])|([\s\S]))")


def css_links(css: bytes | str, *, charset: str | None = None) -> Iterator[Link]:
    """Yield the links of a style sheet or of the value of a ``style`` attribute.

    Args:
        css: as bytes, or already read as latin-1; the spans count either.
        charset: of the bytes; UTF-8, if they are that, when None.
    """
    text = css.decode("latin-1") if isinstance(css, bytes) else css
    importing = in_font = False
    depth = set_depth = 0  # of brackets; of the image-set() we are in, where strings are URLs
    for token in _TOKEN.finditer(text):
        name = token.lastgroup
        if name == "font":
            in_font = True
        elif name == "rule":
            importing = True
        elif name == "set":
            depth += 1
            set_depth = set_depth or depth
        elif name == "mark":
            mark = token[0]
            if mark == "(":
                depth += 1
            elif mark == ")":
                depth = max(depth - 1, 0)
            else:
                importing, depth, in_font = False, 0, in_font and mark != "}"
            if depth < set_depth:
                set_depth = 0
        elif name and (name.startswith("url") or importing or set_depth):
            use = Kind.STYLE if importing else Kind.FONT if in_font else Kind.IMAGE
            importing = False
            url = clean(_ESCAPE.sub(_character, decode(token[name], charset)))
            if leads_somewhere(url):
                yield Link(*token.span(name), url, use)


def _character(escape: re.Match[str]) -> str:
    """Return what a CSS escape stands for (CSS Syntax 3, clause 4.3.7)."""
    if escape[1]:
        code = int(escape[1], 16)
        return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
    return escape[3] or ""
