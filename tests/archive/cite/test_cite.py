"""Citations: what is in a bundle, what it proves, and that nothing else passes for one."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import manifest, timestamp, wacz
from archive.cite import check, cite
from archive.collection import Collection
from archive.errors import DamagedArchive, NewswarcError, UsageError
from archive.manifest import key
from archive.manifest.minisign import SecretKey
from archive.model import Exchange
from archive.wacz import WaczWriter
from archive.warc.dedup import Dedup
from archive.warc.reader import read_records
from archive.warc.writer import WarcWriter

DOCS = Path(__file__).parents[3] / "docs" / "verify.md"
URL = "https://www.example.com/2024/10/23/ferry"
OTHER = "https://www.example.com/2024/10/24/harbor"
IMAGE = "https://www.example.com/ferry.jpg"
PAGE = (
    "<html lang='en'><head><title>Ferry returns</title>"
    f"<meta property='og:image' content='{IMAGE}'>"
    "<link rel='stylesheet' href='/style.css'></head><body><article><h1>Ferry returns</h1>"
    + "".join(
        "<p>The ferry came back to the harbor on Wednesday with a hundred passengers, the city"
        f" council said in a statement, for the {number}th time this year.</p>"
        for number in range(2, 9)
    )
    + "</article></body></html>"
)


@pytest.fixture
def archive(newsroom: Any) -> Collection:
    """Two WARC files; all that belongs to the page is in the first."""
    collection: Collection = newsroom.collection
    newsroom.answer("https://www.example.com/robots.txt", b"User-agent: *\nDisallow:\n")
    newsroom.answer(URL, PAGE.encode(), note={"fetched": "for a test"})
    newsroom.answer(IMAGE, b"\xff\xd8\xff\xe0 JPEG", headers="Content-Type: image/jpeg")
    newsroom.answer("https://www.example.com/style.css", b"p {}", headers="Content-Type: text/css")
    newsroom.close()
    newsroom.page(OTHER, "Harbor closed")
    newsroom.answer("https://www.example.com/robots.txt", b"User-agent: *\n" * 3)
    newsroom.close()
    newsroom.index()
    manifest.write(collection)
    return collection


@pytest.fixture
def bundle(archive: Collection, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.wacz"
    cite(archive, URL, path)
    return path


def test_a_bundle_proves_itself(archive: Collection, bundle: Path) -> None:
    assert list(wacz.check(bundle)) == []
    found = check(bundle)
    assert found.problems == []
    assert (found.url, found.timestamp) == (URL, "20241023081502")
    assert found.key == key.ensure(archive).public.name
    assert check(bundle, key.ensure(archive).public).problems == []
    (problem,) = check(bundle, SecretKey.new().public).problems
    assert "signed with another key" in problem


def test_what_is_in_a_bundle(archive: Collection, bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as unpacked:
        unpacked.extractall(tmp_path / "b")
    (warc,) = (tmp_path / "b" / "archive").iterdir()
    found = [(record.type, record.url) for record in read_records(warc)]
    assert found == [
        ("warcinfo", ""),
        *(("response", "https://www.example.com/robots.txt"),),
        *(("request", "https://www.example.com/robots.txt"),),
        *(("response", URL), ("request", URL), ("metadata", URL)),
        *(("response", IMAGE), ("request", IMAGE)),
        ("response", "https://www.example.com/style.css"),
        ("request", "https://www.example.com/style.css"),
    ]
    assert "came back to the harbor" in (tmp_path / "b" / "text" / "article.md").read_text()
    assert json.loads((tmp_path / "b" / "text" / "article.json").read_text())["title"]
    readme = (tmp_path / "b" / "README.txt").read_text()
    assert URL in readme
    assert str(key.ensure(archive).public).splitlines()[1] in readme


def test_less_is_in_a_bundle_without_requisites(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "small.wacz"
    assert cite(archive, URL, path).captures == 4
    assert cite(archive, URL, path, requisites=False).captures == 3
    assert check(path).problems == []


def test_strangers_check_a_bundle_with_their_own_tools(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as unpacked:
        unpacked.extractall(tmp_path / "b")
    readme = (tmp_path / "b" / "README.txt").read_text()
    commands = re.findall(r"^ +(minisign -Vm .+)$", readme, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        done = subprocess.run(command.split(), cwd=tmp_path / "b", capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    program = re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert program is not None

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program[1]],
            cwd=tmp_path / "b",
            capture_output=True,
            text=True,
            check=False,
        )

    assert "every record was in a WARC file" in run().stdout
    (warc,) = (tmp_path / "b" / "archive").iterdir()
    data = bytearray(warc.read_bytes())
    data[4] ^= 1
    warc.write_bytes(bytes(data))
    assert run().returncode != 0


def repacked(bundle: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """Return a bundle with other files, hashes and all but the signatures made to fit."""
    with zipfile.ZipFile(bundle) as old:
        files = {
            name: old.read(name) for name in old.namelist() if not name.startswith("datapackage")
        }
    change(files)
    path = bundle.with_name("forged.wacz")
    with path.open("wb") as file, WaczWriter(file, title="", created=timestamp.now()) as made:
        for name, data in files.items():
            made.add(name, [data], pack=not name.endswith(".gz"))
    return path


def edit(path: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        (name,) = (name for name in files if re.fullmatch(path, name))
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def drop(path: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        (name,) = (name for name in files if re.fullmatch(path, name))
        del files[name]

    return change


def swap_key(files: dict[str, bytes]) -> None:
    files["proof/newswarc.pub"] = str(SecretKey.new().public).encode()


MANIFEST = r"proof/\d.*\.txt"
FORGERIES: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "a record": (edit("archive/.*", b"\x1f\x8b\x08\x00\x00", b"\x1f\x8b\x08\x00\x01"), "cited"),
    "the text": (edit("text/article.md", b"harbor", b"casino"), "text/article.md is another than"),
    "the text is gone": (drop("text/article.md"), "text/article.md is cited, and is not there"),
    "the citation": (edit("proof/citation.json", b"ferry", b"fairy"), "is not what was signed"),
    "the manifest": (edit(MANIFEST, b"size: ", b"size: 1"), "is not what was signed"),
    "the manifest is gone": (drop(MANIFEST), "is missing"),
    "the signature is gone": (drop(MANIFEST + r"\.minisig"), "is missing"),
    "the key": (swap_key, "signed with another key"),
    "the key is gone": (drop("proof/newswarc.pub"), "newswarc.pub is missing"),
    "a proof": (edit("proof/records.json", b'"number": 1', b'"number": 2'), "is another than"),
    "no proof": (edit("proof/records.json", b'"manifest"', b'"m"'), "is missing, or no proof"),
    "a new text": (lambda files: files.update({"text/b.md": b"x"}), "text/b.md is not what is"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries_are_named(bundle: Path, name: str) -> None:
    change, problem = FORGERIES[name]
    forged = repacked(bundle, change)
    assert any(problem in one for one in check(forged).problems), check(forged).problems


def test_records_are_not_believed_for_the_hashes_alone(archive: Collection, bundle: Path) -> None:
    """Who has the key of citations, but no manifest for it, cannot prove a record."""
    signing = key.ensure(archive)

    def change(files: dict[str, bytes]) -> None:
        edit("archive/.*", b"\x1f\x8b\x08\x00\x00", b"\x1f\x8b\x08\x00\x01")(files)
        said = json.loads(files["proof/citation.json"])
        (name,) = (name for name in files if name.startswith("archive/"))
        said["sha256"].pop(name)
        said["sha256"].pop("proof/records.json")
        data = json.dumps(said).encode()
        files["proof/citation.json"] = data
        files["proof/citation.json.minisig"] = signing.sign(data, "").encode()

    problems = check(repacked(bundle, change)).problems
    assert any("record 0 was not in the file that the manifest lists" in one for one in problems)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip" * 100])
def test_what_is_no_bundle(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd.wacz"
    path.write_bytes(data)
    assert check(path).problems


def test_a_revisit_comes_with_what_it_refers_to(newsroom: Any, tmp_path: Path) -> None:
    archive = newsroom.collection
    dedup = Dedup(min_size=0)
    for at in ("20241023080000", "20241101080000"):
        with closing(WarcWriter(archive.archive_dir, info={}, dedup=dedup)) as writer:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
            moment, body = timestamp.to_datetime(at), PAGE.encode()
            asked = b"GET / HTTP/1.1\r\n\r\n"
            writer.write_exchange(
                Exchange(URL, "GET", asked, head, io.BytesIO(body), len(body), moment, 200)
            )
    newsroom.index()
    manifest.write(archive)
    path = tmp_path / "bundle.wacz"
    cited = cite(archive, URL, path)
    assert (cited.timestamp, cited.captures) == ("20241101080000", 2)
    found = check(path)
    assert (found.problems, found.records) == ([], 6)
    with zipfile.ZipFile(path) as bundle:
        assert len([name for name in bundle.namelist() if name.startswith("archive/")]) == 2


def test_another_time(newsroom: Any, tmp_path: Path) -> None:
    archive = newsroom.collection
    newsroom.page(URL, "Ferry returns", at="20241023080000")
    newsroom.page(URL, "Ferry sinks", at="20241101080000")
    newsroom.close()
    newsroom.index()
    manifest.write(archive)
    early = cite(archive, URL, tmp_path / "a.wacz", at=timestamp.to_datetime("20241024"))
    assert (early.timestamp, early.title) == ("20241023080000", "Ferry returns")
    late = cite(archive, URL, tmp_path / "b.wacz")
    assert (late.timestamp, late.title) == ("20241101080000", "Ferry sinks")


def test_what_cannot_be_cited(newsroom: Any, archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "bundle.wacz"
    with pytest.raises(UsageError, match="not in the collection"):
        cite(archive, "https://www.example.com/nothing", path)
    newsroom.page(f"{URL}/new")
    newsroom.index()
    with pytest.raises(NewswarcError, match="is not in the manifest of"):
        cite(archive, f"{URL}/new", path)
    newsroom.close()
    manifest.write(archive)
    assert cite(archive, f"{URL}/new", path).captures
    file = archive.warc_files()[0]
    data = bytearray(file.read_bytes())
    data[4] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(DamagedArchive, match="is not what the manifest says"):
        cite(archive, URL, path)
    assert check(path).problems == [], "the earlier bundle is still there"


def test_without_a_manifest_there_is_no_citation(newsroom: Any, tmp_path: Path) -> None:
    newsroom.page(URL)
    newsroom.close()
    newsroom.index()
    with pytest.raises(NewswarcError, match="there is no manifest yet"):
        cite(newsroom.collection, URL, tmp_path / "bundle.wacz")
    assert not list(tmp_path.glob("*.wacz*"))
    assert manifest.write(newsroom.collection, today=date(2026, 11, 28))
