"""Transfer- and content-codings: undone as far as they can be, never further than asked."""

from __future__ import annotations

import gzip
import time
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.content import dechunk, decode

TEXT = b"The ferry is back. " * 200
CODED = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "x-gzip": gzip.compress(TEXT[:1000], mtime=0) + gzip.compress(TEXT[1000:], mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.ZstdCompressor().compress(TEXT),
}


@pytest.mark.parametrize(
    ("framed", "body"),
    [
        (b"5\r\nHello\r\n0\r\n\r\n", b"Hello"),
        (b"5;name=value\r\nHello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n", b"Hello!"),
        (b"05 \r\nHello\r\n0\r\n\r\n", b"Hello"),
        (b"A\nHelloHello\n0\n\n", b"HelloHello"),
        (b"0\r\n\r\n", b""),
        (b"", b""),
        # cut short: in a chunk, in its size, before the last one
        (b"5\r\nHel", b"Hel"),
        (b"5\r\nHello\r\n5\r\nW", b"HelloW"),
        (b"5\r\nHello\r\n", b"Hello"),
        # wrong on the way
        (b"5\r\nHello\r\nxyz\r\n", b"Hello"),
        (b"5\r\nHello world\r\n0\r\n\r\n", b"Hello"),
        # not chunked at all
        (b"<html>", b"<html>"),
        (b"-5\r\nHello\r\n", b"-5\r\nHello\r\n"),
    ],
)
def test_dechunk(framed: bytes, body: bytes) -> None:
    assert dechunk(framed) == body


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
def test_dechunk_undoes_chunking(chunks: list[bytes]) -> None:
    framed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    assert dechunk(framed) == b"".join(chunks)


@pytest.mark.parametrize("coding", CODED)
def test_decode(coding: str) -> None:
    assert decode(CODED[coding], [coding]) == TEXT
    assert decode(CODED[coding], [coding], 100) == TEXT[:100]


@pytest.mark.parametrize("coding", CODED)
def test_what_is_only_said_to_be_coded_comes_back_as_it_is(coding: str) -> None:
    assert decode(TEXT, [coding]) == TEXT


@pytest.mark.parametrize("coding", CODED)
@given(st.data())
def test_a_body_cut_short_gives_its_beginning(coding: str, data: st.DataObject) -> None:
    cut = CODED[coding][: data.draw(st.integers(0, len(CODED[coding])))]
    body = decode(cut, [coding])
    assert TEXT.startswith(body) or body == cut


@pytest.mark.parametrize("coding", [*CODED, "sdch"])
@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_without_complaint(coding: str, data: bytes) -> None:
    decode(data, [coding])
    decode(CODED.get(coding, TEXT) + data, [coding])


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    twice = brotli.compress(gzip.compress(TEXT))
    assert decode(twice, ["gzip", "br"]) == TEXT
    assert decode(TEXT, ["identity"]) == TEXT


def test_after_an_unknown_coding_nothing_more_can_be_done() -> None:
    assert decode(CODED["gzip"], ["gzip", "sdch"]) == CODED["gzip"]


def test_what_follows_a_gzip_body_is_no_part_of_it() -> None:
    assert decode(CODED["gzip"] + b"\r\n\r\n", ["gzip"]) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_goes_off_no_further_than_asked(coding: str) -> None:
    size = 200_000_000
    bomb = {
        "gzip": lambda: gzip.compress(bytes(size), 1),
        "deflate": lambda: zlib.compress(bytes(size), 1),
        "br": lambda: brotli.compress(bytes(size), quality=1),
        "zstd": lambda: zstandard.ZstdCompressor().compress(bytes(size)),
    }[coding]()
    begun = time.process_time()
    assert decode(bomb, [coding], 1_000_000) == bytes(1_000_000)
    assert time.process_time() - begun < 0.5
