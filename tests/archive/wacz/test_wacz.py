"""A WACZ that was written is whole, and the check finds whatever is changed in it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DamagedArchive
from archive.wacz import Page, WaczReader, WaczWriter, check, index
from tests.archive.wacz.packing import CREATED, pack

URL = "https://www.example.com/2024/10/23/ferry"
Edit = Callable[[dict[str, bytes]], None]


@pytest.fixture
def packed(newsroom: Any, tmp_path: Path) -> Path:
    newsroom.page(URL, "Ferry returns")
    newsroom.page("https://www.example.com/harbor", "Harbor – opens")
    newsroom.answer("https://www.example.com/a.png", b"\x89PNG", headers="Content-Type: image/png")
    newsroom.close()
    newsroom.page(URL, "Ferry leaves again")
    newsroom.close()
    newsroom.index()
    return pack(newsroom.collection, tmp_path / "ferries.wacz")


def changed(path: Path, edit: Edit, *, seal: bool = True) -> Path:
    """Write the WACZ anew with other content; with `seal`, listed and hashed as if it were so."""
    with zipfile.ZipFile(path) as old:
        order = {entry.filename: entry.compress_type for entry in old.infolist()}
        files = {name: old.read(name) for name in order}
    edit(files)
    if seal:
        package = json.loads(files["datapackage.json"])
        package["resources"] = [
            {
                "name": name.lower(),
                "path": name,
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "bytes": len(data),
            }
            for name, data in files.items()
            if not name.startswith("datapackage")
        ]
        files["datapackage.json"] = json.dumps(package).encode()
        digest = hashlib.sha256(files["datapackage.json"]).hexdigest()
        files["datapackage-digest.json"] = json.dumps(
            {"path": "datapackage.json", "hash": f"sha256:{digest}"}
        ).encode()
    new = path.with_name("changed.wacz")
    with zipfile.ZipFile(new, "w") as out:
        for name, data in files.items():
            out.writestr(name, data, order.get(name, zipfile.ZIP_STORED))
    return new


def test_what_was_written_is_whole(packed: Path) -> None:
    assert list(check(packed)) == []


def test_what_is_in_it(packed: Path) -> None:
    with WaczReader(packed) as wacz:
        names = [entry.filename for entry in wacz.entries()]
        pages = [json.loads(line) for line in (wacz.small("pages/pages.jsonl") or b"").splitlines()]
        package = wacz.read_json("datapackage.json")
        stored = {entry.filename for entry in wacz.entries() if not entry.compress_type}
        lines = gzip.decompress(wacz.small("indexes/index.cdx.gz") or b"").splitlines()
    assert [name for name in names if not name.startswith("archive/")] == [
        *("indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"),
        *("datapackage.json", "datapackage-digest.json"),
    ]
    assert stored == {name for name in names if name.endswith(".gz")}
    assert (package["wacz_version"], package["title"]) == ("1.1.1", "Ferries")
    assert package["created"] == "2024-11-01T12:00:00Z"
    assert pages[0] == {
        "format": "json-pages-1.0",
        "id": "pages",
        "title": "Pages",
        "hasText": True,
    }
    assert [page["title"] for page in pages[1:]] == ["Harbor – opens", "Ferry leaves again"]
    assert "crossing had taken two days" in pages[1]["text"]
    assert len(lines) == 4


def test_the_same_makes_the_same_bytes(packed: Path, newsroom: Any, tmp_path: Path) -> None:
    assert pack(newsroom.collection, tmp_path / "again.wacz").read_bytes() == packed.read_bytes()


def replace(name: str, old: bytes, new: bytes) -> Edit:
    def edit(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return edit


def in_index(old: bytes, new: bytes) -> Edit:
    def edit(files: dict[str, bytes]) -> None:
        lines = gzip.decompress(files["indexes/index.cdx.gz"])
        assert old in lines
        files["indexes/index.cdx.gz"] = gzip.compress(lines.replace(old, new))

    return edit


@pytest.mark.parametrize(
    ("edit", "seal", "said"),
    [
        (replace("pages/pages.jsonl", b"Ferry l", b"Fairy l"), False, "is not what its hash says"),
        (replace("pages/pages.jsonl", b"Ferry l", b"Ship l"), False, "are listed"),
        (replace("datapackage.json", b"Ferries", b"Fairies"), False, "is not what its hash says"),
        (replace("datapackage.json", b"1.1.1", b"7"), False, "no version of WACZ that is known"),
        (replace("datapackage.json", b'"data-package"', b'"x"'), False, "its profile is not"),
        (replace("datapackage.json", b"{", b"["), False, "is no JSON"),
        (lambda files: files.pop("pages/pages.jsonl"), False, "but not there"),
        (lambda files: files.pop("pages/pages.jsonl"), True, "pages/pages.jsonl: is missing"),
        (lambda files: files.pop("datapackage.json"), False, "is missing, or no JSON object"),
        (lambda files: files.update({"logs/x": b""}), False, "is not listed in datapackage.json"),
        (replace("pages/pages.jsonl", b'"url"', b'"uri"'), True, "line 2 is no page"),
        (replace("pages/pages.jsonl", b'{"id"', b'["id"'), True, "line 2 is no page"),
        (lambda files: files.pop("indexes/index.cdx.gz"), True, "no index is in it"),
        (in_index(b")/2024", b")/zz24"), True, "its lines are not sorted"),
        (in_index(b'ferry"', b'faery"'), True, "the record is of another URL than"),
        (in_index(b" 20241023", b" 20241024"), True, "the record is of another time than"),
        (in_index(b'"length": "', b'"length": "9'), True, "bytes long"),
        (in_index(b'"offset": "', b'"offset": "9'), True, "no gzip member|ends before"),
        (in_index(b'"filename": "', b'"filename": "no'), True, "no such file is in archive/"),
        (in_index(b'"offset": "', b'"offset": "-'), True, "no line of CDXJ"),
    ],
)  # fmt: skip
def test_what_was_changed_is_told(packed: Path, edit: Edit, seal: bool, said: str) -> None:
    problems = [str(problem) for problem in check(changed(packed, edit, seal=seal))]
    assert [problem for problem in problems if any(one in problem for one in said.split("|"))]


def test_what_is_packed_twice_is_told(packed: Path) -> None:
    with zipfile.ZipFile(packed) as old:
        files = {name: old.read(name) for name in old.namelist()}
    twice = packed.with_name("twice.wacz")
    with zipfile.ZipFile(twice, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    problems = [str(problem) for problem in check(twice)]
    assert len(problems) == 3
    assert all("is packed once more" in problem for problem in problems)


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("archive/a.warc", b"\0" * 30_000_000)
    return data.getvalue()


def same_name_twice() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr("pages/pages.jsonl", b"a")
        with pytest.warns(UserWarning, match="Duplicate"):
            out.writestr("pages/pages.jsonl", b"b")
    return data.getvalue()


def overlapping() -> bytes:
    """Return a ZIP whose directory names one part of the file many times."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr("archive/a.warc", b"x" * 1000)
        first = out.infolist()[0]
        for number in range(50):
            entry = zipfile.ZipInfo(f"archive/{number}.warc")
            entry.header_offset, entry.CRC = first.header_offset, first.CRC
            entry.file_size = entry.compress_size = first.file_size
            out.filelist.append(entry)
            out._didModify = True
    return data.getvalue()


def long_directory() -> bytes:
    return b"PK\x05\x06" + struct.pack("<4xHHLLH", 1, 1, 2**31, 0, 0)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: b"", "no directory"),
        (lambda: b"no zip at all" * 100, "no directory"),
        (bomb, "is a bomb"),
        (same_name_twice, "two files named"),
        (overlapping, "files overlap in it"),
        (long_directory, "its directory is longer"),
    ],
)
def test_what_is_made_to_do_harm_is_refused(
    tmp_path: Path, made: Callable[[], bytes], said: str
) -> None:
    path = tmp_path / "bad.wacz"
    path.write_bytes(made())
    with pytest.raises(DamagedArchive, match=said):
        WaczReader(path)
    assert len(list(check(path))) == 1


@pytest.mark.parametrize("size", [1, 100, 1000])
def test_a_wacz_that_is_cut_is_no_zip(packed: Path, tmp_path: Path, size: int) -> None:
    cut = tmp_path / "cut.wacz"
    cut.write_bytes(packed.read_bytes()[:-size])
    assert len(list(check(cut))) == 1


def test_the_lines_of_an_index_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_MAX_LINE", 1000)
    bomb = gzip.compress(b"x" * 10_000_000)
    with pytest.raises(DamagedArchive, match="longer than 1,000"):
        list(index.lines([bomb], packed=True))


def test_a_write_that_fails_is_told_as_it_failed(tmp_path: Path) -> None:
    def pieces() -> Any:
        yield b"a"
        raise OSError(28, "No space left on device")

    with (
        pytest.raises(OSError, match="No space"),
        (tmp_path / "a.wacz").open("wb") as file,
        WaczWriter(file, title="", created=CREATED) as wacz,
    ):
        wacz.add_warc("a.warc.gz", pieces())


def test_a_main_page(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    page = Page(URL, "20241023081500")
    with (
        path.open("wb") as file,
        WaczWriter(file, title="", created=CREATED, main_page=page, extra={"x": 1}) as wacz,
    ):
        wacz.add_pages([page], extra=True)
    with WaczReader(path) as read:
        package = read.read_json("datapackage.json")
    assert (package["mainPageUrl"], package["mainPageDate"]) == (URL, "2024-10-23T08:15:00Z")
    assert package["x"] == 1
