"""Names in the spellings of the other alphabet: Zelensky, Zelenskyy, Зеленский.

Every newsroom has its own way from Cyrillic to Latin letters. A name is taken back to what it may
be in Cyrillic letters, and from there to Latin ones by each of the usual ways, so that one typed
spelling leads to the others. Only words with a capital letter are taken for names: "more" is not
to find "море".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from archive.index.query.tree import And, Node, Not, Or, Word
from archive.index.stems import fold

#: So many spellings of a name are looked for, …
MOST = 24
#: … of so many names in a query; …
_NAMES = 8
#: … so many are guesses in Cyrillic letters, and of so many of these others in Latin ones are made.
_CYRILLIC_MOST, _GUESSES = 8, 3
_LONGEST = 30

_CYRILLIC = re.compile("[а-яіїєґ]")
_SAME = dict(zip("абвгдзиклмнопрстуф", "abvgdziklmnoprstuf", strict=True))
_USUAL = {
    **_SAME,
    "е": "e", "ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye",
    "ґ": "g",
}  # fmt: skip
#: Ways from Cyrillic to Latin letters, without marks: BGN/PCGN, passports (ICAO 9303), ISO 9,
#: that of scholars, and that of Ukrainian passports.
_WAYS = (
    _USUAL,
    {**_USUAL, "й": "i", "ю": "iu", "я": "ia", "ъ": "ie"},
    {**_USUAL, "ж": "z", "й": "j", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ю": "u",
     "я": "a"},
    {**_USUAL, "ж": "z", "й": "j", "х": "ch", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ю": "ju",
     "я": "ja"},
    {**_USUAL, "г": "h", "и": "y", "й": "i", "ю": "iu", "я": "ia"},
)  # fmt: skip
#: Cases of Russian surnames, and the nominative. (That of a woman is left as well.)
_CASES = (
    (re.compile("ск(?:ого|ому|им|ом)$"), "ский"),
    (re.compile("(?<=[оеи][вн])(?:а|у|ым|е|ом)$"), ""),
)
#: The end of a name, and how newspapers write it.
_ENDS = (("ий", ("y", "iy", "ii", "i", "yi", "yy")), ("ый", ("y", "yi", "yy", "yj")))

#: What Latin letters may stand for, the longest first, the likeliest reading first.
_READ: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("shch", ("щ",)), ("tsch", ("ч",)), ("tch", ("ч",)), ("sch", ("щ", "ш")),
    ("zh", ("ж",)), ("kh", ("х",)), ("ch", ("ч", "х")), ("sh", ("ш",)), ("ts", ("ц",)),
    ("ya", ("я",)), ("yu", ("ю",)), ("yo", ("ё",)), ("ye", ("е", "ье")), ("ia", ("ия", "я")),
    ("iu", ("ю", "иу")), ("ja", ("я",)), ("ju", ("ю",)), ("ie", ("ие", "ье")), ("ph", ("ф",)),
    ("x", ("кс",)), ("w", ("в",)), ("h", ("х", "г")), ("j", ("й", "дж")), ("c", ("к", "ц")),
    ("q", ("к",)), ("e", ("е",)), ("y", ("ы", "и")),
)  # fmt: skip
#: The same at the end of a word, …
_READ_LAST: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((f"sk{end}", ("ский",)) for end in ("iy", "yy", "yi", "ij", "ii", "i", "y")),
    ("ow", ("ов",)), ("iy", ("ий",)), ("ii", ("ий",)), ("yi", ("ый", "ий")), ("yy", ("ый",)),
    ("ny", ("ный", "ны")), ("y", ("ий", "и", "ы")),
)  # fmt: skip
#: … and between a vowel and a consonant.
_READ_BEHIND = (("y", ("й",)), ("i", ("й", "и")))
_VOWELS, _LETTERS = "aeiou", {latin: cyrillic for cyrillic, latin in _SAME.items()}


def spelled(tree: Node | None) -> Node | None:
    """Return a tree that finds its names in their other spellings as well.

    Names are its words that begin with a capital letter, but for those in phrases, with ``=`` or
    with ``*``.
    """
    names = [_NAMES]

    def again(node: Node) -> Node:
        if isinstance(node, And):
            return And(tuple(map(again, node.nodes)))
        if isinstance(node, Or):
            return Or(tuple(map(again, node.nodes)))
        if isinstance(node, Not):
            return Not(again(node.node))
        if not isinstance(node, Word) or not _is_name(node) or not names[0]:
            return node
        names[0] -= 1
        others = spellings(node.text)
        return Or((node, *map(Word, others))) if others else node

    return again(tree) if tree is not None else None


def _is_name(word: Word) -> bool:
    return word.text[:1].isupper() and not word.exact and not word.prefix


def spellings(name: str) -> list[str]:
    """Return how a name may be spelled otherwise, in small letters; the likeliest first.

    >>> spellings("Zelenskyy")[:4]
    ['зеленский', 'zelensky', 'zelenskiy', 'zelenskii']
    """
    word = fold(name)
    if not word.isalpha() or len(word) > _LONGEST:
        return []
    if _CYRILLIC.search(word):
        guesses = [word, *(end.sub(nominative, word) for end, nominative in _CASES)]
    else:
        guesses = [*islice(_cyrillic(word), _CYRILLIC_MOST)]
    found = dict.fromkeys(guesses)
    for guess in guesses[:_GUESSES]:
        found |= dict.fromkeys(_latin(guess))
    return [each for each in found if each != word][:MOST]


def _latin(word: str) -> Iterator[str]:
    """Yield a word with Cyrillic letters in Latin ones."""
    end, ends = next((each for each in _ENDS if word.endswith(each[0])), ("", ("",)))
    body = word.removesuffix(end)
    begun = dict.fromkeys("".join(way.get(letter, letter) for letter in body) for way in _WAYS)
    if word.startswith("е"):
        begun |= dict.fromkeys(f"y{each}" for each in [*begun])
    begun |= dict.fromkeys(each.replace("ks", "x") for each in [*begun])
    for ending in ends:
        yield from (each + ending for each in begun)


def _cyrillic(word: str) -> Iterator[str]:
    """Yield what a word with Latin letters may be in Cyrillic ones."""
    last = next((each for each in _READ_LAST if word.endswith(each[0])), ("", ("",)))
    readings: list[tuple[str, ...]] = []
    body, at = word.removesuffix(last[0]), 0
    while at < len(body):
        latin, cyrillic = _reading(body, at)
        if latin == "l" and body[at + 1 : at + 2] not in (*_VOWELS, "y"):
            cyrillic = ("л", "ль")
        readings.append(cyrillic)
        at += len(latin)
    for letters in product(*readings, last[1]):
        yield "".join(letters)


def _reading(word: str, at: int) -> tuple[str, tuple[str, ...]]:
    """Return the letters at a place that stand for one sound, and what they may stand for."""
    if word[at] == "e" and not at:
        return "e", ("е", "э")
    is_between = at and word[at - 1] in _VOWELS and word[at + 1 : at + 2] not in (*_VOWELS, "y")
    for latin, cyrillic in (*(_READ_BEHIND if is_between else ()), *_READ):
        if word.startswith(latin, at):
            return latin, cyrillic
    return word[at], (_LETTERS.get(word[at], word[at]),)
