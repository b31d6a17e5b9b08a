"""Markdown beside the text that it is the markup of: the text once and plain, the rest small."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

#: What zlib looks back to (RFC 1950).
_WINDOW = 32 * 1024
_LEVEL = 6


def pack(markdown: str, text: str) -> bytes | None:
    r"""Return `markdown` as a short string of bytes; None where it is the text itself.

    >>> text = "The ferry is safe, said the captain. " * 9
    >>> len(pack(f"## Safe\n\n{text}", text)) < 40
    True
    """
    if markdown == text:
        return None
    packer = zlib.compressobj(_LEVEL, zdict=_dictionary(text))
    return packer.compress(markdown.encode()) + packer.flush()


def packed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes into a row of ``versions`` with its Markdown packed."""
    return {**row, "markdown": pack(row["markdown"], row["text"])}


def unpack(markdown: bytes | None, text: str) -> str:
    """Return the Markdown that `pack` was given."""
    if markdown is None:
        return text
    return zlib.decompressobj(zdict=_dictionary(text)).decompress(markdown).decode()


def _dictionary(text: str) -> bytes:
    return text.encode()[-_WINDOW:]
