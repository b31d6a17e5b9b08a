"""One page of what matches: the best first, or the newest.

What is ranked is a bounded number of texts: the newest matches, and the newest with all words in
the headline, in a row, or close to each other, whatever their age. Behind these come the other
matches, the newest first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.index.query.tree import Node, Phrase
from archive.index.ranking import score
from archive.index.retrieval import Plan, close, in_a_row, in_headline, wants_all
from archive.index.terms import Term

#: So many of the newest matches are ranked, …
WINDOW = 100
#: … and so many older ones of each kind that is likely to be meant.
_OF_EACH = 30
#: Words in a row are looked for in the time that has so many times the matches of the window.
_WINDOWS = 25
#: So many matches are counted as they are found.
_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Found:
    """A version on a page.

    Attributes:
        version_id: its row.
        current: it is what the article says now.
        rank: lower is better.
    """

    version_id: int
    current: bool
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what matches.

    Attributes:
        found: in order.
        total: how many articles match.
        total_is_exact: False where there are more.
    """

    found: list[Found]
    total: int
    total_is_exact: bool


def by_date(plan: Plan, limit: int, *, offset: int = 0, below: int | None = None) -> Page:
    """Return a page of matches, the newest first.

    Args:
        plan: how to find them.
        limit: no more than this.
        offset: so many are left out first.
        below: only those with a lower row id.
    """
    wanted = offset + limit
    old = None
    if below is None:
        ids, old = plan.newest_of_all(max(wanted, _COUNTED) + 1, wanted + 1)
    else:
        ids = plan.ids(wanted, below=below)
    older = plan.older(ids, old)
    inside = [one for one in older if below is None or one < below]
    found = [Found(one, current=True) for one in ids[:wanted]]
    found += [Found(one, current=False) for one in inside]
    found.sort(key=lambda one: -one.version_id)
    if below is None and len(ids) <= max(wanted, _COUNTED):
        total, is_exact = len(ids), old is not None
    else:
        total, is_exact = plan.count()
    return Page(found[offset:wanted], total + len(older), is_exact)


def by_rank(
    db: sqlite3.Connection, plan: Plan, tree: Node, terms: Sequence[Term], limit: int, offset: int
) -> Page:
    """Return a page of matches, the best first and the newest among equals.

    Args:
        db: the index.
        plan: how to find them.
        tree: what is wanted.
        terms: the words in it; one at least.
        limit: no more than this.
        offset: so many are left out first.
    """
    counted, old = plan.newest_of_all(_COUNTED + 1, WINDOW)
    window = counted[:WINDOW]
    is_all = old is not None and len(counted) == len(window)
    older = plan.older(counted, old)
    rows, near = _together(plan, tree, terms, window, is_all=is_all)
    chosen = {*window, *older, *rows[:_OF_EACH], *near[:_OF_EACH]}
    if not is_all:
        chosen.update(_in_headline(plan, tree, terms))
    in_rows, are_near, no_more = set(rows), set(near), set(older)
    texts = db.execute(
        'SELECT id, title, subtitle, "text" FROM versions'
        f" WHERE id IN ({', '.join(map(str, chosen)) or 'NULL'})"
    )
    ranked = [
        Found(
            version_id,
            version_id not in no_more,
            -score(
                title,
                subtitle or "",
                text,
                terms,
                in_a_row=version_id in in_rows,
                near=version_id in are_near,
            ),
        )
        for version_id, title, subtitle, text in texts
    ]
    ranked.sort(key=lambda one: (one.rank, -one.version_id))
    found = ranked[offset : offset + limit]
    if not is_all and len(found) < limit:
        found += _behind(plan, window[-1], chosen, limit - len(found), offset - len(ranked))
    if len(counted) <= _COUNTED:
        total, is_exact = len(counted), old is not None
    else:
        total, is_exact = plan.count()
    return Page(found, total + len(older), is_exact)


def _in_headline(plan: Plan, tree: Node, terms: Sequence[Term]) -> list[int]:
    """Return the newest matches with all words in the headline."""
    if isinstance(tree, Phrase) and not tree.exact and not tree.prefix:
        # In the headline, it is in the text: FTS5 need not look for both.
        return replace(plan, match=in_headline(terms)).ids(_OF_EACH)
    return plan.ids(_OF_EACH, also=in_headline(terms))


def _together(
    plan: Plan, tree: Node, terms: Sequence[Term], window: Sequence[int], *, is_all: bool
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the newest matches with all words in a row, and with all close to each other.

    They are looked for among some thousand matches: nobody knows how long FTS5 has to look for
    common words that never stand together.
    """
    if len(terms) < 2 or not window or not wants_all(tree):
        return (), ()
    most = WINDOW + _OF_EACH
    floor = window[-1] if is_all else window[0] - (window[0] - window[-1]) * _WINDOWS
    narrow = replace(plan, lowest=max(plan.lowest, floor))
    return narrow.ids(most, also=in_a_row(terms)), narrow.ids(most, also=close(terms))


def _behind(plan: Plan, below: int, known: set[int], limit: int, offset: int) -> list[Found]:
    """Return matches older than the window that are not ranked."""
    offset = max(0, offset)
    ids = plan.ids(offset + limit + len(known), below=below)
    rest = [Found(one, current=True) for one in ids if one not in known]
    return rest[offset : offset + limit]
