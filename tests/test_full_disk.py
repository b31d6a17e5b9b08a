"""A disk that takes no more: the crawl says so in a line, loses nothing, and goes on later."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from archive.warc.reader import read_records
from crawler.demo.server import DemoServer
from crawler.demo.site import MOSCOW_TIMES, moscow_times
from crawler.ledger import states

ROOT = Path(__file__).parent.parent


def crawl(collection: Path, site: DemoServer, largest: int) -> subprocess.CompletedProcess[str]:
    """Crawl where no file can become larger than so many bytes, as on a disk that is full."""
    connect = [word for rule in site.connect_to for word in ("--connect-to", rule)]

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    return subprocess.run(
        [
            *(sys.executable, "-m", "crawler", "-c", collection),
            *("crawl", MOSCOW_TIMES, "--delay", "0", "--no-index", *connect),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        preexec_fn=limited,
    )


def stored(collection: Path) -> list[str]:
    return [
        record.url
        for file in sorted((collection / "archive").glob("*.warc.gz"))
        for record in read_records(file)
        if record.type == "response"
    ]


@pytest.mark.parametrize("largest", [400_000, 800_000])
def test_what_was_acknowledged_is_there_and_the_next_crawl_goes_on(
    tmp_path: Path, largest: int
) -> None:
    collection = tmp_path / "news"
    with DemoServer(moscow_times()) as site:
        full = crawl(collection, site, largest)
        assert full.returncode == 3
        assert full.stderr.count("\n") == 1
        assert full.stderr.startswith("newswarc: cannot write")
        before = stored(collection)
        acknowledged = sum(
            counts.get("captured", 0) for counts in states(collection / "ledger.db").values()
        )
        assert 0 < acknowledged <= len(before)

        enough = crawl(collection, site, resource.RLIM_INFINITY)
        assert (enough.returncode, enough.stderr) == (0, "")
    articles = {url for url in stored(collection) if "-a8" in url}
    assert len(articles) >= 66
