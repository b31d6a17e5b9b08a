"""``newswarc status --space``: what takes how much room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from archive.collection import Collection
from archive.commands.output import console, counted, print_json, sized
from archive.index.space import Share
from archive.space import Space, measure
from archive.terminal import visible

#: So many sites and kinds are named to a person.
_NAMED = 12


def show(collection: Collection, *, as_json: bool) -> None:
    """Print what a collection takes on the disk."""
    space = measure(collection)
    if as_json:
        print_json(asdict(space))
        return
    out = console()
    for line in lines(space):
        out.print(line)


def lines(space: Space) -> Iterator[str]:
    """Yield the lines that tell what takes how much room."""
    yield f"{sized(space.warc):>10}  WARC, {counted(space.warc_files, 'file')}"
    yield from _named("site", space.sites)
    yield from _named("kind", space.kinds)
    yield f"{sized(space.rest):>10}    requests, metadata and what is not indexed"
    yield f"{sized(space.index):>10}  index"
    yield f"{sized(space.ledger):>10}  ledger"
    yield f"{sized(space.logs):>10}  logs"
    yield f"{sized(space.other):>10}  everything else"


def _named(what: str, shares: Sequence[Share]) -> Iterator[str]:
    for share in shares[:_NAMED]:
        name = visible(share.name) or "none"
        yield f"{sized(share.size):>10}    {what} {name}, {counted(share.captures, 'capture')}"
    rest = shares[_NAMED:]
    if rest:
        captures, size = sum(one.captures for one in rest), sum(one.size for one in rest)
        more = counted(len(rest), f"other {what}")
        yield f"{sized(size):>10}    {more}, {counted(captures, 'capture')}"
