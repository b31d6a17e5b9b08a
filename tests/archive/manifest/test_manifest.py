"""Manifests and acts: what is listed, how it is signed, and what a kill or a thief may do."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import manifest
from archive.collection import Collection
from archive.errors import ConfigError, DamagedArchive
from archive.manifest import acts, history, key, merkle, sealed
from archive.manifest.document import Entry, Manifest
from archive.manifest.minisign import SecretKey
from archive.warc.reader import read_records

DAYS = [date(2026, 11, day) for day in (26, 27, 28)]
URL = "https://www.example.com/2026/11/28/ferry"


@pytest.fixture
def archive(newsroom: Any) -> Collection:
    """A collection with one closed WARC file."""
    newsroom.page(URL)
    newsroom.close()
    collection: Collection = newsroom.collection
    return collection


def written(archive: Collection, day: date = DAYS[0]) -> manifest.Written:
    done = manifest.write(archive, today=day)
    assert done is not None
    return done


def sha256sum(archive: Collection, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sha256sum", "--strict", "-c", str(path.relative_to(archive.path))],
        cwd=archive.path,
        capture_output=True,
        text=True,
        check=False,
    )


def test_strangers_check_a_manifest_with_their_own_tools(archive: Collection) -> None:
    path = written(archive).path
    done = subprocess.run(
        ["minisign", "-Vm", "manifests/2026-11-26.txt", "-p", "keys/newswarc.pub"],
        cwd=archive.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "file:2026-11-26.txt" in done.stdout
    done = sha256sum(archive, path)
    (file,) = archive.warc_files()
    assert (done.returncode, done.stdout) == (0, f"archive/{file.name}: OK\n")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert sha256sum(archive, path).returncode == 1


def test_names_that_would_break_a_line(archive: Collection) -> None:
    (file,) = archive.warc_files()
    odd = file.with_name("a\\b\nc\r ü.warc.gz")
    file.rename(odd)
    path = written(archive).path
    assert sha256sum(archive, path).returncode == 0
    (entry,) = Manifest.parse(path.read_bytes()).entries.values()
    assert entry.path == f"archive/{odd.name}"


def test_the_tree_is_over_the_records(archive: Collection) -> None:
    (file,) = archive.warc_files()
    (entry,) = Manifest.parse(written(archive).path.read_bytes()).entries.values()
    data, leaves = file.read_bytes(), []
    for record in read_records(file):
        leaf = merkle.new_leaf()
        at = record.location.offset
        leaf.update(data[at : at + record.location.length])
        leaves.append(leaf.digest())
    assert (entry.records, entry.tree) == (len(leaves), merkle.root(leaves).hex())
    assert entry.size == len(data)


def test_a_file_that_is_no_row_of_records_has_no_tree(archive: Collection) -> None:
    (file,) = archive.warc_files()
    file.write_bytes(file.read_bytes() + b"garbage")
    (entry,) = Manifest.parse(written(archive).path.read_bytes()).entries.values()
    assert (entry.records, entry.tree) == (None, None)


def test_days_are_chained_and_a_day_may_be_written_again(newsroom: Any) -> None:
    archive = newsroom.collection
    assert manifest.write(archive) is None, "there is nothing to list"
    made = []
    for number, day in enumerate((*DAYS, DAYS[2])):
        newsroom.page(f"{URL}/{number}")
        done = manifest.write(archive, today=day)
        assert (done.files if done else 0) == number, "a file in work is not listed"
        newsroom.close()
        assert written(archive, day).files == number + 1
        made.append(written(archive, day).path.read_bytes())
    chain = [Manifest.parse(data) for data in made]
    assert [one.previous and one.previous[0] for one in chain] == [None, *DAYS[:2], DAYS[1]]
    keys = key.public_keys(archive)
    for path, before in zip(history.paths(archive)[1:], history.paths(archive), strict=False):
        found, _ = history.read(path, keys)
        assert found.previous == (date.fromisoformat(before.stem), history.read(before, keys)[1])


def test_the_same_files_give_the_same_bytes(archive: Collection) -> None:
    path = written(archive).path
    before, signature = path.read_bytes(), sealed.signature_path(path).read_bytes()
    (archive.manifests_dir / "seen.json").unlink()
    written(archive)
    assert (path.read_bytes(), sealed.signature_path(path).read_bytes()) == (before, signature)


def test_a_file_that_is_known_is_not_read_again(
    newsroom: Any, archive: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(archive)
    (known,) = archive.warc_files()
    newsroom.page(URL)
    newsroom.close()
    read: list[str] = []
    monkeypatch.setattr(
        "archive.manifest.writing.measure",
        lambda collection, path: read.append(path.name) or manifest.measure(collection, path),
    )
    written(archive)
    assert read == [path.name for path in archive.warc_files() if path != known]
    os.utime(known, ns=(1, 1))
    written(archive)
    assert read[1:] == [known.name]


@pytest.mark.parametrize("memory", [b"", b"[]", b'{"a": 1}', b"[" * 100_000, b"\xff"])
def test_what_was_seen_is_no_truth(archive: Collection, memory: bytes) -> None:
    before = written(archive).path.read_bytes()
    (archive.manifests_dir / "seen.json").write_bytes(memory)
    assert written(archive).path.read_bytes() == before


def test_the_clock_set_back_breaks_no_chain(newsroom: Any, archive: Collection) -> None:
    written(archive, DAYS[1])
    newsroom.page(URL)
    newsroom.close()
    assert written(archive, DAYS[0]).path == history.path_of(archive, DAYS[1])


def test_what_is_listed_stays_listed(archive: Collection) -> None:
    (file,) = archive.warc_files()
    data = file.read_bytes()
    listed = Manifest.parse(written(archive).path.read_bytes()).entries
    file.write_bytes(data[:-1])
    changed = written(archive, DAYS[1])
    assert changed.problems == (f"archive/{file.name} is not what was listed",)
    file.unlink()
    missing = written(archive, DAYS[2])
    assert missing.problems == (f"archive/{file.name} is listed and is not there",)
    for done in (changed, missing):
        assert Manifest.parse(done.path.read_bytes()).entries == listed


def test_an_act_retires_and_makes(newsroom: Any, archive: Collection) -> None:
    (old,) = archive.warc_files()
    written(archive)
    before = manifest.measure(archive, old)
    newsroom.page(URL)
    newsroom.close()
    new = archive.warc_files()[-1]
    act = acts.record(
        archive,
        "redact",
        "a court asked for it",
        retired=[before],
        made=[manifest.measure(archive, new)],
        details={"order": "12/2026"},
    )
    assert act.path == "acts/000001-redact.json"
    found = written(archive, DAYS[1])
    assert found.problems == ()
    names = set(Manifest.parse(found.path.read_bytes()).entries)
    assert names == {act.path, f"archive/{new.name}"}, "though the old file is still there"
    old.unlink()
    assert written(archive, DAYS[2]).problems == ()
    assert sha256sum(archive, written(archive, DAYS[2]).path).returncode == 0
    value = json.loads((archive.path / act.path).read_text())
    assert value["reason"] == "a court asked for it"
    assert value["retired"][0]["sha256"] == before.sha256
    (again,) = acts.read(archive, key.public_keys(archive))
    assert again == act
    done = subprocess.run(
        ["minisign", "-Vm", act.path, "-p", "keys/newswarc.pub"], cwd=archive.path, check=False
    )
    assert done.returncode == 0


def test_an_act_changes_a_file_under_its_name(archive: Collection) -> None:
    (file,) = archive.warc_files()
    written(archive)
    before, data = manifest.measure(archive, file), file.read_bytes()
    end = [record.location.offset for record in read_records(file)][-1]
    file.write_bytes(data[:end])
    acts.record(archive, "repair", "torn", retired=[before], made=[manifest.measure(archive, file)])
    found = written(archive, DAYS[1])
    assert found.problems == ()
    entry = Manifest.parse(found.path.read_bytes()).entries[before.path]
    assert (entry.size, entry.records) == (end, (before.records or 0) - 1)


def test_acts_are_a_row_without_gaps(archive: Collection) -> None:
    made = [acts.record(archive, "repair", f"number {number}") for number in range(3)]
    assert [act.previous for act in made] == [None, made[0].sha256, made[1].sha256]
    (archive.path / made[1].path).unlink()
    with pytest.raises(DamagedArchive, match=r"000003-repair\.json: an act before it"):
        manifest.write(archive)


@pytest.mark.parametrize("kind", ["", "Redact", "a b", "../x", "x" * 33])
def test_the_kind_of_an_act_is_a_word(archive: Collection, kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        acts.record(archive, kind, "why")


@pytest.mark.parametrize("part", ["2026-11-26.txt", "2026-11-26.txt.minisig"])
def test_nothing_is_built_upon_what_was_not_signed(archive: Collection, part: str) -> None:
    written(archive)
    path = archive.manifests_dir / part
    path.write_bytes(path.read_bytes().replace(b"size", b"SIZE").replace(b"file:", b"FILE:"))
    with pytest.raises(DamagedArchive, match=r"manifests/2026-11-26\.txt: it is not what was"):
        manifest.write(archive, today=DAYS[1])


def test_a_manifest_of_a_stranger(archive: Collection) -> None:
    path = written(archive).path
    sealed.write(path, path.read_bytes(), SecretKey.new(), "mine")
    with pytest.raises(DamagedArchive, match="signed with a key that is not known here"):
        manifest.write(archive)


@pytest.mark.parametrize("step", range(1, 5))
def test_a_kill_between_file_and_signature(
    newsroom: Any, archive: Collection, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    path = written(archive).path
    newsroom.page(URL)
    newsroom.close()
    steps = iter(range(1, 9))
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if "2026" in self.name and next(steps) == step:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        if step < 4:
            with pytest.raises(KeyboardInterrupt):
                manifest.write(archive, today=DAYS[0])
        else:
            written(archive)
    keys = key.public_keys(archive)
    found, _ = history.read(path, keys)
    assert len(found.entries) == (2 if step > 2 else 1)
    assert written(archive).files == 2
    assert not list(archive.manifests_dir.glob("*.new"))
    done = subprocess.run(
        ["minisign", "-Vm", str(path), "-p", str(key.public_path(archive))], check=False
    )
    assert done.returncode == 0


def test_the_key_is_its_owners(archive: Collection) -> None:
    key.ensure(archive)
    assert stat.S_IMODE(key.secret_path(archive).stat().st_mode) == 0o600
    assert sorted(path.name for path in archive.keys_dir.iterdir()) == [
        "newswarc.key",
        "newswarc.pub",
    ]
    assert key.ensure(archive) == key.ensure(archive)


def test_a_missing_key_is_not_made_again(archive: Collection) -> None:
    first = key.ensure(archive)
    key.secret_path(archive).unlink()
    with pytest.raises(ConfigError, match="put it back"):
        manifest.write(archive)
    key.public_path(archive).rename(archive.keys_dir / "old.pub")
    assert key.ensure(archive) != first
    assert first.public in key.public_keys(archive)


def test_another_secret_key(archive: Collection) -> None:
    written(archive)
    key.secret_path(archive).write_text(SecretKey.new().text())
    with pytest.raises(ConfigError, match="is not the public key of"):
        manifest.write(archive)


def test_a_key_elsewhere(
    archive: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSWARC_KEY", str(tmp_path / "safe.key"))
    written(archive)
    assert (tmp_path / "safe.key").is_file()
    assert [path.name for path in archive.keys_dir.iterdir()] == ["newswarc.pub"]


@pytest.mark.parametrize(
    "damage",
    [
        (b"manifest 1", b"manifest 2"),
        (b"date: 2026-11-26", b"date: 2026-13-26"),
        (b"previous: none", b"previous: nobody"),
        (b"archive/", b"../../etc/"),
        (b", records: ", b", records: 0"),
        (b"# size", b"# size "),
        (b"#\n", b"#\n\n"),
    ],
)
def test_what_is_no_manifest(archive: Collection, damage: tuple[bytes, bytes]) -> None:
    data = written(archive).path.read_bytes()
    assert bytes(Manifest.parse(data)) == data
    with pytest.raises(DamagedArchive, match="no manifest"):
        Manifest.parse(data.replace(*damage))


def test_a_manifest_of_nothing() -> None:
    empty = Manifest(DAYS[0], "newswarc/0", None, {})
    assert Manifest.parse(bytes(empty)) == empty
    listed = {"archive/a.warc.gz": Entry("archive/a.warc.gz", 1, "0" * 64)}
    full = Manifest(DAYS[1], "newswarc/0", (DAYS[0], "1" * 64), listed)
    assert Manifest.parse(bytes(full)) == full
