"""The museum of fixtures/warcs: what is said of each file is said by all that read it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DamagedRecord, NewswarcError
from archive.index.cdxj import Span
from archive.verify import verify
from archive.warc.reader import read_records

MUSEUM = Path(__file__).parents[2] / "fixtures" / "warcs"
PIECES: dict[str, dict[str, Any]] = tomllib.loads((MUSEUM / "museum.toml").read_text("utf-8"))


def test_every_file_has_its_label() -> None:
    files = {path.name.removesuffix(".warc.gz") for path in MUSEUM.glob("*.warc.gz")}
    assert files == PIECES.keys()
    assert len(files) > 60


def read(name: str) -> tuple[int, DamagedRecord | None]:
    """Return how many records can be read, and what stops it."""
    records = 0
    try:
        for record in read_records(MUSEUM / f"{name}.warc.gz"):
            record.body(1000)
            records += 1
    except DamagedRecord as damage:
        return records, damage
    return records, None


@pytest.mark.parametrize("name", PIECES)
def test_the_reader(name: str) -> None:
    piece = PIECES[name]
    records, damage = read(name)
    assert records == piece["records"]
    if "damage" not in piece:
        assert damage is None
        return
    assert damage is not None
    assert piece["damage"] in str(damage)
    assert damage.offset is not None
    assert len(str(damage)) < 200


@pytest.mark.parametrize("name", PIECES)
def test_ingest_and_verify(newsroom: Any, name: str) -> None:
    piece = PIECES[name]
    newsroom.page("https://www.example.com/before")
    newsroom.close()
    shutil.copy(MUSEUM / f"{name}.warc.gz", newsroom.collection.archive_dir)
    summary = newsroom.index()
    assert summary.captures == piece["captures"] + 1
    said = [problem for _, _, problem in summary.damaged]
    wanted = [piece["damage"]] if "damage" in piece else []
    assert len(said) == len(wanted)
    assert all(one in problem for one, problem in zip(wanted, said, strict=True))
    wanted += [piece["finding"]] if "finding" in piece else []
    found = [finding.problem for finding in verify(newsroom.collection)]
    assert len(found) == len(wanted)
    assert all(one in problem for one, problem in zip(wanted, found, strict=True))


@pytest.mark.parametrize("name", PIECES)
def test_what_is_indexed_is_replayed_or_refused_in_a_line(newsroom: Any, name: str) -> None:
    piece = PIECES[name]
    shutil.copy(MUSEUM / f"{name}.warc.gz", newsroom.collection.archive_dir)
    newsroom.index()
    told = []
    for capture in newsroom.collection.walk(Span()):
        try:
            newsroom.collection.record(capture).body(1000)
        except NewswarcError as error:
            told.append(str(error))
    assert len(told) == (piece["captures"] if "revisit" in name else 0)
    assert all(line.count("\n") == 0 for line in told)
