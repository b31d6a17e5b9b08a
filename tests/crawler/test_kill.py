"""Crawls that are killed at random moments lose nothing and store nothing twice."""

from __future__ import annotations

from pathlib import Path

from benchmarks.kill import killed


def test_kills_and_power_cuts_cost_nothing(tmp_path: Path) -> None:
    """The documented run has 50 kills and 2,000 pages; see docs/durability.md."""
    toll = killed(tmp_path, pages=300, kills=10, power_cuts=4)
    assert len(toll.kills) == 10, "the crawl ended before"
    assert any(kill.power_cut for kill in toll.kills)
    assert not toll.missing
    assert not toll.lost
    assert not toll.refetched
    assert not toll.faults
    assert toll.doubled < 0.03 * toll.pages
