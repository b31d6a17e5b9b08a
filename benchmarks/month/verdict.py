"""Whether everything was found, and nothing that is not there: a line for each thing wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from archive import timestamp
from archive.model import Version
from benchmarks.month.play import DELAY, Played, Promise, Run
from benchmarks.month.records import Gap, Records, Removal
from benchmarks.month.story import Absence, Event, Text
from crawler.model import State

_DAY = timedelta(days=1)
#: A removal takes three misses over two days and more to believe.
_BELIEVED = 6 * _DAY
#: A request may be heard late, and the one behind it in time: server and crawl share a machine with
#: others. So much (seconds) is allowed for that …
_NOISE = 0.025
#: … and so large a part of the requests may be nearer to the one before all the same.
_EARLY = 0.1
#: Ten requests in a row even that out: the first of them may be heard late by so much.
_LATE = 0.1
_EXIT_CODES = frozenset({0, 1, 10})


def failures(played: Played, records: Records) -> list[str]:
    """Return everything that is not as it should be."""
    return [
        *_lateness(played, records),
        *_gaps(played, records),
        *_edits(played, records),
        *_removals(played, records),
        *_runs(played),
        *_pace(played),
    ]


def lost(played: Played, records: Records) -> list[Promise]:
    """Return the promises of stories that were never captured."""
    return [
        one
        for one in played.promises
        if one.event is None and records.first_capture(one.paper.url(one.story)) is None
    ]


def _lateness(played: Played, records: Records) -> Iterator[str]:
    """Every story is captured in the run for which its lists were planned."""
    washed_out = [gap for gap in records.gaps if gap.kind == "no item in common"]
    for promise in played.promises:
        if promise.event is not None:
            continue
        url = promise.paper.url(promise.story)
        captured = records.first_capture(url)
        if promise.by is None:
            yield f"{url}: published, and no list that shows it was to be looked at"
        elif captured is None:
            if promise.by < played.month.end and not any(
                gap.source == promise.paper.host and _within(promise.moment, gap)
                for gap in washed_out
            ):
                yield f"{url}: published {promise.moment:%d %b %H:%M}, never captured, no gap told"
        elif captured >= promise.by + played.month.every:
            yield f"{url}: captured {captured:%d %b %H:%M}, promised {promise.by:%d %b %H:%M}"


def _gaps(played: Played, records: Records) -> Iterator[str]:
    """The burst and the silence are gaps, and nothing else is."""
    month = played.month
    fast, failing = played.papers[0].host, played.papers[2].host
    found = list(records.gaps)
    burst = [gap for gap in found if (gap.source, gap.kind) == (fast, "no item in common")]
    silence = [gap for gap in found if (gap.source, gap.kind) == (failing, "silent")]
    yield from (f"a gap told twice: {gap}" for gap in [*burst[1:], *silence[1:]])
    yield from (f"a gap that is none: {gap}" for gap in found if gap not in [*burst, *silence])
    if not burst:
        yield "the burst washed out the feed, and no gap was told"
    elif not (
        burst[0].since <= month.burst <= burst[0].noticed <= month.burst + 2 * month.every
        and burst[0].until is not None
    ):
        yield f"the gap of the burst ({month.burst:%d %b %H:%M}) has other times: {burst[0]}"
    if not silence:
        yield "the harbour paper was silent, and no gap was told"
        return
    gap = silence[0]
    last = max(one.published for one in played.papers[2].stories if one.published < month.refused)
    if not last <= gap.since <= last + _DAY / 4:
        yield f"the silence began with the story of {last:%d %b %H:%M}, not as in {gap}"
    if not month.refused <= gap.noticed <= month.silent + 2 * _DAY:
        yield f"the silence was noticed at another time: {gap}"
    first = next(
        one
        for one in played.promises
        if one.story.published >= month.resumed and one.paper is played.papers[2]
    )
    if gap.until is None or not first.moment <= gap.until:
        yield f"the silence ended at {first.moment:%d %b %H:%M}, not as in {gap}"
    elif first.by is not None and gap.until >= first.by + month.every:
        yield f"the end of the silence was promised for {first.by:%d %b %H:%M}: {gap}"


def _within(moment: datetime, gap: Gap) -> bool:
    return gap.since <= moment <= (gap.until or gap.noticed)


def _edits(played: Played, records: Records) -> Iterator[str]:
    """Every edit is a version, as soon as promised; nothing else is one."""
    promised = {(one.paper.url(one.story), one.event): one for one in played.promises}
    for paper in played.papers:
        for story in paper.stories:
            url = paper.url(story)
            versions = records.versions[url]
            captured = records.first_capture(url)
            if captured is None:
                continue
            first = story.state(captured)
            changes = [
                (event, event.state)
                for event in story.events
                if isinstance(event.state, Text)
                and event.moment > captured
                and event.what != "put back"
            ]
            if len(versions) != 1 + len(changes):
                titles = [version.article.title for version in versions]
                yield f"{url}: {1 + len(changes)} texts, {len(versions)} versions: {titles}"
                continue
            if not isinstance(first, Text) or not _says(versions[0], first):
                yield f"{url}: says something else: {versions[0].article.title!r}"
            for (event, text), version in zip(changes, versions[1:], strict=True):
                if not _says(version, text):
                    yield f"{url}: version {version.number} does not have the {event.what}"
                promise = promised[url, event]
                seen = timestamp.to_datetime(version.first_capture)
                if promise.by is None or seen >= promise.by + played.month.every:
                    yield f"{url}: {event.what} seen {seen:%d %b %H:%M}, promised {promise.by}"


def _says(version: Version, text: Text) -> bool:
    """Tell whether a version has headline, paragraphs and note of a text."""
    said = [*text.paragraphs, *([text.note] if text.note else [])]
    return version.article.title == text.title and all(one in version.article.text for one in said)


def _removals(played: Played, records: Records) -> Iterator[str]:
    """What was taken away for good, or for days, is a removal; a moment's absence is none."""
    noticed = {one.url: one for one in records.removals}
    if len(noticed) < len(records.removals):
        yield "a removal is there twice"
    for paper in played.papers:
        for story in paper.stories:
            url = paper.url(story)
            absences = [event for event in story.events if isinstance(event.state, Absence)]
            if absences:
                gone = absences[0]
                after = [event for event in story.events if event.moment > gone.moment]
                back = after[0] if after else None
                yield from _removed(played, records, url, gone, back, noticed.pop(url, None))
    yield from (f"a removal that is none: {one}" for one in noticed.values())


def _removed(
    played: Played,
    records: Records,
    url: str,
    gone: Event,
    back: Event | None,
    removal: Removal | None,
) -> Iterator[str]:
    """Yield what is wrong with what was seen of one absence."""
    state = records.states[url][0]
    if back is not None and back.moment - gone.moment < _DAY:
        if removal is not None:
            yield f"{url}: was away for a moment, not removed: {removal}"
        return
    if removal is None:
        yield f"{url}: {gone.what} {gone.moment:%d %b %H:%M}, not noticed; it is {state}"
        return
    if not gone.moment <= removal.since <= removal.noticed <= gone.moment + _BELIEVED:
        yield f"{url}: {gone.what} {gone.moment:%d %b %H:%M}, but {removal}"
    if back is None:
        if removal.returned is not None or state != State.GONE:
            yield f"{url}: is gone, but {state}, {removal}"
        return
    if removal.returned is None or state == State.GONE:
        yield f"{url}: is back since {back.moment:%d %b %H:%M}, but {state}, {removal}"
        return
    promise = next(one for one in played.promises if one.event is back)
    if promise.by is None or removal.returned >= promise.by + played.month.every:
        yield f"{url}: its return was promised for {promise.by}: {removal}"


def _runs(played: Played) -> Iterator[str]:
    """Every run ends well, forgets nothing and leaves nothing due, but on a host that fails."""
    month = played.month
    failing = played.papers[2].host
    known = 0
    for run in played.runs:
        when = f"{run.moment:%d %b %H:%M}"
        if run.code not in _EXIT_CODES:
            yield f"{when}: exit code {run.code}: {run.said}"
        if unknown := set(run.states) - set(State):
            yield f"{when}: states that are none: {unknown}"
        total = sum(run.states.values())
        if total < known:
            yield f"{when}: of {known} URLs only {total} are left"
        known = total
        trouble = month.refused <= run.moment < month.silent + _DAY
        if left := run.left - ({failing} if trouble else set()):
            yield f"{when}: still due afterwards on {', '.join(sorted(left))}"
        if run.code == 1 and not trouble and not _moved(played, run):
            yield f"{when}: exit code 1: {run.said}"


def _moved(played: Played, run: Run) -> bool:
    """Tell whether a run complains of the old sitemap alone, which is not there any more."""
    return all("millstreet.example/sitemap/" in line for line in run.said)


def _pace(played: Played) -> Iterator[str]:
    """No host is asked faster than allowed, by the server's own log, nor at the start of a run."""
    beginnings, others = [], []
    for run in played.runs:
        for host, moments in arrivals(run).items():
            for first, last in zip(moments, moments[9:], strict=False):
                if last - first < 9 * DELAY - _LATE:
                    took = f"{(last - first) * 1000:.0f} ms"
                    yield f"{run.moment:%d %b %H:%M}: ten requests to {host} in {took}"
            between = [later - earlier for earlier, later in pairwise(moments)]
            beginnings += between[:1]
            others += between[1:]
    for what, distances in (("first two requests", beginnings), ("two requests", others)):
        early = sum(one < DELAY - _NOISE for one in distances)
        if early > _EARLY * len(distances):
            yield f"{what} of a run to one host: {early} of {len(distances)} times too near"


def arrivals(run: Run) -> dict[str, list[float]]:
    """Return when the requests of a run came in, by host; seconds of the server's clock."""
    times: dict[str, list[float]] = {}
    for request in run.requests:
        times.setdefault(urlsplit(request.url).hostname or "", []).append(request.time)
    return times
