"""The environment of programs that are no part of newswarc, made by ``make .interop/ready``."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / ".interop" / "bin"
#: No program of others takes longer to start or to answer (seconds).
PATIENCE = 60.0


def program(name: str) -> Path:
    """Return the path of a program in that environment.

    Raises:
        FileNotFoundError: it was not made.
    """
    path = PROGRAMS / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; `make .interop/ready` makes it")
    return path


def free_port() -> int:
    """Return a port of the loopback at which nobody listens now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def fetch(url: str) -> tuple[HTTPResponse, bytes]:
    """Return the answer to a GET, redirects followed, and its body."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as response:
        return response, response.read()


@contextmanager
def pywb(directory: Path, archive: Path, index: Path) -> Iterator[str]:
    """Serve WARC files with pywb; give the address of the collection.

    Args:
        directory: an empty one, for its settings.
        archive: where the WARC files lie.
        index: of them, CDXJ.
    """
    (directory / "config.yaml").write_text(
        "collections:\n  news:\n"
        f"    index_paths: {index}\n    archive_paths: {archive}/\n"
        "enable_memento: true\n"
    )
    port = free_port()
    log = directory / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program("wayback"), "-b", "127.0.0.1", "-p", str(port)],
            cwd=directory,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise TimeoutError(f"pywb does not start:\n{log.read_text()}") from None
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/news/"
    finally:
        process.terminate()
        process.wait(PATIENCE)
