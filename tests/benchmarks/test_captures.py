"""The benchmark of captures: its corpus, and that the index and the sorted file say the same."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from benchmarks.captures.__main__ import measure
from benchmarks.captures.corpus import corpus
from benchmarks.captures.sortedfile import SortedFile, write


def test_the_corpus_is_the_same_every_time() -> None:
    once = list(corpus(3000))
    assert once == list(corpus(3000)) == list(islice(corpus(4000), 3000))
    captures = [capture for capture, _ in once]
    assert len({(one.location.file, one.location.offset) for one in captures}) == 3000
    revisits = [one for one in captures if one.record_type == "revisit"]
    assert 0.1 < len(revisits) / 3000 < 0.5
    assert 2000 > len({one.urlkey for one in captures}) > 1500


def test_index_and_file_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure(tmp_path, 3000)
    told = capsys.readouterr().out
    assert "3,000 captures" in told
    assert told.count("closest: ") == 3
    assert told.count("first 100: ") == 3


@pytest.mark.parametrize(
    ("key", "moment", "found"),
    [
        ("b)/", "20240102000000", "20240102000000"),
        ("b)/", "20230101000000", "20240101000000"),
        ("b)/", "20250101000000", "20240103000000"),
        ("b)/", "20240102180000", "20240103000000"),
        ("b)/", "20240102120000", "20240102000000"),
        ("a)/", "20240101000000", "20240101000000"),
        ("c)/", "20240101000000", "20240101000000"),
        ("bb)/", "20240101000000", None),
        ("0)/", "20240101000000", None),
        ("z)/", "20240101000000", None),
    ],
)
def test_the_sorted_file(tmp_path: Path, key: str, moment: str, found: str | None) -> None:
    path = tmp_path / "a.cdxj"
    places = ["a)/ 20240101", *(f"b)/ 2024010{day}" for day in (1, 2, 3)), "c)/ 20240101"]
    write(path, (f'{place}000000 {{"url": "{place}"}}\n' for place in places))
    file = SortedFile(path)
    nearest = file.closest(key, moment)
    assert (nearest and nearest["timestamp"]) == found
    assert [one["url"] for one in file.span("b", "c", 2)] == places[1:3]
    assert len(file.span("b", "c", 9)) == 3
    file.close()
