"""Small WARC files become large ones: the same bytes, the same answers, at any kill."""

from __future__ import annotations

import gzip
import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive import watch
from archive.collection import Collection
from archive.errors import StorageError
from archive.ingest import ingest
from archive.intake import take_in
from archive.intake.sources import find
from archive.lock import only_writer
from archive.manifest import acts, key
from archive.merging import merge, plan
from archive.rewriting import newfile
from archive.verify import verify
from archive.warc.reader import read_records
from archive.watch.watches import Watches

URL = "https://www.example.com/2024/10/23/ferry"


def publish(newsroom: Any, files: int = 4) -> None:
    """Fill a collection: a few small files, with revisits from one to another."""
    for number in range(files):
        newsroom.page(URL, title=f"Ferry {number // 2}")
        newsroom.page(f"https://www.example.com/2024/10/23/{number}", title=f"Harbor {number}")
        newsroom.answer(f"https://www.example.com/empty/{number}", b"<html></html>")
        newsroom.close()
    newsroom.index()


def content(collection: Collection) -> list[tuple[str, str, bytes]]:
    return [
        (record.headers["WARC-Record-ID"], record.url, record.head + record.payload)
        for path in collection.warc_files()
        for record in read_records(path)
    ]


def is_sound(collection: Collection) -> bool:
    return not list(verify(collection))


def test_files_become_one_and_nothing_else_changes(
    newsroom: Any, by_names: Callable[[Path], Any]
) -> None:
    publish(newsroom)
    collection = newsroom.collection
    before, size = content(collection), sum(p.stat().st_size for p in collection.warc_files())
    raw = b"".join(path.read_bytes() for path in collection.warc_files())
    names = [path.name for path in collection.warc_files()]
    shown = [
        (capture.url, collection.record(capture).body()) for capture in collection.captures(URL)
    ]

    result = merge(collection)

    (new,) = result.merged
    assert result.merged[new] == tuple(names)
    assert [path.name for path in collection.warc_files()] == [new]
    assert new == names[0].replace(".warc.gz", ".r1.warc.gz")
    assert (collection.archive_dir / new).read_bytes() == raw
    assert len(raw) == size
    assert content(collection) == before
    assert is_sound(collection)
    assert not (collection.path / "rewriting.json").exists()
    (act,) = acts.read(collection, key.public_keys(collection))
    assert act.kind == "compact"
    assert [entry.path for entry in act.retired] == [f"archive/{name}" for name in names]
    assert [entry.path for entry in act.made] == [f"archive/{new}"]
    again = [
        (capture.url, collection.record(capture).body()) for capture in collection.captures(URL)
    ]
    assert again == shown
    grown = by_names(collection.index_path)
    ingest(collection, workers=0, rebuild=True)
    assert by_names(collection.index_path) == grown


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([10, 10, 10], [[0, 1, 2]]),
        ([40, 40, 40, 40], [[0, 1], [2, 3]]),
        ([10, 60, 10, 10], [[2, 3]]),
        ([10], []),
        ([60, 60], []),
        ([49, 49, 49], [[0, 1]]),
    ],
)
def test_only_small_neighbours_are_merged(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch, sizes: list[int], groups: list[list[int]]
) -> None:
    collection = newsroom.collection
    collection.archive_dir.mkdir(exist_ok=True)
    for number, size in enumerate(sizes):
        (collection.archive_dir / f"{number}.warc.gz").write_bytes(bytes(size))
    known = {f"{number}.warc.gz": size for number, size in enumerate(sizes)}
    monkeypatch.setattr("archive.merging._known", lambda collection: (known, set()))
    found, left = plan(collection, 100)
    assert [list(group.files) for group in found] == [
        [f"{number}.warc.gz" for number in group] for group in groups
    ]
    assert not left


def test_what_is_not_whole_and_known_is_left(newsroom: Any, tmp_path: Path) -> None:
    publish(newsroom, 2)
    collection = newsroom.collection
    kept = [path.name for path in collection.warc_files()]
    newsroom.page(URL)
    newsroom.close()  # not indexed
    damaged = collection.archive_dir / "Z.warc.gz"
    damaged.write_bytes(gzip.compress(b"no record"))
    elsewhere = tmp_path / "elsewhere.warc.gz"
    elsewhere.write_bytes((collection.archive_dir / kept[0]).read_bytes())
    (collection.archive_dir / "ZZ.warc.gz").symlink_to(elsewhere)
    groups, left = plan(collection)
    assert [group.files for group in groups] == [tuple(kept)]
    assert [why.partition(";")[0] for why in left.values()] == [
        "it is not indexed",
        "it is not indexed",
        "it is a link to a file elsewhere",
    ]
    newsroom.index()
    _, left = plan(collection)
    assert left["Z.warc.gz"] == "it is damaged; see `newswarc verify`"


def test_a_watch_is_not_told_again(newsroom: Any) -> None:
    publish(newsroom, 2)
    collection = newsroom.collection
    with Watches(collection) as watches:
        watches.add("ferry", name="ferry")
    newsroom.page("https://www.example.com/new", title="A ferry sinks")
    newsroom.close()
    newsroom.index()
    watch.run(collection)
    with Watches(collection) as watches:
        before = watches.newest("ferry", 10)
    merge(collection)
    newsroom.page("https://www.example.com/newer", title="The ferry is found")
    newsroom.close()
    newsroom.index()
    assert watch.run(collection).found == {"ferry": 1}
    with Watches(collection) as watches:
        assert len(watches.newest("ferry", 10)) == len(before) + 1
        assert not set(watches.looked_at("ferry")) - {path.name for path in collection.warc_files()}


def test_what_was_merged_is_not_imported_again(newsroom: Any, tmp_path: Path) -> None:
    publish(newsroom, 2)
    collection = newsroom.collection
    aside = tmp_path / "aside"
    shutil.copytree(collection.archive_dir, aside)
    merge(collection)
    taken = list(take_in(collection, list(find([aside]))))
    assert [one.how for one in taken] == ["there", "there"]
    assert len(collection.warc_files()) == 1


def test_somebody_at_work_is_not_disturbed(newsroom: Any) -> None:
    publish(newsroom, 2)
    collection = newsroom.collection
    for path in (collection.lock_path, collection.index_lock_path):
        with only_writer(path, wait=False):
            assert merge(collection).skipped
    assert len(collection.warc_files()) == 2


def test_a_full_disk_leaves_everything_as_it_was(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch, by_names: Callable[[Path], Any]
) -> None:
    publish(newsroom, 3)
    collection = newsroom.collection
    before = by_names(collection.index_path)
    real = os.fsync

    def full(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().suffix == ".new":
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError):
        merge(collection)
    monkeypatch.undo()
    assert by_names(collection.index_path) == before
    assert not list(collection.archive_dir.glob("*.new"))
    assert is_sound(collection)
    assert merge(collection).merged


def test_a_copy_that_is_not_right_is_thrown_away(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(newsroom, 2)
    collection = newsroom.collection
    real = newfile._append

    def flip(source: Any, start: int, end: int, file: Any) -> int:
        done = real(source, start, end, file)
        file.flush()
        os.pwrite(file.fileno(), b"\0", 100)
        return done

    monkeypatch.setattr(newfile, "_append", flip)
    assert not merge(collection).merged
    monkeypatch.undo()
    assert len(collection.warc_files()) == 2
    assert is_sound(collection)


def test_killed_at_every_step_it_is_finished_by_whoever_comes_next(
    newsroom: Any,
    tmp_path: Path,
    killed_at: Callable[[int, Callable[[], object]], bool],
    by_names: Callable[[Path], Any],
) -> None:
    publish(newsroom, 2)
    before = content(newsroom.collection)
    newsroom.collection.close()
    step = 0
    for step in itertools.count():
        place = tmp_path / str(step)
        shutil.copytree(newsroom.collection.path, place)
        with Collection(place) as collection:
            if not killed_at(step, lambda: merge(collection)):
                break
            # Whatever is read in between is there.
            for capture in collection.captures(URL):
                assert collection.record(capture).body()
            ingest(collection, workers=0)
            assert content(collection) == before
            assert is_sound(collection)
            assert not list(collection.path.glob("rewriting*"))
            assert not list(collection.archive_dir.glob("*.new"))
            assert len(acts.read(collection, key.public_keys(collection))) <= 1
            merge(collection)
            assert len(acts.read(collection, key.public_keys(collection))) == 1
            if step % 5 == 0:
                grown = by_names(collection.index_path)
                ingest(collection, workers=0, rebuild=True)
                assert by_names(collection.index_path) == grown
            assert len(collection.warc_files()) == 1
    assert step > 10
