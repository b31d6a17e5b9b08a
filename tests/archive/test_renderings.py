"""Pages and what a browser made of them, from the WARC files into the index."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.ingest import ingest
from archive.model import Exchange, Rendering, Version
from archive.snapshot import dom_uri, page_of_dom, screenshot_uri
from archive.timestamp import to_datetime
from archive.verify import verify
from archive.warc.dedup import Dedup
from archive.warc.reader import read_records
from archive.warc.writer import WarcWriter

URL = "https://app.example/articles/2024/10/23/ferry"
OTHER = "https://app.example/articles/2024/10/24/harbor"
FRAME = "<!doctype html><html><head><title>App</title></head><body><div id=app></div></body></html>"
TEXT = (
    "The ferry came back to the harbor on Wednesday with a hundred passengers, the city council"
    " said in a statement, and nobody on board could say why the crossing had taken two days."
)


def page(title: str, *, paragraphs: int = 6, text: str = TEXT) -> str:
    body = "".join(f"<p>{text} It was the {number}th time.</p>" for number in range(paragraphs))
    return (
        f"<!doctype html><html><head><title>{title}</title>"
        '<meta property="og:type" content="article"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


class App:
    """A collection of a site that is shown to a browser, in which equal answers are revisits."""

    def __init__(self, path: Path) -> None:
        self.collection = Collection.create(path)
        self._at = to_datetime("20241023081500")
        self._writer = WarcWriter(self.collection.archive_dir, info={}, dedup=Dedup(min_size=0))

    def capture(self, url: str, bare: str, dom: str | None = None) -> None:
        """Capture a page, an hour after the one before, and what the browser made of it."""
        self._at += timedelta(hours=1)
        data = bare.encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
        exchange = Exchange(
            url, "GET", request, head, io.BytesIO(data), len(data), self._at, status=200
        )
        self._writer.write_exchange(exchange)
        if dom is not None:
            made = Rendering(
                url, self._at, self._writer.last_id, dom.encode(), b"\x89PNG", {"browser": "B/1"}
            )
            self._writer.write_rendering(made)

    def index(self, *, rebuild: bool = False) -> None:
        self._writer.close()
        ingest(self.collection, workers=0, rebuild=rebuild)

    def versions(self, url: str) -> list[Version]:
        found = self.collection.article(url)
        return self.collection.versions(found.article_id) if found else []


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    made = App(tmp_path / "news")
    yield made
    made.collection.close()


def test_the_records_hang_together(app: App) -> None:
    app.capture(URL, FRAME, page("Ferry returns"))
    app.index()
    records = [one for path in app.collection.warc_files() for one in read_records(path)]
    kinds = ["warcinfo", "response", "request", "resource", "resource", "metadata"]
    assert [record.type for record in records] == kinds
    response, *others = (record for record in records[1:] if record.type != "request")
    assert [one.url for one in others] == [dom_uri(URL), screenshot_uri(URL), URL]
    for other in others:
        assert other.headers["WARC-Concurrent-To"] == response.headers["WARC-Record-ID"]
        assert other.date == response.date
    assert list(verify(app.collection)) == []


def test_an_empty_page_has_the_article_of_the_browser(app: App) -> None:
    app.capture(URL, FRAME, page("Ferry returns"))
    app.index()
    (version,) = app.versions(URL)
    assert version.article.title == "Ferry returns"
    assert version.article.extractor.endswith(" rendered")
    (capture,) = app.collection.captures(URL)
    assert (capture.record_type, capture.refusal, capture.version) == ("response", None, 1)
    assert app.collection.search("ferry council").hits[0].url == URL


def test_a_frame_that_all_pages_share_belongs_to_none(app: App) -> None:
    """The second answer is a revisit of the first, but the text is another."""
    app.capture(URL, FRAME, page("Ferry returns"))
    app.capture(OTHER, FRAME, page("Harbor opens", text="The harbor opens on Monday at nine."))
    app.capture("https://app.example/broken", FRAME)
    app.index()
    assert [one.article.title for one in app.versions(URL)] == ["Ferry returns"]
    assert [one.article.title for one in app.versions(OTHER)] == ["Harbor opens"]
    assert app.versions("https://app.example/broken") == []


def test_an_edit_that_only_the_browser_sees_is_a_version(app: App) -> None:
    for title in ("Ferry returns", "Ferry returns", "Ferry returns late"):
        app.capture(URL, FRAME, page(title))
    app.index()
    versions = app.versions(URL)
    assert [one.article.title for one in versions] == ["Ferry returns", "Ferry returns late"]
    assert [one.captures for one in versions] == [2, 1]
    assert versions[0].last_capture == "20241023101500"


def test_a_summary_gives_way_to_the_text(app: App) -> None:
    """Also in later crawls, and without a version that nobody ever saw."""
    bare = page("Ferry returns", paragraphs=1)
    app.capture(URL, bare, page("Ferry returns"))
    app.capture(URL, bare.replace("App", "App 2"), page("Ferry returns"))
    app.index()
    (version,) = app.versions(URL)
    assert version.article.markdown.count("The ferry came back") == 6
    assert version.captures == 2


def test_a_whole_article_is_read_from_its_bytes(app: App) -> None:
    shown = page("Ferry returns").replace("</article>", "<p>12 people like this.</p></article>")
    app.capture(URL, page("Ferry returns"), shown)
    app.index()
    (version,) = app.versions(URL)
    assert "like this" not in version.article.text
    assert not version.article.extractor.endswith(" rendered")


def test_a_document_without_an_article_changes_nothing(app: App) -> None:
    app.capture(URL, page("Ferry returns"), FRAME)
    app.capture(OTHER, FRAME, FRAME)
    app.index()
    assert len(app.versions(URL)) == 1
    assert app.versions(OTHER) == []


def test_a_rebuilt_index_is_the_same(app: App) -> None:
    app.capture(URL, page("Ferry returns", paragraphs=1), page("Ferry returns"))
    app.capture(OTHER, FRAME, page("Harbor opens"))
    app.capture(URL, FRAME, page("Ferry returns late"))
    app.index()

    def rows() -> list[list[tuple[object, ...]]]:
        with sqlite3.connect(app.collection.index_path) as db:
            tables = ("articles", "versions", "captures")
            return [db.execute(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in tables]

    before = rows()
    app.index(rebuild=True)
    assert rows() == before


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        (dom_uri(URL), URL),
        (screenshot_uri(URL), None),
        (URL, None),
        (dom_uri("file:///etc/passwd"), None),
        ("urn:newswarc:dom:", None),
    ],
)
def test_only_documents_of_pages_are_read(uri: str, url: str | None) -> None:
    assert page_of_dom(uri) == url
