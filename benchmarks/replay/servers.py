"""The servers that are measured: each in a process of its own, on the same WARC files."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

ROOT = Path(__file__).parents[2]
#: pywb in an environment of its own, made by ``make .interop/ready``.
PROGRAMS = ROOT / ".interop" / "bin"
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers.

    Attributes:
        origin: scheme, host and port.
        prefix: of the paths of its mementos.
        started: seconds from its start to the first answer.
        pid: of its process.
    """

    origin: str
    prefix: str
    started: float
    pid: int

    def memento(self, timestamp: str, url: str) -> str:
        """Return the path of a rewritten capture."""
        return f"{self.prefix}{timestamp}mp_/{url}"

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it and its children have taken."""
        ticks = 0
        for pid in _family(self.pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> int:
        """Bytes that it and its children have in memory."""
        size = 0
        for pid in _family(self.pid):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    size += int(line.split()[1]) * 1024
        return size


@contextmanager
def newswarc(collection: Path) -> Iterator[Running]:
    """Serve a collection with ``newswarc replay``."""
    program = Path(sys.executable).with_name("newswarc")
    port = _free_port()
    command = [program, "--collection", collection, "replay", "--port", str(port)]
    with _started(command, port, "/", collection, "newswarc") as (started, pid):
        yield Running(f"http://127.0.0.1:{port}", "/web/", started, pid)


@contextmanager
def pywb(collection: Path, place: Path, *, uwsgi: bool = False) -> Iterator[Running]:
    """Serve the WARC files of a collection with pywb, from the CDXJ that we export.

    Args:
        collection: whose.
        place: a directory for its settings.
        uwsgi: under uWSGI with gevent, one process, as its manual has it for production, and not
            by its own command, which serves with gevent as well.
    """
    place.mkdir(exist_ok=True)
    index = place / "captures.cdxj"
    program = Path(sys.executable).with_name("newswarc")
    export = [program, "-c", collection, "export", "cdxj", "--output", index]
    subprocess.run(export, check=True, capture_output=True)
    (place / "config.yaml").write_text(
        f"collections:\n  news:\n    index_paths: {index}\n"
        f"    archive_paths: {collection / 'archive'}/\n"
    )
    port = _free_port()
    command: list[str | Path] = [PROGRAMS / "wayback", "-b", "127.0.0.1", "-p", str(port)]
    if uwsgi:
        command = [PROGRAMS / "uwsgi", "--http-socket", f"127.0.0.1:{port}", "--gevent", "100"]
        command += ["--virtualenv", PROGRAMS.parent, "--module", "pywb.apps.wayback"]
        command += ["--processes", "1", "--master", "--disable-logging", "--die-on-term"]
        command += ["--http-keepalive", "--so-keepalive", "--buffer-size", "65536"]
    with _started(command, port, "/news/", place, "pywb") as (started, pid):
        yield Running(f"http://127.0.0.1:{port}", "/news/", started, pid)


@contextmanager
def _started(
    command: Sequence[str | Path], port: int, path: str, place: Path, name: str
) -> Iterator[tuple[float, int]]:
    begun = time.perf_counter()
    with (place / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=place, stdout=log, stderr=log)
    try:
        while True:
            if process.poll() is not None or time.perf_counter() - begun > _PATIENCE:
                raise RuntimeError(f"{name}: {(place / f'{name}.log').read_text()[-2000:]}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).close()
                break
            except HTTPError:
                break
            except OSError:
                time.sleep(0.005)
        yield time.perf_counter() - begun, process.pid
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        yield from _family(int(child))


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
