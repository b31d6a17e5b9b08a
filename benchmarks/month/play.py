"""Play a month: put the clock forward, run the crawl as cron would, write down what was promised.

A *promise* is what the ledger said at the moment when something happened: when the lists that show
a new story, or the story that was changed, would be looked at next.
"""

from __future__ import annotations

import io
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from archive import timestamp
from archive.cli import run as run_command
from archive.collection import Collection
from archive.ingest import ingest
from benchmarks.month.clock import Clock
from benchmarks.month.paper import Paper
from benchmarks.month.papers import Month, papers
from benchmarks.month.stand import Stand
from benchmarks.month.story import Event, Story
from crawler.cli import group
from crawler.demo.server import DemoServer, Request

#: Between two requests to one host, in real seconds.
DELAY = 0.05
#: A port at which nobody listens.
_CLOSED_PORT = 1


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the crawl.

    Attributes:
        moment: of fake time at which it began.
        code: it ended with.
        summary: as ``--json`` printed it.
        said: on stderr, a line each.
        seconds: it took; real ones, as all below.
        indexing: seconds that indexing took behind it.
        requests: that the server saw meanwhile.
        states: how many URLs stood in each state afterwards.
        left: hosts on which something was still due afterwards.
        memory: resident at its end, in bytes.
    """

    moment: datetime
    code: int
    summary: dict[str, object]
    said: tuple[str, ...]
    seconds: float
    indexing: float
    requests: tuple[Request, ...]
    states: dict[str, int]
    left: frozenset[str]
    memory: int


@dataclass(frozen=True, slots=True)
class Promise:
    """When something that happened was to be seen.

    Attributes:
        paper: where it happened.
        story: to which.
        event: what; None for the story's publication.
        by: when the run begins that is to see it; None if no run was planned.
    """

    paper: Paper
    story: Story
    event: Event | None
    by: datetime | None

    @property
    def moment(self) -> datetime:
        """When it happened."""
        return self.story.published if self.event is None else self.event.moment


@dataclass
class Played:
    """What came of a month.

    Attributes:
        month: that was played.
        papers: in it.
        collection: into which it was crawled.
        runs: of the crawl.
        promises: in the order of time.
    """

    month: Month
    papers: list[Paper]
    collection: Path
    runs: list[Run] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


def play(month: Month, collection: Path, told: Callable[[str], None] = print) -> Played:
    """Play a month.

    Args:
        month: what is played.
        collection: a directory that is not there yet.
        told: is told once a day how it goes.
    """
    five = papers(month)
    played = Played(month, five, collection)
    clock = Clock(month.START - month.every)
    stand = Stand(five, five[2].host, month, clock.now)
    Collection.create(collection)
    _configure(collection, five)
    with clock.installed(), DemoServer(stand, tls=False, validators=False) as server:
        before, moment = month.START, month.START
        while moment < month.end:
            clock.set(moment)
            played.promises += _promises(played, before, moment)
            played.runs.append(_run(collection, stand, server, moment))
            before, moment = moment, moment + month.every
            if (moment - month.START) % timedelta(days=1) < month.every:
                told(_day(played, moment))
    return played


def _configure(collection: Path, five: Sequence[Paper]) -> None:
    lines = [f'[crawl]\ndelay = {DELAY}\ncontact = "https://archive.example/"\n']
    for paper in five:
        lines.append(f"[[source]]\nname = {json.dumps(paper.host)}")
        lines += [f"{key} = {json.dumps(value)}" for key, value in paper.seeds.items()]
        lines.append("")
    (collection / "newswarc.toml").write_text("\n".join(lines))


def _run(collection: Path, stand: Stand, server: DemoServer, moment: datetime) -> Run:
    """Run the crawl once, and index what it captured."""
    words = ["--collection", str(collection), "crawl", "--no-index", "--quiet", "--json"]
    for entry in server.connect_to:
        host, port, address, _ = entry.split(":")
        closed = f"{host}:{port}:{address}:{_CLOSED_PORT}"
        words += ["--connect-to", closed if stand.refuses(host) else entry]
    seen = len(server.requests)
    output, complaints = io.StringIO(), io.StringIO()
    started = time.perf_counter()
    with redirect_stdout(output), redirect_stderr(complaints):
        code = run_command(group, words)
    crawled = time.perf_counter()
    summary = json.loads(output.getvalue())
    if len(server.requests) > seen:
        # What would be done beside the crawl, by a process of its own.
        ingest(Collection(collection), workers=0)
    indexed = time.perf_counter()
    with reading(collection / "ledger.db") as ledger:
        states = dict(ledger.execute("SELECT state, count(*) FROM urls GROUP BY state"))
        left = ledger.execute("SELECT DISTINCT host FROM urls WHERE state = 'due'").fetchall()
    return Run(
        moment,
        code,
        summary,
        tuple(complaints.getvalue().splitlines()),
        crawled - started,
        indexed - crawled,
        tuple(server.requests[seen:]),
        states,
        frozenset(host for (host,) in left),
        _resident(),
    )


def _promises(played: Played, after: datetime, until: datetime) -> Iterator[Promise]:
    """Yield what is promised for all that has happened since the run before."""
    if after == until:
        return
    with reading(played.collection / "ledger.db") as ledger:
        for paper in played.papers:
            for story in paper.stories:
                if after < story.published <= until:
                    urls = paper.listings(story.published)
                    yield Promise(paper, story, None, _planned(ledger, urls, played, until))
                for event in story.events:
                    if after < event.moment <= until:
                        urls = [paper.url(story)]
                        yield Promise(paper, story, event, _planned(ledger, urls, played, until))


def _planned(
    ledger: sqlite3.Connection, urls: Sequence[str], played: Played, moment: datetime
) -> datetime | None:
    """Return the first run, now or later, in which one of these URLs is due."""
    plans = [plan for url in urls if (plan := _due(ledger, url, moment)) is not None]
    if not plans:
        return None
    every, start = played.month.every, played.month.START
    runs = -((start - max(moment, min(plans))) // every)  # rounded up
    return start + runs * every


def _due(ledger: sqlite3.Connection, url: str, now: datetime) -> datetime | None:
    """Return when a URL is due and its host not left alone; None when it never is."""
    found = ledger.execute("SELECT state, next_due FROM urls WHERE url = ?", [url]).fetchone()
    if found is None or (found[1] is None and found[0] != "due"):
        return None
    held = ledger.execute(
        "SELECT until FROM hosts WHERE host = ?", [urlsplit(url).hostname]
    ).fetchone()
    moments = [timestamp.to_datetime(text) for text in (found[1], *(held or ())) if text]
    return max([now, *moments])


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a database to read."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def _day(played: Played, moment: datetime) -> str:
    today = [run for run in played.runs if run.moment >= moment - timedelta(days=1)]
    requests = sum(len(run.requests) for run in today)
    seconds = sum(run.seconds + run.indexing for run in today)
    number = (moment - played.month.START).days
    return f"day {number}: {len(today)} runs, {requests} requests, {seconds:.1f} s"


def _resident() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
