"""A WACZ of ours: py-wacz finds it valid, ReplayWeb.page lists, searches and shows its pages."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.export import Wanted
from archive.export.packing import to_wacz
from archive.wacz import check
from tests.archive.recorded import Recorder
from tests.browser import Browser, Page
from tests.interop.replayweb import replayweb
from tests.interop.strangers import PATIENCE, program

SITE = "https://www.paper.example"
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx"
    b"\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)
#: All text on a page, that in shadow trees as well.
_TEXT = """(function walk(node) {
    let text = "";
    for (const child of node.childNodes)
        if (child.nodeType == 3) text += child.data.trim() + " ";
        else if (child.nodeType == 1 && !["STYLE", "SCRIPT"].includes(child.tagName))
            text += walk(child.shadowRoot || child);
    return text;
})(document.body)"""
_SEARCH = """(function walk(node) {
    for (const child of node.querySelectorAll("*")) {
        if (child.tagName == "INPUT" && child.placeholder.startsWith("Search by")) {
            child.value = WORD;
            child.dispatchEvent(new Event("input", {bubbles: true, composed: true}));
            return true;
        }
        if (child.shadowRoot && walk(child.shadowRoot)) return true;
    }
    return false;
})(document)"""


def page(title: str, word: str) -> str:
    text = "".join(
        f"<p>The {word} was opened by the mayor on Monday for the {number}th time, and nobody in"
        " the city council could say on Tuesday how long it was going to last this year.</p>"
        for number in range(2, 8)
    )
    return (
        f"<html lang=en><title>{title}</title><h1>{title}</h1><img src=/bridge.png>{text}"
        f"<p>Of the {word} they said: мост открыт.</p></html>"
    )


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("wacz") / "news")
    recorder.record(f"{SITE}/2024/bridge", page("A bridge", "bridge"), at="20241023093000")
    recorder.record(f"{SITE}/bridge.png", PICTURE, "image/png", at="20241023093001")
    recorder.record(f"{SITE}/2024/tunnel", page("A tunnel", "tunnel"), at="20241023093002")
    recorder.record(f"{SITE}/2024/bridge", page("A long bridge", "bridge"), at="20241024080000")
    return recorder.finished()


@pytest.fixture(scope="module")
def wacz(collection: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "paper.wacz"
    to_wacz(collection, Wanted(), path)
    return path


@pytest.mark.parametrize("query", ["", "tunnel"])
def test_py_wacz_finds_it_valid(collection: Collection, tmp_path: Path, query: str) -> None:
    path = tmp_path / "out.wacz"
    to_wacz(collection, Wanted(query), path)
    done = subprocess.run([program("wacz"), "validate", "-f", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "the passed WACZ is valid" in done.stdout


def test_py_wacz_finds_what_was_changed(wacz: Path, tmp_path: Path) -> None:
    """What says that the test above can fail."""
    bad = tmp_path / "bad.wacz"
    with zipfile.ZipFile(wacz) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"mayor", b"major"))
    done = subprocess.run([program("wacz"), "validate", "-f", bad], capture_output=True, text=True)
    assert done.returncode == 1
    assert list(check(bad))


def test_cdxj_indexer_says_the_same_of_its_records(wacz: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wacz) as packed:
        packed.extractall(tmp_path)
    files = sorted((tmp_path / "archive").iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "cdxj_indexer.main", "--sort", *files],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ours = subprocess.run(
        ["gzip", "-dc", tmp_path / "indexes" / "index.cdx.gz"], capture_output=True, check=True
    )
    assert ours.stdout.decode() == done.stdout


def test_a_wacz_of_py_wacz_passes_our_check(collection: Collection, tmp_path: Path) -> None:
    path, pages = tmp_path / "theirs.wacz", tmp_path / "pages.jsonl"
    page = {"url": f"{SITE}/2024/tunnel", "ts": "2024-10-23T09:30:02Z", "title": "A tunnel"}
    pages.write_text('{"format": "json-pages-1.0", "id": "pages"}\n' + json.dumps(page) + "\n")
    subprocess.run(
        [program("wacz"), "create", "-p", pages, "-o", path, *collection.warc_files()],
        capture_output=True, check=True,
    )  # fmt: skip
    assert list(check(path)) == []


@pytest.fixture(scope="module")
def replayed(wacz: Path) -> Iterator[tuple[Browser, str]]:
    with replayweb(wacz) as address, Browser() as browser:
        yield browser, f"{address}?source=/{wacz.name}"


def wait_for(page: Page, *words: str, frame: str | None = None) -> str:
    """Return the text of a page or of a frame when all the words are in it."""
    end = time.monotonic() + PATIENCE
    text = ""
    while time.monotonic() < end:
        page.wait()
        if frame is None:
            text = page.evaluate(_TEXT)
        elif any(frame in one for one in page.frames()):
            text = page.text(frame=frame)
        if all(word in text for word in words):
            return text
        time.sleep(0.1)
    raise AssertionError(f"{words} are not in {text[:2000]!r}")


def test_replayweb_page_lists_the_pages(replayed: tuple[Browser, str]) -> None:
    browser, address = replayed
    page = browser.open(f"{address}#view=pages")
    text = wait_for(page, "3 Pages", "A bridge", "A long bridge", "A tunnel")
    assert f"{SITE}/2024/tunnel" in text


def test_replayweb_page_finds_words_of_their_texts(replayed: tuple[Browser, str]) -> None:
    browser, address = replayed
    page = browser.open(f"{address}#view=pages")
    wait_for(page, "3 Pages", "A tunnel")
    for word, titles in (("tunnel", 1), ("мост", 3), ("zeppelin", 0)):
        assert page.evaluate(_SEARCH.replace("WORD", json.dumps(word)))
        plural = "Page" if titles == 1 else "Pages"
        wait_for(page, f"{titles} {plural}")


@pytest.mark.parametrize(
    ("moment", "title"), [("20241023093000", "A bridge"), ("20241024080000", "A long bridge")]
)
def test_replayweb_page_shows_a_page_of_a_time(
    replayed: tuple[Browser, str], moment: str, title: str
) -> None:
    browser, address = replayed
    page = browser.open(f"{address}#view=pages&url={SITE}/2024/bridge&ts={moment}")
    frame = f"mp_/{SITE}/2024/bridge"
    text = wait_for(page, title, "мост открыт", frame=frame)
    assert text.startswith(title)
    assert set(page.images(frame=frame).values()) == {1}
