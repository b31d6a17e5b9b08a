"""``python -m benchmarks.month``: play a month, print its figures, fail if anything is amiss."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.month.papers import Month
from benchmarks.month.play import play
from benchmarks.month.records import read
from benchmarks.month.report import report
from benchmarks.month.verdict import failures
from crawler import duration


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--every", type=duration.parse, default=900.0, help="of cron, as in 15m")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--volume", type=float, default=1.0, help="of the fast paper, 0 to 1")
    parser.add_argument("--keep", type=Path, help="a directory for the collection; none is kept")
    options = parser.parse_args()
    month = Month(options.days, timedelta(seconds=options.every), options.seed, options.volume)
    with tempfile.TemporaryDirectory(prefix="newswarc-month-") as work:
        played = play(month, options.keep or Path(work) / "news", _told)
        records = read(played)
        print("\n".join(report(played, records)))
        wrong = failures(played, records)
    for line in wrong:
        print(f"WRONG: {line}")
    sys.exit(bool(wrong))


def _told(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
