"""A command of the person's own that is told something, as JSON on its stdin."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess

from archive.errors import UsageError


def check_command(command: str) -> list[str]:
    """Return the words of a command line.

    Raises:
        UsageError: it has none, or a quotation mark in it is not closed.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"not a command line: {command!r}: {error}") from None
    if not words or "\0" in command:
        raise UsageError(f"not a command line: {command!r}")
    return words


def tell(command: str, message: object, *, seconds: float) -> str | None:
    """Run a command with a message as JSON on its stdin; return what went wrong.

    Args:
        command: a command line, in the quoting of a shell; it runs without one.
        message: ready for JSON.
        seconds: what it may take.
    """
    words = check_command(command)
    text = json.dumps(message, ensure_ascii=False)
    try:
        process = subprocess.Popen(  # noqa: S603 (the person's own command)
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return f"{words[0]}: {error}"
    try:
        process.communicate(text.encode(), seconds)
    except subprocess.TimeoutExpired:
        return f"{words[0]} took longer than {seconds:.0f} s"
    finally:
        if process.returncode is None:  # it ends with all that it has started
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return f"{words[0]} ended with {process.returncode}" if process.returncode else None
