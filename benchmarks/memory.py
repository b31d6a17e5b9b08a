"""Watch the memory of one long crawl of the generated site: is it flat?

``python -m benchmarks.memory --pages 50000``. The site makes each page when it is asked for, and
holds none.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.programs import crawl_command
from benchmarks.site import Site, served


class Sample(NamedTuple):
    """How much memory the crawl process has.

    Attributes:
        requests: that the site has answered so far.
        resident: bytes in memory now.
        peak: and the most that ever were.
    """

    requests: int
    resident: int
    peak: int


def samples(place: Path, site: Site, concurrency: int, every: int) -> Iterator[Sample]:
    """Crawl `site`; yield a sample every so many requests, and the last one."""
    with served(site) as port, (place / "log").open("wb") as log:
        command = crawl_command(place, port, concurrency, "--no-index")
        process = subprocess.Popen(command, stdout=log, stderr=log)
        due, last = every, Sample(0, 0, 0)
        try:
            while process.poll() is None:
                last = _sample(process.pid, site) or last
                if last.requests >= due:
                    yield last
                    due += every
                time.sleep(0.1)
        finally:
            process.kill()
    if process.returncode:
        sys.exit(f"the crawl ended with {process.returncode}: {(place / 'log').read_text()[-500:]}")
    yield last


def _sample(pid: int, site: Site) -> Sample | None:
    """Return a sample, None for a process that is at its end."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    fields = dict(line.partition(":")[::2] for line in lines)
    if "VmHWM" not in fields:
        return None
    resident, peak = (int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return Sample(site.asked.total(), resident, peak)


def main() -> None:
    """Crawl and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--every", type=int, default=10_000, help="print one line for so many")
    parser.add_argument("--concurrency", type=int, default=16)
    options = parser.parse_args()
    print("requests  MB now  MB at most", flush=True)
    with tempfile.TemporaryDirectory(prefix="newswarc-memory-") as place:
        site = Site(options.pages, lazy=True)
        for sample in samples(Path(place), site, options.concurrency, options.every):
            now, most = sample.resident / 1e6, sample.peak / 1e6
            print(f"{sample.requests:>8}{now:>8.0f}{most:>12.0f}", flush=True)


if __name__ == "__main__":
    main()
