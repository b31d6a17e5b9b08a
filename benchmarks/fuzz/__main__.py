"""``python -m benchmarks.fuzz --seconds 60 [--only warc]``: feed every parser what nobody would.

Each target (`targets`) gets an equal share of the time. A fault is anything raised that is no named
error, a call that takes longer than ten seconds of the processor, and memory beyond 2 GB. The input
that brought it about is kept. With ``--atheris``, where that package is installed, it is libFuzzer
that chooses the input of one target, by the branches that it reaches.
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.fuzz.mutation import mutated
from benchmarks.fuzz.targets import Target, targets

_SECONDS = 10
_MEMORY = 2 * 1024**3


class TooSlow(BaseException):
    """A call took too much of the processor's time; nothing in between shall catch it."""


@contextmanager
def bounded() -> Iterator[None]:
    """Let what runs inside take no more than its time."""

    def give_up(number: int, frame: object) -> None:
        raise TooSlow(f"more than {_SECONDS} s")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fuzz(target: Target, rng: random.Random, seconds: float, aside: Path) -> tuple[int, int]:
    """Feed a target for so long; return how many inputs that were, and how many brought a fault."""
    inputs = faults = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutated(target.seeds, rng)
        inputs += 1
        try:
            with bounded():
                target(data)
        except (Exception, TooSlow):  # noqa: BLE001 - that is what is looked for
            faults += 1
            path = aside / f"{target.name.replace(' ', '-')}-{inputs}.bin"
            path.write_bytes(data)
            print(f"{target.name}: {path}\n{traceback.format_exc()}", file=sys.stderr)
    return inputs, faults


def main() -> None:
    """Run it and print the table; exit 1 when there was a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="TARGET")
    parser.add_argument("--aside", type=Path, default=Path("fuzz-faults"))
    parser.add_argument("--atheris", action="store_true", help="needs --only")
    options = parser.parse_args()
    wanted = [one for one in targets() if options.only in (None, one.name)]
    if not wanted:
        parser.error(f"no such target; there are {', '.join(one.name for one in targets())}")
    if options.atheris:
        atheris = importlib.import_module("atheris")
        atheris.instrument_all()
        atheris.Setup([sys.argv[0], f"-max_total_time={int(options.seconds)}"], wanted[0])
        atheris.Fuzz()
        return
    options.aside.mkdir(exist_ok=True)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))
    rng = random.Random(options.seed)
    print("| parser | inputs | faults |\n|---|--:|--:|")
    total = 0
    for target in wanted:
        inputs, faults = fuzz(target, rng, options.seconds / len(wanted), options.aside)
        print(f"| {target.name} | {inputs:,} | {faults} |", flush=True)
        total += faults
    if total:
        sys.exit(1)


if __name__ == "__main__":
    main()
