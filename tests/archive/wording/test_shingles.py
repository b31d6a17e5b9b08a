"""Texts that share passages, and texts that only speak of the same."""

from __future__ import annotations

import random

import pytest

from archive.wording.shingles import SKETCH, Overlap, shingles, sketch

CHANCE = random.Random(5)
WORDS = [f"word{number}" for number in range(500)]
TEXT = " ".join(CHANCE.choice(WORDS) for _ in range(400))
OTHER = " ".join(CHANCE.choice(WORDS) for _ in range(400))


def part(share: float) -> str:
    """A text of which a share is a passage of `TEXT`, and the rest of another one."""
    size = round(400 * share)
    return " ".join(TEXT.split()[:size] + OTHER.split()[size:])


def test_numbers_are_the_same_everywhere() -> None:
    assert sorted(shingles("the ferry came back to the harbor")) == [
        5895515239260,
        73291023521665,
        91573830242897,
    ]


@pytest.mark.parametrize(("share", "copy"), [(1, True), (0.6, True), (0.1, False), (0, False)])
def test_copies(share: float, copy: bool) -> None:
    overlap = Overlap.of(shingles(TEXT), shingles(part(share)))
    assert overlap.is_copy is copy
    assert overlap.first == pytest.approx(share, abs=0.02)


def test_typography_does_not_count() -> None:
    assert shingles("“The ferry”, he said,  came – back") == shingles(
        '"the FERRY" he said came back'
    )


@pytest.mark.parametrize("share", [0.9, 0.5, 0.35])
def test_a_sketch_finds_what_shares_a_passage(share: float) -> None:
    assert set(sketch(shingles(TEXT))) & set(sketch(shingles(part(share))))


def test_a_sketch_is_small_and_a_short_text_has_none() -> None:
    assert len(sketch(shingles(TEXT * 10))) == SKETCH
    assert sketch(shingles("A picture of the ferry in the harbor.")) == []
    assert not Overlap.of(shingles("a b c d e"), shingles("a b c d e")).is_copy
