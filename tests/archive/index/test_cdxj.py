"""Spans of urlkeys: what is in them, in which order, and how they are read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from archive.index import cdxj
from archive.index.cdxj import Span
from archive.urlkey import urlkey

HOSTS = ("example.com", "www.example.com", "a.example.com", "example-two.com", "example.com:81")


@pytest.fixture
def filled(shelf: Any) -> Any:
    chance = random.Random(7)
    for _ in range(150):
        path = "".join(chance.choices("ab/!~", k=chance.randrange(4)))
        url = f"https://{chance.choice(HOSTS)}/{path}"
        shelf.capture(url, f"202410{chance.randrange(1, 4):02}000000")
    return shelf


def place(capture: Any) -> tuple[bytes, str, int]:
    return capture.urlkey.encode(), capture.timestamp, capture.location.offset


@pytest.mark.parametrize(
    ("span", "inside"),
    [
        (Span(), lambda key: True),
        (Span.exact("http://example.com/a"), lambda key: key == "com,example)/a"),
        (Span.prefix("http://example.com/a"), lambda key: key.startswith("com,example)/a")),
        (Span.prefix("http://example.com/a/"), lambda key: key.startswith("com,example)/a/")),
        (Span.host("http://example.com/a"), lambda key: key.startswith("com,example)")),
        (Span.host("http://example.com:81/"), lambda key: key.startswith("com,example:81)")),
        (
            Span.domain("http://example.com/"),
            lambda key: key.startswith(("com,example)", "com,example,")),
        ),
        (Span.exact("http://nowhere.org/"), lambda key: False),
    ],
)
def test_a_span_is_what_a_sort_of_all_says(filled: Any, span: Span, inside: Any) -> None:
    with filled.reader.reading() as db:
        everything = sorted(cdxj.walk(filled.reader.reading, Span()), key=place)
        assert len(everything) == 150
        for until in ("9" * 14, "20241002000000"):
            asked = replace(span, until=until)
            wanted = [one for one in everything if inside(one.urlkey) and one.timestamp <= until]
            assert cdxj.count(db, asked) == len(wanted)
            for piece in (1, 4, 1000):
                found = cdxj.walk(filled.reader.reading, asked, piece=piece)
                assert list(found) == wanted
                back = cdxj.walk(filled.reader.reading, asked, piece=piece, backwards=True)
                assert list(back) == wanted[::-1]
                rest = cdxj.walk(filled.reader.reading, asked, piece=piece, skip=5)
                assert list(rest) == wanted[5:]


def test_no_transaction_is_kept_open(filled: Any) -> None:
    """What comes into the index while lines are taken is no hindrance, and nothing comes twice."""
    found = cdxj.walk(filled.reader.reading, Span(), piece=10)
    seen = [next(found)]
    with filled.reader.reading() as db:
        assert not db.in_transaction
    filled.capture("https://zzz.example.com/", "20241001000000")
    filled.capture("https://0.com/", "20241001000000")
    seen += found
    assert [one.urlkey for one in seen].count("com,example,zzz)/") == 1
    assert len(seen) == 151  # what lies before the place is not gone back to
    assert len(set(map(place, seen))) == 151


def test_lines_of_one_second_are_sorted_as_well(shelf: Any) -> None:
    for name in ("https://www.example.com/", "http://example.com/", "http://www.example.com/"):
        shelf.capture(name, "20241001000000")
    found = cdxj.walk(shelf.reader.reading, Span.exact("http://example.com/"))
    lines = list(cdxj.in_order_of_lines(found, lambda one: one.url))
    assert lines == sorted(lines)
    assert len(lines) == 3


@pytest.mark.parametrize("backwards", [False, True])
def test_the_plans_use_their_indexes(filled: Any, backwards: bool) -> None:
    asked: list[str] = []

    @contextmanager
    def reading() -> Iterator[Any]:
        with filled.reader.reading() as db:
            db.set_trace_callback(asked.append)
            yield db
            db.set_trace_callback(None)

    span = Span.domain("http://example.com/")
    assert len(list(cdxj.walk(reading, span, backwards=backwards, piece=40, skip=1))) > 80
    with reading() as db:
        cdxj.count(db, span)
    with filled.reader.reading() as db:
        for sql in asked:
            plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
            assert plan[0].startswith("SEARCH urlkeys USING COVERING INDEX"), plan
            assert "compact_captures_by_url" in plan[1]
            assert not [line for line in plan if "TEMP B-TREE" in line or "SCAN" in line], plan


def test_a_key_ends_as_it_should() -> None:
    for url in ("http://example.com/a/", "http://example.com/a?"):
        assert Span.prefix(url).begin == urlkey(url) + url[-1]
    assert Span.prefix("http://example.com/").begin == "com,example)/"
