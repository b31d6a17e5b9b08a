"""Bylines to names: "By Anna Ivanova and AFP" is two authors, the newspaper itself is none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archive.model import Author

#: A longer byline is a text about the author, in characters.
LONGEST_BYLINE = 400
#: More names than any byline has: what gives more is a list of something else.
MAX_AUTHORS = 20

_BY = re.compile(
    r"^(?:(?:written|reported|story|words|text|by)\s+)*by[:\s]+|^(?:author|text|story)s?:\s*"
    r"|^(?:von|par|por|di|door|av|af)\s+(?=[A-ZÀ-Þ])|^(?:автор|текст)[ыа]?:\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|\n|,? (?:and|und|et|y|og|och|en|и)\s|\s&\s|,(?!\s*(?:Jr|Sr|I{2,3})\b))\s*"
)
_TAIL = re.compile(r"\s*(?:\((?:[^()]*)\)|[-–—|/]\s+.*)$")
_NOT_A_NAME = re.compile(r"https?:|www\.|[@<>{}=]|\d{3}|^\W*$")
_ADDRESS = re.compile(r"\S+@\S+")
# fmt: off
_NOBODY = frozenset((
    "admin", "administrator", "anonymous", "author", "by staff", "editor", "editorial",
    "editors", "guest", "guest author", "none", "null", "redaktion", "staff", "staff writer",
    "superuser", "undefined", "unknown", "user", "webmaster",
))
# fmt: on


def names(value: str) -> list[str]:
    """Return the names in one byline.

    >>> names("By Anna Ivanova and John Smith, Jr")
    ['Anna Ivanova', 'John Smith, Jr']
    """
    if len(value) > LONGEST_BYLINE:
        return []
    text = _BY.sub("", " ".join(_ADDRESS.sub(" ", value).split()))
    parts = [_BY.sub("", part).strip(" ,.;:–—-\"'“”") for part in _SPLIT.split(text)]
    return [name for part in parts if _is_name(name := _TAIL.sub("", part).strip() or part)]


def _is_name(text: str) -> bool:
    parts = text.split()
    return (
        1 < len(text) <= 80
        and len(parts) <= 7
        and not _NOT_A_NAME.search(text)
        and text.casefold() not in _NOBODY
        and not (len(parts) > 3 and sum(map(str.islower, parts)) * 2 > len(parts))  # a sentence
    )


def merged(authors: Iterable[Author], publication: Iterable[str | None]) -> tuple[Author, ...]:
    """Return the authors once each, without the publication that is named as its own author.

    Args:
        authors: names as the page gives them, a whole byline as one name or each apart.
        publication: names of the publication: the site's name, its host, the publisher.
    """
    houses = {_key(name) for name in publication if name}
    found: dict[str, Author] = {}
    for author in authors:
        for name in names(author.name):
            key = _key(name)
            if not key or (key in houses or _is_host(name, houses)):
                continue
            known = found.get(key)
            if known is None or (known.url is None and author.url):
                found[key] = Author(name, author.url)
    return tuple(found.values())[:MAX_AUTHORS]


def _key(name: str) -> str:
    folded = re.sub(r"\W+", "", name.casefold())
    return folded.removeprefix("the")


def _is_host(name: str, houses: set[str]) -> bool:
    """Tell whether `name` is a domain: ``example.com`` as author is the site itself."""
    return bool(re.fullmatch(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,12}", name)) and _key(name) in houses
