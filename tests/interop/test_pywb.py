"""pywb replays a collection from its WARC files and the CDXJ that we export."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.recorded import Recorder
from tests.interop.strangers import ROOT, fetch, pywb

SITE = "https://www.paper.example"
PAGE = "<title>Bridge</title><h1>Мост открыт</h1><img src=/bridge.png>"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("pywb")
    recorder = Recorder(home / "news", dedup=True, max_size=1)
    recorder.record(f"{SITE}/bridge", PAGE, at="20241023093000")
    recorder.record(f"{SITE}/bridge.png", PICTURE, "image/png", at="20241023093001")
    recorder.redirect(f"{SITE}/old", f"{SITE}/bridge", at="20241023093002")
    recorder.record(f"{SITE}/bridge", PAGE.replace("открыт", "закрыт"), at="20241024080000")
    recorder.record(f"{SITE}/copy.png", PICTURE, "image/png", at="20241024080001")  # a revisit
    collection = recorder.finished()
    (copy,) = collection.captures(f"{SITE}/copy.png")
    assert (copy.record_type, len(collection.warc_files())) == ("revisit", 5)
    index = home / "index.cdxj"
    exported = subprocess.run(
        [sys.executable, "-m", "crawler", "-c", home / "news", "export", "cdxj", "-o", index],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert exported.returncode == 0, exported.stderr
    (home / "pywb").mkdir()
    with pywb(home / "pywb", home / "news" / "archive", index) as address:
        yield address


@pytest.mark.parametrize(
    ("moment", "word"), [("20241023093000", "открыт"), ("20241024080000", "закрыт")]
)
def test_pywb_replays_the_page_of_a_moment(replay: str, moment: str, word: str) -> None:
    response, body = fetch(f"{replay}{moment}mp_/{SITE}/bridge")
    assert response.status == 200
    assert f"Мост {word}" in body.decode()
    assert "/bridge.png" in body.decode()


@pytest.mark.parametrize("name", ["bridge.png", "copy.png"])
def test_pywb_replays_pictures_and_revisits(replay: str, name: str) -> None:
    response, body = fetch(f"{replay}2024im_/{SITE}/{name}")
    assert response.headers["Content-Type"] == "image/png"
    assert body == PICTURE


def test_pywb_follows_a_redirect(replay: str) -> None:
    response, body = fetch(f"{replay}20241023093002mp_/{SITE}/old")
    assert response.url.endswith(f"mp_/{SITE}/bridge")
    assert "Мост открыт" in body.decode()


def test_pywb_lists_the_captures(replay: str) -> None:
    _, body = fetch(f"{replay}cdx?url={SITE}/bridge")
    assert [line.split()[1] for line in body.decode().splitlines()] == [
        "20241023093000",
        "20241024080000",
    ]


def test_the_archive_is_where_it_should_be(replay: str, tmp_path: Path) -> None:
    """Without the index pywb finds nothing: what it showed came from ours."""
    empty = tmp_path / "empty.cdxj"
    empty.write_text("")
    with (
        pywb(tmp_path, tmp_path, empty) as address,
        pytest.raises(OSError, match="404"),
    ):
        fetch(f"{address}2024mp_/{SITE}/bridge")
