"""What is escaped in CommonMark, and what is left alone."""

from __future__ import annotations

import pytest

from archive import commonmark


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain (CC BY-SA 2.0), “quoted” & done!", "plain (CC BY-SA 2.0), “quoted” & done!"),
        ("a*b `c` \\d", "a\\*b \\`c\\` \\\\d"),
        ("snake_case _x_", "snake_case \\_x\\_"),
        ("[1] [a](b)", "[1] [a\\](b)"),
        ("1 < 2 <b> &lt;", "1 < 2 \\<b> \\&lt;"),
    ],
)  # fmt: skip
def test_escape(text: str, escaped: str) -> None:
    assert commonmark.escape(text) == escaped


@pytest.mark.parametrize(
    ("line", "escaped"),
    [
        ("- item", "\\- item"),
        ("-item", "-item"),
        ("1. item", "1\\. item"),
        ("1.5 items", "1.5 items"),
        ("# head", "\\# head"),
        ("#tag", "#tag"),
        ("> quote", "\\> quote"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("~~~", "\\~~~"),
    ],
)
def test_start_of_a_line(line: str, escaped: str) -> None:
    assert commonmark.escape_start(line) == escaped


def test_link() -> None:
    assert (
        commonmark.link("a [b]", "https://e.com/x (1)") == "[a \\[b\\]](https://e.com/x%20%281%29)"
    )
