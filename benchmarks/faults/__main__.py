"""Kill everything that writes: ``python -m benchmarks.faults --kills 100 --seed 1``.

A generated site is crawled into a collection; crawls, index runs, rebuilds, imports, merges and
redactions are begun in turn and killed (SIGKILL, with all processes they have started) at random
moments. Behind every kill the collection is repaired (``newswarc verify --repair``), and then held
against all that was acknowledged before: see `verdict`.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from archive.collection import Collection
from archive.model import Exchange
from archive.rewriting import Journal
from archive.urlkey import urlkey
from archive.warc.writer import WarcWriter
from benchmarks.faults.verdict import Known, captures, judge
from benchmarks.kill import HOST, end_family
from benchmarks.site import EPOCH, Site, served

#: What is killed, in turn.
KINDS = ("crawl", "index", "redact", "import", "compact")
#: Of so many kills the time is counted from the first change that is seen in the collection, of
#: the others from the start.
_WATCHED = 0.8
#: They fall within so long (seconds); what is done quickly is killed quickly.
_WINDOW = {"crawl": 1.5, "index": 1.5, "redact": 0.4, "import": 1.0, "compact": 0.2}


@dataclass
class Report:
    """What came of it.

    Attributes:
        kills: how many, by what was killed.
        under_way: how many of these left a journal, or a file or an index half written.
        captures: in the collection at the end.
        redacted: URLs taken out meanwhile.
        missing: captures that were acknowledged, and are gone.
        doubled: captures that are indexed twice.
        faults: what else is wrong.
        seconds: that it took.
    """

    kills: Counter[str] = field(default_factory=Counter)
    under_way: Counter[str] = field(default_factory=Counter)
    captures: int = 0
    redacted: int = 0
    missing: int = 0
    doubled: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or wrong."""
        return not (self.missing or self.doubled or self.faults)

    def table(self) -> str:
        """Return it as a table in Markdown."""
        rows = [
            (f"kills of {name}", f"{count} ({self.under_way[name]} left something half done)")
            for name, count in sorted(self.kills.items())
        ]
        rows += [
            ("kills", str(self.kills.total())),
            ("captures at the end", str(self.captures)),
            ("addresses redacted meanwhile", str(self.redacted)),
            ("captures lost", str(self.missing)),
            ("captures indexed twice", str(self.doubled)),
            ("faults found by `verify`, replay of every capture, the index", str(len(self.faults))),
            ("seconds", str(round(self.seconds))),
        ]
        return "\n".join(["| | |", "|---|--:|", *(f"| {name} | {said} |" for name, said in rows)])


class Harness:
    """One collection, and what is done to it.

    Args:
        place: an empty directory.
        site: that is crawled.
        port: where it is served.
        rng: decides what is done and when it is killed.
    """

    def __init__(self, place: Path, site: Site, port: int, rng: random.Random) -> None:
        self.report = Report()
        self.collection = Collection.create(place / "news")
        self._site = site
        self._rng = rng
        self._log = place / "log"
        self._port = port
        self._newswarc = [sys.executable, "-m", "crawler", "-c", str(self.collection.path)]
        self._acknowledged: dict[Known, str] = {}
        self._redacted: set[str] = set()
        self._foreign = 0

    def run(self, *arguments: str, codes: Sequence[int] = (0,)) -> None:
        """Run newswarc to its end."""
        with self._log.open("ab") as log:
            done = subprocess.run(
                [*self._newswarc, *arguments], stdout=log, stderr=log, check=False
            )
        if done.returncode not in codes:
            self.report.faults.append(f"{arguments[0]} ended with {done.returncode}")

    def crawl(self) -> tuple[str, ...]:
        """Return a crawl of some more pages."""
        return (
            *("crawl", f"http://{HOST}/", "--connect-to", f"{HOST}:80:127.0.0.1:{self._port}"),
            *("--delay", "0", "--concurrency", "4", "--depth", "100", "--limit", "25"),
        )

    def index(self) -> tuple[str, ...]:
        """Return an index run, of what was taken out of the index before or of everything."""
        if self._rng.random() < 0.5:
            return ("index", "--rebuild")
        for suffix in ("", "-wal", "-shm"):
            self.collection.index_path.with_name(f"index.db{suffix}").unlink(missing_ok=True)
        return ("index",)

    def compact(self) -> tuple[str, ...]:
        """Return a merge of what there is."""
        return ("compact",)

    def redact(self) -> tuple[str, ...]:
        """Return a redaction of one article."""
        url = self._rng.choice(
            sorted(one.article.url for one in self.collection.articles(limit=1000))
        )
        self._redacted.add(urlkey(url))
        self.report.redacted += 1
        return ("redact", url, "--reason", "a fault was wanted")

    def take_in(self) -> tuple[str, ...]:
        """Return an import of a file of somebody else."""
        self._foreign += 1
        place = self.collection.path.parent / f"foreign-{self._foreign}"
        writer = WarcWriter(place, info={"isPartOf": place.name})
        for number in range(40):
            body = f"<title>{number}</title>{place.name}: ".encode() + self._rng.randbytes(20_000)
            url = f"http://{place.name}.example/{number}"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
            request = f"GET /{number} HTTP/1.1\r\n\r\n".encode()
            moment = EPOCH + timedelta(seconds=number)
            writer.write_exchange(
                Exchange(url, "GET", request, head, BytesIO(body), len(body), moment, 200)
            )
        writer.close()
        return ("import", str(place))

    def kill(self, name: str, make: Callable[[], tuple[str, ...]]) -> bool:
        """Begin something and kill it, repair, and judge; False when it ended before."""
        arguments = make()
        with self._log.open("ab") as log:
            begun = time.monotonic()
            process = subprocess.Popen([*self._newswarc, *arguments], stdout=log, stderr=log)
            if self._rng.random() < _WATCHED:
                self._wait_for_change(process)
                begun = time.monotonic()
            moment = begun + self._rng.uniform(0, _WINDOW[name])
            while time.monotonic() < moment and process.poll() is None:
                time.sleep(0.001)
        killed = process.poll() is None
        if killed:
            end_family(process)
            self.report.kills[name] += 1
            self.report.under_way[name] += self._is_half_done()
        if name == "redact":
            # Killed before it had begun, it has promised nothing; it is given again.
            self.run(*arguments, codes=(0, 2))
        if name == "import":  # what was interrupted is called again
            self.run(*arguments)
        self.judge()
        return killed

    def _wait_for_change(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the process changes anything in the collection."""
        before = self._state()
        while process.poll() is None and self._state() == before:
            time.sleep(0.001)

    def _state(self) -> list[tuple[str, int]]:
        found = []
        for directory in (self.collection.path, self.collection.archive_dir):
            with os.scandir(directory) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        found.append((entry.path, entry.stat().st_size))
        return sorted(found)

    def judge(self) -> None:
        """Repair, and hold the collection against what was acknowledged."""
        self.run("verify", "--repair", codes=(0, 5))
        with Collection(self.collection.path) as collection:
            found = judge(collection, self._acknowledged, self._redacted)
            self._acknowledged |= captures(collection)
        self.report.faults += self._forgotten()
        self.report.captures = found.captures
        self.report.missing += len(found.missing)
        self.report.doubled += found.doubled
        self.report.faults += found.faults

    def _forgotten(self) -> list[str]:
        """Return the pages that the ledger has for captured, and no file has."""
        with closing(sqlite3.connect(self.collection.ledger_path)) as ledger:
            rows = ledger.execute("SELECT url FROM urls WHERE state = 'captured'").fetchall()
        stored = {url for _, url, _ in self._acknowledged}
        imported = (
            f"http://foreign-{file}.example/{number}"
            for file in range(1, self._foreign + 1)
            for number in range(40)
        )
        missing = [f"{url} was imported" for url in imported if url not in stored]
        return missing + [
            f"{url} is captured, by the ledger" for (url,) in rows if url not in stored
        ]

    def _is_half_done(self) -> bool:
        path = self.collection.path
        return Journal(path).path.exists() or any(
            any(path.glob(pattern))
            for pattern in (
                "archive/*.open",
                "archive/*.new",
                "archive/*.importing",
                "index.db.new",
            )
        )


def torture(
    place: Path, *, kills: int, seed: int, pages: int = 400, only: Sequence[str] = KINDS
) -> Report:
    """Kill what writes, so often, and return what it has cost.

    Args:
        place: an empty directory.
        kills: how many.
        seed: of the choice of what is killed and when.
        pages: of the site.
        only: what is killed, of `KINDS`.
    """
    begun = time.monotonic()
    site = Site(pages, lazy=True)
    with served(site) as port:
        harness = Harness(place, site, port, random.Random(seed))
        harness.run(*harness.crawl())
        harness.judge()
        ways = (harness.crawl, harness.index, harness.redact, harness.take_in, harness.compact)
        turns = [turn for turn in zip(KINDS, ways, strict=True) if turn[0] in only]
        turn = 0
        while harness.report.kills.total() < kills and turn < 3 * kills:
            harness.kill(*turns[turn % len(turns)])
            turn += 1
            if turn % 8 == 0:  # there are files to merge again
                harness.run(*harness.crawl())
    harness.report.seconds = time.monotonic() - begun
    return harness.report


def main() -> None:
    """Run it and print the table; exit 1 when anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newswarc-faults-") as place:
        report = torture(Path(place), **vars(options))
    print(report.table())
    for fault in report.faults[:20]:
        print(fault)
    if not report.sound:
        sys.exit(1)


if __name__ == "__main__":
    main()
