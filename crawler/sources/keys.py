"""The keys of ``newswarc.toml``, and what their values may be.

A check returns the value as it is used, or raises ``ValueError`` with what the value must be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from archive.errors import UsageError
from crawler.guard import parse_connect_to
from crawler.model import Kind

Check = Callable[[object], object]

REQUISITES = ("none", "page", "all")
ROBOTS = ("obey", "robots-only", "ignore")
_NAME = re.compile(r"[\w.:-]{1,100}")


def source_name(value: object) -> str:
    """Check the name of a source."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("letters, digits and . : - _")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("a number of seconds, 0 or more")
    return float(value)


def _positive(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a whole number, 1 or more")
    return value


def _bytes(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("a number of bytes, 0 or more")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or not value.isascii():
        raise ValueError("a line of printable ASCII")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("a list of strings")
    return tuple(value)


def _patterns(value: object) -> tuple[str, ...]:
    patterns = _strings(value)
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"regular expressions ({error})") from None
    return patterns


def _entries(value: object) -> tuple[str, ...]:
    entries = _strings(value)
    for entry in entries:
        try:
            parse_connect_to(entry)
        except UsageError:
            raise ValueError("a list of HOST:PORT:ADDR:PORT") from None
    return entries


def _one_of(choices: Sequence[str]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


#: Keys of a ``[[source]]`` that hold seeds, and what those are.
SEEDS = {
    "url": Kind.HOME,
    "feeds": Kind.FEED,
    "sitemaps": Kind.SITEMAP,
    "sections": Kind.SECTION,
}
#: Its other keys, fields of a `Source`, which may stand in ``[crawl]`` for all sources as well.
SOURCE: dict[str, Check] = {
    "hosts": _strings,
    "allow": _patterns,
    "deny": _patterns,
    "delay": _seconds,
    "concurrency": _positive,
    "depth": _positive,
    "requisites": _one_of(REQUISITES),
    "robots": _one_of(ROBOTS),
    "connect_to": _entries,
    "render": _flag,
}
#: Keys of ``[crawl]`` beside these, fields of a `Configuration`.
CRAWL: dict[str, Check] = {
    "contact": _text,
    "user_agent": _text,
    "connect_to": _entries,
    "min_free": _bytes,
}
#: Keys of ``[render]``, and what they are in a `Configuration`.
RENDER: dict[str, tuple[str, Check]] = {
    "browser": ("browser", _text),
    "seconds": ("render_seconds", _seconds),
}
