"""Where in ``newswarc.toml`` something stands: TOML readers give values, not lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"\s*(\[\[?)\s*[\"']?([\w-]+)[\"']?\s*\]\]?")
_KEY = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))\s*[.=]")
#: Quotation marks between which lines are no lines of TOML.
_LONG = re.compile(r'"""|\'\'\'')


@dataclass(frozen=True, slots=True)
class Place:
    """A table of the file.

    Attributes:
        label: what a person calls it.
        table: its name; empty for the top of the file.
        number: which one of that name, from 1.
    """

    label: str
    table: str = ""
    number: int = 1

    def line(self, text: str, key: str | None = None) -> int | None:
        r"""Return the line, from 1, of a key of this table, or of its header; None if unknown.

        An inline table has no lines of its own: what is in it stands where it begins.

        >>> Place("[crawl]", "crawl").line("[crawl]\n\ndelay = 1\n", "delay")
        3
        """
        table, seen, found = "", {"": 1}, None
        for number, line in _lines(text):
            header = _HEADER.match(line)
            if header is not None:
                table = header[2]
                seen[table] = seen.get(table, 0) + 1
            here = table == self.table and seen[table] == self.number
            name = _KEY.match(line)
            word = "" if name is None else name[1] or name[2] or name[3]
            if here and header is not None:
                found = number
            if here and key is not None and header is None and word == key:
                return number
            if table == "" and self.table and word == self.table:
                found = number
        return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not the inside of a string of several lines, with their numbers."""
    inside: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        outside = inside is None
        for mark in _LONG.findall(line):
            if inside is None:
                inside = mark
            elif inside == mark:
                inside = None
        if outside:
            yield number, line
