"""What a person types, read as a full-text query; there is no syntax error.

Words are all wanted, a ``"phrase"`` as it stands, ``-word`` not at all, ``one OR other`` either,
``troop*`` in any ending. Everything else is words: each goes into FTS5 quoted, where no character
has a meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.errors import UsageError

#: Longer queries are cut; no person writes them, and each word costs a look-up.
MAX_TERMS = 64

_TOKEN = re.compile(r'(-?)"([^"]*)"|(\S+)')
_FIELD = re.compile(r"(site|author|section|language|lang|since|until|before|after):", re.IGNORECASE)
_OPERATOR_LIKE = re.compile(r"[(){}^+]|^NEAR\b")


@dataclass(frozen=True, slots=True)
class Query:
    """A query that FTS5 can run.

    Attributes:
        match: the right side of ``MATCH``.
        hint: what was not understood and how it was read, for the person who asked; or None.
    """

    match: str
    hint: str | None = None


def parse(text: str) -> Query:
    """Read `text` as a query.

    >>> parse('north korea "1,500 troops" -navy').match
    '("north" AND "korea" AND "1,500 troops") NOT ("navy")'

    Raises:
        UsageError: there is no letter and no digit in it, so nothing to search for.
    """
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    hints: list[str] = []
    plain = text.encode("utf-8", "replace").decode().replace("\x00", " ")
    if plain.count('"') % 2:
        hints.append("a quotation mark is not closed")
        plain = plain.replace('"', " ")
    alternative = negated = False
    terms = 0
    for minus, phrase, word in _TOKEN.findall(plain):
        if word in ("AND", "OR", "NOT"):
            negated = word == "NOT"
            if word == "OR" and not wanted:
                hints.append("OR stands at the beginning")
            alternative = word == "OR" and bool(wanted)
            continue
        excluded = negated or bool(minus) or word.startswith("-")
        negated = False
        term = _term(phrase or word.lstrip("-"), prefix=word.endswith("*"))
        if term is None:
            continue
        terms += 1
        if terms > MAX_TERMS:
            hints.append(f"only the first {MAX_TERMS} words are searched for")
            break
        if word:
            hints += _hints(word)
        if excluded:
            unwanted.append(term)
        elif alternative:
            wanted[-1].append(term)
        else:
            wanted.append([term])
        alternative = False
    if alternative:
        hints.append("OR stands at the end")
    if not wanted and unwanted:
        hints.append("a search needs a word that is wanted; -words were read as words")
        wanted, unwanted = [[term] for term in unwanted], []
    if not wanted:
        raise UsageError(f"nothing to search for in {text[:60]!r}")
    return Query(_match(wanted, unwanted), "; ".join(dict.fromkeys(hints)) or None)


def _term(text: str, *, prefix: bool) -> str | None:
    """Return a phrase of FTS5 for `text`, or None where it has no letter or digit."""
    if not any(character.isalnum() for character in text):
        return None
    quoted = text.removesuffix("*").replace('"', '""')
    return f'"{quoted}" *' if prefix else f'"{quoted}"'


def _hints(word: str) -> list[str]:
    if field := _FIELD.match(word):
        return [f"{field[0]} is read as a word; use the option"]
    if _OPERATOR_LIKE.search(word) or "*" in word[:-1]:
        return [f"{word[:40]} is read as plain words"]
    return []


def _match(wanted: list[list[str]], unwanted: list[str]) -> str:
    match = " AND ".join(
        f"({' OR '.join(terms)})" if len(terms) > 1 else terms[0] for terms in wanted
    )
    return f"({match}) NOT ({' OR '.join(unwanted)})" if unwanted else match
