"""Names by number: hosts, languages, sections and authors, as the narrow rows have them."""

from __future__ import annotations

import sqlite3

#: So many are remembered.
_REMEMBERED = 50_000


class Names:
    """The numbers of names, of an index that is being written; remembers what comes again.

    Args:
        db: the index.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._numbers: dict[str, int] = {}

    def forget(self) -> None:
        """Forget all numbers: those of a transaction that failed are not there any more."""
        self._numbers.clear()

    def number(self, name: str | None) -> int | None:
        """Return the number of a name, which is new perhaps; None for no name."""
        if not name:
            return None
        if name not in self._numbers:
            if len(self._numbers) >= _REMEMBERED:
                self.forget()
            self._numbers[name] = self._find(name)
        return self._numbers[name]

    def _find(self, name: str) -> int:
        row = self._db.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
        if row is None:
            return self._db.execute("INSERT INTO names (name) VALUES (?)", (name,)).lastrowid or 0
        found: int = row[0]
        return found
