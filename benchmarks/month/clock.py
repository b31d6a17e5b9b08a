"""The time of the simulation: put forward by hand, and running on by itself in between."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from archive import timestamp


class Clock:
    """A clock that a simulation sets; from there it goes at the pace of the real one.

    Args:
        moment: what it shows at first, aware.
    """

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Return what it shows."""
        return self._moment + timedelta(seconds=time.monotonic() - self._since)

    def set(self, moment: datetime) -> None:
        """Put it forward.

        Raises:
            ValueError: that would be backward.
        """
        if moment < self.now():
            raise ValueError(f"it is {self.now():%H:%M:%S} already, later than {moment:%H:%M:%S}")
        self._moment, self._since = moment, time.monotonic()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Be the wall clock of everything in this process, for as long as the block lasts."""
        with patch.object(timestamp, "now", self.now):
            yield
