"""When an article is fetched again: by its age, and by how often its source edits at that age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR

#: A stage is left out when the article was seen in the last tenth of the time before it.
_FRESH = 0.1
#: A source is known at an age when so many of its articles were looked at there …
_KNOWN = 50
#: … and hardly edits there when fewer than this part of them had changed; …
_HARDLY = 0.02
#: … then only one article in so many is still looked at, so that a change of habit is noticed.
SAMPLE = 4
#: After an edit the article is looked at again when it has aged by this part, …
_AFTER_EDIT = 0.25
#: … but not sooner or later than this, in seconds.
_EDIT_SOONEST, _EDIT_LATEST = 30 * MINUTE, DAY


@dataclass(frozen=True, slots=True)
class Habit:
    """What a source did at one stage of its recheck plan.

    Attributes:
        checks: articles that were looked at.
        edits: of these, how many had changed.
    """

    checks: int = 0
    edits: int = 0

    @property
    def hardly_edits(self) -> bool:
        """Whether it is known that next to nothing changes at that age."""
        return self.checks >= _KNOWN and self.edits < _HARDLY * self.checks


def born(published: datetime | None, first_seen: datetime) -> datetime:
    """Return the moment from which an article's age counts; a date in the future is no date."""
    return min(published or first_seen, first_seen)


def stage(plan: Sequence[float], age: float) -> int | None:
    """Return the stage of the plan that an article of that age has reached, None before the first.

    >>> stage((3600, 21600), 7200), stage((3600, 21600), 60)
    (0, None)
    """
    reached = sum(age >= one * (1 - _FRESH) for one in plan)
    return reached - 1 if reached else None


def next_check(
    plan: Sequence[float], age: float, number: int, habits: Sequence[Habit] = ()
) -> float | None:
    """Return after how many seconds an article is looked at again, None for never.

    Args:
        plan: ages in seconds, rising.
        age: of the article, now that it was fetched, in seconds.
        number: any number that is the article's own; it says which sample it belongs to.
        habits: of its source, by stage, as far as they are known. The last stage is always kept:
            it is there to notice what was taken away.
    """
    for index, due in enumerate(plan):
        if age >= due * (1 - _FRESH):
            continue
        known = habits[index] if index < len(habits) else Habit()
        if known.hardly_edits and index < len(plan) - 1 and (number + index) % SAMPLE:
            continue
        return due - age
    return None


def after_edit(age: float) -> float:
    """Return after how many seconds an article is looked at again that was just edited.

    >>> after_edit(3600) / 60, after_edit(7 * 86400) / 3600
    (30.0, 24.0)
    """
    return min(max(_AFTER_EDIT * age, _EDIT_SOONEST), _EDIT_LATEST)
