"""Whatever is killed, nothing that was acknowledged is lost, and nothing is there twice."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults.__main__ import torture


def test_kills_of_all_that_writes_cost_nothing(tmp_path: Path) -> None:
    """The documented run has a hundred kills; see docs/durability.md."""
    report = torture(tmp_path, kills=5, seed=5, pages=60)
    assert report.kills.total() == 5
    assert len(report.kills) >= 3, "several kinds of them were killed"
    assert report.captures
    assert (report.missing, report.doubled, report.faults) == (0, 0, [])
