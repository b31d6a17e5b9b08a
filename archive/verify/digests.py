"""The digests of a record, compared with its bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator

from archive.warc.reader import Record


def digest_problems(record: Record) -> Iterator[str]:
    """Yield what is wrong with the digests of a record.

    The payload of a chunked body is the body without its chunks by the standard, with them by
    many writers: either is right.
    """
    if not record.whole:
        return
    block = record.headers.get("WARC-Block-Digest")
    if block and not _matches(block, record.head + record.payload):
        yield f"the block is not what its digest says ({block})"
    payload = record.headers.get("WARC-Payload-Digest")
    if (
        payload
        and record.type != "revisit"
        and not _matches(payload, record.payload)
        and not _matches(payload, record.entity())
    ):
        yield f"the payload is not what its digest says ({payload})"


def _matches(labelled: str, data: bytes) -> bool:
    """Tell whether a digest ``algorithm:value``, in base32 or hexadecimal, is that of `data`.

    One that cannot be checked, for its algorithm or its form, is taken for right.
    """
    algorithm, _, value = labelled.partition(":")
    name = algorithm.strip().lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return True
    found = hashlib.new(name, data, usedforsecurity=False).digest()
    value = value.strip()
    try:
        if len(value) == 2 * len(found):
            return bytes.fromhex(value) == found
        return base64.b32decode(value + "=" * (-len(value) % 8), casefold=True) == found
    except (ValueError, binascii.Error):
        return True
