"""What goes to a person's terminal or to a program.

Titles, URLs and texts come from strangers. A control character among them could move the cursor,
change the window's title or hide what follows, so none is ever printed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console

from archive.terminal import UNPRINTABLE

_UNITS = ("B", "kB", "MB", "GB", "TB")


class _Results(Console):
    def on_broken_pipe(self) -> None:
        """See `rich.console.Console`, which would end the process with 1 here."""
        raise BrokenPipeError


def console() -> Console:
    """Return the console of the results: colour on a terminal, plain text elsewhere."""
    return _Results(highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print `value` as JSON; letters of all alphabets as they are, controls escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def when(timestamp: str) -> str:
    """Return a timestamp as people read it.

    >>> when("20241023081500")
    '2024-10-23 08:15:00'
    """
    date, time = timestamp[:8], timestamp[8:]
    return f"{date[:4]}-{date[4:6]}-{date[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "version"), counted(1200, "capture")
    ('1 version', '1,200 captures')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def sized(size: float) -> str:
    """Return a number of bytes as people read it.

    >>> sized(0), sized(999), sized(1_234_567), sized(5e15)
    ('0 B', '999 B', '1.2 MB', '5,000.0 TB')
    """
    number = float(size)
    for unit in _UNITS[:-1]:
        if number < 999.95:
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} {_UNITS[-1]}"


def waiting_for(whom: str) -> Callable[[], None]:
    """Return what says on stderr that the command waits for somebody.

    Args:
        whom: in words.
    """
    return lambda: click.echo(f"newswarc: waiting for {whom}", err=True)
