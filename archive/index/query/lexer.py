"""What a person typed, cut into lexemes: terms with what is at them, brackets, operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: No more characters of a query are read.
MAX_LENGTH = 4_000
#: How far apart the words of ``a NEAR b`` may be, where nobody says.
NEAR_DISTANCE = 10
MAX_DISTANCE = 100

#: What word processors make of quotation marks.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | {"\x00": " "})
_LEXEME = re.compile(
    r"""
    (?P<minus>-*)
    (?: (?P<open>\() | (?P<close>\))
      | (?: (?P<field>[A-Za-z]+):(?!//) )? (?P<exact>=)?
        (?: "(?P<phrase>[^"]*)"(?P<star>\*?) | (?P<word>[^\s()"]+) )
    )
    | \S
    """,
    re.VERBOSE,
)
_NEAR = re.compile(r"(?:NEAR(?:/(?P<slash>\d{1,9}))?|~(?P<tilde>\d{1,9}))")


@dataclass(frozen=True, slots=True)
class Open:
    """``(``, or ``-(``."""

    minus: bool


@dataclass(frozen=True, slots=True)
class Close:
    """``)``."""


@dataclass(frozen=True, slots=True)
class Operator:
    """``AND``, ``OR`` or ``NOT``."""

    name: str


@dataclass(frozen=True, slots=True)
class Nearness:
    """``NEAR``, ``NEAR/5`` or ``~5``."""

    distance: int


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase.

    Attributes:
        text: without anything of what follows.
        quoted: it stood in quotation marks.
        minus: ``-`` stood before it.
        field: the name before ``:``, as typed, or an empty text.
        exact: ``=`` stood before it.
        prefix: ``*`` stood behind it.
    """

    text: str
    quoted: bool = False
    minus: bool = False
    field: str = ""
    exact: bool = False
    prefix: bool = False

    @property
    def typed(self) -> str:
        """The term without its minus, for a person."""
        text = f'"{self.text}"' if self.quoted else self.text
        field = f"{self.field}:" if self.field else ""
        return f"{field}{'=' * self.exact}{text}{'*' * self.prefix}"


Lexeme = Open | Close | Operator | Nearness | Term


def lexemes(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of a query; what is none of them has no letter and no digit.

    Args:
        text: every quotation mark in it has its counterpart (`balanced`).
    """
    for match in _LEXEME.finditer(text):
        minus = bool(match["minus"])
        if match["open"]:
            yield Open(minus)
        elif match["close"]:
            yield Close()
        elif match["phrase"] is not None:
            field, exact = match["field"] or "", bool(match["exact"])
            yield Term(match["phrase"], True, minus, field, exact, bool(match["star"]))
        elif match["word"]:
            yield _word(match, minus=minus)


def _word(match: re.Match[str], *, minus: bool) -> Lexeme:
    word, field, exact = match["word"], match["field"] or "", bool(match["exact"])
    if not (field or exact or minus):
        if word in ("AND", "OR", "NOT"):
            return Operator(word)
        if near := _NEAR.fullmatch(word):
            distance = int(near["slash"] or near["tilde"] or NEAR_DISTANCE)
            return Nearness(min(distance, MAX_DISTANCE))
    return Term(word.rstrip("*") or word, False, minus, field, exact, word.endswith("*"))


def balanced(text: str) -> tuple[str, list[str]]:
    """Return a query of bearable length with closed quotation marks, and what was wrong with it."""
    hints = []
    if len(text) > MAX_LENGTH:
        hints.append(f"only the first {MAX_LENGTH:,} characters are read")
    plain = text[:MAX_LENGTH].encode("utf-8", "replace").decode().translate(_QUOTES)
    if plain.count('"') % 2:
        hints.append("a quotation mark is not closed")
        before, _, behind = plain.rpartition('"')
        plain = f"{before} {behind}"
    return plain, hints
