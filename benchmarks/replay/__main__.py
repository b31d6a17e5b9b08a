"""Replay the same WARC files with newswarc and with pywb, in turn, and ask both the same.

``python -m benchmarks.replay``. pywb runs in an environment of its own (``make .interop/ready``)
and in its usual mode, framed: what is asked for is what its frame would load, the rewritten page
with its script put in. newswarc runs as it comes: scripts off. Each server is one process; the
client is one of ours and waits for each answer before it asks again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.replay.corpus import record
from benchmarks.replay.load import Answers, ask
from benchmarks.replay.servers import PROGRAMS, Running, newswarc, pywb

Kinds = Mapping[str, Sequence[tuple[str, str]]]
#: So many answers come before those that count.
_WARM = 1.0


def throughput(
    place: Path, kinds: Kinds, seconds: float, rounds: int, connections: int
) -> list[dict[str, object]]:
    """Ask all servers for each kind, in turn, and print a line for each."""
    rows: list[dict[str, object]] = []
    with ExitStack() as stack:
        servers = {"newswarc": stack.enter_context(newswarc(place / "news"))}
        servers["pywb"] = stack.enter_context(pywb(place / "news", place / "pywb"))
        if (PROGRAMS / "uwsgi").exists():
            stood = pywb(place / "news", place / "uwsgi", uwsgi=True)
            servers["pywb, uWSGI"] = stack.enter_context(stood)
        print("start to first answer: " + _starts(servers) + "\n")
        print(f"{'':<24}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}{'KB':>8}")
        for kind, asked in kinds.items():
            for server in servers.values():
                ask(server.origin, _paths(server, asked), _WARM, connections)
            found: dict[str, list[tuple[Answers, float]]] = {name: [] for name in servers}
            for _ in range(rounds):
                for name, server in servers.items():
                    before = server.cpu
                    answers = ask(server.origin, _paths(server, asked), seconds, connections)
                    cpu = (server.cpu - before) / len(answers.times)
                    found[name].append((answers, cpu))
            for name, runs in found.items():
                rows.append(_row(kind, name, runs))
                print(
                    "{kind:<12}{name:<12}{rate:>10.0f}{p50:>9.1f}{p95:>9.1f}{cpu:>9.2f}{kb:>8.0f}".format_map(
                        rows[-1]
                    )
                )
    return rows


def memory(place: Path, sizes: Sequence[int], seconds: float, connections: int) -> None:
    """Tell how much memory a server has that has been asked a lot, by the size of the archive."""
    print(f"\n{'captures':>10}{'MB at first':>13}{'MB then':>9}{'answers':>9}{'start s':>9}")
    for size in sizes:
        collection = place / f"of-{size}"
        kinds = record(collection, size)
        with newswarc(collection) as server:
            first = server.memory
            paths = [path for asked in kinds.values() for path in _paths(server, asked)]
            paths += [f"/?q={word}" for word in ("news", "the", "site%3Adaily.example")]
            count = len(ask(server.origin, paths, seconds, connections).times)
            now = server.memory
        print(
            f"{size:>10,}{first / 1e6:>13.0f}{now / 1e6:>9.0f}{count:>9,}{server.started:>9.2f}",
            flush=True,
        )


def _row(kind: str, name: str, runs: Sequence[tuple[Answers, float]]) -> dict[str, object]:
    answers = [answers for answers, _ in runs]
    return {
        "kind": kind,
        "name": name,
        "rate": statistics.median(each.rate for each in answers),
        "p50": 1000 * statistics.median(each.part(0.5) for each in answers),
        "p95": 1000 * statistics.median(each.part(0.95) for each in answers),
        "cpu": 1000 * statistics.median(cpu for _, cpu in runs),
        "kb": sum(each.size for each in answers) / sum(len(each.times) for each in answers) / 1e3,
    }


def _paths(server: Running, asked: Sequence[tuple[str, str]]) -> list[str]:
    return [server.memento(timestamp, url) for timestamp, url in asked]


def _starts(servers: Mapping[str, Running]) -> str:
    return ", ".join(
        f"{name} {server.started:.2f} s ({server.cpu:.2f} s of CPU)"
        for name, server in servers.items()
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--captures", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if not (PROGRAMS / "wayback").exists():
        sys.exit("pywb is missing; `make .interop/ready` makes an environment with it")
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="newswarc-replay-") as name:
        place = Path(name)
        kinds = record(place / "news")
        rows = throughput(place, kinds, options.seconds, options.rounds, options.connections)
        memory(place, options.captures, options.seconds, options.connections)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
