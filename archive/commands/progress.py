"""A progress bar on a terminal; under cron, in a pipe, nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def bar(doing: str, figures: str = "") -> Iterator[Progress | None]:
    """Give a bar on stderr, or None where that is no terminal.

    Args:
        doing: a word to begin with.
        figures: to be shown behind the percentage, in the words of rich.
    """
    if not sys.stderr.isatty():
        yield None
        return
    columns = (
        TextColumn(doing),
        BarColumn(),
        TextColumn(f"{{task.percentage:>3.0f}} % {figures}".rstrip()),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield shown


@contextmanager
def of_bytes(doing: str, total: int) -> Iterator[Callable[[int], object]]:
    """Give what moves a bar on by a number of bytes.

    Args:
        doing: a word to begin with.
        total: bytes in all.
    """
    with bar(doing) as shown:
        if shown is None:
            yield lambda size: None
            return
        task = shown.add_task(doing, total=total)
        yield lambda size: shown.advance(task, size)
