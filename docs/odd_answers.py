"""Write docs/odd-answers.md from the museum of odd answers that the tests crawl.

``make docs`` runs it; a test fails when the table and the museum differ.
"""

from __future__ import annotations

from pathlib import Path

from tests.crawler.wire.odd_answers import ODD, Odd

PATH = Path(__file__).parent / "odd-answers.md"

HEADER = """\
# Odd answers

What newswarc stores of answers that servers really give, and what a spider sees of them. Generated
by `make docs` from the museum that `tests/crawler/wire/test_exact_bytes.py` crawls over http and
https: there the stored blocks are compared with the server's own log, byte for byte.

"Whole" means: head and body exactly as sent. Interim (1xx) heads and bytes after the end of a body
belong to no answer and are not stored.

| answer | stored | WARC-Truncated | the spider gets |
|---|---|---|---|
"""


def row(name: str, odd: Odd) -> str:
    """Return the line of one answer."""
    if not odd.block:
        stored = "the request, and why there is no answer"
    elif not odd.http:
        stored = f"whole, {len(odd.block):,} bytes, as application/octet-stream"
    elif odd.block == odd.head + odd.body:
        stored = f"whole, {len(odd.block):,} bytes"
    else:
        stored = f"the first {len(odd.block):,} bytes"
    seen = odd.error or f"{odd.status}, {len(odd.entity or b''):,} bytes"
    return f"| {name} | {stored} | {odd.truncated or ''} | {seen} |\n"


def document() -> str:
    """Return the whole document."""
    return HEADER + "".join(row(name, odd) for name, odd in ODD.items())


if __name__ == "__main__":
    PATH.write_text(document())
