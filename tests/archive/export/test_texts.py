"""Articles as lines, tables, folders and books."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.collection import Collection
from archive.errors import UsageError
from archive.export import Wanted
from archive.export.epub import to_epub
from archive.export.epub.chapter import XHTML, chapter
from archive.export.folder import file_name, to_folder
from archive.export.rows import COLUMNS, csv_lines, json_lines
from archive.ingest import ingest
from archive.model import Article, Author, Image, Version
from archive.render import as_dict
from tests.archive.export.conftest import FERRY, PICTURE, SITE, Press, page

NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)
ALL = Wanted(as_of=NOON)
EPUBCHECK = ["java", "-jar", str(Path("/usr/bin/epubcheck").resolve())]
HOSTILE = "../../<script>alert(1)</script>\u202e\"'] & : # {{ \U0001f600 %00"


@pytest.fixture
def hostile(tmp_path: Path) -> Collection:
    """An archive whose only article would like to be somewhere else."""
    press = Press(tmp_path / "hostile")
    html = page("TITLE", "ferry").decode()
    html = html.replace("It was", escape(HOSTILE))
    html = html.replace("TITLE", escape(HOSTILE))
    html = html.replace("Ann Lee", "Ann &lt;b&gt; Lee")
    press.answer(
        f"{SITE}/2024/10/23/a..%2f..%2fpasswd",
        html.encode(),
        "text/html; charset=utf-8",
        "20241023080000",
    )
    press.close()
    ingest(press.collection, workers=0)
    return press.collection


@pytest.fixture
def illustrated(tmp_path: Path) -> Collection:
    press = Press(tmp_path / "illustrated")
    shown = page("Ferry returns", "ferry").decode()
    shown = shown.replace("<title>", f'<meta property="og:image" content="{SITE}/a.png"><title>')
    shown = shown.replace(
        "<p>The", f'<p><img src="{SITE}/b.png" alt="b"><img src="{SITE}/gone.png"></p><p>The', 1
    )
    press.answer(FERRY, shown.encode(), "text/html; charset=utf-8", "20241023080000")
    for name, body in [("a", PICTURE), ("b", b"<svg onload='x'/>"), ("c", PICTURE)]:
        press.answer(f"{SITE}/{name}.png", body, "image/png", "20241023080001")
    press.close()
    ingest(press.collection, workers=0)
    return press.collection


def test_lines_of_json(archive: Collection) -> None:
    rows = [json.loads(line) for line in json_lines(archive, ALL)]
    assert [row["title"] for row in rows] == ["Tunnel floods", "Bridge opens", "Ferry sinks"]
    first = rows[-1]
    assert (first["version"], first["versions"], first["captures"]) == (2, 2, 3)
    assert (first["first_capture"], first["last_capture"]) == ("20241025100000", "20241025100000")
    current = archive.article(FERRY)
    assert current is not None
    assert as_dict(current.article).items() <= first.items()
    assert first["file"] == archive.warc_files()[1].name
    assert archive.captures(FERRY)[-1].location.offset == first["offset"]


def test_as_of_a_time_an_article_says_what_it_said(archive: Collection) -> None:
    moment = datetime(2024, 10, 24, 12, tzinfo=UTC)
    (row,) = [json.loads(line) for line in json_lines(archive, Wanted("ferry", as_of=moment))]
    assert (row["title"], row["versions"], row["captures"]) == ("Ferry returns", 1, 2)
    assert row["last_capture"] == "20241024100000"


def test_a_table(archive: Collection) -> None:
    rows = list(csv.DictReader(io.StringIO("".join(csv_lines(archive, ALL)))))
    assert len(rows) == 3
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[2]["authors"], rows[2]["title"]) == ("Ann Lee", "Ferry sinks")
    assert rows[0]["text"].count("\n\n") == 4


def test_a_table_has_every_field(archive: Collection) -> None:
    fields = {
        name
        for line in json_lines(archive, ALL)
        for name in json.loads(line)
    }  # fmt: skip
    assert fields - set(COLUMNS) == {"image"}


def test_a_folder(archive: Collection, tmp_path: Path) -> None:
    assert to_folder(archive, ALL, tmp_path / "out") == 4
    files = sorted(path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.md"))
    assert [str(path).rpartition("-")[0].rpartition("-")[0] for path in files] == [
        "www.paper.example/2024-10-23-bridge-opens",
        "www.paper.example/2024-10-23-ferry-returns",
        "www.paper.example/2024-10-23-ferry-sinks",
        "www.paper.example/2024-10-23-tunnel-floods",
    ]
    text = (tmp_path / "out" / files[2]).read_text()
    _, front, body = text.split("---\n", 2)
    facts = {
        name: json.loads(value)
        for name, _, value in (line.partition(": ") for line in front.splitlines())
    }
    assert facts["captured"] == "2024-10-25T10:00:00Z"
    assert (facts["version"], facts["change"], facts["authors"]) == (2, "headline", ["Ann Lee"])
    assert facts["warc"] == archive.warc_files()[1].name
    assert body.startswith("\n# Ferry sinks\n\nBy Ann Lee\n")


def test_a_folder_that_is_there_is_left_alone(archive: Collection, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.md").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        to_folder(archive, ALL, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.md"]


def test_hostile_titles_stay_in_the_folder(hostile: Collection, tmp_path: Path) -> None:
    to_folder(hostile, ALL, tmp_path / "out")
    (file,) = list(tmp_path.rglob("*.md"))
    assert file.parent == tmp_path / "out" / "www.paper.example"
    front = file.read_text().split("---\n")[1]
    assert "\u202e" not in front
    assert all(json.loads(line.partition(": ")[2]) for line in front.splitlines())


@given(st.text(max_size=300), st.text(max_size=80))
def test_whatever_the_title_the_name_is_a_name(title: str, host: str) -> None:
    article = Article(f"https://{host}/x", title, "", "")
    try:
        path = Path(file_name(Version(1, 3, "", article, "20241023080000", "20241023080000", 1)))
    except ValueError:
        # No such URL is stored: `archive.urlkey.is_url` does not take it.
        return
    assert len(path.parts) == 2
    assert ".." not in path.parts
    assert all(len(part.encode()) < 200 for part in path.parts)
    assert path.name.startswith("2024-10-23")
    assert path.name.endswith("-v3.md")


def read_book(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        assert book.infolist()[0].filename == "mimetype"
        assert book.infolist()[0].compress_type == zipfile.ZIP_STORED
        return {name: book.read(name) for name in book.namelist()}


def epubcheck(path: Path) -> str:
    done = subprocess.run([*EPUBCHECK, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_book(archive: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.epub"
    book = to_epub(archive, Wanted("harbor", as_of=NOON), path)
    assert (book.articles, book.size) == (3, path.stat().st_size)
    files = read_book(path)
    package = etree.fromstring(files["EPUB/book.opf"])
    assert package.findtext(".//{http://purl.org/dc/elements/1.1/}title") == "harbor"
    chapters = [files[name] for name in files if name.startswith("EPUB/text/")]
    assert len(chapters) == 3
    assert b"captured on October 2" in chapters[0]
    assert "0 errors / 0 warnings" in epubcheck(path)


def test_a_book_has_the_pictures_of_the_archive(illustrated: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.epub"
    book = to_epub(illustrated, ALL, path, title="Ferries")
    files = read_book(path)
    pictures = [name for name in files if name.startswith("EPUB/images/")]
    assert book.pictures == 1
    assert [files[name] for name in pictures] == [PICTURE]
    assert files["EPUB/text/0001.xhtml"].count(b"<img") == 1
    assert b"gone.png" not in files["EPUB/text/0001.xhtml"]


def test_a_book_of_hostile_articles(hostile: Collection, tmp_path: Path) -> None:
    path = tmp_path / "out.epub"
    to_epub(hostile, Wanted(as_of=NOON), path, title=HOSTILE)
    files = read_book(path)
    for name, data in files.items():
        if name.endswith(("xhtml", "opf")):
            tree = etree.fromstring(data)
            assert not [one for one in tree.iter() if "script" in str(one.tag)]
    assert "0 errors / 0 warnings" in epubcheck(path)


def test_the_newest_only(archive: Collection, tmp_path: Path) -> None:
    assert to_epub(archive, ALL, tmp_path / "out.epub", limit=2).articles == 2


def test_the_same_archive_gives_the_same_bytes(illustrated: Collection, tmp_path: Path) -> None:
    for name in "ab":
        to_epub(illustrated, ALL, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert list(json_lines(illustrated, ALL)) == list(json_lines(illustrated, ALL))


@given(st.text(), st.text(), st.text())
def test_whatever_an_article_says_a_chapter_is_xml(title: str, text: str, url: str) -> None:
    article = Article(
        url, title, f"{text}\n\n[{title}]({url}) ![{title}]({url})\n\n<b onclick=x>{text}", text,
        authors=(Author(title, url),), image=Image(url, text, title), language="ar",
    )  # fmt: skip
    tree = etree.fromstring(chapter(article, lambda address: "../images/x.png", url).encode())
    assert tree.get("dir") == "rtl"
    for element in tree.iter(f"{{{XHTML}}}a"):
        assert element.get("href", "").lower().startswith(("http://", "https://"))
    assert all(not name.startswith("on") for one in tree.iter() for name in one.attrib)


def test_a_chapter_keeps_what_is_text() -> None:
    markdown = "## A\n\n- *b*\n\n| c | d |\n|---|---|\n| e | [f](https://x.org/ä b) |\n"
    article = Article("https://x.org/", "T", markdown, "", published=NOON)
    text = chapter(replace(article), lambda url: None, "")
    for piece in ("<h2>A</h2>", "<em>b</em>", "<td>e</td>", 'lang="und"'):
        assert piece in text


def test_nothing_matches(archive: Collection, tmp_path: Path) -> None:
    none = Wanted("zeppelin", as_of=NOON)
    for write in (to_folder, to_epub):
        with pytest.raises(UsageError, match="no article matches"):
            write(archive, none, tmp_path / "out")
    assert list(json_lines(archive, none)) == []
    assert list(csv_lines(archive, none)) == [",".join(COLUMNS) + "\n"]
    assert not (tmp_path / "out").exists()


def test_all_articles_page_by_page(archive: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(json_lines(archive, ALL))
    for size in (1, 2, 3):
        monkeypatch.setattr("archive.export.wanted._PAGE", size)
        assert list(json_lines(archive, ALL)) == whole
