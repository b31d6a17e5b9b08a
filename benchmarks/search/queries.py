"""What the benchmark searches for: words of every frequency, phrases, filters; the same each time.

Words are taken in any of their forms, phrases from the articles.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.search.corpus import ENGLISH_STOPS, RUSSIAN_STOPS, SITES, article, languages

#: So many queries of each kind.
EACH = 60


def queries(articles: int) -> Mapping[str, list[str]]:
    """Return queries for a corpus of so many articles, by their kind."""
    chance = random.Random(11)
    common = [word(chance, 10, 40) for _ in range(EACH)]
    stops = [*ENGLISH_STOPS[:5], *RUSSIAN_STOPS[:5]] * (EACH // 10)
    return {
        "rare word": [word(chance, 3000, 8000) for _ in range(EACH)],
        "medium word": [word(chance, 150, 500) for _ in range(EACH)],
        "common word": common,
        "stop word": stops,
        "two words": [pair(chance, 20, 500) for _ in range(EACH)],
        "two common words": [pair(chance, 5, 60) for _ in range(EACH)],
        "phrase": [phrase(chance, articles, 2) for _ in range(EACH)],
        "phrase of three": [phrase(chance, articles, 3) for _ in range(EACH)],
        "with site and dates": [
            f"{one} site:site{chance.randrange(SITES)}.example.com"
            f" after:2018-0{chance.randint(1, 9)} before:2019-0{chance.randint(1, 9)}"
            for one in (common + stops)[::2]
        ],
    }


def word(chance: random.Random, begin: int, end: int) -> str:
    """Return a form of a word whose place in the order of frequency lies in a range."""
    language = chance.choice(languages())
    return chance.choice(language.words[chance.randrange(begin, end)])


def pair(chance: random.Random, begin: int, end: int) -> str:
    """Return two words of one language."""
    language = chance.choice(languages())
    places = [chance.randrange(begin, end) for _ in range(2)]
    return " ".join(chance.choice(language.words[place]) for place in places)


def phrase(chance: random.Random, articles: int, length: int) -> str:
    """Return some words in a row from one of the articles."""
    _, text = article(chance.randrange(articles), articles)
    words = text.version["text"].split()
    place = chance.randrange(len(words) - length)
    return '"' + " ".join(words[place : place + length]).replace(".", "") + '"'
