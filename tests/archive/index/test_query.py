"""What people type, and the full-text query that is made of it."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.index.query import MAX_TERMS, parse


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("korea", '"korea"'),
        ("north korea troops", '"north" AND "korea" AND "troops"'),
        ('"north korea"', '"north korea"'),
        ('kim "north korea" troops', '"kim" AND "north korea" AND "troops"'),
        ("troops -navy", '("troops") NOT ("navy")'),
        ("troops -navy -fleet", '("troops") NOT ("navy" OR "fleet")'),
        ('troops -"black sea"', '("troops") NOT ("black sea")'),
        ("troops NOT navy", '("troops") NOT ("navy")'),
        ("-navy troops", '("troops") NOT ("navy")'),
        ("tank OR plane", '("tank" OR "plane")'),
        ("new tank OR plane OR ship deal", '"new" AND ("tank" OR "plane" OR "ship") AND "deal"'),
        ("cats AND dogs", '"cats" AND "dogs"'),
        ("cats and dogs or birds", '"cats" AND "and" AND "dogs" AND "or" AND "birds"'),
        ("troop*", '"troop" *'),
        ("войска Зеленский", '"войска" AND "Зеленский"'),
        # marks inside a word split it, as they do in the text: what is left is a phrase
        ("1,500", '"1,500"'),
        ("e-mail", '"e-mail"'),
        ("don't", '"don\'t"'),
        ("U.S.", '"U.S."'),
        # nothing but marks is no word
        ("troops & navy !", '"troops" AND "navy"'),
        ('troops ""', '"troops"'),
        ("--navy troops", '("troops") NOT ("navy")'),
    ],
)
def test_read_as_meant(typed: str, match: str) -> None:
    query = parse(typed)
    assert query.match == match
    assert query.hint is None


@pytest.mark.parametrize(
    ("typed", "match", "hint"),
    [
        ('"north korea', '"north" AND "korea"', "not closed"),
        ("OR troops", '"troops"', "OR stands at the beginning"),
        ("troops OR", '"troops"', "OR stands at the end"),
        ("-troops", '"troops"', "needs a word that is wanted"),
        ("site:bbc.com troops", '"site:bbc.com" AND "troops"', "use the option"),
        ("(tank ship)", '"(tank" AND "ship)"', "plain words"),
        ("NEAR(a b)", '"NEAR(a" AND "b)"', "plain words"),
        ("tr*ps", '"tr*ps"', "plain words"),
    ],
)
def test_read_otherwise_and_said_so(typed: str, match: str, hint: str) -> None:
    query = parse(typed)
    assert query.match == match
    assert query.hint is not None
    assert hint in query.hint


@pytest.mark.parametrize("typed", ["", "   ", "!!!", '""', "-", "OR", "…"])
def test_nothing_to_search_for(typed: str) -> None:
    with pytest.raises(UsageError, match="nothing to search for"):
        parse(typed)


def test_a_query_of_thousands_of_words_is_cut() -> None:
    query = parse("word " * 5000)
    assert query.match.count('"word"') == MAX_TERMS
    assert query.hint == f"only the first {MAX_TERMS} words are searched for"


@pytest.fixture(scope="module")
def fts() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 2')")
    db.execute("INSERT INTO t VALUES ('North Korea sent troops')")
    return db


MARKS = ["*", "(", ")", ":", "^", "+", "-", "OR", "AND", "NOT", "NEAR(", "\x00", "ab", '"']


@given(st.text() | st.lists(st.sampled_from(MARKS)).map(" ".join))
@example('a"b')
@example("\x00a")
@example("\udcff a")
@example("a\ufffdb")
def test_any_string_is_a_valid_query(fts: sqlite3.Connection, typed: str) -> None:
    try:
        query = parse(typed)
    except UsageError:
        assert not any(c.isalnum() for c in typed) or set(typed.split()) & {"OR", "AND", "NOT"}
    else:
        fts.execute("SELECT * FROM t WHERE t MATCH ?", (query.match,)).fetchall()
