"""One run of a program, measured from outside by the kernel's own accounting."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What a finished process and its own children used.

    Attributes:
        wall: seconds from start to end.
        cpu: user and system seconds.
        memory: peak resident set of its largest process, in bytes.
    """

    wall: float
    cpu: float
    memory: int


class ProgramFailed(Exception):
    """The measured program did not end as it should; its last words are in the text."""


def measure(command: Sequence[str | Path], log: Path, *, accept: Sequence[int] = (0,)) -> Usage:
    """Run `command` to its end and return what it used.

    Args:
        command: program and arguments.
        log: takes its output.
        accept: the exit codes that mean success.

    Raises:
        ProgramFailed: it ended with another code.
    """
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in accept:
        tail = log.read_text(errors="replace").splitlines()[-5:]
        raise ProgramFailed(f"{command[0]} ended with {process.returncode}: {' / '.join(tail)}")
    kibibyte = 1 if sys.platform == "darwin" else 1024
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * kibibyte)
