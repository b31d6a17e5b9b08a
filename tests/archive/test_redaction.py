"""What is redacted is nowhere any more, and everything else is as it was."""

from __future__ import annotations

import gzip
import itertools
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive import manifest, timestamp, watch
from archive.cite import cite
from archive.cli import group
from archive.collection import Collection
from archive.errors import NewswarcError, StorageError, UsageError
from archive.export import Wanted
from archive.export.packing import Packed, to_wacz, to_warc
from archive.index import database
from archive.ingest import ingest
from archive.lock import only_writer
from archive.manifest import acts, key
from archive.model import Rendering
from archive.redaction import find, plan, redact
from archive.reextract import reextract
from archive.rewriting import Journal, newfile, steps
from archive.verify import verify
from archive.warc import tombstone
from archive.warc.reader import read_records
from archive.warc.writer import WarcWriter
from archive.watch.watches import Watches

URL = "https://www.example.com/2024/10/23/witness"
OTHER = "https://www.example.com/2024/10/23/ferry"
MIRROR = "https://mirror.example.org/witness"
#: Words that stand in nothing but what is to go.
NAME = "Zoraida Quillfeather"
SECRET = f"The witness {NAME} told the court that she had seen both of the brothers at the quay"
TEXT = f"{SECRET}. The judge thanked her and closed the hearing for the day, until Monday."


def publish(newsroom: Any) -> None:
    """Fill a collection: a page to be redacted, others, in several files."""
    newsroom.page(OTHER)
    newsroom.page(URL, title="Witness speaks", text=TEXT)
    newsroom.answer(
        "https://www.example.com/logo.png", b"\x89PNG", headers="Content-Type: image/png"
    )
    newsroom.close()
    newsroom.page("https://www.example.com/2024/10/23/harbor", title="Harbor opens")
    newsroom.page(URL, title="Witness speaks again", text=TEXT + " She left by the back door.")
    newsroom.page(f"{URL}?utm_source=feed", title="Witness speaks", text=TEXT)
    newsroom.close()
    newsroom.page(OTHER, title="Ferry sinks")
    newsroom.close()


def haystack(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all bytes of a directory: as they are, and what is in gzip members and rows."""
    for path in sorted(place.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        yield path.name, data
        at = data.find(b"\x1f\x8b\x08")
        while at >= 0:
            member = zlib.decompressobj(31)
            with suppress(zlib.error):
                yield f"{path.name}:{at}", member.decompress(data[at:])
            at = data.find(b"\x1f\x8b\x08", at + 1)


def found_in(place: Path, *words: str) -> list[str]:
    """Return where any of some words stand, in any case: stored, compressed, as words of FTS5."""
    wanted = [word.encode().lower() for word in words]
    return [name for name, data in haystack(place) if any(word in data.lower() for word in wanted)]


NEEDLES = (NAME, "Zoraida", "Quillfeather", "quillfeath", "both of the brothers")


def test_the_search_for_bytes_finds_what_is_there(newsroom: Any) -> None:
    publish(newsroom)
    newsroom.index()
    newsroom.collection.close()
    places = {name.partition(":")[0] for name in found_in(newsroom.collection.path, *NEEDLES)}
    assert len([name for name in places if name.endswith(".warc.gz")]) == 2
    assert places & {"index.db", "index.db-wal"}


def test_nothing_of_it_is_left_and_the_rest_is_as_it_was(newsroom: Any) -> None:
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    before = {
        record.headers["WARC-Record-ID"]: record.head + record.payload
        for path in collection.warc_files()
        for record in read_records(path)
    }
    files = [path.name for path in collection.warc_files()]

    done = redact(collection, [URL], "court order 12/34", by="A. Keeper")

    assert len(done.captures) == 3
    assert collection.captures(URL) == []
    assert collection.search("witness").total == 0
    assert collection.search("ferry").total == 2
    assert collection.article(URL) is None
    assert not list(verify(collection))
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []
    # No other record is another, and none is lost.
    after = {
        record.headers["WARC-Record-ID"]: record.head + record.payload
        for path in collection.warc_files()
        for record in read_records(path)
    }
    lost = before.keys() - after.keys()
    assert len(lost) == 6
    assert all(b"/witness" in before[one] or NAME.encode() in before[one] for one in lost)
    assert all(after[one] == before[one] for one in before.keys() & after.keys())
    now = [path.name for path in collection.warc_files()]
    assert now == [
        files[0].replace(".warc", ".r1.warc"),
        files[1].replace(".warc", ".r1.warc"),
        files[2],
    ]
    tombstones = [
        record
        for path in collection.warc_files()
        for record in read_records(path)
        if record.payload.startswith(b"redacted:")
    ]
    assert [record.url for record in tombstones] == [URL, URL, f"{URL}?utm_source=feed"]
    assert b"court order 12/34" in tombstones[0].payload
    assert b"A. Keeper" in tombstones[0].payload
    signed = acts.read(collection, key.public_keys(collection))
    assert [act.kind for act in signed] == ["redact", "redact"]
    assert signed[0].reason == "court order 12/34"
    redaction = collection.redaction(URL)
    assert redaction is not None
    assert (redaction.reason, redaction.whole) == ("court order 12/34", True)


def test_an_index_made_again_still_knows(newsroom: Any, by_names: Callable[[Path], Any]) -> None:
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    redact(collection, [URL], "asked")
    grown = by_names(collection.index_path)
    assert len(grown["redactions"]) == 3
    newsroom.index(rebuild=True)
    assert by_names(collection.index_path) == grown
    assert collection.redaction(URL)


def test_a_copy_that_comes_in_later_is_not_shown(newsroom: Any, tmp_path: Path) -> None:
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    aside = tmp_path / "foreign.warc.gz"
    shutil.copy(collection.warc_files()[0], aside)
    redact(collection, [URL], "asked")
    shutil.copy(aside, collection.archive_dir / "0-foreign.warc.gz")
    for options in ({}, {"rebuild": True}):
        newsroom.index(**options)
        assert collection.search("witness").total == 0
        assert collection.search("ferry").total == 2
        assert [one.refusal for one in collection.captures(URL)] == ["redacted"]
    redact(collection, [URL], "asked again")
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []


def test_a_tombstone_of_somebody_else_hides_nothing(newsroom: Any, tmp_path: Path) -> None:
    """A file that is imported must not decide what this archive shows."""
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    other = Collection.create(tmp_path / "other")
    for path in collection.warc_files():
        shutil.copy(path, other.archive_dir)
    redact(other, [URL], "we would rather not")
    for number, path in enumerate(other.warc_files()):
        shutil.copy(path, collection.archive_dir / f"foreign-{number}.warc.gz")
    for options in ({}, {"rebuild": True}):
        newsroom.index(**options)
        assert len(collection.captures(URL)) == 2
        assert collection.article(URL) is not None
        redaction = collection.redaction(URL)
        assert redaction is not None
        assert not redaction.whole


def test_a_tombstone_of_somebody_else_gives_nothing_back(newsroom: Any) -> None:
    """It is of the very captures that we redacted, and says that no URL is hidden by it."""
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    redact(collection, [URL], "asked")
    forged = b""
    for path in collection.warc_files():
        for stone in filter(None, map(tombstone.read, read_records(path))):
            forged += tombstone.make(replace(stone, signature="", reason="never mind"), None)
    (collection.archive_dir / "foreign.warc.gz").write_bytes(forged)
    for options in ({}, {"rebuild": True}):
        newsroom.index(**options)
        redaction = collection.redaction(URL)
        assert redaction is not None
        assert (redaction.whole, redaction.reason) == (True, "asked")
        assert len(collection.redacted_keys()) == 2


def test_a_copy_that_comes_in_later_stays_hidden(newsroom: Any, tmp_path: Path) -> None:
    """Nor is it shown when it is extracted anew, or when a browser's document comes with it."""
    collection = newsroom.collection
    writer = WarcWriter(collection.archive_dir, info={"isPartOf": "a"}, prefix="Z")
    newsroom.page(URL, title="Witness speaks", text=TEXT, at="20241023090000")
    newsroom.close()
    html = f"<html><body><article><h1>Witness</h1><p>{TEXT * 9}</p></article></body></html>"
    writer.write_rendering(
        Rendering(
            URL,
            timestamp.to_datetime("20241023090000"),
            "<urn:uuid:0>",
            html.encode(),
            b"\x89PNG",
            {},
        )
    )
    writer.close()
    newsroom.index()
    assert collection.search("witness").total == 1
    copies = tmp_path / "copies"
    shutil.copytree(collection.archive_dir, copies)
    redact(collection, [URL], "asked")
    for path in copies.iterdir():
        shutil.copy(path, collection.archive_dir / f"foreign-{path.name}")
    newsroom.index()
    assert [one.refusal for one in collection.captures(URL)] == ["redacted"]
    reextract(collection, workers=0)
    assert [one.refusal for one in collection.captures(URL)] == ["redacted"]
    assert collection.search("witness").total == 0


@pytest.mark.parametrize("pack", [to_wacz, to_warc])
def test_a_copy_that_comes_in_later_is_not_handed_on(
    newsroom: Any, tmp_path: Path, pack: Callable[..., Packed]
) -> None:
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    copy = tmp_path / "foreign.warc.gz"
    shutil.copy(collection.warc_files()[0], copy)
    redact(collection, [URL], "asked")
    shutil.copy(copy, collection.archive_dir / "0-foreign.warc.gz")
    newsroom.index()
    manifest.write(collection)
    out = tmp_path / "out"
    out.mkdir()
    packed = pack(collection, Wanted(), out / "all")
    assert packed.problems == []
    assert found_in(out, *NEEDLES) == []
    with pytest.raises(UsageError, match="was redacted: asked"):
        cite(collection, URL, out / "cited.wacz")
    ran = CliRunner().invoke(group, ["-c", str(collection.path), "export", "cdxj"])
    assert len(ran.stdout.splitlines()) == packed.captures == 6
    assert "witness" not in ran.stdout


def test_the_same_bytes_elsewhere_go_as_well(newsroom: Any) -> None:
    """A payload is one thing, whichever address brought it, stored or as a revisit."""
    publish(newsroom)
    newsroom.page(MIRROR, title="Witness speaks", text=TEXT)
    newsroom.close()
    newsroom.page(f"{MIRROR}/else", title="Harbor at the mirror")
    newsroom.close()
    newsroom.index()
    collection = newsroom.collection
    planned = plan(collection, [URL])
    assert [one.url for one in planned.others] == [MIRROR]
    redact(collection, [URL], "asked")
    assert collection.captures(MIRROR) == []
    assert collection.captures(f"{MIRROR}/else")
    assert not list(verify(collection))
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []


def test_revisits_go_with_their_original(newsroom: Any, revisiting: Any) -> None:
    revisiting(newsroom, URL, TEXT, [URL, MIRROR, URL])
    newsroom.index()
    collection = newsroom.collection
    kinds = [one.record_type for one in collection.captures(URL)]
    assert kinds == ["response", "revisit", "revisit"]
    for target in (MIRROR,):
        done = redact(collection, [target], "asked")
        assert {one.url for one in done.captures} == {URL, MIRROR}
    assert not list(verify(collection))
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []


def test_what_a_browser_made_of_it_goes_as_well(newsroom: Any) -> None:
    writer = WarcWriter(newsroom.collection.archive_dir, info={"isPartOf": "a"}, prefix="Z")
    html = f"<html><body><article><h1>Witness</h1><p>{TEXT}</p></article></body></html>"
    newsroom.page(URL, title="Witness speaks", text=TEXT, at="20241023090000")
    newsroom.close()
    writer.write_rendering(
        Rendering(
            URL,
            timestamp.to_datetime("20241023090000"),
            "<urn:uuid:0>",
            html.encode(),
            b"\x89PNG" + NAME.encode(),
            {"title": NAME},
        )
    )
    writer.close()
    newsroom.index()
    redact(newsroom.collection, [URL], "asked")
    newsroom.collection.close()
    assert found_in(newsroom.collection.path, *NEEDLES) == []


def test_what_other_crawlers_made_of_it_goes_as_well(newsroom: Any) -> None:
    """They write the text of a page under a name of its own, into a file of its own."""
    publish(newsroom)
    collection = newsroom.collection

    def named(uri: str, text: str) -> bytes:
        head = (
            "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:6f9c2a7e>\r\n"
            f"WARC-Target-URI: {uri}\r\nWARC-Date: 2024-10-23T10:00:00Z\r\n"
            f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
        )
        return gzip.compress(f"{head}{text}\r\n\r\n".encode())

    with collection.warc_files()[0].open("ab") as file:
        file.write(named(f"urn:text:{URL}", TEXT))
    texts = named(f"urn:textFinal:{URL}", TEXT) + named(f"urn:text:{OTHER}", "A ferry.")
    (collection.archive_dir / "text-0.warc.gz").write_bytes(texts)
    (collection.archive_dir / "text-1.warc.gz").write_bytes(named(f"urn:text:{OTHER}", "A ferry."))
    newsroom.index()
    redact(collection, [URL], "asked")
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []
    names = {path.name for path in collection.warc_files()}
    assert {"text-0.r1.warc.gz", "text-1.warc.gz"} <= names
    assert len(found_in(collection.archive_dir, "A ferry.")) == 2


def test_feeds_that_quote_it_are_named_or_go(newsroom: Any) -> None:
    publish(newsroom)
    item = f"<item><description>&lt;p&gt;{TEXT}&lt;/p&gt;</description></item>"
    feed = f"<rss><channel>{item}</channel></rss>"
    newsroom.answer("https://www.example.com/rss", feed.encode(), headers="Content-Type: text/xml")
    newsroom.answer("https://www.example.com/rss", b"<rss/>", headers="Content-Type: text/xml")
    newsroom.close()
    newsroom.index()
    collection = newsroom.collection
    assert [one.url for one in plan(collection, [URL]).quoting] == ["https://www.example.com/rss"]
    done = redact(collection, [URL], "asked", quoting=True)
    assert not done.quoting
    assert len(collection.captures("https://www.example.com/rss")) == 1
    redaction = collection.redaction("https://www.example.com/rss")
    assert redaction is not None
    assert not redaction.whole, "other captures of the feed are shown"
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []


def test_watches_forget_what_they_told(newsroom: Any) -> None:
    collection = newsroom.collection
    newsroom.index()
    with Watches(collection) as watches:
        watches.add("witness OR ferry", name="court")
    publish(newsroom)
    newsroom.index()
    watch.run(collection)
    assert any(
        "watches" in str(name) or "court" in name for name in found_in(collection.path, NAME)
    )
    redact(collection, [URL], "asked")
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []
    assert b"ferry" in (collection.path / "watches" / "court.jsonl").read_bytes()
    assert b"ferry" in (collection.path / "watches" / "court.atom").read_bytes()


def test_what_was_cut_off_a_file_goes_as_well(newsroom: Any) -> None:
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}\r\n\r\n{TEXT}"
    torn = gzip.compress(head.encode())[:-12]
    (collection.archive_dir / "a.warc.gz.cut").write_bytes(torn)
    # Behind a record that is torn there may be whole ones.
    broken = gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n" + bytes(99))[:-12]
    whole = head.replace(
        "\r\n\r\n", f"\r\nWARC-Date: 2024-10-23T08:00:00Z\r\nContent-Length: {len(TEXT)}\r\n\r\n"
    )
    (collection.archive_dir / "d.warc.gz.cut").write_bytes(
        broken + gzip.compress(f"{whole}\r\n\r\n".encode())
    )
    other = gzip.compress(head.replace("witness\r", "other\r").replace(TEXT, "").encode())[:-12]
    (collection.archive_dir / "b.warc.gz.cut").write_bytes(other)
    collection.aside_dir.mkdir()
    shutil.copy(collection.archive_dir / "a.warc.gz.cut", collection.aside_dir / "c.warc.gz.12.cut")
    shutil.copy(collection.index_path, collection.aside_dir / "index-20241023000000.db")
    half_made = [collection.index_path.with_name(f"index.db.new{end}") for end in ("", "-wal")]
    for path in half_made:
        shutil.copy(collection.index_path, path)
    redact(collection, [URL], "asked")
    assert not list(collection.aside_dir.iterdir())
    assert not any(path.exists() for path in half_made)
    assert not (collection.archive_dir / "a.warc.gz.cut").exists()
    assert not (collection.archive_dir / "d.warc.gz.cut").exists()
    assert (collection.archive_dir / "b.warc.gz.cut").exists()


@pytest.mark.parametrize("lock", ["lock_path", "index_lock_path"])
def test_somebody_at_work_is_not_disturbed(newsroom: Any, lock: str) -> None:
    publish(newsroom)
    newsroom.index()
    if lock == "index_lock_path":
        pytest.importorskip("fcntl")
    with (
        only_writer(newsroom.collection.lock_path, wait=False),
        pytest.raises(NewswarcError, match="crawl"),
    ):
        redact(newsroom.collection, [URL], "asked")
    assert newsroom.collection.captures(URL)


def test_who_keeps_reading_the_index_is_told_of(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite keeps for a reader what it has begun to read."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.1)
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    with closing(sqlite3.connect(collection.index_path)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM versions").fetchone()
        with pytest.raises(NewswarcError, match="somebody keeps reading"):
            redact(collection, [URL], "asked")
    assert Journal(collection.path).read() is not None
    newsroom.index()
    assert Journal(collection.path).read() is None
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []


def test_a_file_that_is_imported_meanwhile_is_not_overwritten(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes under the very name that was free when the new file was begun."""
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    foreign = gzip.compress(b"of somebody else")
    imported: list[Path] = []

    def build(*arguments: Any) -> Any:
        made = newfile.build(*arguments)
        if made and not imported:
            imported.append(collection.archive_dir / made.name)
            imported[0].write_bytes(foreign)
        return made

    monkeypatch.setattr(steps, "build", build)
    redact(collection, [URL], "asked")
    assert imported[0].read_bytes() == foreign
    imported[0].unlink()
    collection.close()
    assert found_in(collection.path, *NEEDLES) == []


def test_what_cannot_be_found_or_is_too_much(newsroom: Any) -> None:
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    with pytest.raises(UsageError, match="there is no capture of"):
        redact(collection, ["https://www.example.com/nothing"], "asked")
    with pytest.raises(UsageError, match="no article matches"):
        find(collection, ["submarine"], most=5)
    with pytest.raises(UsageError, match="more than 1 articles"):
        find(collection, ["example.com", "OR", "ferry", "OR", "harbor"], most=1)
    assert set(find(collection, ["witness"], most=2)) == {URL, f"{URL}?utm_source=feed"}
    assert find(collection, [URL], most=1) == [URL]


def test_a_file_of_somebody_else_is_not_changed(newsroom: Any, tmp_path: Path) -> None:
    publish(newsroom)
    newsroom.index()
    collection = newsroom.collection
    first = collection.warc_files()[0]
    elsewhere = tmp_path / "elsewhere.warc.gz"
    shutil.move(first, elsewhere)
    first.symlink_to(elsewhere)
    with pytest.raises(StorageError, match="is a link to a file outside"):
        redact(collection, [URL], "asked")
    assert len(collection.captures(URL)) == 2


def test_killed_at_every_step_it_is_finished_by_whoever_comes_next(
    newsroom: Any,
    tmp_path: Path,
    killed_at: Callable[[int, Callable[[], object]], bool],
    by_names: Callable[[Path], Any],
) -> None:
    publish(newsroom)
    newsroom.index()
    newsroom.collection.close()
    # Every third step; the documented run of benchmarks.faults has others.
    step = begun = 0
    for step in itertools.count(step=3):
        place = tmp_path / str(step)
        shutil.copytree(newsroom.collection.path, place)
        with Collection(place) as collection:
            if not killed_at(step, lambda: redact(collection, [URL], "asked")):
                break
            if Journal(place).read() is None and collection.captures(URL):
                continue  # it had not begun
            begun += 1
            ingest(collection, workers=0)
            assert collection.captures(URL) == []
            assert not list(verify(collection))
            assert not list(place.glob("rewriting*"))
            assert len(collection.warc_files()) == 3
            assert len(acts.read(collection, key.public_keys(collection))) == 2
            if step % 9 == 0:
                grown = by_names(collection.index_path)
                ingest(collection, workers=0, rebuild=True)
                assert by_names(collection.index_path) == grown
        assert found_in(place, *NEEDLES) == [], step
    assert begun > 8
