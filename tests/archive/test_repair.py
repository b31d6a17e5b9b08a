"""Repair: what is mended, what is kept aside, and that no whole record is touched."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import manifest, repair
from archive.collection import Collection
from archive.manifest import acts, key, sealed
from archive.verify import Finding, verify
from archive.warc.reader import read_records
from archive.warc.recover import whole_records

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


def mended(archive: Collection) -> tuple[list[str], list[Finding]]:
    """Verify and repair; return what was done, and what is wrong afterwards."""
    with repair.alone(archive):
        done = list(repair.prepare(archive))
        done += repair.repair(archive, list(verify(archive)))
    left = list(verify(archive))
    with repair.alone(archive):
        again = [*repair.prepare(archive), *repair.repair(archive, left)]
    assert again == [], "a second run does nothing"
    assert not any(finding.repairable for finding in left)
    return done, left


def records(path: Path) -> list[tuple[str, bytes]]:
    """Return the bytes of the records of a file, as far as it is whole."""
    data, found, at = path.read_bytes(), [], 0
    with path.open("rb") as file:
        for end in whole_records(file):
            found.append((f"{at}", data[at:end]))
            at = end
    return found


def rows(archive: Collection) -> list[tuple[Any, ...]]:
    with sqlite3.connect(archive.index_path) as db:
        found = db.execute("SELECT url, timestamp, digest, version_id FROM captures ORDER BY id")
        return found.fetchall()


def today(archive: Collection) -> Path:
    return max(archive.manifests_dir.glob("*.txt"))


def test_there_is_nothing_to_mend(archive: Collection) -> None:
    files = {path: path.read_bytes() for path in archive.path.rglob("*.warc.gz")}
    mended(archive)  # which writes the manifest of today
    done, left = mended(archive)
    assert (done, left) == ([], [])
    assert {path: path.read_bytes() for path in archive.path.rglob("*.warc.gz")} == files
    assert not archive.aside_dir.exists()


def test_a_file_cut_at_any_byte(newsroom: Any, tmp_path: Path) -> None:
    archive = newsroom.collection
    newsroom.page(URL)
    newsroom.close()
    newsroom.index()
    (path,) = archive.warc_files()
    before, ends = path.read_bytes(), [0]
    with path.open("rb") as file:
        ends += whole_records(file)
    index = archive.index_path.read_bytes()
    places = sorted({*range(1, len(before), 61), *ends[1:-1], *(end - 1 for end in ends[1:])})
    for size in places:
        path.write_bytes(before[:size])
        archive.index_path.write_bytes(index)
        with repair.alone(archive):
            done = [*repair.prepare(archive), *repair.repair(archive, list(verify(archive)))]
        left = list(verify(archive))
        kept = max(end for end in ends if end <= size)
        if kept:
            assert left == [], f"cut to {size} bytes"
            assert path.read_bytes() == before[:kept]
            aside = b"".join(one.read_bytes() for one in archive.aside_dir.glob("*.cut*"))
            assert aside == before[kept:size]
            assert any("cut" in line for line in done) == (kept != size)
        else:
            assert [finding.kind for finding in left] == ["record"], "no record: left as it is"
            assert path.read_bytes() == before[:size]
        assert {row[0] for row in rows(archive)} <= {URL}
        for name in ("aside", "acts", "manifests"):
            shutil.rmtree(archive.path / name, ignore_errors=True)
        archive.index_path.with_name("index.db-wal").unlink(missing_ok=True)
        archive.index_path.with_name("index.db-shm").unlink(missing_ok=True)


def test_a_listed_file_that_was_cut_short_changes_by_an_act(archive: Collection) -> None:
    path = archive.warc_files()[0]
    before, last = path.read_bytes(), [*read_records(path)][-1].location.offset
    path.write_bytes(before[: last + 20])
    done, left = mended(archive)
    assert [finding.kind for finding in left] == ["file"], "the manifest tells what is lost"
    assert done[0] == f"cut 20 bytes off {path.name}, kept in aside/{path.name}.{last}.cut"
    (act,) = acts.read(archive, key.public_keys(archive))
    assert (act.kind, act.reason) == ("repair", "torn tail")
    assert act.details == {"cut": 20, "aside": f"aside/{path.name}.{last}.cut"}
    assert (act.retired[0].size, act.made[0].size) == (last + 20, last)


def test_a_file_that_was_cut_comes_back_from_a_copy(archive: Collection) -> None:
    path = archive.warc_files()[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    mended(archive)
    path.write_bytes(whole)
    _, left = mended(archive)
    assert left == []


def test_flipped_bits_stay_findings(archive: Collection) -> None:
    path = archive.warc_files()[1]
    whole = path.read_bytes()
    for place in range(40, len(whole), 301):
        flipped = bytearray(whole)
        flipped[place] ^= 8
        path.write_bytes(bytes(flipped))
        with repair.alone(archive):
            list(repair.repair(archive, list(verify(archive))))
        assert path.read_bytes() == bytes(flipped), "nothing is cut, nothing is changed"
        assert [one for one in verify(archive) if not one.repairable]
    path.write_bytes(whole)
    done, left = mended(archive)
    assert (left, bool(done)) == ([], True)


def test_files_that_were_left_open(newsroom: Any, archive: Collection) -> None:
    newsroom.page(f"{URL}/left-open")
    (open_file,) = archive.archive_dir.glob("*.open")
    with repair.alone(archive):
        assert list(repair.prepare(archive)) == [], "somebody has it"
    copy = open_file.with_name("LEFT" + open_file.name)
    copy.write_bytes(open_file.read_bytes() + b"\x1f\x8b\x08torn")
    before = records(copy)
    done, left = mended(archive)
    assert left == []
    assert done[0].startswith("closed LEFT")
    assert records(copy.with_name(copy.name.removesuffix(".open"))) == before
    assert any(line.startswith("indexed ") for line in done)


def garbage(archive: Collection) -> None:
    archive.index_path.write_bytes(b"no database" * 100)


def torn(archive: Collection) -> None:
    data = bytearray(archive.index_path.read_bytes())
    data[4096 : 4096 + 8192] = bytes(8192)
    archive.index_path.write_bytes(bytes(data))


def sql(statement: str) -> Callable[[Collection], None]:
    def change(archive: Collection) -> None:
        with sqlite3.connect(archive.index_path) as db:
            db.execute(statement)
        db.close()

    return change


LOGO = "id = (SELECT id FROM captures WHERE url LIKE '%.png')"


@pytest.mark.parametrize(
    ("break_it", "is_kept_aside"),
    [
        (lambda archive: archive.index_path.unlink(), False),
        (garbage, True),
        (torn, True),
        (sql(f"DELETE FROM compact_captures WHERE {LOGO}"), False),
        (sql(f"UPDATE compact_captures SET id = id + 1 WHERE {LOGO}"), False),
        (sql(f"UPDATE compact_captures SET digest = 'x' WHERE {LOGO}"), False),
        (sql("UPDATE versions SET text = replace(text, 'ferry', 'fairy')"), False),
        (sql("DELETE FROM versions_fts_docsize"), False),
        (sql("UPDATE versions_fts_data SET block = x'00' WHERE id > 10"), False),
        (sql("DELETE FROM docs"), False),
        (sql("DELETE FROM articles"), False),
        (sql("DELETE FROM warc_files"), False),
        (sql("UPDATE compact_captures SET version_id = NULL"), False),
    ],
)
def test_an_index_that_is_wrong(
    archive: Collection, break_it: Callable[[Collection], None], is_kept_aside: bool
) -> None:
    before = rows(archive)
    for companion in archive.path.glob("index.db-*"):
        companion.unlink()
    break_it(archive)
    broken = archive.index_path.read_bytes() if is_kept_aside else b""
    done, left = mended(archive)
    assert left == []
    assert rows(archive) == before
    assert any("index" in line for line in done)
    assert archive.search("ferry")
    if "kept the broken index" in done[0]:
        (kept,) = archive.aside_dir.glob("index-*.db")
        assert kept.read_bytes() == broken


def test_a_file_that_is_gone_is_dropped_from_the_index_and_missed(archive: Collection) -> None:
    path = archive.warc_files()[0]
    path.unlink()
    done, left = mended(archive)
    assert any("made the index again" in line for line in done)
    assert {row[0] for row in rows(archive)} == {f"{URL}/{DAYS[1]}", f"{URL}/{DAYS[1]}.png"}
    (finding,) = left
    assert (finding.kind, finding.place) == ("file", path.name)


def test_a_manifest_that_is_not_what_was_signed_is_made_again(archive: Collection) -> None:
    path = today(archive)
    damaged = path.read_bytes().replace(b"size", b"SIZE")
    path.write_bytes(damaged)
    done, left = mended(archive)
    assert left == []
    assert done[0].startswith(f"kept manifests/{path.name} in aside/{path.name}")
    assert (archive.aside_dir / path.name).read_bytes() == damaged
    (act,) = acts.read(archive, key.public_keys(archive))
    assert act.details["manifest"] == path.name


def test_a_manifest_in_the_middle_is_not_made_again(archive: Collection) -> None:
    mended(archive)
    path = min(archive.manifests_dir.glob("*.txt"))
    path.write_bytes(path.read_bytes() + b"#\n")
    _, left = mended(archive)
    assert [finding.place for finding in left] == [f"manifests/{path.name}"]


def test_a_public_key_that_is_gone(archive: Collection) -> None:
    key.public_path(archive).unlink()
    done, left = mended(archive)
    assert done[0] == "made keys/newswarc.pub again"
    assert left == []


def test_a_signature_that_was_not_put_in_its_place(archive: Collection) -> None:
    signature = sealed.signature_path(today(archive))
    signature.rename(signature.with_name(signature.name + ".new"))
    assert list(verify(archive)) == []
    mended(archive)
    assert signature.exists()


def test_acts_are_not_made_up(archive: Collection) -> None:
    acts.record(archive, "redact", "a court asked for it")
    act = acts.paths(archive)[0]
    manifest.write(archive)
    act.write_bytes(act.read_bytes().replace(b"court", b"clown"))
    (finding,) = verify(archive)
    assert (finding.kind, finding.repairable) == ("act", False)
