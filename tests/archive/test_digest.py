"""Digests, in the one form each."""

from __future__ import annotations

import hashlib

from archive import digest


def test_sha1_as_in_warc_headers() -> None:
    assert digest.sha1(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    assert digest.label(hashlib.sha1(b"abc").digest()) == digest.sha1(b"abc")


def test_sha256_in_hexadecimal() -> None:
    assert digest.sha256(b"abc") == (
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
