"""A regular expression, taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from archive.errors import UsageError

Accepts: TypeAlias = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter that is accepted."""

    accepts: Accepts


@dataclass(frozen=True, slots=True)
class Anchor:
    """``^`` or ``$``."""

    where: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part behind the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A part that comes several times: at least, and at most or, if that is None, for ever."""

    part: Node
    least: int
    most: int | None


Node: TypeAlias = Letter | Anchor | Sequence | Alternatives | Repeated

_MAX_LENGTH = 200
_MAX_DEPTH = 30

_CLASSES = "dDwWsS"
_COUNT = re.compile(r"\{(\d{1,3})(,?)(\d{0,3})\}")
_COUNTS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def parse(text: str) -> Node:
    r"""Return what an expression says.

    Args:
        text: letters, ``.``, ``[…]``, ``\d \w \s``, ``( | )``, ``* + ? {2,5}``, ``^ $``.

    Raises:
        UsageError: it is none, or asks for more than these.
    """
    return _Reader(text).all()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def all(self) -> Node:
        if len(self._text) > _MAX_LENGTH:
            raise UsageError(f"a regular expression of more than {_MAX_LENGTH} letters")
        node = self._alternatives()
        if self._at < len(self._text):
            raise self._wrong("a ) without its (")
        return node

    def _alternatives(self) -> Node:
        options = [self._sequence()]
        while self._next("|"):
            options.append(self._sequence())
        return Alternatives(tuple(options))

    def _sequence(self) -> Node:
        parts = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            parts.append(self._counted(self._part()))
        return Sequence(tuple(parts))

    def _part(self) -> Node:
        counted = _COUNT.match(self._text, self._at)
        letter = self._text[self._at]
        self._at += 1
        if letter in _COUNTS or counted:
            raise self._wrong(f"nothing before {letter}")
        if letter == "(":
            return self._group()
        if letter in "^$":
            return Anchor(letter)
        if letter == ".":
            return Letter(_anything)
        if letter == "[":
            return Letter(self._class())
        return Letter(self._escaped() if letter == "\\" else letter.__eq__)

    def _group(self) -> Node:
        if self._next("?") and not self._next(":"):
            raise self._wrong("only (…) and (?:…) are understood")
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._wrong("too many groups in groups")
        node = self._alternatives()
        self._depth -= 1
        if not self._next(")"):
            raise self._wrong("a ( without its )")
        return node

    def _counted(self, part: Node) -> Node:
        """Read how often a part comes."""
        counted = _COUNT.match(self._text, self._at)
        letter = self._text[self._at : self._at + 1]
        if letter in _COUNTS:
            self._at += 1
            least, most = _COUNTS[letter]
        elif counted:
            self._at = counted.end()
            least = int(counted[1])
            most = int(counted[3]) if counted[3] else None if counted[2] else least
            if most is not None and most < least:
                raise self._wrong(f"{counted[0]} asks for more than it allows")
        else:
            return part
        self._next("?")  # the shortest match is a match, too
        return Repeated(part, least, most)

    def _class(self) -> Accepts:
        """Read what follows ``[``."""
        negated = self._next("^")
        accepted: list[Accepts] = []
        while not accepted or not self._next("]"):
            low = self._class_letter()
            if callable(low):
                accepted.append(low)
                continue
            high, following = low, self._text[self._at : self._at + 2]
            if following[:1] == "-" and following != "-]":
                self._at += 1
                end = self._class_letter()
                if callable(end) or end < low:
                    raise self._wrong("a range that leads nowhere")
                high = end
            accepted.append(_range(low, high))
        return lambda letter: negated != any(one(letter) for one in accepted)

    def _class_letter(self) -> str | Accepts:
        if self._at >= len(self._text):  # behind the end, where it ends with a backslash
            raise self._wrong("a [ without its ]")
        letter = self._text[self._at]
        self._at += 1
        if letter != "\\":
            return letter
        if self._text[self._at : self._at + 1] in tuple(_CLASSES):
            return self._escaped()
        self._at += 1
        return self._text[self._at - 1 : self._at] or "\\"

    def _escaped(self) -> Accepts:
        """Read what follows a backslash."""
        letter = self._text[self._at : self._at + 1]
        self._at += 1
        if letter in tuple(_CLASSES):
            return re.compile(f"\\{letter}").match
        if not letter or letter.isalnum():
            raise self._wrong(f"\\{letter} is not understood")
        return letter.__eq__

    def _next(self, letter: str) -> bool:
        """Go on behind a letter, if it is the next one."""
        found = self._text.startswith(letter, self._at)
        self._at += found
        return found

    def _wrong(self, problem: str) -> UsageError:
        return UsageError(f"not a regular expression: {self._text!r}: {problem}")


def _anything(letter: str) -> bool:
    return letter != "\n"


def _range(low: str, high: str) -> Accepts:
    return lambda letter: low <= letter <= high
