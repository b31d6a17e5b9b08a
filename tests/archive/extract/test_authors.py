"""Bylines as they are printed and stated, and the names in them."""

from __future__ import annotations

import pytest

from archive.extract.authors import merged, names
from archive.model import Author


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("AFP", ["AFP"]),
        ("By AFP", ["AFP"]),
        ("BY ANNA IVANOVA", ["ANNA IVANOVA"]),
        ("By Anna Ivanova and John Smith", ["Anna Ivanova", "John Smith"]),
        ("Anna Ivanova, John Smith and AFP", ["Anna Ivanova", "John Smith", "AFP"]),
        ("Anna Ivanova; John Smith", ["Anna Ivanova", "John Smith"]),
        ("Written by Anna Ivanova", ["Anna Ivanova"]),
        ("Von Anna Müller und Karl Maier", ["Anna Müller", "Karl Maier"]),
        ("Martin Luther King, Jr.", ["Martin Luther King, Jr"]),
        ("Anna Ivanova (Kyiv)", ["Anna Ivanova"]),
        ("Anna Ivanova | Reuters", ["Anna Ivanova", "Reuters"]),
        ("Anna Ivanova - Correspondent", ["Anna Ivanova"]),
        ("anna@example.com Anna Ivanova", ["Anna Ivanova"]),
        ("Автор: Анна Иванова", ["Анна Иванова"]),
        ("Vonda Andersen", ["Vonda Andersen"]),
        ("Andy Andrews", ["Andy Andrews"]),
        ("松岡大地", ["松岡大地"]),
        ("https://www.facebook.com/example", []),
        ("admin", []),
        ("Staff", []),
        ("", []),
        ("x" * 500, []),
        ("Anna has written about rivers and bridges for more than twenty years.", []),
    ],
)
def test_names(byline: str, expected: list[str]) -> None:
    assert names(byline) == expected


def test_the_publication_is_no_author() -> None:
    stated = [Author("The Daily Example"), Author("Anna Ivanova"), Author("example.com")]
    assert merged(stated, ["Daily Example", "example.com"]) == (Author("Anna Ivanova"),)


def test_each_author_once_with_a_link_if_there_is_one() -> None:
    stated = [Author("Anna Ivanova"), Author("anna ivanova", "https://example.com/anna")]
    assert merged(stated, []) == (Author("anna ivanova", "https://example.com/anna"),)
