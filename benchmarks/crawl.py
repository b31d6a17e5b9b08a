"""Crawl the generated site with newswarc and with wget, in turn, and print the ratios.

``python -m benchmarks.crawl`` (or ``make bench``). Both follow links from the home page over
plain http on loopback, without delay, and write WARC; newswarc's extraction and indexing run
afterwards and are measured apart. Every run is checked: a page not stored fails the benchmark.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from benchmarks.process import Usage, measure

HOST = "news.example"


@contextmanager
def site(pages: int, latency: float) -> Iterator[int]:
    """Serve the generated site in a process of its own; give its port."""
    command = [sys.executable, "-m", "benchmarks.site", "--port", "0"]
    command += ["--pages", str(pages), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(json.loads(server.stdout.readline())["port"])
        finally:
            server.terminate()


def stored(warcs: list[Path]) -> int:
    """Return how many distinct article pages the files hold."""
    urls = set()
    for path in warcs:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response" and record.http_headers.get_statuscode() == "200":
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    if "/20" in url:
                        urls.add(url.partition("/20")[2])
    return len(urls)


def newswarc(place: Path, port: int, concurrency: int) -> Usage:
    return measure(
        [
            *(sys.executable, "-m", "crawler", "-c", place / "news", "crawl"),
            *(f"http://{HOST}/", "--connect-to", f"{HOST}:80:127.0.0.1:{port}"),
            *("--delay", "0", "--concurrency", str(concurrency), "--depth", "100", "--no-index"),
        ],
        place / "newswarc.log",
    )


def wget(place: Path, port: int, concurrency: int) -> Usage:
    del concurrency  # wget has one connection
    return measure(
        [
            *("wget", "--recursive", "--level=inf", "--no-verbose", "--delete-after"),
            *("--no-directories", "--directory-prefix", place / "tree"),
            *("--compression=gzip", "--warc-file", place / "wget", f"http://127.0.0.1:{port}/"),
        ],
        place / "wget.log",
        accept=(0, 8),  # 8: some answer was an error, as for /favicon.ico
    )


def index(place: Path) -> Usage:
    return measure(
        [sys.executable, "-m", "crawler", "-c", place / "news", "index"], place / "index.log"
    )


def row(name: str, runs: list[Usage], pages: int) -> dict[str, float]:
    figures = {
        "pages_per_second": statistics.median(pages / run.wall for run in runs),
        "cpu_s_per_1000": statistics.median(1000 * run.cpu / pages for run in runs),
        "peak_mb": statistics.median(run.memory / 1e6 for run in runs),
    }
    print(
        f"{name:<28}{figures['pages_per_second']:>10.0f}{figures['cpu_s_per_1000']:>16.2f}"
        f"{figures['peak_mb']:>12.0f}"
    )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0, help="seconds added to every answer")
    parser.add_argument("--concurrency", type=int, default=16, help="of newswarc; wget has one")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()

    runs: dict[str, list[Usage]] = {"newswarc": [], "wget": [], "index": []}
    work = Path(tempfile.mkdtemp(prefix="newswarc-bench-"))
    try:
        with site(options.pages, options.latency) as port:
            for number in range(options.runs):
                place = work / str(number)
                place.mkdir()
                for name, program in {"newswarc": newswarc, "wget": wget}.items():
                    runs[name].append(program(place, port, options.concurrency))
                runs["index"].append(index(place))
                for name, warcs in {
                    "newswarc": [*place.glob("news/archive/*.warc.gz")],
                    "wget": [*place.glob("wget*.warc.gz")],
                }.items():
                    found = stored(warcs)
                    if found != options.pages:
                        sys.exit(f"{name} stored {found} of {options.pages} pages")
                shutil.rmtree(place)
    finally:
        shutil.rmtree(work, ignore_errors=True)

    print(f"{options.pages} pages, median of {options.runs} runs in turn")
    print(f"{'':<28}{'pages/s':>10}{'CPU s/1000':>16}{'peak MB':>12}")
    ours = row("newswarc crawl", runs["newswarc"], options.pages)
    peer = row("wget --warc-file", runs["wget"], options.pages)
    extra = row("newswarc index (afterwards)", runs["index"], options.pages)
    ratios = {
        name: statistics.median(
            value(mine) / value(other)
            for mine, other in zip(runs["newswarc"], runs["wget"], strict=True)
        )
        for name, value in {
            "wall": lambda run: run.wall,
            "cpu": lambda run: run.cpu,
            "memory": lambda run: run.memory,
        }.items()
    }
    print("newswarc / wget: " + ", ".join(f"{name} {value:.2f}" for name, value in ratios.items()))
    if options.json:
        figures = {"newswarc": ours, "wget": peer, "index": extra, "ratios": ratios}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
