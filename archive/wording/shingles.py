"""Texts that share whole passages: agency copy, found by its shingles.

A shingle is a run of words; two texts that share many were not written apart. Each shingle gets a
number, and the lowest few numbers of a text are its *sketch* (A. Broder 1997, "On the resemblance
and containment of documents"): texts that share passages share some of them, however long they
are, so a sketch finds the candidates, and only these are compared in whole.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from zlib import crc32

from archive.wording.words import fold, words

#: Words of a shingle: fewer are found in texts on the same topic, more break at every edit.
_WORDS = 5
#: Numbers of a sketch.
SKETCH = 24
#: No more of a text is looked at, in words.
_MAX_WORDS = 20_000
#: A text with fewer shingles is too short to tell anything.
_ENOUGH = 30

_MASK = (1 << 63) - 1
#: What is left of a number, 47 bits, is what SQLite writes in six bytes.
_SHIFT = 16
#: Odd multipliers, one for each place in a shingle, and one to mix the sum.
_FACTORS = (
    0x1B873593CC9E2D51,
    0x2545F4914F6CDD1D,
    0x369DEA0F31A53F85,
    0x5851F42D4C957F2D,
    0x60EE2BC7A3D1B4E7,
)
_MIX = 0x1E3779B97F4A7C15


def shingles(text: str) -> frozenset[int]:
    """Return the numbers of the shingles of a text; the order of words within each counts."""
    found = words(fold(text))[:_MAX_WORDS]
    number = {word: crc32(word.encode("utf-8", "surrogatepass")) for word in set(found)}
    a, b, c, d, e = _FACTORS
    numbers = [number[word] for word in found]
    return frozenset(
        [
            (((total := a * one + b * two + c * three + d * four + e * five) ^ (total >> 31)) * _MIX
            & _MASK) >> _SHIFT
            for one, two, three, four, five in zip(
                numbers, numbers[1:], numbers[2:], numbers[3:], numbers[4:], strict=False
            )
        ]
    )  # fmt: skip


def sketch(found: frozenset[int]) -> list[int]:
    """Return the lowest numbers of a text's shingles; none of a text that is too short."""
    return heapq.nsmallest(SKETCH, found) if len(found) >= _ENOUGH else []


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common.

    Attributes:
        common: how many shingles.
        first: share of the first text, 0 to 1.
        second: share of the second.
    """

    common: int
    first: float
    second: float

    @classmethod
    def of(cls, first: frozenset[int], second: frozenset[int]) -> Overlap:
        """Compare two texts by their shingles."""
        common = len(first & second)
        return cls(common, common / (len(first) or 1), common / (len(second) or 1))

    @property
    def is_copy(self) -> bool:
        """Whether one of them holds so much of the other that both have one source."""
        return self.common >= _COPIED and max(self.first, self.second) >= _COPIED_SHARE


#: What copies share at least: this many shingles, and this share of the shorter text. A quotation
#: that two reporters noted at the same place makes a tenth of a text, as a rule.
_COPIED = 30
_COPIED_SHARE = 0.35
