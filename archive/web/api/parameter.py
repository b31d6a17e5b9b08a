"""Query parameters: what they are called, what they may be, and how they are read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.errors import UsageError
from archive.index.query.dates import span
from archive.urlkey import MAX_LENGTH, check_url
from archive.web.api.problem import UNKNOWN_PARAMETER, WRONG_VALUE, ProblemError
from archive.web.api.schema import Schema

#: A text is no longer than this (code points).
_LONGEST = 500
_MAX_ID = 2**63 - 1
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter.

    Attributes:
        name: as it stands in the query, and of the value for the handler.
        help: what it means, one sentence.
        schema: JSON Schema of one value.
        read: makes the value of its text; raises UsageError where it cannot.
        default: of the value.
        required: there is no answer without it.
        repeated: it may be given more than once, and its value is a list.
    """

    name: str
    help: str
    schema: Schema
    read: Callable[[str], Any] = field(repr=False)
    default: Any = None
    required: bool = False
    repeated: bool = False

    def described(self) -> Schema:
        """Return the parameter object of OpenAPI."""
        schema: Schema = dict(self.schema)
        if self.repeated:
            schema = {"type": "array", "items": schema, "uniqueItems": True}
        if self.default is not None and not self.repeated:
            schema["default"] = self.default
        return {
            "name": self.name,
            "in": "query",
            "description": self.help,
            "required": self.required,
            "schema": schema,
        }


def text(name: str, help: str, *, longest: int = _LONGEST) -> Parameter:  # noqa: A002
    """Return a parameter that is any text."""

    def read(given: str) -> str:
        if len(given) > longest:
            raise UsageError(f"longer than {longest} letters")
        return given

    return Parameter(name, help, {"type": "string", "maxLength": longest}, read)


def number(
    name: str,
    help: str,  # noqa: A002
    *,
    least: int = 1,
    most: int = _MAX_ID,
    default: int | None = None,
) -> Parameter:
    """Return a parameter that is a whole number."""

    def read(given: str) -> int:
        plain = given.isascii() and given.isdecimal() and len(given) <= len(str(most))
        if not plain or not least <= int(given) <= most:
            raise UsageError(f"not a number from {least} to {most}")
        return int(given)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, help, schema, read, default)


def choice(name: str, help: str, values: Sequence[str], default: str | None = None) -> Parameter:  # noqa: A002
    """Return a parameter that is one of some words."""

    def read(given: str) -> str:
        if given not in values:
            raise UsageError(f"not one of {', '.join(values)}")
        return given

    return Parameter(name, help, {"type": "string", "enum": list(values)}, read, default)


def choices(name: str, help: str, values: Sequence[str]) -> Parameter:  # noqa: A002
    """Return a parameter that is some of some words, and given once for each."""
    one = choice(name, help, values)
    return Parameter(name, help, one.schema, one.read, (), repeated=True)


def flag(name: str, help: str) -> Parameter:  # noqa: A002
    """Return a parameter that is ``true`` or ``false``."""

    def read(given: str) -> bool:
        if given not in _FLAGS:
            raise UsageError("not true or false")
        return _FLAGS[given]

    return Parameter(name, help, {"type": "boolean"}, read, default=False)


def url(name: str, help: str, *, required: bool = False) -> Parameter:  # noqa: A002
    """Return a parameter that is an http or https URL."""
    schema = {"type": "string", "pattern": r"^\s*[Hh][Tt][Tt][Pp][Ss]?://", "maxLength": MAX_LENGTH}
    return Parameter(name, help, schema, check_url, required=required)


def beginning(name: str, help: str) -> Parameter:  # noqa: A002
    """Return a parameter that is a time, of which the first second counts."""
    return Parameter(name, help, _time(), lambda given: _moment(given, first=True))


def end(name: str, help: str) -> Parameter:  # noqa: A002
    """Return a parameter that is a time, of which the last second counts."""
    return Parameter(name, help, _time(), lambda given: _moment(given, first=False))


def values(parameters: Iterable[Parameter], given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the values of parameters, by name.

    Args:
        parameters: that there are.
        given: names and texts, as they stand in a query.

    Raises:
        ProblemError: one is unknown, wrong, missing, or given twice.
    """
    known = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {}
    for name, content in given:
        parameter = known.get(name)
        if parameter is None:
            raise _unknown(name, known)
        value = _read(parameter, content)
        before: tuple[Any, ...] = found.get(name, ())
        if name in found and (not parameter.repeated or value in before):
            raise ProblemError(WRONG_VALUE, f"{name} is given twice", parameter=name)
        found[name] = (*before, value) if parameter.repeated else value
    for name, parameter in known.items():
        if parameter.required and name not in found:
            raise ProblemError(WRONG_VALUE, f"{name} is missing: {parameter.help}", parameter=name)
        found.setdefault(name, parameter.default)
    return found


def _read(parameter: Parameter, content: str) -> Any:
    try:
        return parameter.read(content)
    except UsageError as error:
        detail = f"{parameter.name}={content[:60]!r}: {error}"
        raise ProblemError(WRONG_VALUE, detail, parameter=parameter.name) from None


def _unknown(name: str, known: Iterable[str]) -> ProblemError:
    names = sorted(known)
    shown = repr(name[:60])
    near = difflib.get_close_matches(name[:60], names, n=1)
    if near:
        detail = f"there is no parameter {shown}; {near[0]} is probably meant"
        return ProblemError(UNKNOWN_PARAMETER, detail, parameter=name[:60], meant=near[0])
    there_are = f"there are {', '.join(names)}" if names else "there is none here"
    detail = f"there is no parameter {shown}; {there_are}"
    return ProblemError(UNKNOWN_PARAMETER, detail, parameter=name[:60])


def _time() -> Schema:
    return {
        "type": "string",
        "maxLength": 40,
        "examples": ["2024", "2024-10-23", "20241023081500", "2024-10-23T08:15:00Z", "7d"],
    }


def _moment(given: str, *, first: bool) -> datetime:
    if len(given) > 40:
        raise UsageError("not a time: too long")
    covered = span(given)
    return covered.first if first else covered.last
