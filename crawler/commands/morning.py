"""The page that ``newswarc status`` shows: 80 columns, the worst first where there is a choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from archive import timestamp
from archive.commands.output import counted, sized, when
from archive.commands.status import damages, holdings
from archive.terminal import visible
from crawler import duration
from crawler.health import Health, RunHealth, SourceHealth
from crawler.model import State

#: So many lines of each kind are shown; --json has more.
_SHOWN = 5
#: Sources that are in the ledger alone, such as pages asked for by name, are shown up to so many.
_OTHERS = 10
_NAME = 20
_COLUMNS = f"{'source':<{_NAME}} {'24 h':>6} {'7 d':>7} {'edits':>6} {'due':>7} {'failed':>6}"
_YEARS = 10 * 365


def page(health: Health) -> Iterator[str]:
    """Yield the lines of the page."""
    now = timestamp.to_datetime(health.time)
    collection, *holds = holdings(health.archive)
    yield collection
    yield f"time        {when(health.time)[:16]} UTC"
    yield from _labelled("runs", [_run(run) for run in health.runs] or ["never crawled"])
    yield from _labelled("gap", list(_gaps(health)))
    yield from damages(health.archive)
    yield from _sources(health, now)
    yield from _labelled("urls", list(_urls(health)))
    yield from _labelled(
        "failed", [f"{n:>7,}  {visible(why)}" for why, n in health.failures[:_SHOWN]]
    )
    yield from _labelled("removed", list(_removals(health)))
    yield from holds
    yield f"disk        {_disk(health)}"


def _labelled(label: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{'' if number else label:<12}{line}"


def _run(run: RunHealth) -> str:
    facts = [run.reason, counted(run.articles, "article")]
    if run.failed:
        facts.append(f"{run.failed:,} failed")
    if run.seconds is not None:
        facts.append(duration.written(run.seconds))
    return f"{when(run.started)[:16]}  {', '.join(visible(fact) for fact in facts)}"


def _gaps(health: Health) -> Iterator[str]:
    for gap in health.gaps[:_SHOWN]:
        end = f"to {when(gap['until'])[:16]}" if gap["until"] else "and still OPEN"
        yield f"{visible(gap['source'])}: {when(gap['since'])[:16]} {end}"
        yield f"  {visible(gap['detail'])}"
        if gap["url"]:
            yield f"  {visible(gap['url'])}"
    yield from _rest(len(health.gaps))


def _sources(health: Health, now: datetime) -> Iterator[str]:
    if not health.sources:
        yield "sources     none; `newswarc source add URL` adds one"
        return
    ours = [source for source in health.sources if source.configured]
    others = [source for source in health.sources if not source.configured]
    yield ""
    yield f"{_COLUMNS} {'quar.':>6} {'removed':>7} {'next':>6}"
    for source in [*ours, *others[:_OTHERS]]:
        yield _source(source, now)
    if len(others) > _OTHERS:
        yield f"and {counted(len(others) - _OTHERS, 'other')} that newswarc.toml does not name"
    yield ""


def _source(source: SourceHealth, now: datetime) -> str:
    name = visible(source.name)
    if len(name) > _NAME:
        name = name[: _NAME - 1] + "…"
    return (
        f"{name:<{_NAME}} {_short(source.articles_day):>6} {_short(source.articles_week):>7}"
        f" {_short(source.edits_day):>6} {_short(source.of(State.DUE)):>7}"
        f" {_short(source.of(State.FAILED)):>6} {_short(source.of(State.QUARANTINED)):>6}"
        f" {_short(source.removed):>7} {_until(source.next_poll, now):>6}"
        + ("  GAP" if source.alarming else "")
    )


def _urls(health: Health) -> Iterator[str]:
    states: Counter[str] = Counter()
    for source in health.sources:
        states.update(source.urls)
    yield f"{health.discovered:,} discovered"
    for state, number in states.most_common():
        yield f"{number:>10,}  {visible(state)}"


def _removals(health: Health) -> Iterator[str]:
    for removal in health.removals[:_SHOWN]:
        back = f", back {when(removal['returned'])[:10]}" if removal["returned"] else ""
        yield f"{when(removal['since'])[:10]}  {visible(removal['why'])}{back}"
        yield f"  {visible(removal['url'])}"
    yield from _rest(len(health.removals))


def _disk(health: Health) -> str:
    disk = health.disk
    free = f"{sized(disk.free)} free"
    if disk.days_left is None:
        return free
    left = "for over ten years" if disk.days_left > _YEARS else f"for {disk.days_left:,} days"
    return f"{free}; {sized(disk.growth_per_day)} more a day: enough {left}"


def _rest(number: int) -> Iterator[str]:
    if number > _SHOWN:
        yield f"… {number - _SHOWN:,} more: --json"


def _short(number: int) -> str:
    """Return a number in at most six places.

    >>> _short(99_999), _short(1_234_567)
    ('99,999', '1.2M')
    """
    return f"{number:,}" if number < 100_000 else f"{number / 1e6:,.1f}M"


def _until(stamp: str | None, now: datetime) -> str:
    """Return how long it is until a moment, in its largest unit."""
    if stamp is None:
        return "never"
    seconds = (timestamp.to_datetime(stamp) - now).total_seconds()
    if seconds <= 0:
        return "now"
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
