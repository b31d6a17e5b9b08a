"""Archives and parts of them, as WACZ and as WARC."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import UsageError
from archive.export import Wanted
from archive.export.packing import to_wacz, to_warc
from archive.index.search import Narrowed
from archive.ingest import ingest
from archive.verify import verify
from archive.wacz import WaczReader, check
from archive.warc.reader import Record, read_records
from tests.archive.export.conftest import BRIDGE, FERRY, SITE

NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)


def wanted(query: str = "", as_of: datetime = NOON, **filters: str) -> Wanted:
    return Wanted(query, Narrowed(**filters), as_of=as_of)  # type: ignore[typeddict-item]


def kinds(records: list[Record]) -> Counter[str]:
    return Counter(record.type for record in records)


def test_the_records_of_an_article(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.warc.gz"
    packed = to_warc(archive, wanted("sinks"), path)
    assert (packed.articles, packed.captures, packed.problems) == (1, 3, [])
    assert packed.size == path.stat().st_size
    records = list(read_records(path))
    assert kinds(records) == {
        "warcinfo": 3,  # our own, and one of each file
        "response": 2,
        "revisit": 1,
        "request": 3,
        "metadata": 3,
    }
    assert {record.url for record in records} == {"", FERRY}
    first = records[0]
    assert b"isPartOf: paper: sinks (export)" in first.payload
    assert first.headers["WARC-Date"] == "2024-11-01T12:00:00.000000Z"
    assert first.headers["WARC-Filename"] == "out.warc.gz"


def test_every_byte_is_from_the_archive(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.warc.gz"
    to_warc(archive, wanted("sinks"), path)
    sources = [file.read_bytes() for file in archive.warc_files()]
    data = path.read_bytes()
    for record in list(read_records(path))[1:]:
        at = record.location
        assert any(data[at.offset : at.offset + at.length] in source for source in sources)


def test_what_a_revisit_refers_to_comes_along(archive: Collection, tmp_path: Path) -> None:
    """The bridge's picture is a revisit of the ferry's."""
    path = tmp_path / "out.warc.gz"
    to_warc(archive, wanted("bridge", url=BRIDGE), path, requisites=True)
    urls = {record.url for record in read_records(path) if record.type in ("response", "revisit")}
    assert urls == {
        *(BRIDGE, f"{SITE}/copy.png", f"{SITE}/ferry.png", f"{SITE}/style.css"),
        f"{SITE}/a.woff2",
    }


def test_what_a_browser_made_of_a_page_comes_along(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.warc.gz"
    to_warc(archive, wanted("tunnel"), path)
    records = list(read_records(path))
    assert kinds(records)["resource"] == 2
    assert f"{SITE}/end.png" not in {record.url for record in records}


@pytest.mark.parametrize("query", ["ferry OR bridge OR tunnel", ""])
def test_a_warc_that_was_exported_gives_the_same_articles(
    archive: Collection, tmp_path: Path, query: str
) -> None:
    other = Collection.create(tmp_path / "other")
    to_warc(archive, wanted(query), other.archive_dir / "out.warc.gz", requisites=True)
    ingest(other, workers=0)
    ours, theirs = (
        {
            (version.article.url, version.digest, version.first_capture, version.captures)
            for article in one.articles(100)
            for version in one.versions(article.article_id)
        }
        for one in (archive, other)
    )
    assert ours >= theirs
    assert len(theirs) == (4)
    assert list(verify(other)) == []


def test_a_wacz_of_everything_is_whole(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.wacz"
    packed = to_wacz(archive, wanted(), path)
    assert list(check(path)) == []
    assert (packed.articles, packed.captures) == (3, 13)
    with WaczReader(path) as wacz:
        for entry, file in zip(wacz.warcs(), archive.warc_files(), strict=True):
            assert entry.filename == f"archive/{file.name}"
            assert b"".join(wacz.pieces(entry)) == file.read_bytes()


def test_a_wacz_of_a_query_is_whole(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.wacz"
    packed = to_wacz(archive, wanted("sinks"), path)
    assert list(check(path)) == []
    assert (packed.articles, packed.captures) == (1, 6)
    with WaczReader(path) as wacz:
        package = wacz.read_json("datapackage.json")
        pages = [json.loads(line) for line in (wacz.small("pages/pages.jsonl") or b"").splitlines()]
    assert package["title"] == "paper: sinks"
    assert [(page["title"], page["ts"]) for page in pages[1:]] == [
        ("Ferry returns", "2024-10-23T08:15:00Z"),
        ("Ferry sinks", "2024-10-25T10:00:00Z"),
    ]


def test_a_title(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.wacz"
    to_wacz(archive, wanted(), path, title="Everything")
    with WaczReader(path) as wacz:
        assert wacz.read_json("datapackage.json")["title"] == "Everything"


@pytest.mark.parametrize("query", ["", "ferry"])
def test_as_of_a_time_nothing_later_is_known(
    archive: Collection, tmp_path: Path, query: str
) -> None:
    moment = datetime(2024, 10, 24, 12, tzinfo=UTC)
    path = tmp_path / "out.wacz"
    to_wacz(archive, wanted(query, moment), path)
    assert list(check(path)) == []
    with WaczReader(path) as wacz:
        for entry in wacz.warcs():
            out = tmp_path / "part.warc.gz"
            out.write_bytes(b"".join(wacz.pieces(entry)))
            assert all(record.date <= moment for record in read_records(out) if record.url)
        assert b"sinks" not in (wacz.small("pages/pages.jsonl") or b"")


@pytest.mark.parametrize("query", ["", "ferry"])
def test_the_same_archive_gives_the_same_bytes(
    archive: Collection, tmp_path: Path, query: str
) -> None:
    for number in "12":
        to_wacz(archive, wanted(query), tmp_path / f"{number}.wacz")
        (tmp_path / number).mkdir()
        to_warc(archive, wanted(query), tmp_path / number / "a.warc.gz")
    assert (tmp_path / "1.wacz").read_bytes() == (tmp_path / "2.wacz").read_bytes()
    one, two = (tmp_path / number / "a.warc.gz" for number in "12")
    assert one.read_bytes() == two.read_bytes()


def test_nothing_matches(archive: Collection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no article matches"):
        to_wacz(archive, wanted("zeppelin"), tmp_path / "out.wacz")
    assert not (tmp_path / "out.wacz").exists()


def test_an_original_that_is_gone_is_told(archive: Collection, tmp_path: Path) -> None:
    archive.warc_files()[0].unlink()
    packed = to_warc(archive, wanted("sinks"), tmp_path / "out.warc.gz")
    assert packed.captures == 2
    assert all("is missing" in problem for problem in packed.problems)
    assert packed.problems
