"""Transfer- and content-codings undone, within bounds, whatever the bytes are.

Stored bytes come from strangers: a body may be cut short, mislabelled or a bomb. Every function
here gives what can be decoded and never more than it was asked for, and raises nothing. (warcio's
``content_stream`` is of no use for this: it fails on every brotli body.)
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

import brotli
import zstandard

from archive.warc.compress import GzipError, decompressor

#: How much of a decoded body anybody gets unless they ask for more (bytes).
MAX_BODY = 64 * 1024 * 1024

#: How much goes into a decoder at once: deflate makes at most 1,032 times as much of it.
_PIECE = 16 * 1024
#: A body coded more often than this was made to harm.
_MAX_CODINGS = 4
#: RFC 9659: no zstd content-coding needs a larger window.
_ZSTD_WINDOW = 8 * 1024 * 1024

_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_BROKEN: tuple[type[Exception], ...] = (GzipError, zlib.error, brotli.error, zstandard.ZstdError)


def dechunk(data: bytes) -> bytes:
    r"""Return a message body without its chunked framing (RFC 9112, 7.1).

    >>> dechunk(b"5\r\nHello\r\n7;x=1\r\n, world\r\n0\r\n\r\n")
    b'Hello, world'

    Bytes that are not chunked at all come back as they are: many archives hold bodies that lost
    the framing and kept the header. Framing that breaks off or goes wrong ends the body there.
    """
    if not _CHUNK_SIZE.match(data):
        return data
    chunks = []
    at = 0
    while (line := _CHUNK_SIZE.match(data, at)) and (size := int(line[1], 16)):
        chunks.append(data[line.end() : line.end() + size])
        end = _LINE_END.match(data, line.end() + size)
        if end is None:
            break
        at = end.end()
    return b"".join(chunks)


def decode(data: bytes, codings: Sequence[str], max_size: int = MAX_BODY) -> bytes:
    """Return a body without its content-codings.

    Args:
        data: the body as it was sent.
        codings: the values of Content-Encoding in their order, lower case.
        max_size: no more than that many bytes come back.
    """
    for coding in reversed(codings[:_MAX_CODINGS]):
        if coding in _DECODERS:
            data = _bounded(_DECODERS[coding], data, max_size)
        elif coding != "identity":
            break
    return data[:max_size]


def _bounded(decoder: Callable[[bytes], Iterator[bytes]], data: bytes, max_size: int) -> bytes:
    """Return what `decoder` makes of `data` until it fails or there is enough.

    A coding that fails on the very first bytes was only claimed: the data come back as they are.
    """
    body = bytearray()
    try:
        for piece in decoder(data):
            body += piece
            if len(body) >= max_size:
                break
    except _BROKEN:
        if not body:
            return data
    del body[max_size:]
    return bytes(body)


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]


def _gzip(data: bytes) -> Iterator[bytes]:
    """Decode gzip members one after another; what follows them and is none is left out."""
    member = decompressor()
    for piece in _pieces(data):
        yield member.decompress(piece)
        while member.eof and member.unused_data:
            rest = member.unused_data
            if not rest.startswith(b"\x1f"):
                return
            member = decompressor()
            yield member.decompress(rest)
        if member.eof:
            member = decompressor()


def _deflate(data: bytes) -> Iterator[bytes]:
    """Decode "deflate", which is zlib by RFC 9110, 8.4.1.2, and bare deflate by many servers."""
    is_zlib = len(data) >= 2 and data[0] & 15 == 8 and int.from_bytes(data[:2]) % 31 == 0
    stream = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
    for piece in _pieces(data):
        yield stream.decompress(piece)


def _brotli(data: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for piece in _pieces(data):
        yield stream.process(piece, output_buffer_limit=_PIECE)
        while not stream.can_accept_more_data():
            yield stream.process(b"", output_buffer_limit=_PIECE)
        if stream.is_finished():
            break


def _zstd(data: bytes) -> Iterator[bytes]:
    decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    with decoder.stream_reader(io.BytesIO(data), read_across_frames=True) as stream:
        while piece := stream.read(_PIECE):
            yield piece


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
