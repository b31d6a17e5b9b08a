"""Answers taken apart, however the network cuts them into pieces."""

from __future__ import annotations

import pytest
from odd_answers import MAX_BODY, MAX_HEAD, ODD, PAGE, Odd, head, length

from crawler.wire.answer import Answer

SMALL = {name: odd for name, odd in ODD.items() if len(odd.block) + len(odd.after) < 10_000}


def take(odd: Odd, size: int) -> Answer:
    """Feed all that the server sends, `size` bytes at a time."""
    answer = Answer(odd.method, MAX_HEAD, MAX_BODY)
    data = odd.before + odd.head + odd.body + odd.after
    entity = b"".join(answer.feed(data[at : at + size]) for at in range(0, len(data), size))
    answer.end("time" if odd.then == "stall" else "disconnect")
    assert entity == (answer.entity.read() if answer.parsed else b"")
    return answer


@pytest.mark.parametrize("size", [1, 2, 3, 10, 1_000_000])
@pytest.mark.parametrize(("name", "odd"), SMALL.items(), ids=SMALL)
def test_pieces_make_no_difference(name: str, odd: Odd, size: int) -> None:
    answer = take(odd, size)
    assert answer.complete
    assert answer.head + answer.body.read() == odd.block
    assert answer.truncated == odd.truncated
    assert (answer.problem is not None) == (odd.error is not None)
    assert answer.excess == (0 if odd.error else len(odd.after))


@pytest.mark.parametrize(
    ("name", "kept"),
    {
        "length": True,
        "chunked": True,
        "no-content": True,
        "version-1.0-keep-alive": True,
        "until-close": False,
        "says-close": False,
        "version-1.0": False,
        "length-too-short": False,
        "length-and-chunked": False,
        "chunk-too-long": False,
        "switching": False,
        "nothing": False,
    }.items(),
)
def test_connection_is_kept_only_when_the_end_is_sure(name: str, kept: bool) -> None:
    assert take(ODD[name], 1_000_000).reusable is kept


def test_interim_heads_count_for_the_limit() -> None:
    answer = Answer("GET", 200, 0)
    while not answer.complete:
        answer.feed(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    assert answer.truncated == "length"


def test_who_stops_keeps_what_came() -> None:
    answer = Answer("GET", MAX_HEAD, MAX_BODY)
    answer.feed(head("Content-Length: 1000") + PAGE)
    answer.stop()
    answer.feed(PAGE)
    assert answer.body.read() == PAGE
    assert answer.truncated == "unspecified"
    assert not answer.reusable


def test_stopping_after_the_end_cuts_nothing() -> None:
    answer = Answer("GET", MAX_HEAD, MAX_BODY)
    answer.feed(length(PAGE) + PAGE)
    answer.stop()
    assert answer.truncated is None


@pytest.mark.parametrize("scale", [1, 50])
def test_no_limit_for_the_body(scale: int) -> None:
    body = bytes(100_000) * scale
    answer = Answer("GET", MAX_HEAD, 0)
    answer.feed(length(body))
    for at in range(0, len(body), 65536):
        answer.feed(body[at : at + 65536])
    assert answer.complete
    assert answer.body.open().read() == body
    answer.close()
