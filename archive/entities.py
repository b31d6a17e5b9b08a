"""Character references in HTML, of which a stranger may write any number of digits."""

from __future__ import annotations

import html
import re

#: `int` refuses thousands of digits, and `html.unescape` with it.
_LONG = re.compile(r"&#([0-9]{1000,})")


def unescape(text: str) -> str:
    r"""Return `text` with its character references undone; a number beyond Unicode is U+FFFD.

    >>> ascii(unescape("&amp;&#" + "0" * 5000 + "65;&#" + "9" * 5000 + ";"))
    "'&A\\ufffd'"
    """
    return html.unescape(_LONG.sub(_shortened, text))


def _shortened(number: re.Match[str]) -> str:
    return f"&#{number[1].lstrip('0')[:9] or '0'}"
