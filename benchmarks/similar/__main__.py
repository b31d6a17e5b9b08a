"""Index the set, hold what the index takes for copies against what they are, print the score.

``python -m benchmarks.similar --stories 100``. Every pair of articles counts: it is a copy where
both come from one agency text. Pairs are judged as the index has them: those that share a passage
directly, and those that are in one cluster.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from archive.index.store import Store
from archive.index.texts import Text
from archive.model import Article, Capture, Location
from archive.timestamp import from_datetime, to_datetime
from archive.urlkey import urlkey
from archive.wording.shingles import shingles, sketch
from benchmarks.similar.corpus import Sample, corpus

_FIRST = to_datetime("20241023080000")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--stories", type=int, default=100)
    parser.add_argument("--seed", type=int, default=8)
    options = parser.parse_args()
    samples = corpus(options.stories, options.seed)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "index.db"
        seconds = index(samples, path)
        print(report(samples, *judged(path)))
    words = sum(len(sample.text.split()) for sample in samples) / len(samples)
    begun = time.process_time()
    for sample in samples:
        sketch(shingles(sample.text))
    alone = time.process_time() - begun
    print(
        f"\n{len(samples):,} articles of {words:.0f} words;"
        f" sketch {1000 * alone / len(samples):.2f} ms,"
        f" index with comparison {1000 * seconds / len(samples):.2f} ms of CPU an article"
    )


def index(samples: list[Sample], path: Path) -> float:
    """Put the articles into an index, in their order; return the seconds of CPU it took."""
    store = Store(path)
    begun = time.process_time()
    with store.transaction():
        for number, sample in enumerate(samples):
            store.add_capture(*_captured(number, sample))
    seconds = time.process_time() - begun
    store.close()
    return seconds


def _captured(number: int, sample: Sample) -> tuple[Capture, Text]:
    url = f"https://{sample.host}/{number}"
    moment = from_datetime(_FIRST + timedelta(minutes=number))
    capture = Capture(
        url=url,
        urlkey=urlkey(url),
        timestamp=moment,
        record_type="response",
        status=200,
        mime="text/html",
        digest=f"sha1:{number}",
        location=Location("BENCHMARK.warc.gz", number, 1),
    )
    article = Article(url=url, title=sample.title, markdown=sample.text, text=sample.text)
    return capture, Text.of(url, article, f"sha256:{number}")


def judged(path: Path) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the pairs that the index takes for copies, and those that it has in one cluster."""
    with closing(sqlite3.connect(path)) as db:
        direct = db.execute("SELECT article_id, other_id FROM copies WHERE article_id < other_id")
        clustered = db.execute(
            "SELECT one.article_id, other.article_id FROM clusters AS one"
            " JOIN clusters AS other ON other.cluster_id = one.cluster_id"
            " WHERE one.article_id < other.article_id"
        )
        # Row ids begin with 1 and follow the order of the samples.
        return (
            {(one - 1, other - 1) for one, other in direct},
            {(one - 1, other - 1) for one, other in clustered},
        )


def report(
    samples: list[Sample], direct: set[tuple[int, int]], clustered: set[tuple[int, int]]
) -> str:
    """Return the score, and the share that was found of each way to rewrite."""
    true = {
        (one, other)
        for one, other in combinations(range(len(samples)), 2)
        if samples[one].story == samples[other].story
        and samples[one].origin == samples[other].origin
    }
    lines = ["| pairs | labelled | found | precision | recall |", "|---|---|---|---|---|"]
    for name, found in (("share a passage", direct), ("in one cluster", clustered)):
        right = len(found & true)
        lines.append(
            f"| {name} | {len(true):,} | {len(found):,} | {right / (len(found) or 1):.4f}"
            f" | {right / len(true):.4f} |"
        )
    lines += ["", "| the agency's text and the outlet's | pairs | found |", "|---|---|---|"]
    seen: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for one, other in sorted(true):
        if samples[one].rewriting == "as sent":
            seen[samples[other].rewriting] += 1
            hit[samples[other].rewriting] += (one, other) in direct
    lines += [f"| {name} | {count} | {hit[name] / count:.3f} |" for name, count in seen.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
