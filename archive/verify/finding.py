"""What verification finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        place: a file, and where in it.
        problem: what is wrong there.
        remedy: what to do.
        kind: of what is wrong: ``record``, ``digest``, ``file``, ``revisit``, ``index``,
            ``manifest``, ``act``, ``ledger`` or ``wacz``.
        repairable: `archive.repair` does it.
    """

    place: str
    problem: str
    remedy: str
    kind: str = "record"
    repairable: bool = False

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.place}: {self.problem}; {self.remedy}"


#: Remedies.
REBUILD = "`newswarc verify --repair` or `newswarc index --rebuild` makes the index again"
RETURN = "put the file with it back into archive/, then `newswarc index`"
RESTORE = "restore the file from a copy, then `newswarc index --rebuild`"
RESTORE_IT = "restore it from a copy"
MAKE = "restore it from a copy, or let `newswarc verify --repair` make it again"
CUT = "`newswarc verify --repair` cuts it off and keeps it aside"


def of_index(place: str, problem: str) -> Finding:
    """Return what is wrong with the index, which can be made again."""
    return Finding(place, problem, REBUILD, "index", repairable=True)
