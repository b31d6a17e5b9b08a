"""What a person and the log are told of a crawl.

On a terminal: one line per result, and a bar. Under cron, where stderr is no terminal: problems
only. In both cases every result is a line of JSON in the collection's ``logs/``.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter

from archive import timestamp
from archive.errors import storage_errors
from archive.terminal import visible
from crawler.gap import Gap
from crawler.job import Result
from crawler.logs import expire
from crawler.model import Kind, Row, State

_STYLES = {
    State.CAPTURED: "green",
    State.UNCHANGED: "dim",
    State.FAILED: "red",
    State.GONE: "yellow",
    State.EXCLUDED: "yellow",
    State.QUARANTINED: "yellow",
}


class QuietFormatter(LogFormatter):
    """Scrapy's log messages without the line per answer: we have our own."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> None:  # type: ignore[override]  # documented: None logs nothing
        """Say nothing."""


class Log:
    """The JSON lines of one crawl.

    A disk that becomes full in the middle of it costs lines of the log and nothing else: the
    crawl has what it captures to save, and says itself what is wrong. Old logs are deleted first.

    Args:
        directory: where the file goes; its name is the time of the start.

    Raises:
        StorageError: it cannot be written.
    """

    def __init__(self, directory: Path) -> None:
        with storage_errors(directory):
            directory.mkdir(parents=True, exist_ok=True)
            expire(directory)
            stamp = timestamp.from_datetime(timestamp.now())
            self.path = directory / f"crawl-{stamp}.jsonl"
            self._file = self.path.open("a", encoding="utf-8")
        self._cut = False

    def write(self, event: str, **facts: object) -> None:
        """Write one line."""
        moment = timestamp.to_warc_date(timestamp.now())
        line = {"time": moment, "event": event, **facts}
        if not self._cut:
            try:
                self._file.write(json.dumps(line, default=str).replace("\x7f", "\\u007f") + "\n")
            except OSError:
                self._cut = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._file.close()


class LogHandler(logging.Handler):
    """Carries Python's log records into the `Log`."""

    def __init__(self, log: Log, level: int = logging.WARNING) -> None:
        super().__init__(level)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record as one line."""
        try:
            facts: dict[str, object] = {"level": record.levelname, "logger": record.name}
            if record.exc_info:
                facts["traceback"] = logging.Formatter().formatException(record.exc_info)
            self._log.write("log", message=record.getMessage(), **facts)
        except ValueError:
            self.handleError(record)


class Report:
    """Watches a crawl: counts, writes the log, shows a person what happens.

    Args:
        log: takes every result.
        quiet: show no results, even if stderr is a terminal.
        limit: of articles, for the bar.
    """

    def __init__(self, log: Log, *, quiet: bool = False, limit: int | None = None) -> None:
        self.states: Counter[State] = Counter()
        self.kinds: Counter[Kind] = Counter()
        self.articles = 0
        self.size = 0
        self.new = 0
        self.problems: list[str] = []
        self._phase = ""
        self._log = log
        self._console = console = Console(stderr=True)
        self._bar: Progress | None = None
        if console.is_terminal and not quiet:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            )
            self._task = self._bar.add_task("starting", total=limit)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def result(self, result: Result) -> None:
        """Count, log and show a result."""
        row, outcome = result.row, result.outcome
        self.states[outcome.state] += 1
        self.size += result.size
        self.new += result.new
        if outcome.state is State.CAPTURED:
            kind = outcome.kind or row.kind
            self.kinds[kind] += 1
            self.articles += kind is Kind.ARTICLE and outcome.status == 200
        facts: dict[str, object] = {
            "url": row.url,
            "kind": row.kind,
            "source": row.source,
            "state": outcome.state,
            "status": outcome.status,
            "size": result.size,
        }
        if outcome.why:
            facts["why"] = outcome.why
        if result.new:
            facts["new"] = result.new
        if row.path:
            facts["path"] = row.path
        self._log.write("result", **facts)
        if self._bar is not None:
            self._show(result)

    def retry(self, row: Row, why: str, delay: float) -> None:
        """Log a fetch that will be tried again."""
        self._log.write("retry", url=row.url, why=why, delay=delay)

    def left_alone(self, host: str, why: str) -> None:
        """Log a host of which nothing more was asked."""
        self._log.write("left alone", host=host, why=why)

    def problem(self, message: str) -> None:
        """Log a problem, and tell the person."""
        self.problems.append(message)
        self._log.write("problem", message=message)
        self._console.print(Text(f"newswarc: {visible(message)}"), soft_wrap=True)

    def gap(self, gap: Gap) -> None:
        """Log a gap, and tell the person."""
        self._log.write("gap", **gap.facts)
        self._console.print(Text(f"newswarc: {visible(gap.line)}"), soft_wrap=True)

    def trap(self, line: str) -> None:
        """Log what was refused as a trap, and tell who watches: cron need not know each time."""
        self._log.write("trap", message=line)
        if self._bar is not None:
            self._console.print(Text(f"newswarc: {visible(line)}"), soft_wrap=True)

    def phase(self, name: str) -> None:
        """Show in the bar what goes on from now on."""
        self._phase = f"{name}: "
        if self._bar is not None:
            self._bar.update(self._task, description=name, total=None)

    def _show(self, result: Result) -> None:
        assert self._bar is not None
        row, outcome = result.row, result.outcome
        line = Text()
        status = "---" if outcome.status is None else str(outcome.status)
        line.append(f"{status} ", style=_STYLES.get(outcome.state, ""))
        line.append(f"{row.kind:<9} ", style="dim")
        line.append(visible(row.url))
        if outcome.why:
            line.append(f"  {visible(outcome.why)}", style="yellow")
        elif result.new:
            line.append(f"  {result.new} new", style="dim")
        self._bar.console.print(line, soft_wrap=True)
        counts = f"{self.articles} articles, {sum(self.states.values())} fetched"
        if self.states[State.FAILED]:
            counts += f", {self.states[State.FAILED]} failed"
        self._bar.update(self._task, completed=self.articles, description=f"{self._phase}{counts}")
