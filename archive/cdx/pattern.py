"""Regular expressions from strangers, matched in time that grows with the text and no faster.

Python's own engine tries the ways in which an expression may match one after another, and there
may be more of them than anybody can wait for: ``(a+)+$``. Here all ways are followed at once,
letter by letter (Thompson's construction; the sets of places reached are remembered). What cannot
be done so, back references and looking around, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.cdx.expression import Accepts, Alternatives, Anchor, Letter, Node, Sequence, parse
from archive.errors import UsageError

#: No expression has more places when its counts are written out.
_MAX_PLACES = 400
#: So many sets of places are remembered.
_MAX_SETS = 500


@dataclass(slots=True)
class _Place:
    """Somewhere in an expression.

    Attributes:
        to: where it goes on: after a letter, if it `accepts` one; otherwise without.
        accepts: tells of a letter whether it may follow.
        only: ``^`` or ``$``: it goes on only at the beginning or at the end of a text.
    """

    to: list[int]
    accepts: Accepts | None = None
    only: str = ""


@dataclass(slots=True)
class _Reached:
    """A set of places, with the sets that follow on letters tried so far."""

    places: frozenset[int]
    matched: bool
    after: dict[str, _Reached] = field(default_factory=dict)


class Pattern:
    r"""An expression that must match from the beginning of a text, as ``re.match`` has it.

    >>> Pattern(r".*\.(jpe?g|png)$").matches("https://www.example.com/a.jpg")
    True

    Args:
        text: see `archive.cdx.expression.parse`.

    Raises:
        UsageError: it is no expression, asks for more than is understood, or for too much.
    """

    def __init__(self, text: str) -> None:
        self._places = [_Place([])]  # whoever gets to the first has matched
        self._begin = self._new([self._written(parse(text), 0)])
        self._known: dict[frozenset[int], _Reached] = {}
        self._first = self._reached([self._begin], "^")

    def matches(self, text: str) -> bool:
        """Tell whether the expression matches, from the beginning of `text` on."""
        reached = self._first
        for letter in text:
            if reached.matched or not reached.places:
                return reached.matched
            following = reached.after.get(letter)
            if following is None:
                following = self._reached(self._after(reached.places, letter))
                reached.after[letter] = following
            reached = following
        return reached.matched or 0 in self._closure(reached.places, "$" if text else "^$")

    def _after(self, places: Iterable[int], letter: str) -> list[int]:
        """Return the places that follow on a letter."""
        found: list[int] = []
        for number in places:
            place = self._places[number]
            if place.accepts is not None and place.accepts(letter):
                found += place.to
        return found

    def _reached(self, places: Iterable[int], where: str = "") -> _Reached:
        closure = self._closure(places, where)
        if where:  # of the beginning of a text there is one only
            return _Reached(closure, 0 in closure)
        if closure not in self._known:
            if len(self._known) >= _MAX_SETS:
                self._first.after.clear()
                for known in self._known.values():
                    known.after.clear()
                self._known.clear()
            self._known[closure] = _Reached(closure, 0 in closure)
        return self._known[closure]

    def _closure(self, places: Iterable[int], where: str) -> frozenset[int]:
        """Return the places that are reached from some without a letter."""
        found: set[int] = set()
        waiting = list(places)
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            place = self._places[number]
            if place.accepts is None and (not place.only or place.only in where):
                waiting += place.to
        return frozenset(found)

    def _written(self, node: Node, behind: int) -> int:
        """Write a part down before the place that follows it, and return where it begins."""
        match node:
            case Letter(accepts):
                return self._new([behind], accepts)
            case Anchor(where):
                return self._new([behind], only=where)
            case Sequence(parts):
                for part in reversed(parts):
                    behind = self._written(part, behind)
                return behind
            case Alternatives(options):
                return self._new([self._written(option, behind) for option in options])
        begin = behind
        if node.most is None:
            begin = self._new([behind])
            self._places[begin].to.append(self._written(node.part, begin))
        else:
            for _ in range(node.most - node.least):
                begin = self._new([self._written(node.part, begin), behind])
        for _ in range(node.least):
            begin = self._new([self._written(node.part, begin)])
        return begin

    def _new(self, to: list[int], accepts: Accepts | None = None, only: str = "") -> int:
        if len(self._places) >= _MAX_PLACES:
            raise UsageError("a regular expression that is too long with its counts written out")
        self._places.append(_Place(to, accepts, only))
        return len(self._places) - 1
