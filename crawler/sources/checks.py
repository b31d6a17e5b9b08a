"""What the values in ``newswarc.toml`` may be.

A check returns the value as it is used, or raises ``ValueError`` with what the value must be.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from archive.errors import UsageError
from archive.urlkey import check_url
from crawler import duration
from crawler.connect import parse_connect_to

Check = Callable[[object], object]

NAME = r"[\w.:-]{1,100}"
#: A language tag (RFC 5646), or several with weights, as Accept-Language has them (RFC 9110,
#: clause 12.5.4).
LANGUAGE = (
    r"(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)(?:;q=[01](?:\.\d{1,3})?)?"
    r"(?:, ?(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)(?:;q=[01](?:\.\d{1,3})?)?){0,19}"
)
#: Ages at which an article is fetched again: no more of them, none sooner (seconds).
MAX_RECHECKS = 50
_SOONEST = 60.0


def source_name(value: object) -> str:
    """Check the name of a source."""
    if not isinstance(value, str) or not re.fullmatch(NAME, value):
        raise ValueError("letters, digits and . : - _")
    return value


def seconds(value: object) -> float:
    """Check a number of seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError("a number of seconds, 0 or more")
    return float(value)


def positive(value: object) -> int:
    """Check a count that is not zero."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a whole number, 1 or more")
    return value


def size(value: object) -> int:
    """Check a number of bytes."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("a number of bytes, 0 or more")
    return value


def flag(value: object) -> bool:
    """Check a yes or no."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def text(value: object) -> str:
    """Check a text that goes into one line of a request, or names a program."""
    if not isinstance(value, str) or not value.isprintable() or not value.isascii():
        raise ValueError("a line of printable ASCII")
    return value


def agent(value: object) -> str:
    """Check a user agent, or who is behind it: not empty, for a site is to know who comes."""
    if not text(value).strip():
        raise ValueError("a line of printable ASCII that is not empty")
    return text(value).strip()


def strings(value: object) -> tuple[str, ...]:
    """Check a list of strings."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("a list of strings")
    return tuple(value)


def patterns(value: object) -> tuple[str, ...]:
    """Check a list of regular expressions."""
    found = strings(value)
    for pattern in found:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"regular expressions ({error})") from None
    return found


def entries(value: object) -> tuple[str, ...]:
    """Check lines of the connect-to table."""
    found = strings(value)
    for entry in found:
        try:
            parse_connect_to(entry)
        except UsageError:
            raise ValueError("a list of HOST:PORT:ADDR:PORT") from None
    return found


def one_of(choices: Sequence[str]) -> Callable[[object], str]:
    """Return the check of a word that is one of some."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


def ages(value: object) -> tuple[float, ...]:
    """Check ages of an article: spans of time, which come out rising and each once."""
    wanted = f'up to {MAX_RECHECKS} spans of time of a minute or more, as ["1h", "6h", "3d"]'
    if not isinstance(value, list) or len(value) > MAX_RECHECKS:
        raise ValueError(wanted)
    try:
        found = {duration.parse(one) for one in strings(value)}
    except ValueError:
        raise ValueError(wanted) from None
    if any(age < _SOONEST for age in found):
        raise ValueError(wanted)
    return tuple(sorted(found))


def since(value: object) -> float | datetime | None:
    """Check how far back: an age, the beginning of a day (UTC), 0.0 for ``none``; None is all."""
    wanted = '"all", "none", an age ("30d") or a day ("2024-01-01")'
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    if not isinstance(value, str):
        raise ValueError(wanted)
    if value in ("all", "none"):
        return None if value == "all" else 0.0
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        return duration.parse(value)
    except ValueError:
        raise ValueError(wanted) from None


def language(value: object) -> str:
    """Check a language tag, or what Accept-Language may hold."""
    if not isinstance(value, str) or not re.fullmatch(LANGUAGE, value, re.ASCII):
        raise ValueError('a language such as "ru", or "ru,en;q=0.5"')
    return value


def words(value: object) -> str:
    """Check a command line, in the quoting of a shell."""
    try:
        if isinstance(value, str) and value.isprintable() and shlex.split(value):
            return value
    except ValueError:
        pass  # a quotation mark that nothing closes
    raise ValueError("a command line")


def url(value: object) -> str:
    """Check an http or https URL."""
    try:
        return check_url(value if isinstance(value, str) else "")
    except UsageError:
        raise ValueError("an http or https URL") from None
