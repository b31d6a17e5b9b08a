"""What is known about a version, as words of the full-text table: what filters ask for.

FTS5 intersects lists of row ids faster than any join can, so a site, a month or an author is a
word in the column ``facets``. Such a word begins with ``x`` and a letter for its kind, and ends in
a digit, where the stemmer changes nothing::

    xhexample1com0   the host, and each domain above it      xlen0     the language
    xnthe1times0     the name of the publication             xcworld0  the section
    xajane0 xadoe0   the words of an author's name           xtwar0    a tag
    xwtroop0   a word of the headline, by its stem: headlines are looked through for each search
    xy2024 xm202410 xd20241023      when it was published (UTC)
    xfold0 xfedited0 xfstealth0 xfimage0    an older version, an edit, one that no date tells of,
                                            with an image
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from archive.index.stems import fold, root

#: A version that is not what the article says now.
OLD = "xfold0"
#: What no version has.
NONE = "x0"
EDITED, STEALTH, IMAGE = "xfedited0", "xfstealth0", "xfimage0"

#: No version has more words of one kind: tags may be a page long.
_MOST = 60
_LONGEST = 60
#: So many names are remembered: those of sites, sections and authors come again and again.
_KNOWN = 10_000
_WORD = re.compile(r"[^\W_]+")


def site(host: str) -> str:
    """Return the word for a host, which the versions of its subdomains have as well.

    >>> site("www.Example.com")
    'xhexample1com0'
    """
    return _word("h", host.casefold().removeprefix("www."))


def publication(name: str) -> str:
    """Return the word for the name that a publication gives itself."""
    return _word("n", name)


def language(code: str) -> str:
    """Return the word for a language."""
    return _word("l", code)


def section(name: str) -> str:
    """Return the word for a section."""
    return _word("c", name)


@lru_cache(_KNOWN)
def author(name: str) -> str:
    """Return the words for a name, or a part of one, in a byline: a phrase.

    >>> author("Анна Ёлкина")
    'xaанна0 xaелкина0'
    """
    return " ".join(f"xa{word[:_LONGEST]}0" for word in _words(name)[:_MOST])


def tag(name: str) -> str:
    """Return the word for a tag."""
    return _word("t", name)


def headline(text: str) -> str:
    """Return the words for words of a headline: a phrase.

    >>> headline("The troops’ retreat")
    'xwthe0 xwtroop0 xwretreat0'
    """
    return " ".join(f"xw{root(word)[:_LONGEST]}0" for word in _words(text)[:_MOST])


def year(moment: datetime) -> str:
    """Return the word for the year (UTC) of a time."""
    return f"xy{moment:%Y}"


def month(moment: datetime) -> str:
    """Return the word for the month (UTC) of a time."""
    return f"xm{moment:%Y%m}"


def day(moment: datetime) -> str:
    """Return the word for the day (UTC) of a time."""
    return f"xd{moment:%Y%m%d}"


def words(
    metadata: Mapping[str, Any], title: str, *, host: str, dated: datetime, flags: Iterable[str]
) -> str:
    """Return all words of a version.

    Args:
        metadata: what the page said (``versions.metadata``).
        title: its headline.
        host: of the article.
        dated: when it was published, UTC.
        flags: what is so of `OLD`, `EDITED` and `STEALTH`.
    """
    labels = host.split(".")
    found = [site(".".join(labels[place:])) for place in range(max(1, len(labels) - 1))][:_MOST]
    for name, of in (("site", publication), ("language", language), ("section", section)):
        if value := metadata.get(name):
            found.append(of(value))
    # A word that no query has keeps the end of one name from the beginning of the next.
    found += _between("xa", [author(each["name"]) for each in metadata.get("authors", ())])
    found += [tag(each) for each in metadata.get("tags", ())[:_MOST]]
    date = f"{dated:%Y%m%d}"
    found += [f"xy{date[:4]}", f"xm{date[:6]}", f"xd{date}"]
    if metadata.get("image"):
        found.append(IMAGE)
    return " ".join((*found, *flags, headline(title)))


def _between(separator: str, names: Iterable[str]) -> list[str]:
    filled = [name for name in names if name][:_MOST]
    return [f" {separator} ".join(filled)] if filled else []


@lru_cache(_KNOWN)
def _word(kind: str, value: str) -> str:
    return f"x{kind}{'1'.join(_words(value))[:_LONGEST]}0"


def _words(value: str) -> list[str]:
    """Return the words of a value, folded."""
    plain = value if value.isascii() else unicodedata.normalize("NFC", value)
    return _WORD.findall(fold(plain))
