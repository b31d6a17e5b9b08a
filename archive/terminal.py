"""What may reach a terminal: titles, URLs and errors of strangers, with nothing to act in them."""

from __future__ import annotations

import re

#: C0 and C1 controls, other ends of lines, and what turns the direction of writing around. The
#: line feed is apart, because JSON may keep it.
UNPRINTABLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Return `text` on one line, with what must not reach a terminal written out.

    >>> visible("Budget\x1b[2J cut\ntoday")
    'Budget\\x1b[2J cut today'
    """
    return UNPRINTABLE.sub(written_out, text.replace("\n", " "))


def written_out(match: re.Match[str]) -> str:
    """Return what stands for a match of `UNPRINTABLE`."""
    code = ord(match[0])
    if code == ord("\t"):
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
