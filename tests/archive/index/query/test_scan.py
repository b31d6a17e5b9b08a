"""What a search finds is what a reader finds who goes through all articles, whatever is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import timestamp
from archive.errors import UsageError
from archive.index.query import Node, parse
from archive.index.query.tree import And, Field, Near, Not, Or, Phrase, Word, wanted
from tests.archive.index.query.test_parser import HOSTILE, MARKS

WORDS = ("ferry", "harbor", "captain", "korea", "café", "войска", "разведка", "1500")
SITES = ("a.example.com", "www.b.example.com", "news.example")
SECTIONS = ("news", "world")
FIRST_DAY = datetime(2024, 10, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    """An article as a reader sees it."""

    number: int
    title: tuple[str, ...]
    text: tuple[str, ...]
    site: str
    section: str
    tags: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"https://{self.site}/2024/{self.number}"

    @property
    def published(self) -> datetime:
        return FIRST_DAY + timedelta(days=self.number)


def story(number: int) -> st.SearchStrategy[Story]:
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(tuple)
    return st.builds(
        Story,
        st.just(number),
        words,
        words,
        st.sampled_from(SITES),
        st.sampled_from(SECTIONS),
        st.lists(st.sampled_from(SECTIONS), max_size=2, unique=True).map(tuple),
    )


WORD = st.builds(Word, st.sampled_from(WORDS))
PREFIX = st.builds(Word, st.sampled_from(["fe", "cap", "вой", "15", "harb"]), prefix=st.just(True))
PAIR = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(tuple)
NEAR = st.builds(
    Near,
    st.lists(WORD, min_size=2, max_size=2, unique=True).map(tuple),
    st.integers(0, 3),
)
FIELD = st.one_of(
    st.builds(
        Field, st.just("site"), st.sampled_from(["example.com", "b.example.com", "news.example"])
    ),
    st.builds(Field, st.just("section"), st.sampled_from(SECTIONS)),
    st.builds(Field, st.just("tag"), st.sampled_from(SECTIONS)),
    st.builds(Field, st.just("title"), st.sampled_from(WORDS)),
    st.builds(
        Field,
        st.sampled_from(["after", "before", "until", "on"]),
        st.sampled_from(["2024-10-01", "2024-10-03", "2024-10", "20241002120000"]),
    ),
)
LEAF = st.one_of(WORD, WORD, PREFIX, st.builds(Phrase, PAIR), NEAR, FIELD)


def groups(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, inner))


TREE = st.recursive(LEAF, groups, max_leaves=6)


def typed(node: Node) -> str:
    """A tree as a person would type it."""
    match node:
        case And(nodes):
            return f"({' '.join(map(typed, nodes))})"
        case Or(nodes):
            return f"({' OR '.join(map(typed, nodes))})"
        case Not(inner):
            return f"-{typed(inner)}" if not isinstance(inner, Not | Near) else f"-({typed(inner)})"
        case Near((first, second), distance):
            return f"{typed(first)} ~{distance} {typed(second)}"
        case Phrase():
            return f'"{node.text}"'
        case Field(name, value):
            return f'{name}:"{value}"'
        case Word():
            return node.text + "*" * node.prefix
    raise TypeError(node)


def holds(node: Node, story: Story) -> bool:
    """Tell whether a reader says that a story is what a tree wants."""
    columns = (story.title, story.text)
    match node:
        case And(nodes):
            return all(holds(inner, story) for inner in nodes)
        case Or(nodes):
            return any(holds(inner, story) for inner in nodes)
        case Not(inner):
            return not holds(inner, story)
        case Near((first, second), distance):
            return any(near(column, first.text, second.text, distance) for column in columns)
        case Phrase(words):
            return any(in_a_row(column, words) for column in columns)
        case Word(text, _, prefix):
            return any(
                word.startswith(text) if prefix else word == text
                for column in columns
                for word in column
            )
        case Field():
            return said(node.name, node.value, story)
    raise TypeError(node)


def near(column: Sequence[str], first: str, second: str, distance: int) -> bool:
    return any(
        {one, other} == {first, second} and abs(here - there) <= distance + 1
        for here, one in enumerate(column)
        for there, other in enumerate(column)
        if here != there
    )


def in_a_row(column: Sequence[str], words: Sequence[str]) -> bool:
    return any(
        tuple(column[place : place + len(words)]) == tuple(words) for place in range(len(column))
    )


def said(name: str, value: str, story: Story) -> bool:
    if name == "site":
        host = story.site.removeprefix("www.")
        return host == value or host.endswith(f".{value}")
    if name == "title":
        return value in story.title
    if name in ("section", "tag"):
        return value in ((story.section,) if name == "section" else story.tags)
    digits = value.replace("-", "")
    first, last = timestamp.to_datetime(digits), timestamp.last_moment(digits)
    return {
        "after": story.published >= first,
        "before": story.published < first,
        "until": story.published <= last,
        "on": first <= story.published <= last,
    }[name]


@given(
    st.integers(0, 6).flatmap(lambda number: st.tuples(*map(story, range(number)))),
    st.lists(TREE, min_size=1, max_size=8),
    st.sampled_from(["rank", "date"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_search_finds_what_a_reader_finds(
    new_shelf: Callable[[], Any], stories: tuple[Story, ...], trees: list[Node], sort: str
) -> None:
    shelf = new_shelf()
    for each in stories:
        shelf.put(
            each.url,
            " ".join(each.title),
            " ".join(each.text),
            section=each.section,
            tags=each.tags,
            published=each.published,
        )
    for tree in trees:
        query = typed(tree)
        if not any(True for _ in wanted(tree)):
            continue  # of -words alone the parser makes words
        results = shelf.search(query, sort=sort)
        found = [hit.url for hit in results]
        assert sorted(found) == sorted(each.url for each in stories if holds(tree, each)), query
        assert (results.total, results.hint) == (len(found), None)
        if sort == "date":
            assert found == sorted(found, key=lambda url: -int(url.rpartition("/")[2]))


ANY = st.text() | st.lists(st.sampled_from(MARKS)).map(" ".join)


@given(ANY)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_string_can_be_searched_for(shelf: Any, text: str) -> None:
    if parse(text).tree is None:
        with pytest.raises(UsageError, match="nothing to search for"):
            shelf.search(text)
    else:
        results = shelf.search(text)
        assert results.total == len(results.hits) == 0


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:6]))
def test_a_hostile_query_ends_soon(shelf: Any, text: str) -> None:
    for number in range(20):
        shelf.put(f"https://www.example.com/{number}", "ab cd", "a b c d " * 50)
    begun = time.process_time()
    with suppress(UsageError):
        shelf.search(text)
    assert time.process_time() - begun < 2
