"""The lines that answer a CDX query, as they are found."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from archive import timestamp
from archive.cdx.line import FIELDS, ORIGINAL_FIELDS, REVISIT, cdxj, fields
from archive.cdx.query import Query
from archive.collection import Collection
from archive.errors import DamagedArchive
from archive.index.redactions import REDACTED
from archive.model import Capture

#: After so many captures that are not wanted there is an empty line of output: a sign of life.
_PATIENCE = 1000
_SPACE = {code: f"%{code:02X}" for code in (*range(0x21), 0x7F)}


def answer(collection: Collection, query: Query) -> Iterator[str]:
    """Yield the lines that answer a query, each with its end.

    Now and then there is an empty string among them, so that whoever waits for a rare capture can
    see that nobody listens any more.

    Args:
        collection: where to look.
        query: what is wanted.
    """
    if query.count_pages:
        yield _pages(collection, query)
        return
    taken, before = 0, None
    for number, capture in enumerate(_found(collection, query), 1):
        if number % _PATIENCE == 0:
            yield ""
        if capture.refusal == REDACTED:
            continue
        values = fields(capture)
        if query.resolve:
            _resolve(collection, capture, values)
        if not all(one.wants(values) for one in query.filters):
            continue
        if query.collapse:
            here = [values["urlkey"], *(values.get(name, "")[:n] for name, n in query.collapse)]
            if here == before:
                continue
            before = here
        yield _shown(values, query)
        taken += 1
        if taken == query.limit:
            return


def _found(collection: Collection, query: Query) -> Iterator[Capture]:
    """Yield the captures of the span, in the order that is wanted."""
    piece = min(query.limit, _PATIENCE)
    if query.closest:
        return _nearest(collection, query, piece)
    if query.page is None:
        return collection.walk(query.span, backwards=query.backwards, piece=piece)
    skipped = query.page * query.page_size
    found = collection.walk(query.span, backwards=query.backwards, skip=skipped, piece=piece)
    return islice(found, query.page_size)


def _nearest(collection: Collection, query: Query, piece: int) -> Iterator[Capture]:
    """Yield the captures of a URL, nearest to a time first; of two as near, the earlier."""
    wanted = timestamp.to_datetime(query.closest)

    def distance(capture: Capture) -> float:
        return abs((timestamp.to_datetime(capture.timestamp) - wanted).total_seconds())

    until = min(query.span.until, query.closest)
    since = max(query.span.since, f"{int(query.closest) + 1:014}")
    before = collection.walk(replace(query.span, until=until), backwards=True, piece=piece)
    after = collection.walk(replace(query.span, since=since), piece=piece)
    return heapq.merge(before, after, key=distance)


def _resolve(collection: Collection, capture: Capture, values: dict[str, str]) -> None:
    """Say of a revisit where its payload is, and what it is."""
    original = None
    if capture.record_type == "revisit":
        try:
            original = fields(collection.original(capture))
        except DamagedArchive:
            original = None
    if original:
        for name in ("mime", "status"):
            if name in original and original["mime"] != REVISIT:
                values[name] = original[name]
    for name in ORIGINAL_FIELDS:
        values[name] = original[name.removeprefix("orig.")] if original else "-"


def _shown(values: dict[str, str], query: Query) -> str:
    wanted = query.fields or tuple(values)
    if query.output == "text":
        shown = query.fields or (FIELDS + ORIGINAL_FIELDS if query.resolve else FIELDS)
        return " ".join(values.get(name, "-").translate(_SPACE) for name in shown) + "\n"
    chosen = {name: values[name] for name in wanted if name in values}
    if query.output == "json":
        return json.dumps(chosen) + "\n"
    return cdxj({"urlkey": values["urlkey"], "timestamp": values["timestamp"]} | chosen)


def _pages(collection: Collection, query: Query) -> str:
    """Return how many pages there are, as pywb says it; a block is a capture here."""
    found = collection.count_captures(query.span)
    pages = max(1, -(-found // query.page_size))
    return json.dumps({"blocks": found, "pages": pages, "pageSize": query.page_size}) + "\n"
