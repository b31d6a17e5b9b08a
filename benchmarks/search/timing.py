"""How long searches take, by the clock and by the processor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

#: So many queries of a kind are asked before it counts.
_WARM = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """The 50th and the 95th percentile of what something takes (ms)."""

    middle: float
    high: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Self:
        """Return the percentiles of some times."""
        ordered = sorted(seconds)
        middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        return cls(middle * 1000, high * 1000)

    def __str__(self) -> str:
        return f"{self.middle:,.1f} / {self.high:,.1f}"


def timed(do: Callable[[str], object], asked: Iterable[str]) -> tuple[Taken, Taken]:
    """Return what something takes, by the clock and by the processor."""
    clock, processor = [], []
    for query in asked:
        begun, begun_processor = time.perf_counter(), time.thread_time()
        do(query)
        processor.append(time.thread_time() - begun_processor)
        clock.append(time.perf_counter() - begun)
    return Taken.of(clock), Taken.of(processor)


def warm(do: Callable[[str], object], asked: Sequence[str]) -> tuple[Taken, Taken]:
    """Return the same of something that has been asked before."""
    for query in asked[:_WARM]:
        do(query)
    return timed(do, asked)
