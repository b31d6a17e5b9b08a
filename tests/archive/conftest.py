"""A collection to fill with pages, as a crawl would."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import timestamp
from archive.collection import Collection
from archive.index.store import Store
from archive.ingest import IngestSummary, ingest
from archive.manifest import acts
from archive.model import Exchange, Location
from archive.warc.dedup import Dedup
from archive.warc.writer import WarcWriter

WORDS = (
    "The ferry came back to the harbor on Wednesday with a hundred passengers, the city council"
    " said in a statement, and nobody on board could say why the crossing had taken two days."
)


class Newsroom:
    """Writes pages into the WARC files of a collection."""

    def __init__(self, path: Path) -> None:
        self.collection = Collection.create(path)
        self.dedup: Dedup | None = None
        self._writer: WarcWriter | None = None
        self._at = timestamp.to_datetime("20241023081500")

    def page(
        self, url: str, title: str = "Ferry returns", text: str = WORDS, **options: Any
    ) -> Any:
        """Capture an article; see `answer`."""
        html = (
            f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>"
            + "".join(f"<p>{text} It was the {number}th time.</p>" for number in range(2, 7))
            + "</article></body></html>"
        )
        return self.answer(url, html.encode(), **options)

    def answer(
        self,
        url: str,
        body: bytes = b"",
        *,
        status: int = 200,
        headers: str = "Content-Type: text/html; charset=utf-8",
        at: str | None = None,
        **fields: Any,
    ) -> Location:
        """Capture an answer, one second after the one before or at a time."""
        self._at = timestamp.to_datetime(at) if at else self._at + timedelta(seconds=1)
        if self._writer is None:
            info = {"isPartOf": "a-crawl", "operator": "A. Keeper"}
            self._writer = WarcWriter(self.collection.archive_dir, info=info, dedup=self.dedup)
        head = f"HTTP/1.1 {status} Fine\r\n{headers}\r\n\r\n".encode("latin-1")
        request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
        return self._writer.write_exchange(
            Exchange(
                url, "GET", request, head, io.BytesIO(body), len(body), self._at, status, **fields
            )
        )

    def close(self) -> None:
        """Close the WARC file; the next page goes into another."""
        if self._writer:
            self._writer.close()
            self._writer = None

    def index(self, **options: Any) -> IngestSummary:
        """Bring the index up to date."""
        return ingest(self.collection, **{"workers": 0, **options})


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """An empty collection and a way to fill it."""
    made = Newsroom(tmp_path / "news")
    yield made
    made.close()
    made.collection.close()


def _by_names(index: Path) -> dict[str, list[Any]]:
    """Return what an index says, with places by the names of files."""
    with sqlite3.connect(index) as db:
        return {
            what: db.execute(sql).fetchall()
            for what, sql in {
                "captures": "SELECT url, timestamp, record_type, status, captures.digest, name,"
                " offset, length, refusal, number, refers_to_url FROM captures JOIN warc_files"
                " ON warc_files.id = warc_file_id LEFT JOIN versions ON versions.id = version_id"
                " ORDER BY name, offset",
                "versions": "SELECT url, number, first_capture, last_capture, captures, title,"
                " text, current FROM article_versions ORDER BY url, number",
                "files": "SELECT warc_files.name, indexed_until, records, crawls.name"
                " FROM warc_files LEFT JOIN crawls ON crawls.id = crawl_id ORDER BY 1",
                "quarantined": "SELECT article_url, digest, content FROM quarantined_texts"
                " ORDER BY capture_id",
                "redactions": "SELECT * FROM redactions ORDER BY 1, 2",
                "urlkeys": "SELECT urlkey FROM urlkeys ORDER BY 1",
                "crawls": "SELECT name, started, info FROM crawls ORDER BY name",
            }.items()
        }


@pytest.fixture
def by_names() -> Callable[[Path], dict[str, list[Any]]]:
    """A way to compare indexes; see `_by_names`."""
    return _by_names


def _revisiting(newsroom: Newsroom, url: str, text: str, urls: list[str]) -> None:
    """Capture a page, and the same bytes again, as revisits."""
    known = Dedup(min_size=1)
    newsroom.dedup = known
    newsroom.page(url, text=text)
    for again in urls:
        newsroom.page(again, text=text)
    newsroom.close()


@pytest.fixture
def revisiting() -> Callable[..., None]:
    """A way to have revisits; see `_revisiting`."""
    return _revisiting


def _run_killed(step: int, action: Callable[[], object]) -> bool:
    """Run something in a copy of this process that is killed as it comes to a step.

    Steps are the calls that change what is on the disk: syncs, names, transactions.

    Returns:
        Whether it was killed; False when there are not so many steps.
    """
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, -signal.SIGKILL)
        return code != 0
    left = step

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return call

    os.fsync = counted(os.fsync)
    for owner, name in (
        *((Path, name) for name in ("rename", "replace", "unlink")),
        *((Store, name) for name in ("close", "move", "forget", "scrub")),
        (acts, "record"),
    ):
        setattr(owner, name, counted(getattr(owner, name)))
    code = 1
    try:
        action()
        code = 0
    finally:
        os._exit(code)


@pytest.fixture
def killed_at() -> Callable[[int, Callable[[], object]], bool]:
    """A way to kill something at each of its steps; see `_run_killed`."""
    return _run_killed
