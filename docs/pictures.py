"""Take the pictures of the README: crawl the bundled site and look at what is served.

``python -m docs.pictures`` needs Chromium.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from archive.collection import Collection
from archive.web.server import ReplayServer
from crawler.demo.server import DemoServer
from crawler.demo.site import FOUNDING, MOSCOW_TIMES, moscow_times
from crawler.run import Options, crawl
from tests.browser import Browser

PLACE = Path(__file__).parent / "images"
QUERY = "river bridge"


def main() -> None:
    """Write docs/images/*.png."""
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        collection = Collection.create(Path(place) / "news")
        with DemoServer(moscow_times()) as site:
            crawl(collection, [MOSCOW_TIMES], Options(delay=0, connect_to=tuple(site.connect_to)))
        version = collection.article(FOUNDING)
        assert version is not None
        with ReplayServer(collection, port=0) as server, Browser() as browser:
            pages = {
                "search": f"?q={QUERY.replace(' ', '+')}",
                "article": f"article/{version.article_id}",
                "replay": f"web/{version.last_capture}/{FOUNDING}",
            }
            for name, path in pages.items():
                page = browser.open(server.url + path, width=1100, height=860)
                page.screenshot(PLACE / f"{name}.png")


if __name__ == "__main__":
    main()
