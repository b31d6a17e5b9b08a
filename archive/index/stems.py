"""The words of a text as they stand in the full-text table: each in the form that its forms share.

FTS5 splits a text into words, takes the diacritics from Latin letters and cuts English words down
to their stems (``porter unicode61 remove_diacritics 2``), all in C. Of Russian it knows nothing,
so the words with Cyrillic letters are replaced by their stems (M. Porter, Snowball) before FTS5
sees them, in the texts and in the queries alike. Only stems stand in the table: "войск" finds
"войска" and "войсками", "troop" finds "troops".
"""

from __future__ import annotations

import re
import unicodedata

import Stemmer

#: How texts are cut into words and stems; an index made in another way must be made again.
TOKENIZER = "porter unicode61 remove_diacritics 2"
FORM = f"{TOKENIZER}; Snowball {Stemmer.version()} for Cyrillic; 1"

#: So many stems are kept: the words of a language, and few of the numbers and names.
_CACHED = 300_000
#: Longer words are no words of a language; the time for a stem must not depend on a stranger.
_LONGEST = 40

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORDS = re.compile(r"\w+")
#: Nothing to see: they stand inside words, and must not part them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
#: Marks that belong to the letter before them; as one character the two stay a letter.
_COMBINING = re.compile("[\u0300-\u036f]")
#: Either of these: most texts have none, and are gone through once.
_ODD = re.compile("[\u00ad\u0300-\u036f\u200b-\u200d\u2060\ufeff]")
#: Letters that may have marks, and marks; the usual Cyrillic ones are not among them.
_MARKED = re.compile("[\u00c0-\u02af\u0300-\u03ff\u0450-\u052f\u1e00-\u1fff\u212a\u212b]")


class _Stems(dict[str, str]):
    """Word with Cyrillic letters, in small letters → its stem. Other words stay as they are."""

    def __init__(self) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer("russian", maxCacheSize=0)

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        stem = word.replace("ё", "е")
        if len(word) <= _LONGEST and _CYRILLIC.search(word):
            stem = self._stemmer.stemWord(stem)
        self[word] = stem
        return stem


class _Roots(dict[str, str]):
    """Word, folded → what FTS5 makes of it in the end."""

    def __init__(self) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer("porter", maxCacheSize=0)

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        root = _STEM_OF(word)
        if word.isascii() and 2 < len(word) <= _LONGEST:
            root = self._stemmer.stemWord(word)
        self[word] = root
        return root


class _Folded(dict[int, str]):
    """Letter → the one that it counts as: small, without marks; a table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        small = letter.lower()
        base = small if small == "й" else unicodedata.normalize("NFD", small)[0]
        self[code] = base if len(small) == 1 else letter
        return self[code]


_STEM_OF = _Stems().__getitem__
_ROOT_OF = _Roots().__getitem__
_FOLDED = _Folded()


def fold(text: str) -> str:
    """Return `text` in small letters without marks, each letter in its place.

    >>> fold("Ёлка, Café, Йод")
    'елка, cafe, йод'
    """
    small = text.lower()
    if text.isascii():
        return small
    if "ё" in small:
        small = small.replace("ё", "е")
    is_plain = len(small) == len(text) and not _MARKED.search(small)
    return small if is_plain else text.translate(_FOLDED)


def root(word: str) -> str:
    """Return the stem that stands in the full-text table for a folded word.

    >>> root("войсками"), root("troops")
    ('войск', 'troop')
    """
    return _ROOT_OF(word)


def prepare(text: str) -> str:
    """Return `text` as it is given to FTS5: to be kept, or to be searched for.

    >>> prepare("Армия отвела войска.")
    'арм отвел войск'
    >>> prepare("Troops in Kherson")
    'Troops in Kherson'
    """
    if text.isascii():
        return text
    if _ODD.search(text):
        text = _INVISIBLE.sub("", text)
        if _COMBINING.search(text):
            text = unicodedata.normalize("NFC", text)
    if not _CYRILLIC.search(text):
        return text
    return " ".join(map(_STEM_OF, _WORDS.findall(text.lower())))
