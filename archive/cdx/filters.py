"""``filter=[!][=~]field:expression``: which captures a CDX query wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archive.cdx.line import FIELDS, ORIGINAL_FIELDS, cdxj
from archive.cdx.pattern import Pattern
from archive.errors import UsageError

#: Other names of the fields, short and as older CDX servers have them.
ALIASES = {
    "k": "urlkey",
    "t": "timestamp",
    "u": "url",
    "original": "url",
    "m": "mime",
    "mimetype": "mime",
    "s": "status",
    "statuscode": "status",
    "d": "digest",
    "l": "length",
    "o": "offset",
    "f": "filename",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a capture must be like.

    Attributes:
        field: that is looked at; the whole line if it is empty.
        accepts: tells whether its value will do.
        negated: whatever `accepts` accepts is not wanted.
    """

    field: str
    accepts: Callable[[str], bool]
    negated: bool

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Return the filter that `text` asks for.

        >>> Filter.parse("!=status:200").wants({"status": "404"})
        True

        Raises:
            UsageError: it names no field that there is, or its expression is none.
        """
        rest = text.removeprefix("!")
        negated = rest != text
        mode = rest[:1] if rest[:1] in ("=", "~") else ""
        name, colon, wanted = rest[len(mode) :].partition(":")
        field = field_of(name) if colon else ""
        return cls(field, _accepting(mode, wanted if colon else name), negated)

    def wants(self, values: Mapping[str, str]) -> bool:
        """Tell whether a capture with these fields is wanted."""
        value = values.get(self.field, "") if self.field else cdxj(dict(values)).rstrip("\n")
        return self.accepts(value) != self.negated


def field_of(name: str) -> str:
    """Return the field that a name means.

    Raises:
        UsageError: there is none.
    """
    field = ALIASES.get(name, name)
    if field not in FIELDS + ORIGINAL_FIELDS:
        raise UsageError(f"no such field: {name[:60]!r}; there are {', '.join(FIELDS)}")
    return field


def _accepting(mode: str, wanted: str) -> Callable[[str], bool]:
    match mode:
        case "=":
            return lambda value: value == wanted
        case "~":
            return Pattern(wanted).matches
    return lambda value: wanted in value
