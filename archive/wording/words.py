"""From a text to its words."""

from __future__ import annotations

import re
import unicodedata

#: Signs that typographers and content systems exchange without anybody editing the text.
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    }
)
#: Letters of scripts that are written without spaces: each one counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_LETTER = rf"(?:(?![{_UNSPACED}])\w)"
_A_WORD = rf"[{_UNSPACED}]|\d+(?:[.,:]\d+)+(?!\w)|{_LETTER}+(?:['’]{_LETTER}+)*"
_WORD = re.compile(_A_WORD)
_TOKEN = re.compile(rf"{_A_WORD}|\s+|.", re.DOTALL)


def fold(text: str) -> str:
    """Return a text with what typographers exchange made equal, and single spaces.

    >>> fold("“A  draw” – so")
    '"A draw" - so'
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_FOLDED).split())


def words(text: str) -> list[str]:
    """Return the words of a folded text, in small letters; a number is one word.

    >>> words("Moscow sent 1,500 troops.")
    ['moscow', 'sent', '1,500', 'troops']
    """
    return _WORD.findall(text.casefold())


def tokens(text: str) -> list[str]:
    """Return a text cut into words, blanks and single signs; joined, they are the text again.

    >>> tokens("It rained, again.")
    ['It', ' ', 'rained', ',', ' ', 'again', '.']
    """
    return _TOKEN.findall(text)


def is_word(token: str) -> bool:
    """Tell whether a token is a word, not a blank or a sign."""
    return _WORD.fullmatch(token) is not None
