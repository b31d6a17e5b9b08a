"""Regular expressions: as Python's own say, and in bounded time."""

from __future__ import annotations

import random
import re
import time

import pytest

from archive.cdx.pattern import Pattern
from archive.errors import UsageError

PIECES = (
    *("a", "b", "c", "1", ".", "*", "+", "?", "(", "(?:", ")", "|", "^", "$", "{2}", "{0,2}"),
    *("{1,}", "[ab]", "[^a]", "[a-c1]", "[]a]", "[a-]", r"[\d-]", r"\d", r"\w", r"\.", "{", "}"),
)


def test_it_says_what_python_says() -> None:
    chance = random.Random(3)
    compared = 0
    for _ in range(4000):
        text = "".join(chance.choices(PIECES, k=chance.randrange(1, 9)))
        try:
            theirs = re.compile(text)
        except re.error:
            continue
        if re.search(r"[*+?}][+]", text):  # possessive: no way back
            continue
        ours = Pattern(text)
        for _ in range(5):
            value = "".join(chance.choices("abc1.-]{}", k=chance.randrange(7)))
            assert ours.matches(value) == bool(theirs.match(value)), (text, value)
            compared += 1
    assert compared > 5000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(a+)+$", "a" * 4000 + "b"),
        ("(a|a)*$", "a" * 4000 + "b"),
        ("(a?){50}a{50}$", "a" * 4000),
        ("(.*a.{30}){3}$", "ab" * 2000),
        ("((.*)*)*x", "y" * 4000),
    ],
)
def test_no_expression_takes_long(text: str, value: str) -> None:
    pattern = Pattern(text)
    begun = time.process_time()
    pattern.matches(value)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "text",
    [
        *("(", ")", "[", "[a", "*", "a**", "a{3,2}", r"(a)\1", "(?=a)", "(?i)a", "a" * 201),
        *("[z-a]", r"\b", "\\", "(" * 31 + ")" * 31, "a{999}", r"[a-\d]", "[\\", "[a-\\"),
        "((((){999}){999}){999}){999}",
    ],
)
def test_what_is_no_expression_or_too_much_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="regular expression"):
        Pattern(text)
