"""Plain text and addresses in CommonMark: escaped where they would be read as markup.

Only there: an archive's text should stay readable as it is.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(
    r"""[\\`*]
    | (?<![^\W_])_ | _(?![^\W_])            # an underscore inside a word is only itself
    | \](?=[(\[:]|$)                        # elsewhere a bracket is only itself
    | <(?=[A-Za-z/!?])
    | &(?=\#?\w+;)
    """,
    re.VERBOSE,
)
_BRACKETS = re.compile(r"(?<!\\)[\[\]]")
_LINE_START = re.compile(
    r"(?:\#{1,6}(?=[ \t]|$) | > | [-+](?=[ \t]|$) | (?P<number>\d{1,9})(?P<mark>[.)])(?=[ \t]|$)"
    r" | [-=]+[ \t]*$ | -(?=[ \t]*-) | ~{3} | [|:](?=[ \t:|-]) )",
    re.VERBOSE,
)
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20<>()\\\x7f]")


def escape(text: str) -> str:
    r"""Return `text` such that it is plain text inside a line.

    >>> print(escape("2*3 snake_case [1] of 2"))
    2\*3 snake_case [1] of 2
    """
    return _MARKUP.sub(r"\\\g<0>", text)


def escape_brackets(escaped: str) -> str:
    """Return text, escaped already, such that it can also stand inside a link."""
    return _BRACKETS.sub(r"\\\g<0>", escaped)


def escape_start(escaped: str) -> str:
    """Return a line, escaped already, such that it also begins as plain text: no list, no rule."""
    match = _LINE_START.match(escaped)
    if not match:
        return escaped
    if match["number"]:
        return f"{match['number']}\\{match['mark']}{escaped[match.end() :]}"
    return "\\" + escaped


def link(text: str, url: str) -> str:
    """Return a link with plain `text`."""
    return f"[{escape_brackets(escape(text))}]({destination(url)})"


def destination(url: str) -> str:
    """Return `url` such that it can stand in the parentheses of a link, or in angle brackets."""
    return _UNSAFE_IN_URL.sub(lambda match: f"%{ord(match[0]):02X}", url)
