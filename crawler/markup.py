"""Regular expressions that pick a few kinds of tags out of a page, in one quick pass.

`archive.links` reads every tag of a page as browsers do. The crawl process has every page to read
and asks for few of its tags; it finds these here, ten times quicker, and gives them to
`archive.links` where it matters how they are read.
"""

from __future__ import annotations

import re

#: The inside of a tag and its end. A quote opens a value only behind a ``=``; a ``>`` in the value
#: does not end the tag. What is never closed runs to the end of the page, as in browsers, so that
#: no character is looked at twice.
_INSIDE = r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+(?:>|\Z)"""
#: What is no markup, whatever it looks like.
_COMMENT = r"!--(?:[^-]++|-(?!->))*+"
_SCRIPT = rf"[sS](?i:cript)\b{_INSIDE}(?:[^<]++|<(?!/(?i:script)))*+"
_STYLE = rf"[sS](?i:tyle)\b{_INSIDE}(?:[^<]++|<(?!/(?i:style)))*+"


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
