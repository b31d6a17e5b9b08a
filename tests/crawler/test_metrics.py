"""The text file is read back by Prometheus' own parser."""

from __future__ import annotations

import dataclasses
import re
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from archive.cli import run as run_group
from archive.collection import Collection
from archive.errors import StorageError
from crawler import metrics
from crawler.cli import group
from crawler.health import Disk, Health, RunHealth, SourceHealth

ODD = 'a "quoted\\ name"\nwith {braces},é # and = all\\n'
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def health(**changes: Any) -> Health:
    source = SourceHealth(
        name=ODD,
        configured=True,
        urls={"captured": 7, "excluded by robots": 2},
        articles_day=3,
        articles_week=4,
        edits_day=5,
        removed=6,
        returned=1,
        open_gaps=1,
        gaps_day=2,
        next_poll="20260309073000",
    )
    other = dataclasses.replace(source, name="other", urls={}, open_gaps=0, next_poll=None)
    begun = RunHealth("20260309065900", None, "running", None, 0, None, 0)
    ended = RunHealth("20260309064500", "20260309064700", "finished", 120, 12, 2, 999)
    made = Health(
        time="20260309070000",
        runs=[begun, ended],
        sources=[source, other],
        discovered=9,
        failures=[],
        gaps=[],
        removals=[],
        disk=Disk(10**12, 2_000_000, 500),
        archive={
            "collection": "/srv/100% 'news'",
            "warc_bytes": 123_456_789_012,
            "index_bytes": 5,
            "bytes_to_index": 0,
            "captures": 11,
            "articles": 10,
            "damages": [{"problem": "x"}],
        },
    )
    return dataclasses.replace(made, **changes)


def read(text: str) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert family.type == "gauge", family.name
        assert family.documentation, family.name
        for sample in family.samples:
            labels = dict(sample.labels)
            assert labels.pop("collection") == "/srv/100% 'news'"
            key = (sample.name.removeprefix("newswarc_"), tuple(sorted(labels.items())))
            assert key not in found, f"twice: {key}"
            found[key] = sample.value
    return found


def moment(*fields: int) -> float:
    return datetime(2026, 3, 9, *fields, tzinfo=UTC).timestamp()


def test_prometheus_reads_it() -> None:
    found = read(metrics.exposition(health()))
    own = (("source", ODD),)
    assert found["urls", (*own, ("state", "captured"))] == 7
    assert found["urls", (*own, ("state", "excluded by robots"))] == 2
    assert found["new_articles", own] == 3
    assert found["edits", own] == 5
    assert found["removed_articles", own] == 6
    assert found["open_gaps", own] == 1
    assert found["new_gaps", own] == 2
    assert found["open_gaps", (("source", "other"),)] == 0
    assert found["next_poll_timestamp_seconds", own] == moment(7, 30)
    assert ("next_poll_timestamp_seconds", (("source", "other"),)) not in found
    assert found["status_timestamp_seconds", ()] == moment(7)
    assert found["last_run_start_timestamp_seconds", ()] == moment(6, 59)
    assert found["last_run_info", (("reason", "running"),)] == 1
    assert found["last_finished_timestamp_seconds", ()] == moment(6, 47)
    assert found["last_finished_duration_seconds", ()] == 120
    assert found["last_finished_articles", ()] == 12
    assert found["last_finished_failed", ()] == 2
    assert found["warc_bytes", ()] == 123_456_789_012
    assert found["damages", ()] == 1
    assert found["disk_free_bytes", ()] == 10**12
    assert found["disk_days_left", ()] == 500
    assert len({name for name, _ in found}) == 23


def test_every_metric_and_every_key_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "status.md").read_text()
    named = set(re.findall(r"`(\w+)(?:\{[\w,]+\})?`", page))
    assert {name for name, _ in read(metrics.exposition(health()))} <= named
    for noun in (Health, RunHealth, SourceHealth, Disk):
        assert {field.name for field in dataclasses.fields(noun)} <= named


def test_nothing_is_said_of_what_is_not_known() -> None:
    nothing = health(runs=[], sources=[], disk=Disk(1, 0, None))
    names = {name for name, _ in read(metrics.exposition(nothing))}
    assert not {"urls", "last_run_info", "last_finished_articles", "disk_days_left"} & names
    assert "disk_free_bytes" in names


@pytest.mark.parametrize("name", ["\udcff", "\x00", "\r\n", "a\u2028b"])
def test_a_name_that_is_no_text(name: str) -> None:
    source = dataclasses.replace(health().sources[0], name=name)
    text = metrics.exposition(health(sources=[source]))
    assert text.encode("utf-8").decode() == text
    assert sum(key == "edits" for key, _ in read(text)) == 1


def test_the_file_is_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "newswarc.prom"
    texts = [f"{letter * 100_000}\n" for letter in "ab"]
    metrics.write(path, texts[0])
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.add(path.read_text())

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(100):
        metrics.write(path, texts[number % 2])
    done.set()
    watcher.join()
    assert seen <= set(texts)
    assert [found.name for found in tmp_path.iterdir()] == ["newswarc.prom"]


def test_a_place_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "newswarc.prom"
    path.write_text("old\n")
    monkeypatch.setattr("os.fchmod", refuse)
    with pytest.raises(StorageError, match="cannot write"):
        metrics.write(path, "new\n")
    assert [found.read_text() for found in tmp_path.iterdir()] == ["old\n"]


@pytest.mark.parametrize("place", ["no/such/directory/x.prom", "."])
def test_a_place_that_is_none(
    collection: Collection, capfd: pytest.CaptureFixture[str], tmp_path: Path, place: str
) -> None:
    arguments = ["--collection", str(collection.path), "status", "--metrics"]
    assert run_group(group, [*arguments, str(tmp_path / place)]) in (2, 3)
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_the_command_writes_it_and_is_silent(
    collection: Collection,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    path = tmp_path / "newswarc.prom"
    assert run_group(group, ["-c", str(collection.path), "status", "--metrics", str(path)]) == 0
    assert capfd.readouterr() == ("", "")
    families = list(text_string_to_metric_families(path.read_text()))
    labels = {sample.labels["collection"] for family in families for sample in family.samples}
    assert labels == {str(collection.path)}
