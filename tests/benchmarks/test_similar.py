"""The labelled set of agency copies is the same each time, and the index tells it well."""

from pathlib import Path

from benchmarks.similar.__main__ import index, judged, report
from benchmarks.similar.corpus import REWRITINGS, corpus


def test_the_set():
    samples = corpus(3, seed=8)
    assert samples == corpus(3, seed=8)
    assert samples != corpus(3, seed=9)
    assert len(samples) == 3 * (1 + len(REWRITINGS) + 3)
    assert {sample.story for sample in samples} == {0, 1, 2}
    assert len({sample.text for sample in samples}) == len(samples) - 3  # one is verbatim


def test_the_score(tmp_path: Path):
    samples = corpus(12, seed=5)
    index(samples, tmp_path / "index.db")
    rows = [line.split("|") for line in report(samples, *judged(tmp_path / "index.db")).split("\n")]
    direct, clustered = ([float(cell) for cell in rows[line][4:6]] for line in (2, 3))
    assert direct[0] > 0.97
    assert direct[1] > 0.93
    assert min(clustered) > 0.97
