"""What two sequences have in common, in order, in time that grows with their length.

The usual algorithms take a square of the time (difflib) or as long as the difference is large
(Myers). Texts of strangers are as long and as different as they like. So first what occurs once
on either side is aligned (the "patience" idea: the longest increasing run of such pairs), then
what lies between, and again; what is left is small as a rule, and goes to Myers within bounds.
What is beyond them counts as replaced: a coarser answer, never a wrong one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

#: So often what lies between is divided again.
_MAX_DEPTH = 12
#: So many edits Myers looks for, in pieces that are no longer than the second number together.
_MAX_EDITS = 200
_MAX_PIECE = 4000
#: … and so many steps it takes in all, for all pieces of two sequences.
_MAX_STEPS = 2_000_000


class Match(NamedTuple):
    """A run that is the same in both sequences.

    Attributes:
        before: where it begins in the first.
        after: where it begins in the second.
        size: how long it is.
    """

    before: int
    after: int
    size: int


def align(before: Sequence[str], after: Sequence[str]) -> list[Match]:
    """Return the runs that two sequences share, in order, none touching the next in both.

    >>> align("the old ferry".split(), "the new ferry".split())
    [Match(before=0, after=0, size=1), Match(before=2, after=2, size=1)]
    """
    pairs: list[tuple[int, int]] = []
    steps = _MAX_STEPS
    pieces = [(0, len(before), 0, len(after), 0)]
    while pieces:
        low, high, start, end, depth = pieces.pop()
        while low < high and start < end and before[low] == after[start]:
            pairs.append((low, start))
            low, start = low + 1, start + 1
        while low < high and start < end and before[high - 1] == after[end - 1]:
            high, end = high - 1, end - 1
            pairs.append((high, end))
        if low == high or start == end:
            continue
        anchors = _anchors(before, after, (low, high, start, end)) if depth < _MAX_DEPTH else []
        if not anchors:
            found, taken = _shortest(before[low:high], after[start:end], steps)
            pairs += [(low + one, start + other) for one, other in found]
            steps -= taken
            continue
        for one, other in anchors:
            pieces.append((low, one, start, other, depth + 1))
            low, start = one, other  # the anchor itself is the common beginning of the next piece
        pieces.append((low, high, start, end, depth + 1))
    return _runs(sorted(pairs))


def _anchors(
    before: Sequence[str], after: Sequence[str], piece: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    """Return pairs of what occurs once on either side, as many as stand in the same order."""
    low, high, start, end = piece
    once = {token for token, count in Counter(before[low:high]).items() if count == 1}
    there = Counter(token for token in after[start:end] if token in once)
    place = {after[at]: at for at in range(start, end) if there.get(after[at]) == 1}
    unique = [(at, place[before[at]]) for at in range(low, high) if before[at] in place]
    # The longest increasing run, by patience sorting: `tops` holds the lowest end of a run of each
    # length, `previous` what stands before each pair in the best run that ends with it.
    tops: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for number, (_, other) in enumerate(unique):
        length = bisect_left(tops, other)
        previous.append(ends[length - 1] if length else -1)
        if length == len(tops):
            tops.append(other)
            ends.append(number)
        else:
            tops[length], ends[length] = other, number
    found: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(unique[number])
        number = previous[number]
    return found[::-1]


def _shortest(
    before: Sequence[str], after: Sequence[str], allowed: int
) -> tuple[list[tuple[int, int]], int]:
    """Return the pairs of the shortest edit (E. Myers 1986, greedy), or none where it is long.

    Args:
        before: a piece of the first sequence.
        after: a piece of the second.
        allowed: how many steps may be taken.

    Returns:
        The pairs, and how many steps were taken.
    """
    if len(before) + len(after) > _MAX_PIECE or set(before).isdisjoint(after):
        return [], 0
    steps = 0
    reach: dict[int, int] = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(_MAX_EDITS, len(before) + len(after)) + 1):
        steps += edits + 1
        if steps > allowed:
            break
        trail.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
            )
            one = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            other = one - diagonal
            while one < len(before) and other < len(after) and before[one] == after[other]:
                one, other = one + 1, other + 1
            reach[diagonal] = one
            if one >= len(before) and other >= len(after):
                return _back(trail, one, other), steps
    return [], steps


def _back(trail: list[dict[int, int]], one: int, other: int) -> list[tuple[int, int]]:
    """Return the pairs on the way back from the end of both sequences."""
    pairs: list[tuple[int, int]] = []
    for edits in range(len(trail) - 1, -1, -1):
        reach, diagonal = trail[edits], one - other
        down = diagonal == -edits or (
            diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
        )
        came = diagonal + 1 if down else diagonal - 1
        from_one = reach[came] if edits else 0
        from_other = from_one - came if edits else 0
        while one > from_one and other > from_other:
            one, other = one - 1, other - 1
            pairs.append((one, other))
        one, other = from_one, from_other
    return pairs


def _runs(pairs: list[tuple[int, int]]) -> list[Match]:
    runs: list[Match] = []
    for before, after in pairs:
        if runs:
            last = runs[-1]
            if (before, after) == (last.before + last.size, last.after + last.size):
                runs[-1] = last._replace(size=last.size + 1)
                continue
        runs.append(Match(before, after, 1))
    return runs
