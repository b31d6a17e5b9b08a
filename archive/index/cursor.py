"""Where a page of hits ends, as a word that stands for it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import astuple, dataclass
from typing import Self

from archive.errors import UsageError

_MAX = 2**62


@dataclass(frozen=True, slots=True)
class Cursor:
    """The end of a page, from where the next one goes on while a crawl adds articles.

    Attributes:
        newest: the highest serial of a version when the first page was made; what came later
            belongs to none of the pages.
        seen: how many hits there were on all pages so far.
        last: row of the last hit's version, or None: what the next page begins below, where the
            newest come first.
    """

    newest: int
    seen: int
    last: int | None = None

    def __str__(self) -> str:
        """The cursor as text, for `read`."""
        data = json.dumps(astuple(self), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the cursor that `text` stands for.

        >>> Cursor.read(str(Cursor(7, 20))).seen
        20

        Raises:
            UsageError: it stands for none.
        """
        try:
            data = base64.urlsafe_b64decode(text[:400] + "=" * (-len(text[:400]) % 4))
            newest, seen, last = json.loads(data)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise _wrong(text) from None
        if not all(type(number) is int and 0 <= number < _MAX for number in (newest, seen)):
            raise _wrong(text)
        if last is not None and (type(last) is not int or abs(last) >= _MAX):
            raise _wrong(text)
        return cls(newest, seen, last)


def _wrong(text: str) -> UsageError:
    return UsageError(f"not a cursor: {text[:40]!r}; take the one that a page of hits ends with")
