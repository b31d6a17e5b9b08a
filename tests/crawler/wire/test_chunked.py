"""The chunked transfer-coding where it goes wrong; the rest is in the museum of odd answers."""

from __future__ import annotations

import pytest

from crawler.wire.chunked import ChunkedDecoder


@pytest.mark.parametrize(
    ("data", "entity", "problem"),
    [
        (b"3\r\nabcdef\r\n", b"abc", "longer than it says"),
        (b"3\r\nabc\r\n\r\n", b"abc", "no chunk size"),
        (b"-3\r\nabc\r\n", b"", "no chunk size"),
        (b"0x3\r\nabc\r\n", b"", "no chunk size"),
        (b"3 3\r\nabc\r\n", b"", "no chunk size"),
        (b"1" * 16 + b"\r\n", b"", "no chunk size"),
        (b"3;" + b"x" * 20_000, b"", "no end"),
        (b"0\r\n" + b"x" * 20_000, b"", "no end"),
        (b"0\r\n" + b"X: y\r\n" * 20_000, b"", "trailers"),
    ],
)
def test_broken(data: bytes, entity: bytes, problem: str) -> None:
    decoder = ChunkedDecoder()
    found, used = decoder.feed(data)
    assert found == entity
    assert used == len(data), "what cannot be told apart is kept"
    assert decoder.problem is not None
    assert problem in decoder.problem
    assert decoder.feed(b"3\r\nabc\r\n") == (b"", 8)
    assert not decoder.finished


def test_what_follows_the_end_is_not_taken() -> None:
    decoder = ChunkedDecoder()
    assert decoder.feed(b"3\r\nabc\r\n0\r\n\r\nHTTP/1.1") == (b"abc", 13)
    assert decoder.finished
