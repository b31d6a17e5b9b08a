"""Invented agency texts, what outlets make of them, and what others write on the same day.

Everything is drawn from one seed: the same set on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.similar import phrasings

_ALIKE = {word: words for words in phrasings.THESAURUS for word in words}


@dataclass(frozen=True, slots=True)
class Sample:
    """One article of the set.

    Attributes:
        story: what it is about.
        origin: articles of one story and one origin come from the same text: ``agency``, or the
            outlet's name where it wrote for itself.
        rewriting: how the outlet treated the text.
        host: of the outlet.
        title: headline.
        text: paragraphs apart by a blank line.
    """

    story: int
    origin: str
    rewriting: str
    host: str
    title: str
    text: str


def corpus(stories: int, seed: int) -> list[Sample]:
    """Return the articles on so many stories, in the order in which they appear."""
    chance = random.Random(seed)
    return [sample for number in range(stories) for sample in _story(number, chance)]


def _story(number: int, chance: random.Random) -> Iterator[Sample]:
    facts = [_fact(chance) for _ in range(14)]
    quotes = [_quote(chance) for _ in range(3)]
    agency = _written(facts, quotes, 0)
    city, place = facts[0]["city"], facts[0]["place"]
    title = f"Accident at {city} {place}"
    yield _sample(number, "agency", "as sent", title, agency)
    for rewriting, rewrite in REWRITINGS.items():
        headline = chance.choice((title, f"{title}, many hurt", f"{city}: trouble at the {place}"))
        yield _sample(number, "agency", rewriting, headline, rewrite(list(agency), chance))
    for reporter in range(1, 4):
        known = sorted(chance.sample(range(len(facts)), 10))
        heard = chance.sample(quotes, 2)  # they stood beside the agency's man
        told = _written([facts[n] for n in known], heard, reporter) + _own(2, chance)
        yield _sample(number, f"reporter-{reporter}", "original", f"{city} asks why", told)


def _sample(number: int, origin: str, rewriting: str, title: str, text: list[str]) -> Sample:
    name = origin if rewriting in ("as sent", "original") else rewriting.replace(" ", "-")
    return Sample(number, origin, rewriting, f"{name}.example", title, "\n\n".join(text))


def _fact(chance: random.Random) -> dict[str, Any]:
    """Return what happened: a thing of each kind, and names and numbers for all writers alike."""
    return {
        "who": chance.choice(phrasings.WHO),
        "did": chance.choice(phrasings.DID),
        "where": chance.choice(phrasings.WHERE),
        "when": chance.choice(phrasings.WHEN),
        "why": chance.choice(phrasings.WHY),
        "city": chance.choice(phrasings.CITIES),
        "place": chance.choice(phrasings.PLACES),
        "name": chance.choice(phrasings.NAMES),
        "day": chance.choice(phrasings.DAYS),
        "n": chance.randrange(11, 95),
        "year": chance.randrange(1961, 2019),
    }


def _quote(chance: random.Random) -> dict[str, str]:
    parts = [words for (words,) in chance.sample(phrasings.STATEMENT, 2)]
    return {"quote": ", and ".join(parts), "name": chance.choice(phrasings.NAMES)}


def _written(facts: list[dict[str, Any]], quotes: list[dict[str, str]], writer: int) -> list[str]:
    """Return the paragraphs that a writer makes of facts and statements."""
    paragraphs = [_sentence(fact, writer) for fact in facts]
    for place, quote in enumerate(quotes):
        paragraphs.insert(2 + 3 * place, phrasings.QUOTED[writer].format(**quote))
    return paragraphs


def _sentence(fact: dict[str, Any], writer: int) -> str:
    told = {
        kind: fact[kind][writer].format(**fact) for kind in ("who", "did", "where", "when", "why")
    }
    sentence = phrasings.SENTENCES[writer].format(**told)
    chance = random.Random(f"{writer} {fact}")
    sentence = " ".join(_one_of(word, chance) for word in sentence.split())
    return sentence[0].upper() + sentence[1:]


def _one_of(word: str, chance: random.Random) -> str:
    bare = word.strip(",.;:")
    return word.replace(bare, chance.choice(_ALIKE[bare])) if bare in _ALIKE else word


def _own(count: int, chance: random.Random) -> list[str]:
    """Return what an outlet has found out itself."""
    return [_sentence(_fact(chance), chance.randrange(1, 4)) for _ in range(count)]


def _cut_to_half(text: list[str], _: random.Random) -> list[str]:
    return text[: len(text) // 2 + 1]


def _cut_to_a_third(text: list[str], _: random.Random) -> list[str]:
    return text[: len(text) // 3 + 1]


def _new_lead(text: list[str], chance: random.Random) -> list[str]:
    return [*_own(2, chance), *text[1:]]


def _own_quotes(text: list[str], chance: random.Random) -> list[str]:
    for own in _own(5, chance):
        text.insert(chance.randrange(1, len(text) + 1), own)
    return text


def _reordered(text: list[str], chance: random.Random) -> list[str]:
    rest = text[1:]
    chance.shuffle(rest)
    return [text[0], *rest]


def _edited(text: list[str], chance: random.Random) -> list[str]:
    def word(each: str) -> str:
        return phrasings.SYNONYMS.get(each, each) if chance.random() < 0.6 else each

    return [" ".join(map(word, sentence.split())) for sentence in text]


def _worked_over(text: list[str], chance: random.Random) -> list[str]:
    return _own_quotes(_edited(_cut_to_half(text, chance), chance), chance)


REWRITINGS: dict[str, Callable[[list[str], random.Random], list[str]]] = {
    "verbatim": lambda text, _: text,
    "cut to half": _cut_to_half,
    "cut to a third": _cut_to_a_third,
    "new lead": _new_lead,
    "own quotes": _own_quotes,
    "reordered": _reordered,
    "edited": _edited,
    "worked over": _worked_over,
}
