"""Verification of what is signed: each kind of tampering is found, and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import manifest
from archive.collection import Collection
from archive.export.packing import to_wacz
from archive.export.wanted import Wanted
from archive.manifest import acts, key, sealed
from archive.manifest.document import Manifest
from archive.manifest.minisign import SecretKey
from archive.verify import verify

DAYS = [date(2026, 11, day) for day in (25, 26, 27, 28)]
URL = "https://www.example.com/2026/11/28/ferry"


@pytest.fixture
def archive(newsroom: Any) -> Collection:
    """A collection with four WARC files, a manifest a day, and an act on the third day."""
    collection: Collection = newsroom.collection
    for day in DAYS:
        newsroom.page(f"{URL}/{day}")
        newsroom.close()
        if day == DAYS[2]:
            acts.record(collection, "redact", "a court asked for it")
        manifest.write(collection, today=day)
    newsroom.index()
    assert list(verify(collection)) == []
    return collection


def text(archive: Collection, number: int) -> Path:
    return archive.manifests_dir / f"{DAYS[number]}.txt"


def signature(archive: Collection, number: int) -> Path:
    return sealed.signature_path(text(archive, number))


def replace(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def flip(archive: Collection) -> None:
    path = archive.warc_files()[1]
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # the time in the header of a gzip member: nothing else would notice
    path.write_bytes(bytes(data))


def swap(archive: Collection) -> None:
    for of in (text, signature):
        one, two = of(archive, 1), of(archive, 2)
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)


def drop(archive: Collection, number: int) -> None:
    text(archive, number).unlink()
    signature(archive, number).unlink()


def forge(archive: Collection, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a manifest and sign it again, as a thief of the key would."""
    found = Manifest.parse(text(archive, 2).read_bytes())
    entries = dict(found.entries)
    change(entries)
    forged = Manifest(found.day, found.software, found.previous, entries)
    sealed.write(text(archive, 2), bytes(forged), key.ensure(archive), "forged")


def forget(entries: dict[str, Any]) -> None:
    del entries[min(path for path in entries if path.startswith("archive/"))]


ACT = "acts/000001-redact.json"
TAMPERING: dict[str, tuple[Callable[[Collection], object], set[tuple[str, str]]]] = {
    "a byte of a WARC": (flip, {("WARC 1", "its SHA-256 is not the one in the manifest")}),
    "a WARC is gone": (
        lambda archive: archive.warc_files()[0].unlink(),
        {
            ("WARC 0", "the manifest lists this file, but it is not there"),
            ("WARC 0", "the index knows this file, but it is not there"),
        },
    ),
    "a line of a manifest": (
        lambda archive: replace(text(archive, 1), b"size: ", b"size: 1"),
        {("manifests/2026-11-26.txt", "it is not what was signed")},
    ),
    "a signature": (
        lambda archive: replace(signature(archive, 1), b"file:", b"FILE:"),
        {("manifests/2026-11-26.txt", "it is not what was signed")},
    ),
    "a signature is gone": (
        lambda archive: signature(archive, 3).unlink(),
        {("manifests/2026-11-28.txt", "its signature is missing")},
    ),
    "a signature is no signature": (
        lambda archive: signature(archive, 3).write_bytes(b"\xff" * 100_000),
        {("manifests/2026-11-28.txt", "it is larger than 32,768 bytes")},
    ),
    "another signature": (
        lambda archive: shutil.copy(signature(archive, 2), signature(archive, 3)),
        {("manifests/2026-11-28.txt", "it is not what was signed")},
    ),
    "a manifest in the middle is gone": (
        lambda archive: drop(archive, 1),
        {
            ("manifests/2026-11-26.txt", "is missing, and manifests/2026-11-27.txt is bound to it"),
        },
    ),
    "the first manifest is gone": (
        lambda archive: drop(archive, 0),
        {("manifests/2026-11-25.txt", "is missing, and manifests/2026-11-26.txt is bound to it")},
    ),
    "two manifests change places": (
        swap,
        {
            ("manifests/2026-11-26.txt", "it is the manifest of 2026-11-27"),
            ("manifests/2026-11-27.txt", "it is the manifest of 2026-11-26"),
        },
    ),
    "a manifest is signed by a stranger": (
        lambda archive: sealed.write(
            text(archive, 3), text(archive, 3).read_bytes(), SecretKey.new(), ""
        ),
        {("manifests/2026-11-28.txt", "signed with a key that is not known here")},
    ),
    "an entry is taken out with the stolen key": (
        lambda archive: forge(archive, forget),
        {
            ("manifests/2026-11-27.txt", "is not listed any more, and no act says why"),
            ("manifests/2026-11-27.txt", "it is another than the one manifests/2026-11-28.txt"),
        },
    ),
    "an act is gone": (
        lambda archive: (archive.path / ACT).unlink(),
        {(ACT, "it is listed in the manifest, and is not there")},
    ),
    "an act is changed": (
        lambda archive: replace(archive.path / ACT, b"court", b"clown"),
        {(ACT, "it is not what was signed")},
    ),
    "all public keys are gone": (
        lambda archive: key.public_path(archive).unlink(),
        {
            *((f"manifests/{day}.txt", "a key that is not known here") for day in DAYS),
            (ACT, "a key that is not known here"),
        },
    ),
    "a public key is no key": (
        lambda archive: key.public_path(archive).write_text("no key"),
        {
            ("keys", "it is no public key of minisign"),
            *((f"manifests/{day}.txt", "a key that is not known here") for day in DAYS),
            (ACT, "a key that is not known here"),
        },
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_named(archive: Collection, name: str) -> None:
    tamper, expected = TAMPERING[name]
    warcs = [path.name for path in archive.warc_files()]
    tamper(archive)
    findings = list(verify(archive))
    for place, problem in expected:
        there = warcs[int(place[5:])] if place.startswith("WARC ") else place
        assert [one for one in findings if one.place == there and problem in one.problem], findings
    assert len(findings) == len(expected), findings


def test_a_new_act_speaks_before_it_is_listed(archive: Collection) -> None:
    path = archive.warc_files()[0]
    entry = manifest.measure(archive, path)
    acts.record(archive, "redact", "a court asked for it", retired=[entry])
    (finding,) = verify(archive)
    assert "was retired by an act, and is still there" in finding.problem
    path.unlink()
    (finding,) = verify(archive)
    assert finding.problem == "the index knows this file, which an act has retired"
    manifest.write(archive)
    (finding,) = verify(archive)
    assert (finding.kind, finding.repairable) == ("index", True)


def test_a_key_that_was_kept_elsewhere(archive: Collection) -> None:
    kept = key.ensure(archive).public
    assert list(verify(archive, key=kept)) == []
    stolen = SecretKey.new()
    key.secret_path(archive).write_text(stolen.text())
    key.public_path(archive).write_text(str(stolen.public))
    for path in (*archive.manifests_dir.glob("*.txt"), archive.path / ACT):
        sealed.write(path, path.read_bytes(), stolen, "")
    assert list(verify(archive)) == [], "who has replaced every signature is not found out here"
    assert len(list(verify(archive, key=kept))) == len(DAYS) + 1


def test_quick_finds_what_can_be_found_quickly(archive: Collection) -> None:
    records = 0

    def count(number: int, length: int) -> None:
        nonlocal records
        records += number

    assert list(verify(archive, count, quick=True)) == []
    quick, records = records, 0
    list(verify(archive, count))
    assert 0 < quick < records
    path = archive.warc_files()[2]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    problems = [finding.problem for finding in verify(archive, quick=True)]
    assert any("are listed in the manifest" in problem for problem in problems)
    assert any("is cut short" in problem for problem in problems)
    replace(signature(archive, 3), b"file:", b"FILE:")
    places = [finding.place for finding in verify(archive, quick=True)]
    assert "manifests/2026-11-28.txt" in places


def test_several_processes_find_the_same(archive: Collection) -> None:
    flip(archive)
    archive.warc_files()[2].write_bytes(b"\x1f\x8b\x08 no WARC")
    assert list(verify(archive, jobs=2)) == list(verify(archive, jobs=1)) != []


def test_wacz_files_of_a_collection_are_verified(archive: Collection) -> None:
    exports = archive.path / "exports"
    exports.mkdir()
    to_wacz(archive, Wanted(), exports / "all.wacz")
    assert list(verify(archive)) == []
    path = exports / "all.wacz"
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(bytes(data))
    (finding, *_) = verify(archive)
    assert (finding.place, finding.kind) == ("exports/all.wacz", "wacz")
    assert list(verify(archive, quick=True)) == []
