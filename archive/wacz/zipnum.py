"""Sorted CDXJ in gzip members of some hundred lines, with an index of the members.

The form is ZipNum's: the index (``index.idx``) has for each member the beginning of its first line
and where it lies in ``index.cdx.gz``, so that a reader looks a URL up in two small reads.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

#: Lines in a member, as py-wacz has them.
_LINES = 1024
_GZIP = 31


def members(lines: Iterable[str], blocks: list[str]) -> Iterator[bytes]:
    """Yield the gzip members that hold sorted lines of CDXJ.

    Args:
        lines: with their ends.
        blocks: gets the line of each member for the index of members.
    """
    rest = iter(lines)
    offset = 0
    while block := list(islice(rest, _LINES)):
        compressor = zlib.compressobj(wbits=_GZIP)
        member = compressor.compress("".join(block).encode()) + compressor.flush()
        prefix = block[0].partition("{")[0].strip()
        place = json.dumps({"offset": offset, "length": len(member)})
        blocks.append(f"{prefix} {place}\n")
        offset += len(member)
        yield member


def header(filename: str) -> str:
    """Return the first line of an index of members.

    Args:
        filename: of the members.
    """
    return "!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": filename}) + "\n"
