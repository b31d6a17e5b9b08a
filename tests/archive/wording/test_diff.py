"""Word diffs, as a person reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.wording.diff import word_diff
from archive.wording.words import fold, tokens, words

TEXT = st.text(alphabet=st.sampled_from("aab  \n.,Яж中文1«»–\u00a0\x00"), max_size=60)


def marked(before: str, after: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in word_diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("", "All new.", "[+All new.+]"),
        ("1,500 troops", "1,200 troops", "[-1,500-][+1,200+] troops"),
        ("He did it.", "He did not do it.", "He did [+not do +]it."),
        ("one two three four", "one six seven four", "one [-two three-][+six seven+] four"),
        ("A.\n\nC.", "A.\n\nB.\n\nC.", "A.\n\n[+B.\n\n+]C."),
        ("A.\n\nB is.", "A.", "A.[-\n\nB is.-]"),
        ("“Yes” – he  said", '"Yes" - he said', '"Yes" - he said'),
        ("渡轮回来了", "渡轮走来了", "渡轮[-回-][+走+]来了"),
        ("Паром пришёл", "Паром ушёл", "Паром [-пришёл-][+ушёл+]"),
    ],
)
def test_what_a_diff_looks_like(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


@given(TEXT, TEXT)
def test_a_diff_holds_both_texts(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    old = "".join(piece.text for piece in pieces if piece.kind != "added")
    assert fold(old) == fold(before)
    assert all(piece.text for piece in pieces)


@given(TEXT)
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It's 3.5 % of GDP", ["it's", "3.5", "of", "gdp"]),
        ("COVID-19, T-72B", ["covid", "19", "t", "72b"]),
        ("渡轮 ok", ["渡", "轮", "ok"]),
        ("Ёлка — 1 000", ["ёлка", "1", "000"]),
        ("10.05.2024", ["10.05.2024"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected
