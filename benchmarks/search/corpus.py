"""Articles that nobody wrote: English and Russian by turns, the same in every run.

Words are made of syllables, and have endings as real ones have. How often each is used follows
Zipf's law; three words in ten are real stop words, so the most common ones stand in nearly every
text, as they do. Lengths are spread as those of real articles are, around 6 KB.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate

from archive import digest
from archive.index.texts import Text
from archive.model import Article, Author, Capture, Location
from archive.urlkey import urlkey
from archive.wording.shingles import SKETCH

SITES, AUTHORS, SECTIONS = 37, 2000, 9
#: The first article is from here; all of them spread over ten years.
BEGIN = datetime(2014, 1, 1, tzinfo=UTC)
MINUTES = 10 * 365 * 24 * 60
FILE = "GENERATED-00000.warc.gz"

#: The most common first.
ENGLISH_STOPS = (
    *("the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be"),
    *("by", "on", "not", "he", "his", "but", "at", "are", "this", "have", "from", "or", "had"),
    *("an", "they", "which"),
)
RUSSIAN_STOPS = (
    *("и", "в", "не", "на", "что", "он", "с", "как", "это", "по", "но", "из", "у", "за", "от"),
    *("для", "же", "бы", "так", "до", "его", "только", "она", "они", "мы", "или", "ли", "если"),
    *("уже", "еще"),
)
_STOP_SHARE = 0.3
#: Words are drawn from so many that were drawn before, a power of 2: that is quick.
_DRAWN = 1 << 19


@dataclass(frozen=True, slots=True)
class Language:
    """A vocabulary.

    Attributes:
        code: two letters.
        words: each in its forms, the most common first; no stop words.
        drawn: forms of words and stop words, each as often as it is used.
        length: of a usual text, in words.
    """

    code: str
    words: tuple[tuple[str, ...], ...]
    drawn: tuple[str, ...]
    length: int


def _language(
    code: str,
    size: int,
    letters: tuple[str, str],
    endings: str,
    stops: tuple[str, ...],
    length: int,
) -> Language:
    chance = random.Random(code)
    consonants, vowels = letters
    made: dict[str, None] = {}
    while len(made) < size:
        syllables = (
            chance.choice(consonants) + chance.choice(vowels)
            for _ in range(chance.choice((1, 2, 2, 3)))
        )
        made["".join(syllables) + chance.choice(consonants)] = None
    forms = tuple(tuple(stem + ending for ending in ["", *endings.split()]) for stem in made)
    return Language(code, forms, tuple(_draw(forms, stops, chance)), length)


def _draw(
    words: tuple[tuple[str, ...], ...], stops: tuple[str, ...], chance: random.Random
) -> Iterator[str]:
    usual = iter(chance.choices(words, cum_weights=_zipf(len(words)), k=_DRAWN))
    little = iter(chance.choices(stops, cum_weights=_zipf(len(stops)), k=_DRAWN))
    for _ in range(_DRAWN):
        if chance.random() < _STOP_SHARE:
            yield next(little)
        else:
            forms = next(usual)
            yield forms[int(chance.random() ** 2 * len(forms))]


def _zipf(size: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / (place + 3) for place in range(size)))


@cache
def languages() -> tuple[Language, Language]:
    """Return English and Russian, as they are here."""
    return (
        _language("en", 12_000, ("bcdfghklmnprstvw", "aeiou"), "s ed ing", ENGLISH_STOPS, 860),
        _language("ru", 9_000, ("бвгдзклмнпрст", "аеиоу"), "а ы ов ами у ой", RUSSIAN_STOPS, 430),
    )


def article(number: int, of: int) -> tuple[Capture, Text]:
    """Return an article as the extraction hands it to the index.

    Args:
        number: which one, from 0.
        of: how many there are.
    """
    chance = random.Random(number)
    language = languages()[number % 2]
    words = _words(language, max(60, int(chance.lognormvariate(0, 0.6) * language.length)), chance)
    for place in range(0, len(words), 17):
        words[place] = words[place].capitalize()
        words[place - 1] += "."
    title, text = " ".join(words[5:13]).capitalize(), " ".join(words)
    host = f"site{number * 7919 % SITES}.example.com"
    url = f"https://{host}/story-{number}"
    published = BEGIN + timedelta(minutes=number * MINUTES // of)
    said = Article(
        url=url,
        title=title,
        markdown=text,
        text=text,
        authors=(Author(f"Name{number * 31 % AUTHORS} Surname"),),
        published=published,
        site=host.partition(".")[0].capitalize(),
        section=f"section{number * 13 % SECTIONS}",
        language=language.code,
        extractor="generated/1",
    )
    capture = Capture(
        url=url,
        urlkey=urlkey(url),
        timestamp=f"{published:%Y%m%d%H%M%S}",
        record_type="response",
        status=200,
        mime="text/html",
        digest=f"sha1:{digest.sha256(url.encode())[7:39].upper()}",
        location=Location(FILE, number * 20_000, 19_000),
    )
    return capture, Text.of(url, said, digest.sha256(text.encode()), _sketch(len(words), chance))


def _sketch(words: int, chance: random.Random) -> tuple[int, ...]:
    """Return numbers as a sketch has them, without the work of making one: no texts are copies."""
    highest = (SKETCH << 47) // words
    return tuple(sorted(chance.randrange(highest) for _ in range(SKETCH)))


def _words(language: Language, count: int, chance: random.Random) -> list[str]:
    drawn = language.drawn
    return [drawn[number % _DRAWN] for number in array("I", chance.randbytes(4 * count))]
