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
        dated: of the last hit, where the newest come first; else empty.
        article_id: of the last hit.
    """

    newest: int
    seen: int
    dated: str = ""
    article_id: int = 0

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
            newest, seen, dated, article_id = json.loads(data)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise _wrong(text) from None
        numbers = (newest, seen, article_id)
        if not all(type(number) is int and 0 <= number < _MAX for number in numbers):
            raise _wrong(text)
        if not isinstance(dated, str):
            raise _wrong(text)
        return cls(newest, seen, dated, article_id)


def _wrong(text: str) -> UsageError:
    return UsageError(f"not a cursor: {text[:40]!r}; take the one that a page of hits ends with")
