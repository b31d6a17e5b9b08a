"""Crawl the generated site with newswarc, wget and bare Scrapy, in turn, and print the ratios.

``python -m benchmarks.crawl`` (or ``make bench``). All follow links from the home page over plain
http on loopback, without delay; newswarc and wget write WARC, Scrapy stores nothing. newswarc's
indexing is measured apart, and once more beside the crawl: the whole pipeline to a searchable
index. What a crawl of one page costs is printed as well: the start. Every run is checked: a page
not stored fails the benchmark.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import programs
from benchmarks.process import Usage

NEWSWARC, SCRAPY = "newswarc crawl", "bare Scrapy, tuned"
WGET, WGET_GZIP = "wget --warc-file", "wget … --compression=gzip"
PIPELINE, INDEX = "newswarc crawl and index", "newswarc index, afterwards"
CRAWLERS: dict[str, Callable[[Path, int, int, int], Usage]] = {
    NEWSWARC: programs.newswarc,
    WGET: programs.wget,
    WGET_GZIP: programs.wget_gzip,
    SCRAPY: programs.bare_scrapy,
    PIPELINE: programs.pipeline,
}


def measured(pages: int, runs: int, concurrency: int, latency: float) -> dict[str, list[Usage]]:
    """Run all programs in turn, so often; return what each run used."""
    found: dict[str, list[Usage]] = {name: [] for name in (*CRAWLERS, INDEX)}
    with programs.site(pages, "--latency", str(latency)) as port:
        for _ in range(runs):
            for name, program in CRAWLERS.items():
                with tempfile.TemporaryDirectory(prefix="newswarc-bench-") as work:
                    found[name].append(program(Path(work), port, concurrency, pages))
                    if name == NEWSWARC:
                        found[INDEX].append(programs.index(Path(work)))
    return found


def ratio(mine: Sequence[Usage], other: Sequence[Usage], value: Callable[[Usage], float]) -> float:
    """Return the median of the ratios, run by run."""
    return statistics.median(
        value(one) / value(another) for one, another in zip(mine, other, strict=True)
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0, help="seconds added to every answer")
    parser.add_argument("--concurrency", type=int, default=16, help="per host; wget has one")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()

    starts = measured(1, options.runs, options.concurrency, options.latency)
    found = measured(options.pages, options.runs, options.concurrency, options.latency)
    load = os.getloadavg()[0]
    print(f"{options.pages} pages, median of {options.runs} runs in turn; load {load:.1f}", end="")
    print(f"; {options.latency * 1000:.0f} ms added to every answer" if options.latency else "")
    print(f"{'':<28}{'pages/s':>10}{'CPU s/1000':>12}{'start CPU s':>13}{'peak MB':>10}")
    figures: dict[str, dict[str, float]] = {}
    for name, runs in found.items():
        figures[name] = {
            "pages_per_second": statistics.median(options.pages / run.wall for run in runs),
            "cpu_s_per_1000": statistics.median(1000 * run.cpu / options.pages for run in runs),
            "start_cpu_s": statistics.median(run.cpu for run in starts[name]),
            "peak_mb": statistics.median(run.memory / 1e6 for run in runs),
        }
        rate, cpu, start, peak = figures[name].values()
        print(f"{name:<28}{rate:>10.0f}{cpu:>12.2f}{start:>13.2f}{peak:>10.0f}")

    def pages_alone(name: str) -> float:
        """CPU seconds per page without the start."""
        used = statistics.median(run.cpu for run in found[name])
        return (used - figures[name]["start_cpu_s"]) / options.pages

    ratios = {
        "CPU, newswarc / wget": ratio(found[NEWSWARC], found[WGET], lambda run: run.cpu),
        "CPU, newswarc / wget, without the starts": pages_alone(NEWSWARC) / pages_alone(WGET),
        "CPU, newswarc / wget gzip": ratio(found[NEWSWARC], found[WGET_GZIP], lambda run: run.cpu),
        "CPU, newswarc / wget gzip, without the starts": (
            pages_alone(NEWSWARC) / pages_alone(WGET_GZIP)
        ),
        "CPU, newswarc / Scrapy": ratio(found[NEWSWARC], found[SCRAPY], lambda run: run.cpu),
        "pages/s, newswarc / wget": ratio(found[WGET], found[NEWSWARC], lambda run: run.wall),
        "pages/s, newswarc / Scrapy": ratio(found[SCRAPY], found[NEWSWARC], lambda run: run.wall),
        "pages/s, pipeline / Scrapy": ratio(found[SCRAPY], found[PIPELINE], lambda run: run.wall),
    }
    for name, value in ratios.items():
        print(f"{name:<48}{value:>6.2f}")
    if options.json:
        options.json.write_text(json.dumps(figures | {"ratios": ratios}, indent=2) + "\n")


if __name__ == "__main__":
    main()
