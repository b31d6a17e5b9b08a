"""Values that are kept for a while."""

from __future__ import annotations

from itertools import count

from archive.web.kept import Kept


def test_a_value_is_made_when_it_is_asked_for_and_kept() -> None:
    numbers = count()
    kept = Kept(lambda: next(numbers), 1000)
    assert (kept.get(), kept.get(), next(numbers)) == (0, 0, 1)


def test_an_old_value_is_made_again() -> None:
    numbers = count()
    kept = Kept(lambda: next(numbers), -1)
    assert (kept.get(), kept.get()) == (0, 1)
