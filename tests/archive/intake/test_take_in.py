"""Archives of others, taken into a collection."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.index.cdxj import Span
from archive.ingest import ingest
from archive.intake import Taken, take_in
from archive.intake.sources import find
from archive.verify import verify
from archive.warc.reader import read_records
from tests.archive.intake import foreign
from tests.archive.intake.foreign import FORMS, URLS, answer, arc, gzip_records, page, plain, record


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "news")


def take(collection: Collection, *paths: Path, link: bool = False) -> list[Taken]:
    return list(take_in(collection, find(paths), link=link))


def responses(collection: Collection) -> dict[str, bytes]:
    """Return the payload of each response, by URL."""
    found = {}
    for path in collection.warc_files():
        for one in read_records(path):
            if one.type == "response":
                found[one.url] = one.payload
    return found


@pytest.mark.parametrize(("name", "make", "how", "odd"), FORMS, ids=[form[0] for form in FORMS])
def test_every_form(
    collection: Collection,
    tmp_path: Path,
    name: str,
    make: Callable[[], bytes],
    how: str,
    odd: set[str],
) -> None:
    source = tmp_path / name
    source.write_bytes(make())
    before = source.read_bytes()
    (taken,) = take(collection, source)
    assert (taken.how, taken.problems) == (how, [])
    assert set(taken.oddities) - {"no digest"} == odd
    assert source.read_bytes() == before
    found = responses(collection)
    assert sorted(found) == URLS
    cut = -7 if name == "too-short.warc" else None
    assert [found[url] for url in URLS] == [page(number)[:cut] for number in range(3)]
    summary = ingest(collection, workers=0)
    assert (summary.captures, summary.damaged) == (3, [])
    assert list(verify(collection)) == []


def test_records_with_a_member_each_are_copied_byte_for_byte(
    collection: Collection, tmp_path: Path
) -> None:
    source = tmp_path / "a.warc.gz"
    source.write_bytes(gzip_records())
    (taken,) = take(collection, source)
    copy = collection.archive_dir / "a.warc.gz"
    assert (taken.how, taken.file, taken.records) == ("copied", "a.warc.gz", 3)
    assert copy.read_bytes() == source.read_bytes()
    assert not copy.is_symlink()


def test_remade_records_keep_header_and_block(collection: Collection, tmp_path: Path) -> None:
    source = tmp_path / "a.warc"
    source.write_bytes(plain())
    take(collection, source)
    data = gzip.decompress((collection.archive_dir / "a.warc.gz").read_bytes())
    assert data.endswith(plain())
    info = next(read_records(collection.archive_dir / "a.warc.gz"))
    assert info.type == "warcinfo"
    assert b"source: a.warc\r\n" in info.payload
    assert hashlib.sha256(plain()).hexdigest().encode() in info.payload


def test_what_becomes_of_a_record_of_an_arc(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "a.arc").write_bytes(arc())
    take(collection, tmp_path / "a.arc")
    _, dns, first, *_ = read_records(collection.archive_dir / "a.warc.gz")
    assert (dns.type, dns.url, dns.payload) == ("resource", "dns:www.gazette.example", b"x\r\ny\n")
    assert dns.headers["Content-Type"] == "text/dns"
    assert (first.type, first.url, first.status) == ("response", URLS[0], 200)
    assert first.headers["WARC-IP-Address"] == "192.0.2.1"
    assert first.headers["WARC-Date"] == "2007-01-01T00:15:00Z"
    assert first.head + first.payload == answer(0)


def test_the_ids_of_an_arc_are_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.arc").write_bytes(arc())
    made = []
    for name in "xy":
        one = Collection.create(tmp_path / name)
        take(one, tmp_path / "a.arc")
        made.append(
            [record.headers["WARC-Record-ID"] for record in read_records(one.warc_files()[0])][1:]
        )
    assert made[0] == made[1]
    assert len(set(made[0])) == 4


@pytest.mark.parametrize("name", ["plain.warc", "records.warc.gz", "v1.arc"])
def test_taken_twice_it_is_there_once(collection: Collection, tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(next(make() for known, make, *_ in FORMS if known == name))
    (first,) = take(collection, source)
    renamed = source.rename(tmp_path / f"other-{name}")
    (second,) = take(collection, renamed)
    assert (second.how, second.file) == ("there", first.file)
    assert len(collection.warc_files()) == 1


def test_two_files_of_one_name(collection: Collection, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        data = gzip.compress(record(number), mtime=0)
        (tmp_path / str(number) / "data.warc.gz").write_bytes(data)
    taken = take(collection, tmp_path / "0", tmp_path / "1")
    digest = hashlib.sha256(data).hexdigest()[:8]
    assert [one.file for one in taken] == ["data.warc.gz", f"data-{digest}.warc.gz"]
    assert sorted(responses(collection)) == URLS[:2]


def test_a_link(collection: Collection, tmp_path: Path) -> None:
    source = tmp_path / "a.warc.gz"
    source.write_bytes(gzip_records())
    (taken,) = take(collection, source, link=True)
    link = collection.archive_dir / "a.warc.gz"
    assert taken.how == "linked"
    assert link.readlink() == source.resolve()
    assert sorted(responses(collection)) == URLS
    assert take(collection, source, link=True)[0].how == "there"
    ingest(collection, workers=0)
    source.unlink()
    problems = [str(finding) for finding in verify(collection)]
    assert problems
    assert "it is not there" in problems[0]


@pytest.mark.parametrize(
    "make", [plain, lambda: gzip.compress(plain()), lambda: gzip_records()[:-30], arc]
)
def test_what_cannot_be_linked(
    collection: Collection, tmp_path: Path, make: Callable[[], bytes]
) -> None:
    source = tmp_path / "a.warc.gz"
    source.write_bytes(make())
    (taken,) = take(collection, source, link=True)
    assert taken.how == "refused"
    assert "import it without --link" in taken.problems[0]
    assert list(collection.archive_dir.iterdir()) == []


def test_whole_records_of_a_damaged_file(collection: Collection, tmp_path: Path) -> None:
    data = bytearray(gzip_records())
    data[100] ^= 255
    (tmp_path / "a.warc.gz").write_bytes(data + b"tail")
    (taken,) = take(collection, tmp_path / "a.warc.gz")
    assert (taken.how, taken.records) == ("remade", 2)
    assert len(taken.problems) == 2
    assert sorted(responses(collection)) == URLS[1:]
    assert not ingest(collection, workers=0).damaged


@pytest.mark.parametrize("cut", range(1, 1200, 41))
def test_a_plain_file_that_is_cut_anywhere(
    collection: Collection, tmp_path: Path, cut: int
) -> None:
    """A last record without its end is kept for what it is: truncated."""
    (tmp_path / "a.warc").write_bytes(plain()[:-cut])
    (taken,) = take(collection, tmp_path / "a.warc")
    assert taken.records in (2, 3)
    ingest(collection, workers=0)
    captures = list(collection.walk(Span()))
    whole = [capture for capture in captures if capture.truncated is None]
    assert len(whole) >= 2
    assert list(verify(collection)) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no WARC or ARC record"),
        (b"hello, world\n" * 100, "no WARC or ARC record"),
        (gzip.compress(b"hello"), "no WARC or ARC record"),
        (b"\x1f\x8b\x08broken", "no WARC or ARC record"),
        (b"\x28\xb5\x2f\xfdbroken", "no WARC or ARC record"),
        (b"\x5d\x2a\x4d\x18\xff\xff\xff\xffx", "no WARC or ARC record"),
        (b"PK\x03\x04 no zip", "no ZIP file"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X: y\r\n" * 300_000, "no WARC or ARC record"),
        (b"WARC/1.0\r\nContent-Length: 999999999999999\r\n\r\n", "no WARC or ARC record"),
        (b"filedesc://x 0.0.0.0 2007 text/plain 9999\n1 0 x\n", "no WARC or ARC record"),
    ],
)
def test_what_is_no_archive(collection: Collection, tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.warc.gz").write_bytes(data)
    (taken,) = take(collection, tmp_path / "a.warc.gz")
    assert taken.how == "refused"
    assert said in taken.problems[-1]
    assert list(collection.archive_dir.iterdir()) == []


def test_a_bomb_ends_early(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.warc.unpack._ALLOWANCE", 1_000_000)
    bomb = record(0, block=b"\0" * 30_000_000) + record(1)
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(bomb))
    (taken,) = take(collection, tmp_path / "a.warc.gz")
    assert taken.how == "refused"
    assert any("times its size" in problem for problem in taken.problems)


def test_names_from_a_hostile_source_stay_in_the_collection(
    collection: Collection, tmp_path: Path
) -> None:
    source = tmp_path / "..\x1b[2J .open\n$(x)'.warc.gz"
    source.write_bytes(gzip_records())
    (taken,) = take(collection, source)
    assert taken.file == "2J_.open_x_.warc.gz"
    assert [path.name for path in collection.warc_files()] == [taken.file]


def test_a_directory_of_pywb(collection: Collection, tmp_path: Path) -> None:
    for number, name in enumerate(["one", "two"]):
        archive = tmp_path / "wb" / "collections" / name / "archive"
        archive.mkdir(parents=True)
        (archive / f"{name}.warc.gz").write_bytes(gzip.compress(record(number)))
        (archive.parent / "indexes").mkdir()
        (archive.parent / "indexes" / "index.cdxj").write_text("x")
        (tmp_path / "wb" / "stray.warc.gz").write_bytes(gzip.compress(record(2)))
    taken = take(collection, tmp_path / "wb")
    assert [one.file for one in taken] == ["one.warc.gz", "two.warc.gz"]


def test_another_collection(collection: Collection, tmp_path: Path) -> None:
    other = Collection.create(tmp_path / "other")
    (other.archive_dir / "x.warc.gz").write_bytes(gzip_records())
    (other.archive_dir / "x.warc.gz.cut").write_bytes(b"x")
    assert [one.file for one in take(collection, other.path)] == ["x.warc.gz"]
    assert [one.how for one in take(collection, collection.path)] == ["there"]


def test_what_was_half_copied_is_thrown_away(collection: Collection, tmp_path: Path) -> None:
    (collection.archive_dir / "a.warc.gz.importing").write_bytes(b"half")
    (tmp_path / "a.warc.gz").write_bytes(gzip_records())
    take(collection, tmp_path / "a.warc.gz")
    assert [path.name for path in collection.archive_dir.iterdir()] == ["a.warc.gz"]


def test_a_file_that_cannot_be_read_stops_no_other(collection: Collection, tmp_path: Path) -> None:
    sources = list(find([shutil.copy(__file__, tmp_path / "a.warc")]))
    sources += find([tmp_path / "a.warc"])
    (tmp_path / "a.warc").unlink()
    (tmp_path / "b.warc.gz").write_bytes(gzip_records())
    sources += find([tmp_path / "b.warc.gz"])
    taken = list(take_in(collection, sources))
    assert [one.how for one in taken] == ["refused", "refused", "copied"]
    assert "cannot be read" in taken[0].problems[0]
    assert foreign.SITE in URLS[0]
