"""Takes from a body the lines around an article that are not its text.

What trafilatura keeps too much of has few forms: at the top the headline, the byline and the date
once more; there and at the end, counters of readers and comments; in between, lines that are
nothing but a link to another article; at the end lists of such links under a heading of their own,
and a few words about the author. None of it is known by a word list: what counts is where a line
stands, how much of it is a link, and whether it says what the metadata said already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.extract import dates
from archive.extract.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Quote,
    Runs,
    count_words,
    plain_text,
    words,
)
from archive.extract.title import folded

#: So many blocks from the top are looked at for what stands above the text, and from the end for
#: what stands below it.
TOP = 6
TAIL = 4
#: A byline or a date line has at most this many words, …
LINE = 12
#: … and one that names the author or the date has at most so many others.
OTHERS = 4
#: What holds the headline, or is part of it, repeats it if their lengths differ no more than so.
ALIKE = 0.5
#: A line is a link if no more than this share of its letters is not.
LINKED = 0.85
#: The heading of a teaser is a link from this share on; it may stand there twice.
TEASER = 0.45
#: A line that points to another article names it in at least so many words, after at most so many.
POINTED = 4
LEAD = 4
#: It is one of few: of a body no more than this share of blocks are dropped as such lines.
FEW = 0.15
#: The end of an article has fewer words about its author than this.
LONGEST_NOTE = 90

_LETTERS = re.compile(r"[^\W\d_]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.：h時]\s?\d\d(?!\d)")
#: What counts readers, comments, minutes: a number and a word or two. It is another one each time
#: that the page is captured.
_COUNTER = re.compile(r"\d[\d.,\u00a0 ]{0,12}[KMkм]?(?:\s\w+){1,2}")
_CONTACT = re.compile(r"@\w|\bhttps?://|\bwww\.")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article beside its body.

    Attributes:
        title: its headline.
        authors: the names of its authors.
    """

    title: str
    authors: tuple[str, ...] = ()


def trimmed(body: Sequence[Block], known: Known) -> tuple[Block, ...]:
    """Return a body without the lines that are not its text; links stay if they are all."""
    below = _without_top(body, known)
    kept = _without_tail(_without_links(below), known)
    return kept if plain_text(kept) else tuple(below)


def _without_top(body: Sequence[Block], known: Known) -> list[Block]:
    """Drop from the first blocks those that repeat title, byline and date."""
    top = [block for block in body[:TOP] if not _repeats(block, known)]
    return [*top, *body[TOP:]]


def _repeats(block: Block, known: Known) -> bool:
    if not isinstance(block, Heading | Paragraph):
        return False
    line = words(block.runs)
    key, title = folded(line), folded(known.title)
    if not key or key == title or (isinstance(block, Paragraph) and _is_counter(line)):
        return True
    if title and (key in title or title in key):
        shorter, longer = sorted((len(key), len(title)))
        return shorter > ALIKE * longer
    size = count_words(line)
    if size <= LONGEST_NOTE and _opens_with_author(line, known):
        return True
    if size > LINE or line.rstrip().endswith((".", "!", "?", "…", ":", "»", "”")):
        return False
    dated = _CLOCK.search(line) and _YEAR.search(line)
    return bool(dated or _is_byline(key, known) or (size > 1 and dates.parse(line)))


def _is_counter(line: str) -> bool:
    return _COUNTER.fullmatch(line.strip()) is not None


def _is_byline(key: str, known: Known) -> bool:
    """Tell whether a line holds the name of an author and hardly more."""
    names = [folded(name) for name in known.authors]
    rest = key
    for name in names:
        rest = rest.replace(name, "") if name else rest
    return rest != key and len(rest) <= max(OTHERS * 3, len(key) // 2)


def _without_links(body: Sequence[Block]) -> list[Block]:
    """Drop lines that point to other articles; teasers of them at the end, with their heading.

    Where many lines are links, as in a list of places or a digest, the links are the article.
    """
    kept = list(body[: _teasers(body)])
    lines = [block for block in kept if _is_pointer(block)]
    if len(lines) <= FEW * len(kept):
        kept = [block for block in kept if not _is_pointer(block)]
    while kept and (_is_links(kept[-1]) or isinstance(kept[-1], Heading)):
        kept.pop()
    return kept


def _teasers(body: Sequence[Block]) -> int:
    """Return where the teasers of other articles begin: sections whose headings are links."""
    begin, linked = len(body), 0
    for index in range(len(body) - 1, -1, -1):
        block = body[index]
        if isinstance(block, Heading):
            if _linked(block.runs) < TEASER:
                break
            begin, linked = index, linked + 1
    return begin if linked > 1 else len(body)


def _is_pointer(block: Block) -> bool:
    """Tell whether a line only points to another article: a link, or a word or two and a link."""
    if isinstance(block, Listing):
        parts = [part for item in block.items for part in item]
        return len(parts) > 1 and all(map(_is_pointer, parts))
    if not isinstance(block, Paragraph):
        return False
    texts = [run for run in block.runs if run.text.strip()]
    if not texts or not texts[-1].link or not _LETTERS.search(texts[-1].text):
        return False
    link = texts[-1].link
    before = [run.text for run in texts if run.link != link]
    pointed = [run.text for run in texts if run.link == link]
    told = texts[0].link != link
    return (
        count_words(" ".join(pointed)) >= POINTED
        and count_words(" ".join(before)) <= (LEAD if told else 0)
        and all(run.link == link for run in texts[len(before) :])
    )


def _is_links(block: Block) -> bool:
    match block:
        case Paragraph(runs) | Heading(_, runs):
            return _linked(runs) > LINKED
        case Listing(_, items):
            parts = [part for item in items for part in item]
            return bool(parts) and all(map(_is_links, parts))
        case _:
            return False


def _linked(runs: Runs) -> float:
    """Return the share of the letters of a line that are in links."""
    total = sum(len(_LETTERS.findall(run.text)) for run in runs)
    linked = sum(len(_LETTERS.findall(run.text)) for run in runs if run.link)
    return linked / total if total else 0.0


def _without_tail(body: Sequence[Block], known: Known) -> tuple[Block, ...]:
    """Drop from the end headings of nothing, counters, and what is said about the author."""
    kept = list(body)
    for _ in range(TAIL):
        if not kept or not (isinstance(kept[-1], Heading) or _is_note(kept[-1], known)):
            break
        kept.pop()
    return tuple(kept)


def _is_note(block: Block, known: Known) -> bool:
    if not isinstance(block, Paragraph | Quote):
        return False
    line = plain_text([block])
    if count_words(line) > LONGEST_NOTE:
        return False
    if _is_counter(line):
        return True
    named = any(name in line for name in known.authors)
    return _opens_with_author(line, known) or bool(named and _CONTACT.search(line))


def _opens_with_author(line: str, known: Known) -> bool:
    """Tell whether a line begins with somebody's whole name; a dateline names an agency there."""
    return any(" " in name and line.startswith(name) for name in known.authors)


def names(authors: Iterable[str]) -> tuple[str, ...]:
    """Return names that are whole enough to be looked for in a text."""
    return tuple(name for name in authors if len(folded(name)) > 3)
