"""What kind of change made one text of an article into the next, and whether it was announced."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.wording.alignment import align
from archive.wording.words import fold, words

#: In the order of their weight; what a change is called by is the weightiest that it has.
KINDS = ("correction", "substantial", "headline", "minor", "formatting")

#: A typo changes no more words than this in one place, and so many in all.
_TYPO_WORDS = 2
_MOST_TYPOS = 12
#: A longer one (characters) is no word, and to compare two takes a square of the time.
_LONGEST = 100
#: Two spellings of one word have so much in common.
_ALIKE = 0.7
#: A little word, in letters: to add or to drop it is a slip of the pen, …
_LITTLE = 3
#: … but for words of weight: many are spelled like others of another meaning.
_WEIGHTY = frozenset(
    (
        *("not", "no", "nor", "all", "any", "war", "pas", "nie", "sin", "не", "ни", "нет", "без"),
        *("one", "two", "six", "ten", "hundred", "thousand", "million", "billion", "trillion"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
        *("october", "november", "december", "north", "south", "east", "west", "he", "she"),
        *("northern", "southern", "eastern", "western", "former", "male", "female", "iran", "iraq"),
        *("два", "три", "сто", "тысяч", "тысячи", "миллион", "миллиона", "миллионов", "миллиард"),
        *("миллиарда", "миллиардов", "он", "она", "все", "оба", "ні", "понедельник", "вторник"),
        *("среда", "среду", "четверг", "пятница", "пятницу", "суббота", "субботу", "воскресенье"),
        *("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября"),
        *("октября", "ноября", "декабря"),
    )
)
#: No more of a text is compared, in words.
_MAX_WORDS = 400_000

#: How an editor says that something was put right. Anywhere, …
_CORRECTED = re.compile(
    r"\b(?:this (?:article|story|post|report|piece|headline) (?:has been|was) (?:updated|corrected"
    r"|amended|revised|edited|changed)|an earlier version of this|a previous version of this"
    r"|(?:this|the) (?:article|story|report) (?:has been|was) (?:retracted|withdrawn|unpublished)"
    r"|this (?:article|story|report) (?:has been|was) (?:removed|deleted|taken down)"
    r"|we (?:have )?(?:retracted|withdrawn|withdrew|removed)"
    r" (?:this|the|our) (?:article|story|report)"
    r"|we (?:regret|apologi[sz]e for) (?:the|this) error|corrects? (?:the )?(?:spelling|name|date"
    r"|figure|attribution)|an? (?:correction|clarification) (?:has been|was) (?:made|added))"
    r"|в (?:тексте|новости|статье|материале|заметке|первоначальной версии)"
    r" (?:была |были |исправлен|допущен|содержал|ошибочно)"
    r"|(?:ошибк\w+|неточност\w+) исправлен|текст (?:был )?(?:исправлен|дополнен|обновл[её]н)"
    r"|приносим (?:свои )?извинения|у попередній версії|in einer früheren (?:version|fassung)"
    r"|une version (?:précédente|antérieure)|una versión (?:anterior|previa)",
    re.IGNORECASE,
)
#: … and at the beginning of a paragraph or in brackets.
_MARKED = re.compile(
    r"(?:^|[(\[])\W*(?:corrections?|corrected|clarifications?|updated?|editor(?:'s|s') note|edited"
    r"|retraction|retracted|(?:материал|статья|новость|публикация) (?:был[ао]? )?"
    r"(?:удал[её]н[ао]?|отозван[ао]?|снят[ао]? с публикации)"
    r"|erratum|обновлено|обновление|дополнено|исправлено|исправление|поправка|уточнение|уточнено"
    r"|от редакции|опровержение|упд|upd|оновлено|виправлено|уточнення|korrektur|aktualisiert"
    r"|berichtigung|anmerkung der redaktion|correctif|rectificatif|mis à jour|corrección"
    r"|actualización|actualizado|rettifica|aggiornamento)\b(?=\s{0,3}[:.,\d\])(-]|\s+(?:at|on|with|в)\b|$)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a version says, as far as a change of it counts.

    Attributes:
        title: headline.
        text: the body, plain.
        modified: when the publisher says that it was changed last, or None.
    """

    title: str
    text: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How a version differs from the one before it.

    Attributes:
        kind: one of `KINDS`.
        stealth: the text changed, and the publisher's date did not: nobody was told. Not said of
            typing errors put right, nor where the publisher gives no such date.
        added: how many words were added, those of the headline included.
        removed: how many were removed.
        similarity: how much of both texts is the same, 0 to 1.
    """

    kind: str
    stealth: bool
    added: int
    removed: int
    similarity: float


def compare(before: Wording, after: Wording) -> Change:
    """Return what kind of change led from one text to the next.

    A *correction* comes with a new note that says so. A change is *minor* where words were only
    spelled otherwise, *formatting* where none was; one of the *headline* leaves the body alone or
    almost. All else is *substantial*: a figure, a name, a "not", a sentence.
    """
    titles = _Difference.of(before.title, after.title)
    bodies = _Difference.of(before.text, after.text)
    kind = _kind(before, after, titles, bodies)
    sizes = titles.sizes + bodies.sizes
    common = titles.common + bodies.common
    dated = after.modified is not None and after.modified == before.modified
    return Change(
        kind=kind,
        stealth=dated and kind in ("substantial", "headline"),
        added=titles.added + bodies.added,
        removed=titles.removed + bodies.removed,
        similarity=round(2 * common / sizes, 4) if sizes else 1.0,
    )


def has_new_note(before: Wording, after: Wording) -> bool:
    """Tell whether a text says, as it did not before, that it was put right or taken back."""
    return bool(_notes(after) - _notes(before))


def _kind(before: Wording, after: Wording, titles: _Difference, bodies: _Difference) -> str:
    if titles.is_none and bodies.is_none:
        return "formatting"
    if has_new_note(before, after):
        return "correction"
    if not bodies.is_typo:
        return "substantial"
    return "minor" if titles.is_none else "headline"


def _notes(wording: Wording) -> Counter[str]:
    """Return the marks of corrections in a text, with a piece of what follows each."""
    text = "\n".join(map(fold, (wording.title, *wording.text.split("\n"))))
    found = [*_MARKED.finditer(text), *_CORRECTED.finditer(text)]
    return Counter(" ".join(words(text[match.start() : match.end() + 60])) for match in found)


@dataclass(frozen=True, slots=True)
class _Difference:
    """What became of the words of a text: in each changed place those before and those after."""

    places: tuple[tuple[list[str], list[str]], ...]
    common: int
    sizes: int

    @classmethod
    def of(cls, before: str, after: str) -> _Difference:
        old, new = words(fold(before))[:_MAX_WORDS], words(fold(after))[:_MAX_WORDS]
        if old == new:
            return cls((), len(old), 2 * len(old))
        places: list[tuple[list[str], list[str]]] = []
        at_old = at_new = common = 0
        for one, other, size in [*align(old, new), (len(old), len(new), 0)]:
            if one > at_old or other > at_new:
                places.append((old[at_old:one], new[at_new:other]))
            at_old, at_new, common = one + size, other + size, common + size
        return cls(tuple(places), common, len(old) + len(new))

    @property
    def is_none(self) -> bool:
        return not self.places

    @property
    def removed(self) -> int:
        return sum(len(old) for old, _ in self.places)

    @property
    def added(self) -> int:
        return sum(len(new) for _, new in self.places)

    @property
    def is_typo(self) -> bool:
        """Nothing was changed but spelling and little words."""
        if self.added > _MOST_TYPOS or self.removed > _MOST_TYPOS:
            return False
        return all(_is_slip(old, new) for old, new in self.places)


def _is_slip(old: list[str], new: list[str]) -> bool:
    if len(old) > _TYPO_WORDS or len(new) > _TYPO_WORDS or _has_figure([*old, *new]):
        return False
    one, other = "".join(old), "".join(new)
    if not (one and other):  # of a word that stood twice, or was forgotten
        return all(len(word) <= _LITTLE and word not in _WEIGHTY for word in old + new)
    if any(word in _WEIGHTY for word in set(old) ^ set(new)):
        return False
    if len(one) <= _LITTLE and len(other) <= _LITTLE:
        return True
    if len(one) > _LONGEST or len(other) > _LONGEST:
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _has_figure(changed: Iterable[str]) -> bool:
    return any(character.isdigit() for word in changed for character in word)
