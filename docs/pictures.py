"""Take the pictures of the documentation: an invented newsroom, as a reader sees it.

``python -m docs.pictures [NAME …]`` needs Chromium; without names all are taken.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from archive.collection import Collection
from archive.web.server import ReplayServer
from crawler.demo.site import FOUNDING, MOSCOW_TIMES
from docs.newsroom import InventedDesk, newsroom
from tests.browser import Browser, Page

PLACE = Path(__file__).parent / "images"
#: Colours of a picture; a page has few, and a photograph in it bears it.
_COLOURS = 160
_WIDE, _PHONE = (1100, 860), (390, 780)
#: What is typed into a page before its picture is taken.
_TYPING = """(field => { field.focus(); field.value = "ferry author:";
field.dispatchEvent(new Event("input")) })(document.getElementById("q"))"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, what it is of, and how it is looked at."""

    name: str
    path: str
    phone: bool = False
    dark: bool = False
    script: str = ""


def shots(collection: Collection) -> Iterator[Shot]:
    """Yield the pictures."""
    founding = collection.article(FOUNDING)
    assert founding is not None
    edited = collection.edits(stealth=True, limit=1)[0].after
    diff = f"article/{edited.article_id}/diff"
    search = f"?q={_telling(collection)}&since={edited.first_capture[:4]}"
    yield Shot("front", "")
    yield Shot("search", search)
    yield Shot("search-phone", search, phone=True)
    yield Shot("search-dark", search, dark=True)
    yield Shot("search-hints", "", script=_TYPING)
    yield Shot("article", f"article/{founding.article_id}")
    yield Shot("article-phone", f"article/{founding.article_id}", phone=True)
    yield Shot("versions", f"article/{edited.article_id}")
    yield Shot("diff", diff)
    yield Shot("diff-phone", diff, phone=True)
    yield Shot("diff-dark", diff, dark=True)
    yield Shot("edits", "edits")
    yield Shot("removed", "removed")
    yield Shot("sources", "sources")
    yield Shot("source", "source/lipkacourier")
    yield Shot("source-phone", "source/lipkacourier", phone=True)
    yield Shot("source-dark", "source/lipkacourier", dark=True)
    yield Shot("status", "status")
    yield Shot("calendar", f"web/*/{edited.article.url}")
    yield from replayed(f"web/{founding.last_capture}/{FOUNDING}")


def replayed(page: str) -> Iterator[Shot]:
    """Yield the pictures of replay; those of docs/replay.md."""
    yield Shot("replay", page)
    yield Shot("replay-proof", page, script="document.querySelector('details').open = true")
    yield Shot("replay-phone", page, phone=True)
    yield Shot("feed", f"web/2030/{MOSCOW_TIMES}rss/news")
    yield Shot("missing", f"web/2024/{FOUNDING.replace('a86785', 'a86786')}")


def _telling(collection: Collection) -> str:
    """Return a word of which the best hits have copies in other papers."""

    def copied(word: str) -> int:
        ids = [hit.article_id for hit in collection.search(word, limit=3)]
        return sum(bool(card.copies) for card in collection.cards(ids).values())

    return max(("ferry", "bridge", "library", "market", "lighthouse", "railway"), key=copied)


def take(page: Page, shot: Shot) -> None:
    """Take a picture of a page, in few colours."""
    if shot.script:
        page.evaluate(shot.script)
        page.evaluate("new Promise(done => setTimeout(done, 600))")
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(PLACE / f"{shot.name}.png", optimize=True)


def main() -> None:
    """Write docs/images/*.png."""
    wanted = set(sys.argv[1:])
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        collection = newsroom(Path(place) / "news")
        desk = InventedDesk(collection)
        with ReplayServer(collection, port=0, desk=desk) as server:
            for dark in (False, True):
                with Browser(dark=dark) as browser:
                    for shot in shots(collection):
                        if shot.dark == dark and (not wanted or shot.name in wanted):
                            width, height = _PHONE if shot.phone else _WIDE
                            page = browser.open(server.url + shot.path, width=width, height=height)
                            take(page, shot)


if __name__ == "__main__":
    main()
