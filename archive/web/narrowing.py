"""What stands beside hits: facets to narrow a search by, filters to take away, and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.chart.histogram import Column, Histogram, histogram
from archive.index.tally import FACETED, Outline
from archive.web.asked import Asked
from archive.web.pages import named

#: Facets of an outline: its name there, the parameter of a URL, and what a reader calls it.
_FACETS = (
    ("site", "site", "Site"),
    ("section", "section", "Section"),
    ("author", "author", "Author"),
    ("lang", "language", "Language"),
)
_CALLED = {
    "site": "Site",
    "author": "Author",
    "section": "Section",
    "language": "Language",
    "since": "Since",
    "until": "Until",
}
_STATES = {
    "edited": "edited",
    "stealth": "edited without a word",
    "removed": "removed by the site",
    "quarantined": "with a capture in quarantine",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet.

    Attributes:
        value: as it is called.
        count: of articles that have it.
        link: to the search narrowed to it or, where it is, not any more.
        chosen: the search is narrowed to it.
    """

    value: str
    count: int
    link: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: what it is called, and its values, the most frequent first."""

    name: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: what it says, and the link to the search without it."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a histogram, and the link to the search within its time."""

    column: Column
    link: str


@dataclass(frozen=True, slots=True)
class Spread:
    """How the articles that were found are spread over time.

    Attributes:
        histogram: of them.
        bars: its columns, with links.
        brush: link to the search without any time, to which a script adds one.
    """

    histogram: Histogram
    bars: Sequence[Bar]
    brush: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """All of it.

    Attributes:
        facets: those that have a choice.
        states: what an article may be.
        spread: over time; None where all is from one day.
        newest: facets and spread are of so many of the newest matches; None if of all.
    """

    facets: Sequence[Facet]
    states: Sequence[Choice]
    spread: Spread | None
    newest: int | None

    @classmethod
    def of(cls, asked: Asked, outline: Outline) -> Narrowing:
        """Return what narrows a search."""
        return cls(
            facets=[*_facets(asked, outline), *_months(asked, outline)],
            states=[
                Choice(label, 0, asked.link(states=_toggled(asked.states, state)), chosen)
                for state, label in _STATES.items()
                for chosen in [state in asked.states]
            ],
            spread=_spread(asked, outline),
            newest=FACETED if outline.counted >= FACETED else None,
        )


def chips(asked: Asked) -> list[Chip]:
    """Return the filters that are set."""
    found = [
        Chip(f"{_CALLED[name]}: {value}", asked.link(**{name: ""}))
        for name, value in asked.filters.items()
        if value
    ]
    return found + [
        Chip(f"Only {_STATES[state]}", asked.link(states=_toggled(asked.states, state)))
        for state in asked.states
    ]


def _facets(asked: Asked, outline: Outline) -> list[Facet]:
    facets = []
    for key, parameter, name in _FACETS:
        current = asked.filters[parameter].casefold()
        choices = []
        for value, count in outline.facets[key]:
            chosen = current == value.casefold()
            link = asked.link(**{parameter: "" if chosen else value})
            choices.append(Choice(value, count, link, chosen))
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            facets.append(Facet(name, choices))
    return facets


def _months(asked: Asked, outline: Outline) -> list[Facet]:
    """Return the months with the most articles, in their order."""
    choices = []
    for month, count in outline.facets["month"]:
        chosen = asked.since == asked.until == month
        time = {"since": "", "until": ""} if chosen else {"since": month, "until": month}
        choices.append(Choice(named(month), count, asked.link(**time), chosen))
    return [Facet("Month", choices)] if len(choices) > 1 or asked.since else []


def _spread(asked: Asked, outline: Outline) -> Spread | None:
    if len(outline.days) < 2:
        return None
    found = histogram(outline.days)
    bars = [
        Bar(column, asked.link(since=column.label, until=column.label)) for column in found.columns
    ]
    return Spread(found, bars, asked.link(since="", until=""))


def _toggled(states: Sequence[str], state: str) -> tuple[str, ...]:
    return tuple(one for one in _STATES if (one in states) != (one == state))
