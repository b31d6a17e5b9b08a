"""Where a page of a list in the order of time ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from archive.errors import UsageError

_FORM = re.compile(r"([0-9]{14})\.([0-9]{1,4})")
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The end of a page, from where the next one goes on while a crawl adds to the list.

    Attributes:
        timestamp: of the last thing on the page.
        given: how many with this timestamp were on this page and those before it.
    """

    timestamp: str
    given: int

    def __str__(self) -> str:
        """The cursor as text, for `read`."""
        return f"{self.timestamp}.{self.given}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the cursor that `text` stands for.

        >>> Cursor.read("20241023081500.2")
        Cursor(timestamp='20241023081500', given=2)

        Raises:
            UsageError: it stands for none.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise UsageError("not a cursor; take the path in next as it stands")
        return cls(found[1], int(found[2]))


def page(
    find: Callable[[str | None, int], Sequence[_Item]],
    time_of: Callable[[_Item], str],
    *,
    after: Cursor | None,
    limit: int,
) -> tuple[Sequence[_Item], Cursor | None]:
    """Return a page of things in the order of time, and its end where there are more.

    Args:
        find: returns no more things than a number, from a timestamp on, which counts as well.
        time_of: returns the timestamp of a thing.
        after: the end of the page before.
        limit: so many things are on a page.
    """
    given = after.given if after else 0
    found = find(after.timestamp if after else None, given + limit + 1)
    # Where others of the same second are gone since, nothing is left out in their place.
    if after:
        given = sum(time_of(item) == after.timestamp for item in found[:given])
    shown = found[given : given + limit]
    if len(found) <= given + limit:
        return shown, None
    last = time_of(shown[-1])
    same = sum(time_of(item) == last for item in found[: given + limit])
    return shown, Cursor(last, same)
