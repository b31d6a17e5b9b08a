"""Stories: invented articles, and what becomes of them after they are published."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from benchmarks.site import WEIGHTS, WORDS


class Absence(StrEnum):
    """What a site answers where an article was."""

    NOT_FOUND = "404"
    GONE = "410"
    SOFT = "soft 404"
    HOME = "redirect to the home page"


@dataclass(frozen=True, slots=True)
class Text:
    """What an article says at one time.

    Attributes:
        title: its headline.
        paragraphs: of its body.
        note: a note that it was corrected, or an empty string.
    """

    title: str
    paragraphs: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a story.

    Attributes:
        moment: when.
        what: in one word or two, for the report.
        state: what there is from then on.
    """

    moment: datetime
    what: str
    state: Text | Absence


@dataclass(frozen=True, slots=True)
class Story:
    """An article.

    Attributes:
        number: unique in its paper, rising with time.
        path: of its URL.
        author: of it.
        published: when; aware.
        text: as it was published.
        events: what happens to it, in the order of time.
    """

    number: int
    path: str
    author: str
    published: datetime
    text: Text
    events: tuple[Event, ...] = ()

    def state(self, now: datetime) -> Text | Absence | None:
        """Return what there is of it, None before it is published."""
        if now < self.published:
            return None
        happened = [event.state for event in self.events if event.moment <= now]
        return happened[-1] if happened else self.text

    def touched(self, now: datetime) -> datetime:
        """Return when it was changed last, or else published."""
        return max([self.published, *(one.moment for one in self.events if one.moment <= now)])

    @property
    def last_text(self) -> Text:
        """The last thing it ever says."""
        texts = [event.state for event in self.events if isinstance(event.state, Text)]
        return texts[-1] if texts else self.text


def story(rng: random.Random, number: int, published: datetime, *, dated: bool) -> Story:
    """Invent a story.

    Args:
        rng: where invention comes from.
        number: of the story.
        published: when.
        dated: whether its URL has the day in it.
    """
    title = words(rng, 8).title()
    slug = title.lower().replace(" ", "-")
    path = f"/{published:%Y/%m/%d}/{slug}-a{number}" if dated else f"/{slug}/"
    paragraphs = tuple(_paragraph(rng) for _ in range(rng.randint(6, 9)))
    return Story(number, path, words(rng, 2).title(), published, Text(title, paragraphs))


def with_typo(text: Text, rng: random.Random) -> Text:
    """Return `text` with one letter more in it, as after somebody has found one missing."""
    first, *rest = text.paragraphs
    place = rng.randrange(10, len(first) - 10)
    return replace(text, paragraphs=(first[:place] + "e" + first[place:], *rest))


def with_headline(text: Text, rng: random.Random) -> Text:
    """Return `text` under another headline."""
    return replace(text, title=words(rng, 7).title())


def with_body(text: Text, rng: random.Random) -> Text:
    """Return `text` with one paragraph in the place of another, and nothing said of it."""
    changed = list(text.paragraphs)
    changed[len(changed) // 2] = _paragraph(rng)
    return replace(text, paragraphs=tuple(changed))


def with_correction(text: Text, rng: random.Random) -> Text:
    """Return `text` with a number changed and a note below that says so."""
    note = f"Correction: an earlier version of this article said {words(rng, 6)}."
    return replace(with_body(text, rng), note=note)


def words(rng: random.Random, count: int) -> str:
    """Return invented words, the short ones more often."""
    return " ".join(rng.choices(WORDS, cum_weights=WEIGHTS, k=count))


def newest(stories: Sequence[Story], now: datetime, number: int) -> list[Story]:
    """Return the newest stories that are out, the newest first."""
    out = [one for one in stories if one.published <= now]
    return out[: -number - 1 : -1]


def _paragraph(rng: random.Random) -> str:
    return " ".join(
        words(rng, rng.randint(9, 18)).capitalize() + "." for _ in range(rng.randint(2, 4))
    )
