"""``newswarc verify --repair``, as a person types it."""

from __future__ import annotations

import fcntl
import json
from datetime import date
from typing import Any

import pytest

from archive import manifest
from archive.collection import Collection
from archive.ingest import ingest
from archive.manifest import acts, key

URL = "https://www.example.com/2026/11/28/ferry"
DAYS = [date(2026, 11, day) for day in (26, 27)]


@pytest.fixture
def archive(newsroom: Any) -> Collection:
    """A collection with two WARC files, indexed and listed on two days."""
    collection: Collection = newsroom.collection
    for day in DAYS:
        newsroom.page(f"{URL}/{day}", f"Ferry of {day}")
        newsroom.answer(f"{URL}/{day}.png", b"\x89PNG")
        newsroom.close()
        newsroom.index()
        manifest.write(collection, today=day)
    return collection


def garbage(archive: Collection) -> None:
    archive.index_path.write_bytes(b"no database" * 100)


@pytest.mark.parametrize("lock", ["crawl.lock", "index.lock"])
def test_somebody_is_at_work(archive: Collection, newswarc: Any, lock: str) -> None:
    with (archive.path / lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = newswarc("verify", "--repair")
    assert done.code == 1
    assert (done.out, done.err.count("\n")) == ("", 1)
    assert "repair the collection" in done.err


def test_the_command_says_what_it_did(archive: Collection, newswarc: Any) -> None:
    manifest.write(archive)
    assert newswarc("verify").code == 0
    garbage(archive)
    for companion in archive.path.glob("index.db-*"):
        companion.unlink()
    assert newswarc("verify", "--quick").code == 5
    done = newswarc("verify", "--repair")
    assert done.code == 0
    kept, made = done.out.splitlines()
    assert kept.startswith("repaired: kept the broken index in aside/index-")
    assert made == "repaired: made the index again: 10 records, 4 captures"
    done = newswarc("verify", "--repair", "--json")
    assert json.loads(done.out) == {"repaired": [], "findings": []}


def test_a_damaged_act_stops_no_other_repair(archive: Collection, newswarc: Any) -> None:
    acts.record(archive, "redact", "a court asked for it")
    act = acts.paths(archive)[0]
    act.write_bytes(act.read_bytes().replace(b"court", b"clown"))
    garbage(archive)
    done = newswarc("verify", "--repair")
    assert done.code == 5
    assert "acts/000001-redact.json" in done.out
    assert "made the index again" in done.out
    assert "not all was repaired" in done.err
    assert ingest(archive, workers=0).records == 0


def test_a_loss_is_accepted_by_an_act(archive: Collection, newswarc: Any) -> None:
    manifest.write(archive)
    gone, cut = archive.warc_files()
    path = f"archive/{gone.name}"
    assert newswarc("manifest", "--accept", path).code == 2
    assert "as it was listed" in newswarc("manifest", "--accept", path, "--reason", "none").err
    assert newswarc("manifest", "--accept", "archive/x", "--reason", "none").code == 2
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-3])
    assert newswarc("manifest").code == 5
    done = newswarc("verify", "--repair")
    assert done.code == 5
    assert newswarc("verify").out.splitlines() == done.out.splitlines()[:2]
    for name in (gone.name, cut.name):
        newswarc("manifest", "--accept", f"archive/{name}", "--reason", "the disk died")
    assert (newswarc("verify").code, newswarc("manifest").code) == (0, 0)
    kinds = [act.kind for act in acts.read(archive, key.public_keys(archive))]
    assert kinds == ["repair", "loss", "loss"]
