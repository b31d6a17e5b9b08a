"""Kill crawls of the generated site without warning, start them again, count what is lost.

``python -m benchmarks.kill --kills 50 --pages 2000``. A crawl and the processes that index beside
it are killed (SIGKILL) at random moments and started again, in the end without a kill. Behind some
of the kills the power goes, too: of the WARC file in work no more is left than what was synced and
a random piece of the rest. Then everything is held against what the ledger had acknowledged at
each kill, and against what the server was asked for.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from archive.collection import Collection
from archive.warc.reader import read_records
from benchmarks.site import Site, served
from benchmarks.toll import Kill, Toll, examine, path_of

HOST = "news.example"
#: The share of kills that fall into the first seconds of a run, whatever it does there.
_EARLY = 0.2
_START = 1.5


class Gun:
    """Starts crawls and kills them.

    Args:
        collection: that is crawled into.
        site: that is crawled.
        port: where it is served.
        rng: decides when.
        concurrency: requests in flight.
        log: takes what the programs print.
    """

    def __init__(
        self,
        collection: Collection,
        site: Site,
        port: int,
        rng: random.Random,
        concurrency: int,
        log: Path,
    ) -> None:
        self._collection = collection
        self._site = site
        self._rng = rng
        self._log = log
        self._newswarc = [sys.executable, "-m", "crawler", "-c", str(collection.path)]
        self._crawl = [
            *("crawl", f"http://{HOST}/", "--connect-to", f"{HOST}:80:127.0.0.1:{port}"),
            *("--delay", "0", "--concurrency", str(concurrency), "--depth", "100"),
        ]

    def run(self, *arguments: str) -> None:
        """Run newswarc to its end.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        with self._log.open("ab") as log:
            command = [*self._newswarc, *(arguments or self._crawl)]
            subprocess.run(command, stdout=log, stderr=log, check=True)

    def shoot(self, requests: int, *, power_cut: bool) -> Kill | None:
        """Start a crawl and kill it at a random moment; None when it ended before.

        Args:
            requests: among so many of the next ones.
            power_cut: cut the power as well.
        """
        asked = self._site.asked.total()
        with self._log.open("ab") as log:
            process = subprocess.Popen([*self._newswarc, *self._crawl], stdout=log, stderr=log)
        if not self._wait(process, asked + self._rng.randint(1, requests)):
            return None
        end_family(process)
        acknowledged = self._acknowledged()
        cut = power_cut and self._cut_power(acknowledged)
        now = self._site.asked.copy()
        return Kill(frozenset(acknowledged), now, early=now.total() == asked, power_cut=cut)

    def _wait(self, process: subprocess.Popen[bytes], requests: int) -> bool:
        """Wait until the server was asked so often, or less; False when the crawl ends before."""
        begin = time.monotonic()
        until = begin + (
            self._rng.uniform(0, _START) if self._rng.random() < _EARLY else float("inf")
        )
        while time.monotonic() < until and self._site.asked.total() < requests:
            if process.poll() is not None:
                return False
            time.sleep(0.001)
        time.sleep(self._rng.uniform(0, 0.03))
        return process.poll() is None

    def _acknowledged(self) -> set[str]:
        """Return the paths that the ledger has for captured, without touching the ledger."""
        ledger = self._collection.ledger_path
        with tempfile.TemporaryDirectory() as place:
            for path in ledger.parent.glob(f"{ledger.name}*"):
                shutil.copy(path, place)
            rows = _query(
                Path(place) / ledger.name, "SELECT url FROM urls WHERE state = 'captured'"
            )
        return {path_of(url) for (url,) in rows} & set(self._site.pages())

    def _cut_power(self, acknowledged: set[str]) -> bool:
        """Shorten the WARC file in work to a random size, but by nothing that was synced.

        Synced is what the ledger refers to, and what the index does.
        """
        for path in self._collection.warc_files():
            if path.suffix != ".open":
                continue
            synced = self._indexed(path.stem)
            for record in read_records(path):
                if record.type == "response" and path_of(record.url) in acknowledged:
                    synced = max(synced, record.location.offset + record.location.length)
            size = path.stat().st_size
            if synced < size:
                os.truncate(path, self._rng.randrange(synced, size))
                return True
        return False

    def _indexed(self, file: str) -> int:
        """Return up to where a WARC file is indexed."""
        rows = _query(
            self._collection.index_path, "SELECT indexed_until FROM warc_files WHERE name = ?", file
        )
        return int(rows[0][0]) if rows else 0


def killed(
    place: Path,
    *,
    pages: int,
    kills: int,
    power_cuts: int = 5,
    concurrency: int = 4,
    seed: int = 1,
) -> Toll:
    """Crawl a site with that many kills and return what they have cost.

    Args:
        place: an empty directory.
        pages: of the site.
        kills: of its crawl; fewer, should it end before.
        power_cuts: one behind every so many kills; 0 for none.
        concurrency: requests in flight.
        seed: of the choice of moments.
    """
    begin = time.monotonic()
    site = Site(pages, lazy=True)
    collection = Collection.create(place / "news")
    done: list[Kill] = []
    with served(site) as port:
        rng = random.Random(seed)
        gun = Gun(collection, site, port, rng, concurrency, place / "log")
        step = max(1, round(1.7 * pages / kills))
        while len(done) < kills:
            power_cut = bool(power_cuts) and len(done) % power_cuts == power_cuts - 1
            kill = gun.shoot(step, power_cut=power_cut)
            if kill is None:
                break
            done.append(kill)
        gun.run()
        gun.run("index")
        gun.run("verify")
    toll = examine(collection, site, done)
    toll.seconds = time.monotonic() - begin
    return toll


def _query(path: Path, sql: str, *values: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query; none where the database was not made before the kill."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as database:
        try:
            return database.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise


def end_family(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it has started, and wait until they are gone."""
    family = [process.pid, *_descendants(process.pid)]
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    while any(_alive(pid) for pid in family):
        time.sleep(0.001)


def _descendants(pid: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [one for child in children for one in (int(child), *_descendants(int(child)))]
    return []


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def main() -> None:
    """Run it and print the table; exit 1 when anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--power-cuts", type=int, default=5, metavar="N", help="behind every N-th")
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newswarc-kill-") as place:
        toll = killed(Path(place), **vars(options))
    print(toll.table())
    for fault in toll.faults:
        print(fault)
    if not toll.sound:
        sys.exit(1)


if __name__ == "__main__":
    main()
