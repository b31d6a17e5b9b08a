"""The figures of a month, as tables."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from archive import timestamp
from benchmarks.month.paper import MappedPaper, Paper
from benchmarks.month.play import DELAY, Played, Promise
from benchmarks.month.records import Records
from benchmarks.month.story import Absence, Event
from benchmarks.month.verdict import arrivals, lost

_PERCENT = 100


def report(played: Played, records: Records) -> Iterator[str]:
    """Yield the lines of the report: Markdown."""
    yield from _papers(played, records)
    yield ""
    yield from _events(played, records)
    yield ""
    yield from _cost(played, records)
    yield ""
    yield from _machine(played)


def _papers(played: Played, records: Records) -> Iterator[str]:
    yield "| paper | published | captured | late: median | 95 of 100 | most | planned: most |"
    yield "|---|---|---|---|---|---|---|"
    missing = {id(one.story) for one in lost(played, records)}
    for paper in played.papers:
        promises = [one for one in played.promises if one.paper is paper and one.event is None]
        late, bounds = [], []
        for one in promises:
            captured = records.first_capture(paper.url(one.story))
            if captured is not None:
                late.append((captured - one.moment).total_seconds())
            if one.by is not None:
                bounds.append((one.by - one.moment).total_seconds())
        caught = sum(id(one.story) not in missing for one in promises)
        yield (
            f"| {paper.name} | {len(promises)} | {caught} | {_span(_part(late, 0.5))} |"
            f" {_span(_part(late, 0.95))} | {_span(max(late, default=0))} |"
            f" {_span(max(bounds, default=0))} |"
        )


def _events(played: Played, records: Records) -> Iterator[str]:
    yield "| when | paper | what happened | what was seen of it | when |"
    yield "|---|---|---|---|---|"
    month, (fast, _, failing, moving, _) = played.month, played.papers
    rows = [
        (month.burst, fast, "15 stories in six minutes", _gap(records, fast)),
        (month.refused, failing, "connections are refused", None),
        (month.overloaded, failing, "503 with Retry-After", None),
        (month.silent, failing, "answers; publishes nothing for four days", _gap(records, failing)),
    ]
    if isinstance(moving, MappedPaper):
        rows += [
            (moving.moved, moving, "its sitemaps move; redirects lead on", None),
            (moving.dropped, moving, "404 in their old place", None),
        ]
    rows += [
        (one.moment, one.paper, one.event.what, _seen(one, one.event, records))
        for one in played.promises
        if one.event is not None
    ]
    for moment, paper, what, seen in sorted(rows, key=lambda row: row[0]):
        told, when = seen or ("–", None)
        told = told.replace("|", "/")  # the bar of a page's title would end the cell
        yield f"| {_time(moment)} | {paper.name} | {what} | {told} | {_time(when)} |"


def _gap(records: Records, paper: Paper) -> tuple[str, datetime] | None:
    """Return the gaps of a paper in words, and when the first was noticed."""
    gaps = [gap for gap in records.gaps if gap.source == paper.host]
    told = [f"gap from {_time(gap.since)} to {_time(gap.until)}: {gap.detail}" for gap in gaps]
    return ("; ".join(told), gaps[0].noticed) if gaps else None


def _seen(promise: Promise, event: Event, records: Records) -> tuple[str, datetime] | None:
    """Return what was seen of an edit or a removal, and when."""
    url = promise.paper.url(promise.story)
    removals = [one for one in records.removals if one.url == url]
    if isinstance(event.state, Absence):
        return (f"removed: {removals[0].why}", removals[0].noticed) if removals else None
    if event.what == "put back":
        returned = removals[0].returned if removals else None
        return ("returned", returned) if returned else None
    for version in records.versions[url][1:]:
        seen = timestamp.to_datetime(version.first_capture)
        if seen >= event.moment:
            return f"version {version.number}: {version.kind}{', stealth' * version.stealth}", seen
    return None


def _cost(played: Played, records: Records) -> Iterator[str]:
    yield "| paper | requests | a day | for each article | polls | rechecks | robots.txt | 304 |"
    yield "|---|---|---|---|---|---|---|---|"
    for paper in played.papers:
        asked = [
            request
            for run in played.runs
            for request in run.requests
            if urlsplit(request.url).hostname in paper.hosts
        ]
        stories = {paper.url(one) for one in paper.stories}
        captured = {request.url for request in asked if request.url in stories}
        kinds = Counter(_kind(request.url, stories) for request in asked)
        unchanged = sum(request.status == 304 for request in asked)
        yield (
            f"| {paper.name} | {len(asked):,} | {len(asked) / played.month.days:,.0f} |"
            f" {len(asked) / max(1, len(captured)):.1f} | {kinds['list']:,} |"
            f" {kinds['story'] - len(captured):,} | {kinds['robots']:,} |"
            f" {unchanged / max(1, len(asked)):.0%} |"
        )


def _kind(url: str, stories: set[str]) -> str:
    if url in stories:
        return "story"
    path = urlsplit(url).path
    if path == "/robots.txt":
        return "robots"
    return "requisite" if path.endswith((".css", ".svg")) else "list"


def _machine(played: Played) -> Iterator[str]:
    idle = [run.seconds for run in played.runs if not run.requests]
    busy = [run.seconds for run in played.runs if run.requests]
    indexing = [run.indexing for run in played.runs if run.requests]
    yield f"{len(played.runs):,} runs, of which {len(idle):,} had nothing to do"
    for what, seconds in (("idle", idle), ("busy", busy), ("indexing", indexing)):
        yield (
            f"{what}: median {_part(seconds, 0.5):.3f} s, 95 of 100 {_part(seconds, 0.95):.3f} s,"
            f" most {max(seconds, default=0):.2f} s, together {sum(seconds):.0f} s"
        )
    day = timedelta(days=1)
    after = next(run.memory for run in played.runs if run.moment >= played.month.START + day)
    yield f"memory: {after / 1e6:.0f} MB after a day, {played.runs[-1].memory / 1e6:.0f} at the end"
    codes = Counter(run.code for run in played.runs)
    yield "exit codes: " + ", ".join(f"{code}: {codes[code]:,}" for code in sorted(codes))
    between = list(_distances(played))
    yield (
        f"two requests to one host: {_part(between, 0.01) * 1000:.0f} ms apart or more in 99 of 100"
        f" cases, {_part(between, 0.1) * 1000:.0f} in 90 (delay {DELAY * 1000:.0f} ms)"
    )
    sizes = [path.stat().st_size for path in (played.collection / "archive").iterdir()]
    yield f"WARC: {sum(sizes) / 1e6:.1f} MB in {len(sizes):,} files"


def _distances(played: Played) -> Iterator[float]:
    for run in played.runs:
        for times in arrivals(run).values():
            yield from (later - earlier for earlier, later in pairwise(times))


def _part(values: Sequence[float], part: float) -> float:
    """Return the value below which that part of all values lies."""
    if len(values) < 2:
        return sum(values)
    return statistics.quantiles(values, n=_PERCENT, method="inclusive")[round(part * 100) - 1]


def _span(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%d %b %H:%M}"
