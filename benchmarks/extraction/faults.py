"""What is still wrong with bodies, by kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.extraction import score
from benchmarks.extraction.pages import Page

#: A page is faulty from here down.
GOOD = 0.97
#: A line belongs to the other side if fewer of its sequences than this are there.
FOREIGN = 0.5

_CONTACT = re.compile(r"@|\b(?:follow|subscribe|newsletter|sign up|twitter)\b", re.IGNORECASE)


def print_faults(
    pages: Sequence[Page], answers: Sequence[dict[str, Any]], *, each: bool = False
) -> None:
    """Print how many pages have which fault; with `each`, the pages as well."""
    counted: Counter[str] = Counter()
    lines: list[str] = []
    for page, answer in zip(pages, answers, strict=True):
        found = score.body(page, answer.get("text"))
        if not page.body or found.f1 >= GOOD:
            continue
        kinds = sorted(set(_kinds(page, answer)))
        counted.update(kinds)
        lines.append(f"  {found.f1:.3f} {page.url[:90]}: {', '.join(kinds)}")
    print(f"\nfaults of newswarc: {len(lines)} pages with a body F1 under {GOOD}")
    for kind, number in counted.most_common():
        print(f"  {number:>3} {kind}")
    if each:
        print(*sorted(lines), sep="\n")


def _kinds(page: Page, answer: dict[str, Any]) -> Iterator[str]:
    """Yield the kinds of fault in one body."""
    text = answer.get("text")
    if not text:
        yield "no text"
        return
    wanted = "\n".join(paragraph for paragraph, _ in page.body)
    lines = [line for line in text.split("\n") if line.strip()]
    there, here = score.sequences(wanted), score.sequences(text)
    foreign = [index for index, line in enumerate(lines) if _is_foreign(line, there)]
    lacking = [line for line in wanted.split("\n") if line.strip() and _is_foreign(line, here)]
    for index in foreign:
        size = len(score.words(lines[index]))
        if _CONTACT.search(lines[index]) and size < 60:
            yield "notes about author and newsletter kept"
        elif index < 3 and size < 25:
            yield "lines above the text kept"
        elif index >= len(lines) - 5:
            yield "something below the text kept"
        elif size < 6:
            yield "labels and captions kept, or headings that were not wanted"
        else:
            yield "boxes in the text kept"
    if lacking:
        size = sum(len(score.words(line)) for line in lacking)
        yield "a large part lost" if size > 150 else "paragraphs lost"


def _is_foreign(line: str, other: Counter[tuple[str, ...]]) -> bool:
    own = score.sequences(line)
    return bool(own) and sum(one in other for one in own) < FOREIGN * len(own)
