"""How often a crawl runs, in the words of cron and of a systemd timer, and how long it may last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.errors import UsageError
from crawler import duration

_NUMBER = r"\d{1,4}"
_FIELD = r"[\d*/,A-Za-z-]+"
_CRON = re.compile(rf"{_FIELD}(?:\s+{_FIELD}){{4}}|@(?:hourly|daily|weekly|monthly|midnight)")
_PART = re.compile(rf"(?:\*|({_NUMBER})(?:-({_NUMBER}))?)(?:/({_NUMBER}))?", re.ASCII)

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
#: What a crawl leaves of its interval: a fifteenth, within these bounds (seconds).
_LEAST_REST, _MOST_REST = 15, 600


@dataclass(frozen=True, slots=True)
class Interval:
    """A rhythm that cron can keep.

    Attributes:
        seconds: between two runs; where these differ, the shortest.
        cron: the expression of a crontab.
        calendar: the ``OnCalendar=`` of a systemd timer; None for what was given as a cron
            expression.
    """

    seconds: int
    cron: str
    calendar: str | None = None

    @property
    def max_time(self) -> int:
        """How long a run may take so that it has ended, in good order, before the next (seconds).

        >>> every("15m").max_time, every("1m").max_time, every("1d").max_time
        (840, 45, 85800)
        """
        return self.seconds - min(max(self.seconds // 15, _LEAST_REST), _MOST_REST)


def every(text: str) -> Interval:
    """Return the interval that a person calls ``15m``, ``2h`` or ``1d``.

    >>> [every(text).cron for text in ("30m", "6h", "1d")]
    ['*/30 * * * *', '0 */6 * * *', '0 4 * * *']
    >>> every("30m").calendar
    '*-*-* *:00/30:00'

    Raises:
        UsageError: it is none, or cron cannot express it: intervals divide the hour or the day.
    """
    try:
        seconds = int(duration.parse(text))
    except ValueError as error:
        raise UsageError(f"not an interval: {text!r} (write 15m, 2h or 1d)") from error
    minutes, hours = seconds // _MINUTE, seconds // _HOUR
    if seconds == _DAY:
        return Interval(seconds, "0 4 * * *", "*-*-* 04:00:00")
    if 0 < seconds < _HOUR and not seconds % _MINUTE and not 60 % minutes:
        cron = "* * * * *" if minutes == 1 else f"*/{minutes} * * * *"
        return Interval(seconds, cron, f"*-*-* *:00/{minutes}:00")
    if 0 < seconds < _DAY and not seconds % _HOUR and not 24 % hours:
        cron = "0 * * * *" if hours == 1 else f"0 */{hours} * * *"
        return Interval(seconds, cron, f"*-*-* 00/{hours}:00:00")
    raise UsageError(
        f"cron cannot run every {text.strip()}: take a part of an hour (15m, 30m), a part of a"
        " day (2h, 6h), 1d, or give --cron"
    )


def expression(text: str) -> Interval:
    """Return the interval of a cron expression of five fields, its white space tidied.

    >>> expression("7 6-23/2 * * *")
    Interval(seconds=7200, cron='7 6-23/2 * * *', calendar=None)

    Raises:
        UsageError: it is none.
    """
    tidy = " ".join(text.split())
    if not _CRON.fullmatch(tidy):
        raise UsageError(f"not a cron expression of five fields: {text!r}")
    if tidy.startswith("@"):
        return Interval(_HOUR if tidy == "@hourly" else _DAY, tidy)
    minute, hour, *_ = tidy.split()
    minutes, hours = _values(minute, 60), _values(hour, 24)
    if not minutes or not hours:
        raise UsageError(f"a cron expression has minutes of 0-59 and hours of 0-23, not {text!r}")
    times = sorted(_HOUR * h + _MINUTE * m for h in hours for m in minutes)
    # From the last run of a day to the first of the next; a day that has none only adds to it.
    following = [*times[1:], times[0] + _DAY]
    shortest = min(later - time for time, later in zip(times, following, strict=True))
    return Interval(shortest, tidy)


def _values(field: str, size: int) -> set[int]:
    """Return the numbers that a field of cron stands for, of 0 to `size` - 1; none for nonsense."""
    values: set[int] = set()
    for text in field.split(","):
        part = _PART.fullmatch(text)
        if part is None:
            return set()
        low, high, step = part.groups()
        first = int(low or 0)
        last = int(high) if high else (first if low and not step else size - 1)
        if not 0 <= first <= last < size or step == "0" or (step and not int(step)):
            return set()
        values.update(range(first, last + 1, int(step or 1)))
    return values
