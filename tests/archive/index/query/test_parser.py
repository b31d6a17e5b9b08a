"""What people type, and the trees that are made of it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.index.query import Node, parse
from archive.index.query.lexer import MAX_LENGTH
from archive.index.query.parser import MAX_DEPTH, MAX_TERMS
from archive.index.query.tree import And, Field, Near, Not, Or, Phrase, Raw, Word, wanted


def told(tree: Node | None) -> str:
    """A tree on one line: ``and(north korea+ "a b" not(x))``."""
    if isinstance(tree, And):
        return f"and({' '.join(map(told, tree.nodes))})"
    if isinstance(tree, Or):
        return f"or({' '.join(map(told, tree.nodes))})"
    if isinstance(tree, Not):
        return f"not({told(tree.node)})"
    if isinstance(tree, Near):
        return f"near{tree.distance}({' '.join(map(told, tree.words))})"
    if isinstance(tree, Field):
        return f"{tree.name}:[{tree.value}]"
    if isinstance(tree, Phrase):
        return f'{"=" * tree.exact}"{tree.text}"{"*" * tree.prefix}'
    if isinstance(tree, Word):
        return f"{'=' * tree.exact}{tree.text}{'*' * tree.prefix}"
    return str(tree)


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("korea", "korea"),
        ("north korea troops", "and(north korea troops)"),
        ('"north korea"', '"north korea"'),
        ("“north korea”", '"north korea"'),
        ("«северная корея»", '"северная корея"'),
        ('kim "north korea" troops', 'and(kim "north korea" troops)'),
        ('"troops"', "troops"),
        ("troops -navy", "and(troops not(navy))"),
        ("--navy troops", "and(not(navy) troops)"),
        ('troops -"black sea"', 'and(troops not("black sea"))'),
        ("troops NOT navy", "and(troops not(navy))"),
        ("tank OR plane", "or(tank plane)"),
        ("new tank OR plane OR ship deal", "and(new or(tank plane ship) deal)"),
        ("cats AND dogs", "and(cats dogs)"),
        ("cats and dogs or birds not", "and(cats and dogs or birds not)"),
        ("tank OR -plane", "or(tank not(plane))"),
        ("(tank OR plane) deal", "and(or(tank plane) deal)"),
        ("(big tank) OR (small plane)", "or(and(big tank) and(small plane))"),
        ("deal -(tank OR plane)", "and(deal not(or(tank plane)))"),
        ("deal NOT (tank plane)", "and(deal not(and(tank plane)))"),
        ("((((deal))))", "deal"),
        ("deal () x", "and(deal x)"),
        ("f(x)", "and(f x)"),
        ("troop*", "troop*"),
        ('"north kor"*', '"north kor"*'),
        ("=troops", "=troops"),
        ('="north korea"', '="north korea"'),
        ("kim NEAR putin", "near10(kim putin)"),
        ("kim ~0 putin", "near0(kim putin)"),
        ("kim NEAR/3 putin", "near3(kim putin)"),
        ('kim ~5 "north korea"', 'near5(kim "north korea")'),
        ("kim ~5 putin ~3 xi", "near5(kim putin xi)"),
        ("kim ~999999 putin", "near100(kim putin)"),
        ("a near b", "and(a near b)"),
        # fields
        ("site:bbc.com", "site:[bbc.com]"),
        ("SITE:bbc.com troops", "and(site:[bbc.com] troops)"),
        ('author:"Anna Yolkina"', "author:[Anna Yolkina]"),
        ("-site:bbc.com", "not(site:[bbc.com])"),
        ("site:a.com OR site:b.com", "or(site:[a.com] site:[b.com])"),
        ("language:ru", "lang:[ru]"),
        ("since:2024 until:2024-10 before:7d on:2024-10-23", None),
        ("title:troop*", "title:[troop*]"),
        ("section:news*", "section:[news]"),
        ("is:edited is:STEALTH has:image", "and(is:[edited] is:[STEALTH] has:[image])"),
        ("url:https://a.com/b", "url:[https://a.com/b]"),
        # marks inside a word stay in it: the texts were split in the same way
        ("1,500", "1,500"),
        ("e-mail", "e-mail"),
        ("don't", "don't"),
        ("16:30", "16:30"),
        ("https://a.com/b", "https://a.com/b"),
        # nothing but marks is no word
        ("troops & navy !", "and(troops navy)"),
        ('troops "" "!"', "troops"),
    ],
)
def test_read_as_meant(typed: str, tree: str | None) -> None:
    parsed = parse(typed)
    if tree is not None:
        assert told(parsed.tree) == tree
    assert parsed.hints == ()


@pytest.mark.parametrize(
    ("typed", "tree", "hint"),
    [
        ('"north korea', "and(north korea)", "not closed"),
        ('"a b" "c d', 'and("a b" c d)', "not closed"),
        ("OR troops", "troops", "OR stands at the beginning"),
        ("troops OR", "troops", "OR stands at the end"),
        ("(troops OR) x", "and(troops x)", "OR stands at the end"),
        ("-troops", "troops", "needs a word that is wanted"),
        ("-troops -site:a.com", "and(troops site:[a.com])", "needs a word that is wanted"),
        ("(tank ship", "and(tank ship)", "a bracket is not closed"),
        ("tank) ship", "and(tank ship)", "a bracket is not opened"),
        ("NEAR a", "a", "NEAR stands between two words"),
        ("a NEAR", "a", "NEAR stands between two words"),
        ("a NEAR site:b.com", "and(a site:[b.com])", "NEAR stands between two words"),
        ("a NEAR -b", "and(a not(b))", "NEAR stands between two words"),
        ("tr*ps", "tr*ps", "tr*ps is read as plain words"),
        ("^troops", "^troops", "plain words"),
        ("t* ship", "and(t ship)", "a prefix needs 2 letters"),
        ("foo:bar", '"foo bar"', "foo: is no field; it is read as a word"),
        ("is:good", '"is good"', "is: knows only edited, stealth, removed, quarantined"),
        ("has:video", '"has video"', "has: knows only image"),
        ("after:soon", '"after soon"', "soon is no date"),
        ("on:2024-13", '"on 2024-13"', "2024-13 is no date"),
        ("before:999999999w", '"before 999999999w"', "is no date"),
        ("until:9999-12-31T23:59:59-23:00", None, "is no date"),
        ("on:999912", None, "is no date"),
        ("title: x", "and(title: x)", "title: stands without a value"),
        ('author:"" x', "and(author x)", "author: stands without a value"),
    ],
)
def test_read_otherwise_and_said_so(typed: str, tree: str | None, hint: str) -> None:
    parsed = parse(typed)
    if tree is not None:
        assert told(parsed.tree) == tree
    assert hint in (parsed.hint or "")


@pytest.mark.parametrize("typed", ["!!!", '""', "-", "OR", "…", "()", "(((", "NEAR ~5"])
def test_nothing_to_search_for(typed: str) -> None:
    parsed = parse(typed)
    assert parsed.tree is None
    assert f"nothing to search for in {typed!r}" in parsed.hints


def test_an_empty_query_is_no_mistake() -> None:
    assert parse("  ") == parse("")
    assert parse("").hints == ()


def test_a_query_of_thousands_of_words_is_cut() -> None:
    parsed = parse("word " * 700)
    assert isinstance(parsed.tree, And)
    assert len(parsed.tree.nodes) == MAX_TERMS
    assert parsed.hints == (f"only the first {MAX_TERMS} words are searched for",)


@pytest.mark.parametrize(
    "typed", ['"' + "word " * 100 + '"', "w:" * 100, "1,500," * 100, "w-" * 99]
)
def test_a_word_of_many_words_is_cut(typed: str) -> None:
    parsed = parse(typed)
    assert f"only the first {MAX_TERMS} words are searched for" in parsed.hints
    assert isinstance(parsed.tree, Phrase)
    assert len(re.findall(r"[^\W_]+", parsed.tree.text)) == MAX_TERMS


def test_a_query_of_thousands_of_letters_is_cut() -> None:
    parsed = parse("w" * 2 * MAX_LENGTH)
    assert parsed.tree == Word("w" * MAX_LENGTH)
    assert parsed.hints == ("only the first 4,000 characters are read",)


def depth(tree: Node | None) -> int:
    if isinstance(tree, And | Or):
        return 1 + max(map(depth, tree.nodes))
    return 1 + depth(tree.node) if isinstance(tree, Not) else 1


def test_brackets_within_brackets_come_to_an_end() -> None:
    parsed = parse("(a OR (b " * 40)
    assert f"only {MAX_DEPTH} brackets within each other are read" in parsed.hints
    assert depth(parsed.tree) <= 2 * MAX_DEPTH + 2


HOSTILE = [
    *("(" * 10_000, ")" * 10_000, "()" * 5_000, "-(" * 5_000, '"' * 10_001, "\x00" * 10_000),
    *("-" * 10_000, "a:" * 5_000, "a OR " * 2_000, "NEAR " * 2_000, "~9 a " * 2_000, "*" * 10_000),
    *("=" * 10_000, "a*" * 5_000, "NOT " * 2_500, 'a"' * 5_000, "(a " * 5_000, "is:" * 3_000),
    *("site:(" * 2_000, "\ud800" * 10_000, "a\u0301" * 5_000, "7d " * 3_000, "after:7" * 1_000),
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:6]))
def test_hostile_queries_take_no_time(typed: str) -> None:
    begun = time.process_time()
    parsed = parse(typed)
    assert time.process_time() - begun < 0.25
    assert sum(1 for _ in wanted(parsed.tree)) <= MAX_TERMS


MARKS = ["*", "(", ")", ":", "^", "+", "-", "OR", "AND", "NOT", "NEAR", "~5", "\x00", "ab", '"']
MARKS += ["site:", "is:edited", "after:2024", "=", "title:x", "-(", "cd", "“"]


@given(st.text() | st.lists(st.sampled_from(MARKS)).map(" ".join))
@example("\udcff a")
def test_any_string_is_a_valid_query(typed: str) -> None:
    parsed = parse(typed)
    assert all("\n" not in hint for hint in parsed.hints)
    if parsed.tree is None:
        assert (
            parsed.hints or not typed.strip("\x00 \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0").strip()
        )
    else:
        assert not any(isinstance(leaf, Raw) for leaf in wanted(parsed.tree))
