"""Looking for what watches wait for, and telling of it: never twice, never not at all.

What a watch finds and how far it looked go into ``watches.db`` in one transaction. Only then is it
told of; what a kill leaves untold is told by the next run. The files take each alert once,
whatever happens. A command that fails gets its alerts again with the next run, and one that is
killed before it could be noted may get them twice: each has an ``id`` that tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from archive import timestamp
from archive.collection import Collection
from archive.errors import NewswarcError
from archive.hook import tell
from archive.index.arrivals import Arrival, arrivals
from archive.index.database import Reader
from archive.index.search import MARK, UNMARK
from archive.lock import only_writer
from archive.watch.delivery import append, replace
from archive.watch.feed import atom
from archive.watch.watches import Alert, Watch, Watches, path_of

#: What a command may take (seconds).
_COMMAND_SECONDS = 60.0
#: So many alerts are in a feed, and so many go to a command at once.
FEED_SIZE = 100
MESSAGE_SIZE = 1000


@dataclass(frozen=True, slots=True)
class WatchSummary:
    """How a run went.

    Attributes:
        found: name of each watch that looked → how much it found that is new.
        problems: what went wrong, a line each.
    """

    found: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def run(
    collection: Collection, names: Sequence[str] = (), *, only_due: bool = True
) -> WatchSummary:
    """Let the watches of a collection look at what was indexed since they looked last.

    Args:
        collection: an index that is up to date.
        names: of watches; all where there is none.
        only_due: leave out those that have looked too lately.

    Raises:
        UsageError: there is no watch of a name.
        StorageError: ``watches.db`` cannot be written.
        DamagedArchive: it is damaged.
    """
    summary = WatchSummary()
    if not path_of(collection).exists() and not names:
        return summary
    with only_writer(collection.path / "watches.lock", wait=True), Watches(collection) as watches:
        for name in names:
            watches.looked_at(name)  # there is one of that name
        reader = Reader(collection.index_path)
        try:
            for watch in watches.all():
                if names and watch.name not in names:
                    continue
                if only_due and not watch.is_due(timestamp.now()):
                    continue
                try:
                    summary.found[watch.name] = _look(watch, watches, reader)
                    _deliver(watch, watches, summary.problems)
                except NewswarcError as error:
                    summary.problems.append(f"watch {watch.name}: {error}")
        finally:
            reader.close()
    return summary


def _look(watch: Watch, watches: Watches, reader: Reader) -> int:
    """Note what is new; return how much that is."""
    tree = watch.parsed.tree
    assert tree is not None, watch.query
    with reader.reading() as db:
        found, looked_at = arrivals(db, tree, watches.looked_at(watch.name))
    now = timestamp.now()
    alerts = [_alert(watch, arrival, now) for arrival in found if watch.edits or not arrival.edited]
    return watches.found(watch.name, alerts, looked_at)


def _deliver(watch: Watch, watches: Watches, problems: list[str]) -> None:
    fresh = watches.unwritten(watch.name)
    if fresh or not watch.atom.exists():
        append(watch.jsonl, fresh)
        replace(watch.atom, atom(watch, watches.newest(watch.name, FEED_SIZE)))
        watches.mark_written(watch.name)
    if watch.command is None:
        return
    untold = watches.untold(watch.name)
    while untold:
        now, untold = untold[:MESSAGE_SIZE], untold[MESSAGE_SIZE:]
        message = {"watch": watch.name, "query": watch.query, "hits": [a.content for a in now]}
        if wrong := tell(watch.command, message, seconds=_COMMAND_SECONDS):
            problems.append(f"watch {watch.name}: {wrong}; it is told again with the next run")
            return
        watches.mark_told(watch.name, now)


def _alert(watch: Watch, arrival: Arrival, now: datetime) -> Alert:
    hit = arrival.hit
    # An article that is told of once has one name; of versions, each has its own.
    what = f"{hit.url} {arrival.digest} {hit.timestamp}" if watch.edits else hit.url
    name = hashlib.sha256(what.encode()).hexdigest()[:32]
    content = asdict(hit) | {
        "snippet": hit.snippet.replace(MARK, "").replace(UNMARK, ""),
        "id": name,
        "watch": watch.name,
        "found": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "edited": arrival.edited,
    }
    return Alert(name, content)
