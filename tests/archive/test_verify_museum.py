"""What is said of each file of the museum of broken WARCs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.verify import verify

MUSEUM = Path(__file__).parents[2] / "fixtures" / "warcs"

#: By file: where the damage is, and what is said of it. Nothing is said of the others.
FINDINGS = {
    "content-length-too-large": ("0", "the block is 99820 bytes shorter than its Content-Length"),
    "flipped-bit": ("0", "bad gzip member at 0"),
    "garbage-between": ("309", "no gzip member at 309"),
    "no-content-length": ("0", "no Content-Length"),
    "no-type": ("0", "WARC-Type is missing"),
    "not-a-warc": ("0", "not a WARC record"),
    "not-gzip": ("0", "no gzip member at 0"),
    "odd-content-length": ("0", "Content-Length is 'twelve'"),
    "odd-date": ("0", "WARC-Date is 'yesterday'"),
    "truncated-tail": ("309", "the record at 309 is cut short"),
    "two-in-one-member": ("0", "several records in one gzip member"),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_what_is_said_of_a_broken_file(newsroom: Any, name: str) -> None:
    shutil.copy(MUSEUM / f"{name}.warc.gz", newsroom.collection.archive_dir)
    newsroom.index()
    at, problem = FINDINGS[name]
    (finding,) = verify(newsroom.collection)
    assert finding.place == f"{name}.warc.gz:{at}"
    assert problem in finding.problem
    assert (finding.kind, finding.repairable) == ("record", name == "truncated-tail")


@pytest.mark.parametrize(
    "name",
    [
        *("bracketed-url", "brotli", "chunked", "chunked-bad", "chunked-gzip", "chunked-not"),
        *("deflate", "deflate-raw", "empty", "folded-header", "good", "gzip", "gzip-bomb"),
        *("gzip-cut", "gzip-not", "head-only", "header-without-colon", "latin-1-header"),
        *("line-feeds-only", "no-head", "twice-coded", "unknown-coding", "zstd"),
    ],
)
def test_an_odd_file_is_no_broken_one(newsroom: Any, name: str) -> None:
    shutil.copy(MUSEUM / f"{name}.warc.gz", newsroom.collection.archive_dir)
    newsroom.index()
    assert list(verify(newsroom.collection)) == []
