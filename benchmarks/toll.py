"""What killed crawls have cost: the collection held against the ledger and the server's log."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from fastwarc.warc import ArchiveIterator

from archive.collection import Collection
from archive.verify import verify
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.reader import read_records
from archive.warc.recover import CUT_SUFFIX
from benchmarks.site import Site


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, and how things stood behind it.

    Attributes:
        acknowledged: paths of the pages that the ledger had for captured.
        asked: how often the server had been asked for each target.
        early: the crawl had not asked for anything yet.
        power_cut: part of what was not synced went, too.
    """

    acknowledged: frozenset[str]
    asked: Counter[str]
    early: bool
    power_cut: bool


@dataclass
class Toll:
    """What came of it all.

    Attributes:
        pages: of the site.
        kills: in their order.
        stored: how often each page stands in the WARC files.
        missing: pages that do not.
        lost: pages that were acknowledged at some kill and do not.
        refetched: pages that were acknowledged at some kill and asked for after it.
        asked_twice: requests for pages beyond the first of each.
        listings: requests for anything else: robots.txt, home page, sitemap, by each run.
        files: WARC files.
        aside: torn ends of WARC files that were kept beside them.
        faults: what the checkers, the index and `verify` had to say.
        seconds: that it all took.
    """

    pages: int
    kills: Sequence[Kill]
    stored: Counter[str]
    missing: set[str]
    asked_twice: int
    listings: int
    lost: set[str] = field(default_factory=set)
    refetched: set[str] = field(default_factory=set)
    files: int = 0
    aside: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def doubled(self) -> int:
        """Copies of pages in the WARC files beyond the first of each."""
        return self.stored.total() - len(self.stored)

    @property
    def sound(self) -> bool:
        """Whether everything is as it should be."""
        wrong = self.missing or self.lost or self.refetched or self.faults
        return not wrong and self.doubled < 0.03 * self.pages

    def table(self) -> str:
        """Return it as a table in Markdown."""
        last = self.kills[-1].acknowledged if self.kills else ()
        rows = {
            "pages of the site": self.pages,
            "kills": len(self.kills),
            "… before the first request of a run": sum(kill.early for kill in self.kills),
            "… with a power cut": sum(kill.power_cut for kill in self.kills),
            "pages acknowledged at the last kill": len(last),
            "pages stored": len(self.stored),
            "pages missing": len(self.missing),
            "pages acknowledged at a kill, and missing": len(self.lost),
            "pages acknowledged at a kill, and fetched again": len(self.refetched),
            "pages stored twice": f"{self.doubled} ({100 * self.doubled / self.pages:.2f} %)",
            "pages asked for twice": self.asked_twice,
            "requests for robots.txt, home page, sitemap": self.listings,
            "WARC files": self.files,
            "torn ends kept aside": self.aside,
            "faults found by warcio, fastwarc, the index, `verify`": len(self.faults),
            "seconds": round(self.seconds),
        }
        return "\n".join(
            ["| | |", "|---|--:|", *(f"| {name} | {value} |" for name, value in rows.items())]
        )


def examine(collection: Collection, site: Site, kills: Sequence[Kill]) -> Toll:
    """Hold an indexed collection of `site` against what was known at each of the `kills`."""
    pages = set(site.pages())
    stored = Counter(path for path in _stored(collection) if path in pages)
    toll = Toll(
        pages=len(pages),
        kills=kills,
        stored=stored,
        missing=pages - stored.keys(),
        asked_twice=sum(site.asked[page] - 1 for page in pages if site.asked[page]),
        listings=sum(number for target, number in site.asked.items() if target not in pages),
    )
    for kill in kills:
        toll.lost |= kill.acknowledged - stored.keys()
        toll.refetched |= {
            page for page in kill.acknowledged if site.asked[page] > kill.asked[page]
        }
    files = sorted(collection.archive_dir.iterdir())
    warcs = [path for path in files if path.name.endswith(".warc.gz")]
    toll.files = len(warcs)
    toll.aside = sum(path.name.endswith(CUT_SUFFIX) for path in files)
    toll.faults += [f"{path.name} is left" for path in files if path.suffix == OPEN_SUFFIX]
    toll.faults += _by_warcio(warcs)
    toll.faults += _by_fastwarc(warcs)
    toll.faults += map(str, verify(collection))
    articles = _articles(collection)
    if articles != toll.pages:
        toll.faults.append(f"{articles} articles in the index")
    return toll


def path_of(url: str) -> str:
    """Return the path of an absolute URL."""
    return url[url.index("/", 8) :]


def _stored(collection: Collection) -> Iterator[str]:
    for file in collection.warc_files():
        for record in read_records(file):
            if record.type in ("response", "revisit") and record.status == 200:
                yield path_of(record.url)


def _by_warcio(warcs: Sequence[Path]) -> Iterator[str]:
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, warcs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"warcio check: {(done.stdout + done.stderr).strip()[-500:]}"


def _by_fastwarc(warcs: Sequence[Path]) -> Iterator[str]:
    """Read with another reader; it leaves out records whose digest is wrong."""
    for path in warcs:
        with path.open("rb") as stream:
            found = sum(1 for _ in ArchiveIterator(stream, verify_digests=True))
        expected = sum(1 for _ in read_records(path))
        if found != expected:
            yield f"fastwarc reads {found} of {expected} records of {path.name}"


def _articles(collection: Collection) -> int:
    with closing(sqlite3.connect(collection.index_path)) as index:
        (number,) = index.execute("SELECT count(*) FROM articles").fetchone()
        return int(number)
