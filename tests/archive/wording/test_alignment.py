"""What two sequences share, whatever they are."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.wording.alignment import align

LETTERS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


def longest(before: list[str], after: list[str]) -> int:
    """The length of the longest common subsequence, the slow and certain way."""
    row = [0] * (len(after) + 1)
    for one in before:
        last = 0
        for number, other in enumerate(after):
            last, row[number + 1] = (
                row[number + 1],
                last + 1 if one == other else max(row[number + 1], row[number]),
            )
    return row[-1]


@given(LETTERS, LETTERS)
def test_what_is_aligned_is_equal_and_in_order(before: list[str], after: list[str]) -> None:
    at_before = at_after = 0
    for match in align(before, after):
        assert match.size > 0
        assert match.before >= at_before
        assert match.after >= at_after
        end_before, end_after = match.before + match.size, match.after + match.size
        assert before[match.before : end_before] == after[match.after : end_after]
        at_before, at_after = end_before, end_after


@given(st.text("ab", min_size=4, max_size=30), st.text("ab", min_size=4, max_size=30))
def test_without_anything_unique_it_is_the_shortest_edit(before: str, after: str) -> None:
    one, other = list(before + "abab"), list("abab" + after)  # no letter stands there once
    common = sum(match.size for match in align(one, other))
    assert common <= longest(one, other)
    assert common >= 4


@given(LETTERS)
def test_a_sequence_is_all_its_own(letters: list[str]) -> None:
    assert sum(match.size for match in align(letters, letters)) == len(letters)


@pytest.mark.parametrize("edits", [1, 10, 100])
def test_few_edits_in_a_long_text_are_found(edits: int) -> None:
    chance = random.Random(edits)
    before = [f"w{chance.randrange(2000)}" for _ in range(20_000)]
    after = list(before)
    for _ in range(edits):
        after[chance.randrange(len(after))] = "new"
    common = sum(match.size for match in align(before, after))
    assert common >= len(before) - 2 * edits


HUGE = {
    "nothing in common": (["a"] * 300_000, ["b"] * 300_000),
    "many small rests": (
        [word for n in range(3000) for word in (f"w{n}", *"abcab" * 10)],
        [word for n in range(3000) for word in (f"w{n}", *"xcyba" * 10)],
    ),
    "nothing unique": (["a", "b"] * 150_000, ["b", "a", "c"] * 100_000),
    "reversed": ([str(n) for n in range(200_000)], [str(n) for n in range(200_000, 0, -1)]),
    "shuffled": (
        [str(n * 7919 % 100_003) for n in range(100_003)],
        [str(n) for n in range(100_003)],
    ),
}


@pytest.mark.parametrize(("before", "after"), HUGE.values(), ids=HUGE)
def test_no_input_takes_long(before: list[str], after: list[str]) -> None:
    begun = time.process_time()
    align(before, after)
    assert time.process_time() - begun < 5
