"""What became of one source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

#: ``copied`` and ``linked`` as it is; ``remade`` with a gzip member for each record; ``there``: it
#: was in the collection already; ``refused``.
How = Literal["copied", "linked", "remade", "there", "refused"]


@dataclass(slots=True)
class Taken:
    """What became of one source.

    Attributes:
        source: its name, for people.
        how: see `How`.
        file: name of the WARC file in the collection; empty where there is none.
        records: how many were read.
        oddities: what was odd and is kept, by how many records it has.
        problems: what could not be taken, a line each.
    """

    source: str
    how: How = "refused"
    file: str = ""
    records: int = 0
    oddities: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
