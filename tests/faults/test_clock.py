"""A clock that is set back: names stay apart, manifests in their order, nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive import manifest, timestamp
from archive.collection import Collection
from archive.ingest import ingest
from archive.merging import merge
from archive.redaction import redact
from archive.verify import verify
from benchmarks.faults.verdict import captures, judge
from tests.archive.recorded import Recorder
from tests.faults.conftest import HOST, story


def test_a_clock_set_back_by_a_year(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    monkeypatch.setattr(timestamp, "now", lambda: moment)
    manifest.write(collection)
    known = captures(collection)
    for year in (2025, 2027, 2024):
        moment = datetime(year, 5, 1, tzinfo=UTC) + timedelta(hours=year % 7)
        recorder = Recorder.of(collection)
        recorder.record(f"{HOST}/{year}", story(year), at=moment)
        recorder.close()
        ingest(collection, workers=0)
        manifest.write(collection)
        assert len(captures(collection)) == len(known) + 1
        known = captures(collection)
        assert judge(collection, known).sound
    redact(collection, [f"{HOST}/2025"], "asked")
    merge(collection)
    assert not list(verify(collection))
    assert judge(collection, known, {"example,paper)/2025"}).sound
    ingest(collection, workers=0, rebuild=True)
    assert judge(collection, known, {"example,paper)/2025"}).sound
