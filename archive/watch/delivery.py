"""How alerts get into files: JSON lines, an Atom feed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.errors import StorageError
from archive.watch.watches import Alert

#: A line of JSON is no longer than this; what is behind a kill is looked for in as many bytes.
_MAX_LINE = 64 * 1024


def append(path: Path, alerts: Sequence[Alert]) -> None:
    """Append a line for each alert, but for those that a run before has got as far as writing.

    A line that a kill cut short is taken away first.

    Args:
        path: of the file; its directory is made.
        alerts: in their order.

    Raises:
        StorageError: it cannot be written.
    """
    lines = [(alert, json.dumps(alert.content, ensure_ascii=False) + "\n") for alert in alerts]
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            end = file.seek(0, os.SEEK_END)
            span = sum(len(line.encode()) for _, line in lines) + _MAX_LINE
            file.seek(max(0, end - span))
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]
            torn = tail[len(whole) :]
            if torn and any(line.encode().startswith(torn) for _, line in lines):
                file.truncate(end - len(torn))
            elif torn:
                file.write(b"\n")  # somebody else's line: it stays
            written = set(whole.splitlines())
            for _, line in lines:
                if line.encode().rstrip(b"\n") not in written:
                    file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Write a file as a whole: whoever reads it sees the old one or the new one.

    Raises:
        StorageError: it cannot be written.
    """
    unfinished = path.with_name(path.name + ".new")
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(data)
        unfinished.replace(path)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
