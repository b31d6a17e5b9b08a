"""From WARC files to the index: each record once, whatever happens on the way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from archive.errors import DamagedArchive, NewswarcError
from archive.ingest import IngestProgress, ingest
from archive.ingest.extractors import Pool
from archive.model import Article, Image, Refusal
from archive.warc.reader import read_records

ROOT = Path(__file__).parents[2]
MUSEUM = ROOT / "fixtures" / "warcs"
URL = "https://www.example.com/2024/10/23/ferry"


def dump(index: Path) -> dict[str, list[Any]]:
    """Return all rows of all tables, but for when the migrations were applied."""
    db = sqlite3.connect(index)
    tables = [
        name
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        )
        if name != "_sqlite_migrations" and not name.startswith(("versions_fts", "docs", "names"))
    ]
    rows = {table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}
    rows["words"] = db.execute(
        "SELECT rowid FROM versions_fts WHERE versions_fts MATCH 'ferry' ORDER BY rowid"
    ).fetchall()
    db.close()
    return rows


def publish(newsroom: Any) -> None:
    """Fill a collection with a bit of everything, in two files."""
    newsroom.answer("https://www.example.com/robots.txt", b"User-agent: *", headers="X: 1")
    newsroom.answer("http://example.com/2024/10/23/ferry", status=301, headers=f"Location: {URL}")
    newsroom.page(URL)
    newsroom.answer(
        "https://www.example.com/logo.png", b"\x89PNG", headers="Content-Type: image/png"
    )
    newsroom.page(URL, title="Ferry is back")
    newsroom.close()
    newsroom.answer("https://www.example.com/gone", b"<html>Not here</html>", status=404)
    newsroom.answer("https://www.example.com/empty", b"<html></html>")
    newsroom.page(URL)
    newsroom.page("https://www.example.com/2024/10/24/harbor", title="Harbor opens")
    newsroom.close()


def test_what_becomes_of_each_record(newsroom: Any) -> None:
    publish(newsroom)
    summary = newsroom.index()
    assert (summary.captures, summary.articles, summary.versions) == (9, 4, 4)
    assert summary.refused == {"quarantined:empty": 1}
    assert summary.records == 2 + 2 * 9  # warcinfo; response and request
    captures = [
        (capture.status, capture.mime, capture.redirect, capture.refusal, capture.version)
        for url in ("robots.txt", "2024/10/23/ferry", "logo.png", "gone", "empty")
        for capture in newsroom.collection.captures(f"https://www.example.com/{url}")
    ]
    assert captures == [
        (200, "", None, None, None),
        (301, "", URL, None, None),
        (200, "text/html", None, None, 1),
        (200, "text/html", None, None, 2),
        (200, "text/html", None, None, 3),
        (200, "image/png", None, None, None),
        (404, "text/html", None, None, None),
        (200, "text/html", None, "quarantined:empty", None),
    ]
    (crawl,) = newsroom.collection.status()["crawls"]
    assert (crawl["name"], crawl["operator"]) == ("a-crawl", "A. Keeper")


def test_the_second_time_there_is_nothing_to_do(newsroom: Any) -> None:
    publish(newsroom)
    newsroom.index()
    before = dump(newsroom.collection.index_path)
    assert newsroom.index().records == 0
    assert dump(newsroom.collection.index_path) == before


def test_a_rebuild_gives_the_same_rows_as_growing_with_the_crawl(newsroom: Any) -> None:
    for number in range(6):
        newsroom.page(f"https://www.example.com/{number % 4}", title=f"Ferry {number // 3}")
        if number == 3:
            newsroom.close()
        newsroom.index()
    newsroom.close()
    newsroom.index()
    grown = dump(newsroom.collection.index_path)
    assert len(grown["captures"]) == 6

    newsroom.index(rebuild=True)
    assert dump(newsroom.collection.index_path) == grown
    newsroom.collection.index_path.unlink()
    newsroom.index(workers=2)
    assert dump(newsroom.collection.index_path) == grown


def test_readers_go_on_over_a_rebuild(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.index()
    foreign = sqlite3.connect(newsroom.collection.index_path)
    assert newsroom.collection.search("ferry").total == 1
    newsroom.page("https://www.example.com/2")
    newsroom.index(rebuild=True)
    assert newsroom.collection.search("ferry").total == 2
    assert foreign.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    foreign.close()


def test_follow_reads_a_file_as_it_grows(newsroom: Any) -> None:
    seen: list[int] = []

    def follow() -> bool:
        if len(seen) < 5:
            newsroom.page(f"https://www.example.com/{len(seen)}")
        seen.append(newsroom.collection.search("ferry").total)
        return len(seen) < 12

    summary = newsroom.index(follow=follow)
    assert summary.articles == 5
    assert newsroom.collection.search("ferry").total == 5
    assert seen == sorted(seen)
    assert newsroom.collection.warc_files()[0].name.endswith(".open")


def test_a_record_that_is_not_whole_yet_waits(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.close()
    (path,) = newsroom.collection.warc_files()
    whole = path.read_bytes()
    growing = path.rename(path.with_name(path.name + ".open"))
    growing.write_bytes(whole[:-10])
    assert newsroom.index().records == 2
    growing.write_bytes(whole)
    growing.rename(path)
    assert newsroom.index().records == 1
    assert newsroom.collection.status()["damages"] == []


KILLED = """
import sys
from archive.collection import Collection
from archive.ingest import ingest, run
run._BATCH_RECORDS = 3
print("begun", flush=True)
ingest(Collection(sys.argv[1]), workers=0)
"""


def test_killed_at_any_moment_it_goes_on_where_it_was(newsroom: Any, tmp_path: Path) -> None:
    for number in range(60):
        newsroom.page(f"https://www.example.com/{number % 25}", title=f"Ferry {number % 7}")
    newsroom.close()
    chance = random.Random(8)
    kills = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(newsroom.collection.path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0.02, 0.25))
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        process.stdout.close()
    newsroom.index()
    grown = dump(newsroom.collection.index_path)
    assert kills
    assert len(grown["captures"]) == 60
    newsroom.index(rebuild=True)
    assert dump(newsroom.collection.index_path) == grown


def test_one_writer_at_a_time(newsroom: Any) -> None:
    newsroom.page(URL)
    entered, leave = threading.Event(), threading.Event()

    def follow() -> bool:
        entered.set()
        return not leave.is_set()

    thread = threading.Thread(target=newsroom.index, kwargs={"follow": follow})
    thread.start()
    entered.wait()
    assert newsroom.index(wait=False).skipped
    leave.set()
    assert not newsroom.index(wait=True).skipped
    thread.join()


def test_progress_is_told(newsroom: Any) -> None:
    publish(newsroom)
    told: list[IngestProgress] = []
    newsroom.index(progress=told.append)
    assert (
        told[-1].bytes_read
        == told[-1].bytes_total
        == sum(path.stat().st_size for path in newsroom.collection.warc_files())
    )


@pytest.mark.parametrize(
    ("name", "records", "damage"),
    [
        ("truncated-tail", 1, "is cut short"),
        ("garbage-between", 2, "no gzip member"),
        ("flipped-bit", 1, "bad gzip member"),
        ("not-gzip", 0, "no gzip member"),
    ],
)
def test_damage_is_named_and_the_rest_is_indexed(
    newsroom: Any, name: str, records: int, damage: str
) -> None:
    shutil.copy(MUSEUM / f"{name}.warc.gz", newsroom.collection.archive_dir)
    shutil.copy(MUSEUM / "good.warc.gz", newsroom.collection.archive_dir)
    summary = newsroom.index()
    assert summary.records == records + 5
    ((file, _, problem),) = summary.damaged
    assert file == f"{name}.warc.gz"
    assert damage in problem
    assert [place["file"] for place in newsroom.collection.status()["damages"]] == [file]
    grown = dump(newsroom.collection.index_path)
    newsroom.index()
    newsroom.index(rebuild=True)
    assert dump(newsroom.collection.index_path) == grown


def test_a_file_that_lost_bytes_is_named(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.close()
    newsroom.index()
    (path,) = newsroom.collection.warc_files()
    os.truncate(path, 100)
    assert "has 100 bytes, but" in newsroom.index().damaged[0][2]


def test_a_page_cut_short_is_no_version(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.page(URL, title="Ferry, broken off", truncated="disconnect")
    newsroom.index()
    assert [capture.version for capture in newsroom.collection.captures(URL)] == [1, None]


def test_a_page_cannot_claim_the_url_of_another_site(newsroom: Any) -> None:
    newsroom.page("https://www.example.com/real", title="The real one")
    evil = (
        b"<html><head><title>Forged</title>"
        b"<link rel=canonical href='https://www.example.com/real'></head><body><article>"
        b"<h1>Forged</h1>" + b"<p>This was never said by anybody at all, they said.</p>" * 12
    )
    newsroom.answer("https://evil.example/x", evil)
    newsroom.index()
    real = newsroom.collection.article("https://www.example.com/real")
    assert real.article.title == "The real one"
    assert newsroom.collection.article("https://evil.example/x").article.title == "Forged"


def test_an_extractor_that_raises_costs_one_page(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("archive.ingest.extractors.extract", broken)
    newsroom.page(URL)
    summary = newsroom.index()
    assert summary.failed == [(URL, "RecursionError: too deep")]
    assert newsroom.collection.captures(URL)[0].refusal == "failed"


def test_whatever_the_extractor_makes_of_a_page_the_index_goes_on(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(_: bytes, url: str, **__: object) -> Article:
        if url.endswith("url"):
            return Article("\ud800", "T", "x", "x")
        return Article(
            "https://www.example.com/\ud800",
            "A \udfff title\x00",
            "\ud800",
            "\ud800",
            published=datetime.max.replace(tzinfo=timezone(-timedelta(hours=5))),
            modified=datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
            tags=("\udc00",),
            image=Image("\udc00"),
        )

    monkeypatch.setattr("archive.ingest.extractors.extract", odd)
    monkeypatch.setattr("archive.ingest.extractors.text_digest", lambda _: "sha256:0")
    newsroom.page(URL)
    newsroom.page("https://www.example.com/url")
    newsroom.page(URL, at="20241101000000")
    assert newsroom.index().articles == 3
    assert newsroom.collection.article(URL).article.title == "A ? title"
    assert [hit.published[:4] for hit in newsroom.collection.search("title")] == ["9999"]


def crash_or_name(path: Path, offset: int) -> Refusal:
    """What a worker of the test does: some pages kill it, one takes for ever."""
    url = next(read_records(path, offset)).url
    if url.endswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if url.endswith("hang"):
        time.sleep(60)
    return Refusal("no-text", url)


def test_a_crash_in_a_worker_costs_one_page(newsroom: Any) -> None:
    names = ["a", "b-crash", "c", "d-hang", "e", "f-crash", "g"]
    for name in names:
        newsroom.page(f"https://www.example.com/{name}")
    newsroom.close()
    (path,) = newsroom.collection.warc_files()
    pool = Pool(2, task=crash_or_name, time_limit=1)
    pages = [record for record in read_records(path) if record.type == "response"]
    found = [job.result() for job in [pool.submit(path, page) for page in pages]]
    pool.close()
    assert [(outcome.reason, outcome.detail.rpartition("/")[2]) for outcome in found] == [
        ("no-text", "a"),
        ("failed", "crashed the extraction process twice"),
        ("no-text", "c"),
        ("failed", "took longer than 1 s"),
        ("no-text", "e"),
        ("failed", "crashed the extraction process twice"),
        ("no-text", "g"),
    ]


def crash_once(path: Path, offset: int) -> Refusal:
    """Task of a worker: let the process die where nobody has died yet."""
    grave = path.with_name("died")
    if not grave.exists():
        grave.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Refusal("no-text", "read")


def test_a_page_whose_process_was_killed_is_tried_once_more(newsroom: Any) -> None:
    newsroom.page("https://www.example.com/a")
    newsroom.close()
    (path,) = newsroom.collection.warc_files()
    pool = Pool(1, task=crash_once)
    found = pool.submit_at(path, 0).result()
    pool.close()
    assert found == Refusal("no-text", "read")


UNGUARDED = """
import sys
from archive.collection import Collection
from archive.ingest import extractors, ingest
extractors.START_LIMIT = 2
ingest(Collection(sys.argv[1]), workers=1)
"""


def test_a_script_without_its_guard_is_told(newsroom: Any, tmp_path: Path) -> None:
    newsroom.page(URL)
    newsroom.close()
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, str(script), str(newsroom.collection.path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert NewswarcError.__name__ in done.stderr
    assert 'if __name__ == "__main__":' in done.stderr


def test_a_damaged_index_is_named_and_rebuilt(newsroom: Any) -> None:
    newsroom.page(URL)
    newsroom.collection.index_path.write_bytes(b"no database" * 100)
    with pytest.raises(DamagedArchive, match="newswarc index --rebuild"):
        newsroom.index()
    newsroom.index(rebuild=True)
    assert newsroom.collection.search("ferry").total == 1


def test_an_empty_collection_is_indexed_as_well(newsroom: Any) -> None:
    assert newsroom.index().records == 0
    assert ingest(Collection(newsroom.collection.path)).records == 0
