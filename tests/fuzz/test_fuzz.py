"""Whatever a parser is given, it ends, with a named error at most; see also benchmarks/fuzz."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz.mutation import mutated
from benchmarks.fuzz.targets import Target, targets

TARGETS = {target.name: target for target in targets()}


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_can_be_read(name: str) -> None:
    assert TARGETS[name].seeds
    for seed in TARGETS[name].seeds[:5]:
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=40, deadline=None)
@given(chance=st.integers(0, 2**32))
def test_nothing_but_named_errors(name: str, chance: int) -> None:
    TARGETS[name](mutated(TARGETS[name].seeds, random.Random(chance)))


def test_what_is_looked_for_is_found() -> None:
    broken = Target("broken", lambda data: data.decode("ascii"), [b"text"])
    found = 0
    for chance in range(200):
        try:
            broken(mutated(broken.seeds, random.Random(chance)))
        except UnicodeDecodeError:
            found += 1
    assert found > 5
