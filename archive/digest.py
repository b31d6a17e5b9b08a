"""Digests in the one form each that newswarc writes."""

from __future__ import annotations

import base64
import hashlib


def sha1(data: bytes) -> str:
    """Return the digest of `data` as WARC headers carry it: ``sha1:`` and base32.

    >>> sha1(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return label(hashlib.sha1(data).digest())


def label(digest: bytes) -> str:
    """Return the 20 raw bytes of a SHA-1 as ``sha1:`` and base32."""
    return "sha1:" + base64.b32encode(digest).decode("ascii")


def sha256(data: bytes) -> str:
    """Return ``sha256:`` and the hexadecimal digest of `data`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
