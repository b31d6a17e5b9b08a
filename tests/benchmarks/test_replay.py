"""The benchmark of replay: what is asked for is there, and the client reads it whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from benchmarks.replay.corpus import record
from benchmarks.replay.load import ask
from benchmarks.replay.servers import Running


def test_all_kinds_are_answered(tmp_path: Path) -> None:
    kinds = record(tmp_path / "news", 30, pages=2, large=1, images=2)
    assert {kind: len(asked) for kind, asked in kinds.items()} == {
        "article": 6,
        "large page": 1,
        "image": 2,
    }
    with Collection(tmp_path / "news") as collection, ReplayServer(collection, port=0) as server:
        running = Running(server.url.rstrip("/"), "/web/", 0.0, 0)
        sizes = {}
        for kind, asked in kinds.items():
            paths = [running.memento(timestamp, url) for timestamp, url in asked]
            answers = ask(running.origin, paths, 0.1, 2)
            assert 0 < answers.part(0.5) <= answers.part(0.95)
            sizes[kind] = answers.size / len(answers.times)
        assert collection.status()["captures"] == 30
        with pytest.raises(RuntimeError, match="404"):
            ask(running.origin, ["/nothing"], 0.1, 1)
    assert sizes["image"] == 40_004
    assert sizes["article"] > 30_000
    assert sizes["large page"] > 3 * sizes["article"]
