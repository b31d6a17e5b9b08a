"""Pages with checked answers: a directory of ``pages.jsonl`` and the pages that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """One page and what is known of it; None for what nobody has looked at.

    Attributes:
        path: of the HTML, perhaps gzipped.
        dataset: the set that it belongs to.
        url: of the page.
        body: paragraphs, each with whether it may be left out.
        known: the other fields, by name.
    """

    path: Path
    dataset: str
    url: str
    body: tuple[tuple[str, bool], ...]
    known: dict[str, Any]


def load(directory: Path) -> Iterator[Page]:
    """Yield the pages of a directory."""
    with (directory / "pages.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            paragraphs = row.get("paragraphs") or [(row["body"], False)] if row["body"] else []
            yield Page(
                path=directory / row["path"],
                dataset=row["dataset"],
                url=row["url"],
                body=tuple((text, bool(optional)) for text, optional in paragraphs),
                known={
                    "title": row.get("title"),
                    "authors": row.get("authors"),
                    "date": row.get("date"),
                    "site": row.get("sitename"),
                    "language": row.get("language"),
                    "image": row.get("image"),
                    "tags": row.get("tags"),
                },
            )
