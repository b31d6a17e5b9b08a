"""What to fetch next: the ledger's due rows, dealt out so that no host waits for another.

The due rows of one source on one host are a *lane*. Lanes are served in turn; one whose host has
all it may take is parked until an answer of that host is settled. Only a few rows of each lane are
in memory, however many are due.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping

from crawler.ledger import REQUESTED, Ledger
from crawler.model import Discovery, Kind, Lane, Outcome, Row, State

#: Rows of a lane that are read from the ledger at a time.
_CLAIM = 32
_NO_CAP = 2**31
#: Priorities: what lists comes first, then what captured pages need, then pages, newest first.
LISTING = 1
LISTED = 2
REQUISITE = 3
_OLDEST = 100_000


def page_priority(day: int) -> int:
    """Return the priority of a page of a day, counted from 1970-01-01: the newest come first."""
    return max(_OLDEST - max(day, 0), REQUISITE + 1)


class Frontier:
    """The due rows of a selection of sources, one at a time.

    Args:
        ledger: where they stand.
        sources: names of the sources whose rows are dealt out; rows asked for by name always are.
        width: host → how many of its rows may be in flight at once.
        limit: stop dealing out articles when so many are captured; None for no end.
        shut: hosts of which nothing is dealt out from the beginning, and why.
    """

    def __init__(
        self,
        ledger: Ledger,
        sources: Collection[str],
        width: Callable[[str], int],
        limit: int | None = None,
        shut: Mapping[str, str] | None = None,
    ) -> None:
        self._ledger = ledger
        self._sources = frozenset(sources)
        self._width = width
        self._limit = limit
        self._articles = 0
        self._articles_in_flight = 0
        self._capped = False
        self._buffers: dict[Lane, deque[Row]] = {}
        self._turns: deque[Lane] = deque()
        self._parked: dict[str, list[Lane]] = {}
        self._in_flight: dict[Lane, set[int]] = {}
        self._busy: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._shut = dict(shut or {})
        self.refresh()

    @property
    def in_flight(self) -> int:
        """How many rows are dealt out and not yet settled."""
        return self._busy.total()

    @property
    def ready(self) -> bool:
        """Whether a lane may have something to deal out now."""
        return bool(self._turns)

    @property
    def limit_reached(self) -> bool:
        """Whether as many articles are captured as were wanted."""
        return self._limit is not None and self._articles >= self._limit

    @property
    def shut(self) -> dict[str, str]:
        """The hosts that were given up for this crawl, and why."""
        return dict(self._shut)

    def refresh(self) -> None:
        """Look again in which lanes something is due."""
        for lane in self._ledger.lanes(self._sources):
            self._open(lane)

    def take(self) -> Row | None:
        """Return a row to fetch now, or None when nothing is due on a host that is free."""
        for _ in range(len(self._turns)):
            lane = self._turns.popleft()
            if self._held[lane.host] or self._busy[lane.host] >= self._width(lane.host):
                self._parked.setdefault(lane.host, []).append(lane)
                continue
            row = self._next(lane)
            if row is None:
                del self._buffers[lane]
                continue
            self._turns.append(lane)
            self._in_flight.setdefault(lane, set()).add(row.id)
            self._busy[lane.host] += 1
            self._articles_in_flight += row.kind is Kind.ARTICLE
            return row
        return None

    def discover(self, discoveries: Iterable[Discovery]) -> int:
        """Put URLs into the ledger; return how many of them were not known to be fetched."""
        due = self._ledger.discover(discoveries)
        for discovery in due:
            if discovery.source in self._sources or discovery.priority == REQUESTED:
                lane = Lane(discovery.source, discovery.host)
                self._open(lane)
                buffer = self._buffers.get(lane)
                if buffer and discovery.priority < buffer[0].priority:
                    buffer.clear()  # something better has come: claim anew
        return sum(not discovery.again for discovery in due)

    def settle(self, row: Row, outcome: Outcome) -> None:
        """Write down how a row ended; its host is free for another."""
        self._ledger.settle(row, outcome)
        kind = outcome.kind or row.kind
        if kind is Kind.ARTICLE and outcome.state is State.CAPTURED and outcome.status == 200:
            self._articles += 1
        self._land(row)

    def put_back(self, row: Row) -> None:
        """Take a row out of flight without an outcome: it stays due, for a later crawl."""
        self._land(row)

    def hold(self, host: str) -> None:
        """Deal out nothing of a host until it is released as often as it was held."""
        self._held[host] += 1

    def release(self, host: str) -> None:
        """Undo one `hold`."""
        self._held[host] -= 1
        if not self._held[host]:
            del self._held[host]
            self._turns.extend(self._parked.pop(host, ()))

    def claim_anew(self, source: str) -> None:
        """Look again what is due of a source: some of what was claimed may not be any more."""
        for lane, buffer in self._buffers.items():
            if lane.source == source:
                buffer.clear()

    def shut_host(self, host: str, why: str) -> None:
        """Deal out nothing more of a host in this crawl; what is due there stays due."""
        self._shut.setdefault(host, why)

    def _land(self, row: Row) -> None:
        lane = Lane(row.source, row.host)
        flight = self._in_flight[lane]
        flight.discard(row.id)
        if not flight:
            del self._in_flight[lane]
        self._busy[row.host] -= 1
        if not self._busy[row.host]:
            del self._busy[row.host]
        self._turns.extend(self._parked.pop(row.host, ()))
        if row.kind is Kind.ARTICLE:
            self._articles_in_flight -= 1
            if self._capped and not self.limit_reached:
                self._capped = False
                self.refresh()  # an article less is on its way: another may go

    def _open(self, lane: Lane) -> None:
        if lane not in self._buffers and lane.host not in self._shut:
            self._buffers[lane] = deque()
            self._turns.append(lane)

    def _next(self, lane: Lane) -> Row | None:
        if lane.host in self._shut:
            return None
        cap = self._cap(lane)
        buffer = self._buffers[lane]
        if not buffer:
            held = self._in_flight.get(lane, set())
            buffer.extend(self._ledger.claim(lane, cap, _CLAIM, held))
        return buffer.popleft() if buffer and buffer[0].priority <= cap else None

    def _cap(self, lane: Lane) -> int:
        """Return the highest priority number that a lane may deal out now."""
        if lane.source not in self._sources:
            return REQUESTED
        if self._limit is None or self._articles + self._articles_in_flight < self._limit:
            return _NO_CAP
        self._capped = True
        return REQUISITE
