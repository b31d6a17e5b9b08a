"""What may happen to bytes on their way, and what somebody may do to them on purpose."""

from __future__ import annotations

import random
from collections.abc import Sequence

#: Pieces that mean something to one parser or another.
WORDS = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n\r\n", b"\n", b"\x1f\x8b\x08", b"\x1b[2J", b"%00"),
    *(b"WARC/1.1\r\n", b"Content-Length: ", b"-1", b"9" * 30, b"HTTP/1.1 200\r\n", b"0\r\n\r\n"),
    *(b"<", b">", b"<!--", b"<![CDATA[", b"]]>", b"&#x110000;", b"&", b'"', b"'", b"<p" * 50),
    *(b"(" * 200, b"[" * 200, b"{" * 200, b"\\", b"[\\", b"url(", b"*", b"OR", b"NEAR/999999"),
    *(b"a" * 5000, b"\xd8\x00", b"\x80", b"\xe2\x80\xae", b"\xd9\xa1", b"[[source]]\n", b"= ["),
)


def mutated(seeds: Sequence[bytes], rng: random.Random, largest: int = 200_000) -> bytes:
    """Return one of some inputs after a few accidents.

    Args:
        seeds: what can be read.
        rng: decides what happens.
        largest: no more bytes than this.
    """
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 9))):
        at = rng.randint(0, len(data))
        end = min(len(data), at + rng.choice((1, 1, 4, 30, 400)))
        match rng.randrange(7):
            case 0 if data:
                data[at % len(data)] ^= 1 << rng.randrange(8)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = rng.choice(WORDS)
            case 3:
                data[at:end] = rng.randbytes(rng.randrange(20))
            case 4:
                data[at:at] = data[at:end] * rng.choice((1, 2, 60))
            case 5:
                other = rng.choice(seeds)
                begin = rng.randint(0, len(other))
                data[at:end] = other[begin : begin + 500]
            case 6:
                del data[at:]
    return bytes(data[:largest])
