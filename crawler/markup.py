"""Regular expressions that pick a few kinds of tags out of a page, in one quick pass.

`archive.links` reads every tag of a page as browsers do. The crawl process has every page to read
and asks for few of its tags; it finds these here, ten times quicker, and gives them to
`archive.links` where it matters how they are read.
"""

from __future__ import annotations

import re

#: The inside of a tag; a ``>`` in a quoted value does not end it. Possessive: it takes linear time.
INSIDE = r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
#: What is no markup, whatever it looks like.
_COMMENT = r"!--(?:[^-]++|-(?!->))*+"
_SCRIPT = rf"script\b{INSIDE}>(?:[^<]++|<(?!/script))*+"
_STYLE = rf"style\b{INSIDE}>(?:[^<]++|<(?!/style))*+"


def picker(*tags: str, styles: bool = False) -> re.Pattern[str]:
    """Return a pattern that finds these tags, but not inside comments and scripts.

    Args:
        tags: patterns of what follows the ``<`` of a tag, up to the end of its name.
        styles: find ``style`` elements with their content, too.

    A match that is wanted has the group ``tag``; the others are to be passed over.
    """
    wanted = rf"(?:{'|'.join(tags)})(?![\w-]){INSIDE}>"
    if styles:
        wanted = f"{_STYLE}|{wanted}"
    hidden = _SCRIPT if styles else f"{_SCRIPT}|{_STYLE}"
    # All alternatives begin with "<" outside of them: the engine leaps from one to the next.
    return re.compile(rf"<(?:{_COMMENT}|{hidden}|(?P<tag>{wanted}))", re.IGNORECASE)
