"""``python -m benchmarks.extraction DIRECTORY``: newswarc beside other extractors, in one run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.extraction import faults, score
from benchmarks.extraction.pages import Page, load
from benchmarks.extraction.programs import PROGRAMS

FIELDS = ("title", "authors", "date", "time", "site", "language", "image", "tags")
#: The part of an answer that holds a field of another name.
_GIVEN = {"time": "date"}
#: It decides whether newswarc is better.
YARDSTICK = "trafilatura"


@dataclass
class Result:
    """What one program made of all pages."""

    name: str
    missing: str = ""
    seconds: float = 0.0
    answers: list[dict[str, Any]] = field(default_factory=list)


def run(name: str, pages: Sequence[Page], python: str) -> Result:
    """Let one program read all pages, on one core."""
    interpreter = sys.executable if name == "newswarc" else python
    command = [interpreter, str(Path(__file__).with_name("programs.py")), name]
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"},
    )
    result = Result(name)
    assert process.stdin
    assert process.stdout
    with process:
        for page in pages:
            try:
                process.stdin.write(json.dumps({"path": str(page.path), "url": page.url}) + "\n")
                process.stdin.flush()
            except BrokenPipeError:
                pass  # what it said before it ended is read below
            line = process.stdout.readline()
            answer = json.loads(line) if line else {"missing": "it ended"}
            if "missing" in answer:
                result.missing = answer["missing"]
                break
            result.seconds += answer.pop("seconds")
            result.answers.append(answer)
        process.stdin.close()
    return result


def print_bodies(results: Sequence[Result], pages: Sequence[Page]) -> None:
    """Print how much of the bodies is right, for each set and program."""
    datasets = sorted({page.dataset for page in pages})
    print(
        "\nbody: precision, recall, F1 of four-word sequences; below, how much better the F1 of a"
    )
    print(f"page is than that of {YARDSTICK}, with the 95 % interval of a paired bootstrap")
    print(f"{'':22}" + "".join(f"{name:>24}" for name in datasets) + f"{'pages/s':>10}")
    scored = {
        result.name: [
            score.body(page, answer.get("text"))
            for page, answer in zip(pages, result.answers, strict=True)
        ]
        for result in results
    }
    for result in results:
        cells, told = "", []
        for dataset in datasets:
            places = [i for i, page in enumerate(pages) if page.dataset == dataset and page.body]
            own = [scored[result.name][i] for i in places]
            precision, recall, both = score.mean_f1(own)
            cells += f"{precision:>10.4f} {recall:.4f} {both:.4f}"[:24].rjust(24)
            if YARDSTICK in scored and result.name != YARDSTICK:
                other = [scored[YARDSTICK][i].f1 for i in places]
                mean, low, high = score.interval([one.f1 for one in own], other)
                told.append(f"{mean:+.4f} [{low:+.4f} {high:+.4f}]".rjust(24))
        print(f"{result.name:22}{cells}{len(pages) / result.seconds:>10.1f}")
        if told:
            print(f"{'':22}" + "".join(told))


def print_fields(results: Sequence[Result], pages: Sequence[Page]) -> None:
    """Print how many of the other fields are right."""
    print("\nother fields: share that is right; authors and tags: F1 of the names")
    print(f"{'':22}" + "".join(f"{name:>10}" for name in FIELDS))
    for result in results:
        found = [
            score.fields(page, answer) for page, answer in zip(pages, result.answers, strict=True)
        ]
        cells = ""
        for name in FIELDS:
            known = [fields[name] for fields in found if name in fields]
            given = any(answer.get(_GIVEN.get(name, name)) for answer in result.answers)
            cells += f"{score.summed(known).f1:>10.3f}" if known and given else f"{'–':>10}"
        print(f"{result.name:22}{cells}")


def main() -> None:
    """Read, score and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="pages.jsonl and the pages that it names")
    parser.add_argument(
        "--python", default=sys.executable, help="of the environment that has the other programs"
    )
    parser.add_argument("--only", action="append", choices=list(PROGRAMS), help="may be repeated")
    parser.add_argument("--faults", action="store_true", help="list newswarc's faults by page")
    options = parser.parse_args()
    pages = [page for page in load(options.directory) if page.path.exists()]
    if not pages:
        sys.exit(f"no pages in {options.directory}")
    results = []
    for name in options.only or PROGRAMS:
        result = run(name, pages, options.python)
        if result.missing:
            print(f"{name}: not measured: {result.missing}")
        else:
            results.append(result)
            failed = sum("error" in answer for answer in result.answers)
            print(f"{name}: {len(pages)} pages, {failed} without an answer")
    print_bodies(results, pages)
    print_fields(results, pages)
    own = next((result for result in results if result.name == "newswarc"), None)
    if own:
        faults.print_faults(pages, own.answers, each=options.faults)


if __name__ == "__main__":
    main()
