"""What the ledger costs when it is large: deciding what is due, taking in a sitemap, memory.

``python -m benchmarks.ledger --urls 1000000``. A ledger of so many URLs over 20 sources is written
(a hundredth of them due, a tenth to be asked again one day), then each question is put to it as a
crawl puts it, in a process of its own, so that the memory is that of the question alone. The same
is done with 10,000 URLs: what stays the same does not depend on the ledger's size.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from archive import timestamp
from archive.collection import Collection
from crawler import ledger as ledgers
from crawler.frontier import LISTING, Frontier
from crawler.job import Followed, seeds, selected
from crawler.ledger import Ledger
from crawler.ledger.transaction import Transaction
from crawler.model import Candidate, Kind, Row
from crawler.opening import begin
from crawler.options import Options
from crawler.sources import Configuration, Seed, Source
from crawler.survey import Survey

SOURCES = 20
SMALL = 10_000
SITEMAP = 100_000
CLAIMS = 100
_BATCH = 500
_INSERT = """
INSERT INTO urls (url, host, kind, source, state, path, depth, priority, first_seen, next_due,
                  last_status, last_captured)
VALUES (?, ?, 'article', ?, ?, 'ML', 1, ?, '20240101000000', ?, 200, '20240101000000')
"""


def sources() -> list[Source]:
    """Return the sources of the ledger."""
    return [
        Source(f"site{number}", (Seed(f"https://site{number}.example/", Kind.HOME),))
        for number in range(SOURCES)
    ]


def build(path: Path, urls: int) -> None:
    """Write a ledger of so many URLs."""
    now = timestamp.now()
    later = [timestamp.from_datetime(now + timedelta(hours=hours)) for hours in range(1, 2000)]
    past = timestamp.from_datetime(now - timedelta(minutes=1))

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(urls):
            site = f"site{number % SOURCES}"
            url = f"https://{site}.example/2024/{number % 12 + 1:02}/story-{number}"
            state, due = "captured", None
            if number % 100 == 0:
                state = "due"
            elif number % 10 == 1:
                due = past if number % 1000 == 1 else later[number % len(later)]
            yield url, f"{site}.example", site, state, 90_000 + number % 9_000, due

    with closing(Transaction(path)) as transaction:
        transaction.write_all(_INSERT, rows())
        transaction.commit()


def decide(path: Path) -> dict[str, float]:
    """Begin a crawl as ``newswarc crawl`` does, and deal out the first rows."""
    collection, configuration = Collection(path), Configuration(tuple(sources()))
    begun = time.perf_counter()
    with closing(Ledger(collection.ledger_path)) as ledger:
        begin(ledger, collection, configuration, configuration.sources, Options(), named=False)
        names = selected(configuration.sources)
        frontier = Frontier(ledger, names, lambda host: CLAIMS)
        taken = sum(frontier.take() is not None for _ in range(CLAIMS))
        seconds = time.perf_counter() - begun
    if taken != CLAIMS:
        sys.exit(f"{taken} rows were dealt out, not {CLAIMS}")
    return {"decide": seconds}


def take_in(path: Path) -> dict[str, float]:
    """Take in a sitemap that names as many URLs as nobody has seen before."""
    source = sources()[0]
    survey = Survey(requisite_age=timedelta(days=30), more_parts=50)
    published = timestamp.now() - timedelta(days=3)
    with closing(Ledger(Collection(path).ledger_path)) as ledger:
        ledger.begin_crawl([source.name])
        frontier = Frontier(ledger, [source.name], lambda host: 1)
        frontier.discover(seeds(source, now=True))
        followed = Followed(source, source.scope())
        row = _seed(frontier)
        named = (
            Candidate(
                f"https://site0.example/2024/10/23/new-{number}", Kind.ARTICLE, "M", published
            )
            for number in range(SITEMAP)
        )
        begun = time.perf_counter()
        found = survey.discoveries(row, followed, named)
        new = 0
        while batch := [one for _, one in zip(range(_BATCH), found, strict=False)]:
            new += frontier.discover(batch)
        ledger.commit(lambda: None)
        seconds = time.perf_counter() - begun
    if new != SITEMAP:
        sys.exit(f"{new} URLs were new, not {SITEMAP}")
    return {"take_in": seconds}


def _seed(frontier: Frontier) -> Row:
    """Return the row of the home page, which comes before all articles."""
    row = frontier.take()
    if row is None or row.priority != LISTING:
        sys.exit("the seed is not dealt out first")
    return row


def count(path: Path) -> dict[str, float]:
    """Count the URLs in each state, as ``newswarc status`` does."""
    begun = time.perf_counter()
    ledgers.states(Collection(path).ledger_path)
    return {"count": time.perf_counter() - begun}


QUESTIONS: dict[str, Callable[[Path], dict[str, float]]] = {
    "decide": decide,
    "count": count,
    "take_in": take_in,
}


def measured(question: str, path: Path) -> dict[str, float]:
    """Put a question to a ledger in a process of its own; return seconds, and the peak in bytes."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--ask", question, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--urls", type=int, default=1_000_000)
    parser.add_argument("--ask", nargs=2, metavar=("QUESTION", "PATH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        seconds = QUESTIONS[options.ask[0]](Path(options.ask[1]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps(seconds | {"peak": peak}))
        return
    print(f"{'URLs':>10}  {'':<46}{'s':>8}{'peak MB':>9}")
    lines = {
        "decide": f"what is due: open, begin, deal out {CLAIMS} rows",
        "count": "count the states",
        "take_in": f"take in a sitemap of {SITEMAP:,} new URLs",
    }
    with tempfile.TemporaryDirectory(prefix="newswarc-ledger-") as place:
        for urls in sorted({SMALL, options.urls}):
            path = Path(place) / str(urls)
            build(Collection.create(path).ledger_path, urls)
            for question, text in lines.items():
                found = measured(question, path)
                print(f"{urls:>10,}  {text:<46}{found[question]:>8.2f}{found['peak'] / 1e6:>9.0f}")


if __name__ == "__main__":
    main()
