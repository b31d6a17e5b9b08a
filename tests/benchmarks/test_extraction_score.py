"""How much of an extractor's answer is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.extraction import score
from benchmarks.extraction.pages import Page

NOTHING = dict.fromkeys(
    ("title", "authors", "date", "site", "language", "image", "tags"),
)


def page(*body: tuple[str, bool], **known: Any) -> Page:
    return Page(Path("page.html"), "set", "https://example.com/", body, {**NOTHING, **known})


def test_a_body_is_compared_by_four_words() -> None:
    wanted = page(("one two three four five", False))
    assert score.body(wanted, "One two three four five") == (1, 1, 1)
    assert score.body(wanted, "one two three four five").f1 == 1
    assert score.body(wanted, "one two three four five six") == (2, 1, 0)
    assert score.body(wanted, None).recall == 0


def test_a_paragraph_that_may_be_left_out_counts_neither_way() -> None:
    wanted = page(("one two three four five", False), ("a standfirst of six words here", True))
    assert score.body(wanted, "one two three four five").f1 == 1
    both = "one two three four five\na standfirst of six words here"
    assert score.body(wanted, both).f1 == 1


@pytest.mark.parametrize(
    ("field", "known", "given", "right"),
    [
        ("title", "Rivers rise", "Rivers  rise", True),
        ("title", "Rivers rise", "Rivers rise | Paper", False),
        ("authors", ["Anna Ivanova"], ["Ivanova, Anna"], False),
        ("authors", ["Anna Ivanova"], ["anna ivanova"], True),
        ("date", "2024-10-23 08:15:00+03:00", "2024-10-23", True),
        ("time", "2024-10-23 08:15:00+03:00", "2024-10-23T05:15:30+00:00", True),
        ("time", "2024-10-23 08:15:00+03:00", "2024-10-23", False),
        ("site", "The Paper", "Paper", True),
        ("language", "no", "nb-NO", True),
        ("image", ["https://x/a/33712345-w200.jpg"], "https://y/33712345.webp", True),
        ("image", ["https://x/20241023/a.jpg"], "https://x/20241023/b.jpg", False),
        ("tags", ["Water", "north"], ["water, North"], True),
    ],
)
def test_fields(field: str, known: Any, given: Any, right: bool) -> None:
    name = "date" if field == "time" else field
    found = score.fields(page(**{name: known}), {name: given})
    assert (found[field].f1 == 1) is right


def test_the_interval_holds_the_difference() -> None:
    mean, low, high = score.interval([0.9, 0.8, 1.0, 0.7], [0.8, 0.8, 0.9, 0.7])
    assert mean == pytest.approx(0.05)
    assert low <= mean <= high
