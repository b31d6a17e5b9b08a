"""Pages that ask for what they need in every way: live, then captured, gone and replayed.

`newswarc crawl` takes them from the demo server; with that stopped, the replay must show the same
text and the same picture, with scripts and without, and ask nobody else for anything.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from archive.collection import Collection
from archive.web.server import ReplayServer
from crawler.demo.server import DemoServer
from crawler.demo.torture import PAGES, TORTURE, Torture
from tests.browser import Browser, Page

ROOT = Path(__file__).parent.parent
OTHERS = (f"{TORTURE}refresh.html", "https://www.torture.example/old")
WIDTH, HEIGHT = 1280, 1300
#: A pixel differs when a colour of it does by more than this, of 255 …
TOLERANCE = 8
#: … and so many of them may, as a share: measured is none; anti-aliasing may differ in a browser.
SHARE = 0.001
#: What scripts of the page do, and replay does where they may not run.
LAZY = "document.querySelectorAll('img.lazy').forEach(one => { one.src = one.dataset.src })"
#: What scripts put into the page last; on a busy machine that takes a while.
LATE = ("to another host", "Modules ran, also the late one")
PICTURES_ARE_THERE = "[...document.images].every(one => one.complete && one.naturalWidth)"
PATIENCE = 20.0


@dataclass(frozen=True)
class Seen:
    """A page as the browser shows it."""

    text: str
    picture: Image.Image


@dataclass(frozen=True)
class Archived:
    """The collection, and what the live site looked like: by page, and whether scripts ran."""

    path: Path
    live: dict[tuple[str, bool], Seen]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    path = tmp_path_factory.mktemp("torture") / "news"
    live: dict[tuple[str, bool], Seen] = {}
    urls = [*(f"{TORTURE}{name}.html" for name in PAGES), *OTHERS]
    with DemoServer(Torture(), compress=False) as site:
        connect = [word for rule in site.connect_to for word in ("--connect-to", rule)]
        result = subprocess.run(
            [
                *(sys.executable, "-m", "crawler", "-c", path, "crawl", *urls, "--render"),
                *("--requisites", "all", "--delay", "0", *connect),
            ],
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        assert result.returncode == 0, result.stderr
        for scripts in (True, False):
            with Browser(connect_to=site.connect_to, scripts=scripts) as browser:
                for name in PAGES:
                    page = browser.open(f"{TORTURE}{name}.html", width=WIDTH, height=HEIGHT)
                    page.evaluate(LAZY)
                    for words in LATE if (name, scripts) == ("everything", True) else ():
                        until(page, shows(words))
                    until(page, PICTURES_ARE_THERE)
                    live[name, scripts] = Seen(page.text(), picture(page.screenshot()))
    return Archived(path, live)


@pytest.fixture(scope="module", params=[True, False], ids=["scripts", "no scripts"])
def replay(
    request: pytest.FixtureRequest, archived: Archived
) -> Iterator[tuple[Browser, ReplayServer, bool]]:
    scripts: bool = request.param
    with (
        Collection(archived.path) as collection,
        ReplayServer(collection, port=0, scripts=scripts) as server,
        Browser() as browser,
    ):
        yield browser, server, scripts
        assert browser.traffic().beyond(server.url) == set()


def shows(words: str) -> str:
    """Return the condition that a page shows some words."""
    return f"document.body.innerText.includes({json.dumps(words)})"


def until(page: Page, condition: str, *, frame: str = "") -> None:
    """Wait until a condition holds in a page and it has asked for all it wants."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition, frame=frame) and time.monotonic() < end:
        page.wait()
    page.wait()


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def inside(page: Page) -> Image.Image:
    """Return a picture of what the frame shows."""
    box = page.evaluate(
        "(({x, y, width, height}) => [x, y, width, height])"
        "(document.querySelector('iframe').getBoundingClientRect())"
    )
    return picture(page.screenshot(clip=tuple(box)))


@pytest.mark.parametrize("name", PAGES)
def test_text_and_picture_are_those_of_the_live_site(
    archived: Archived, replay: tuple[Browser, ReplayServer, bool], name: str
) -> None:
    browser, server, scripts = replay
    url = f"{TORTURE}{name}.html"
    page = browser.open(f"{server.url}web/2030/{url}", width=WIDTH, height=HEIGHT + 100)
    live = archived.live[name, scripts]
    for condition in (shows(live.text), PICTURES_ARE_THERE):
        until(page, condition, frame=f"mp_/{url}")
    assert page.text(frame=f"mp_/{url}") == live.text
    shown = inside(page)
    assert shown.width == WIDTH
    assert shown.height >= HEIGHT
    difference = ImageChops.difference(live.picture, shown.crop((0, 0, WIDTH, HEIGHT)))
    counts = difference.convert("L").histogram()
    assert sum(counts[TOLERANCE + 1 :]) / sum(counts) <= SHARE
    assert [
        request for request in page.requests if request.error or (request.status or 200) >= 400
    ] == []


def test_the_live_pages_are_not_empty(archived: Archived) -> None:
    with_scripts = archived.live["everything", True].text
    for words in ("put here by a script", *LATE):
        assert words in with_scripts
        assert words not in archived.live["everything", False].text
    assert "«кавычки», тире — и номер" in archived.live["cyrillic", True].text
    for seen in archived.live.values():
        assert len(seen.picture.getcolors(WIDTH * HEIGHT) or []) > 4


def test_every_picture_is_there(replay: tuple[Browser, ReplayServer, bool]) -> None:
    browser, server, scripts = replay
    page = browser.open(f"{server.url}web/2030/{TORTURE}everything.html")
    widths = page.images(frame=f"mp_/{TORTURE}everything.html")
    names = {url.rpartition("/")[2]: width for url, width in widths.items() if width}
    assert {"small.png", "large.png", "cdn.png", "redirected.png", "lazy.png"} <= names.keys()
    assert ("made.png" in names) == scripts
    assert ("hidden.png" in names) == (not scripts)


def test_media_are_played_and_sought(replay: tuple[Browser, ReplayServer, bool]) -> None:
    browser, server, _ = replay
    page = browser.open(f"{server.url}web/2030/{TORTURE}everything.html")
    sought = page.evaluate(
        """new Promise((done) => {
            const video = document.querySelector("video");
            video.onseeked = () => done([video.duration, video.currentTime, video.videoWidth]);
            video.onerror = () => done(video.error.message);
            video.currentTime = 1.5;
        })""",
        frame=f"mp_/{TORTURE}everything.html",
    )
    assert sought == [2, 1.5, 160]
    assert {one.status for one in page.requests if one.url.endswith(".webm")} == {206}


@pytest.mark.parametrize(
    ("asked", "shown"), [(OTHERS[0], "Based"), (OTHERS[1], "Everything")], ids=["refresh", "old"]
)
def test_redirects_and_refreshes_lead_on(
    replay: tuple[Browser, ReplayServer, bool], asked: str, shown: str
) -> None:
    browser, server, _ = replay
    page = browser.open(f"{server.url}web/2030/{asked}")
    assert page.text(frame="mp_/").startswith(shown)


def test_links_lead_to_pages_of_the_archive(replay: tuple[Browser, ReplayServer, bool]) -> None:
    browser, server, _ = replay
    page = browser.open(f"{server.url}web/2030/{TORTURE}everything.html")
    page.click("#cyrillic", frame=f"mp_/{TORTURE}everything.html")
    assert "windows-1251: «кавычки»" in page.text(frame=f"mp_/{TORTURE}cyrillic.html")
    assert page.images(frame=f"mp_/{TORTURE}cyrillic.html").popitem()[1] == 120
