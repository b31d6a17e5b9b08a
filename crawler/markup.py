"""The text of a page, and regular expressions that pick a few kinds of tags out of it, quickly.

`archive.links` reads every tag of a page as browsers do. The crawl process has every page to read
and asks for few of its tags; it finds these here, ten times quicker, and gives them to
`archive.links` where it matters how they are read.
"""

from __future__ import annotations

import re

from archive.entities import unescape

#: The inside of a tag and its end. A quote opens a value only behind a ``=``; a ``>`` in the value
#: does not end the tag. What is never closed runs to the end of the page, as in browsers, so that
#: no character is looked at twice.
_INSIDE = r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+(?:>|\Z)"""
#: What is no markup, whatever it looks like.
_COMMENT = r"!--(?:[^-]++|-(?!->))*+"
_SCRIPT = rf"[sS](?i:cript)\b{_INSIDE}(?:[^<]++|<(?!/(?i:script)))*+"
_STYLE = rf"[sS](?i:tyle)\b{_INSIDE}(?:[^<]++|<(?!/(?i:style)))*+"

_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
#: Where a page's own word about its charset must stand (HTML, "Specifying the character
#: encoding").
_DECLARED_WITHIN = 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decoded(html: bytes, charset: str | None = None) -> str:
    """Return the text of a page, whatever its bytes are; what cannot be read is U+FFFD.

    Args:
        html: the bytes.
        charset: as the HTTP header has it. A byte order mark goes before it, and what the page
            says itself comes behind it, as in browsers.
    """
    for mark, named in _MARKS:
        if html.startswith(mark):
            return html[len(mark) if named == "utf-8" else 0 :].decode(named, "replace")
    declared = _CHARSET.search(html, 0, _DECLARED_WITHIN) if charset is None else None
    if declared is not None:
        charset = declared[1].decode("ascii", "replace")
        if charset.lower().startswith("utf-16"):
            charset = None  # its own word was read as ASCII, so it is not
    try:
        return html.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # no charset of text is called so
        return html.decode("utf-8", "replace")


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag, by their names in lower case.

    >>> attributes('<a HREF="/a?b=1&amp;c=2" rel=next>')
    {'href': '/a?b=1&c=2', 'rel': 'next'}
    """
    return {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
        for match in _ATTRIBUTE.finditer(tag)
    }


def picker(*names: str, elements: bool = False) -> re.Pattern[str]:
    """Return a pattern that finds tags of these names, but not inside comments and scripts.

    Args:
        names: lower case.
        elements: find ``script`` and ``style`` elements, with their content, too.

    A match that is wanted has the group ``tag``; the others are to be passed over.
    """
    # The "<" stands before all alternatives, so that the engine leaps from one to the next, and
    # what a tag begins with before its name: `re` tries no alternative that begins otherwise, but
    # it cannot tell where case is ignored from the first letter on.
    first = "".join(dict.fromkeys("s" + "".join(name[0] for name in names)))
    begin = f"<(?=[!{first}{first.upper()}])"
    wanted = rf"(?:{'|'.join(map(_any_case, names))})(?![\w-]){_INSIDE}"
    if elements:
        return re.compile(rf"{begin}(?:{_COMMENT}|(?P<tag>{_SCRIPT}|{_STYLE}|{wanted}))")
    return re.compile(rf"{begin}(?:{_COMMENT}|{_SCRIPT}|{_STYLE}|(?P<tag>{wanted}))")


def _any_case(name: str) -> str:
    return f"[{name[0]}{name[0].upper()}](?i:{name[1:]})"
