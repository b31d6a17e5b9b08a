"""The same searches by others: tantivy (a library in Rust), and plain ripgrep over the texts."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def missing() -> list[str]:
    """Return what is not here, and how to get it."""
    found = []
    if not find_spec("tantivy"):
        found.append("tantivy (pip install 'newswarc[bench]')")
    if not shutil.which("rg"):
        found.append("rg (apt-get install ripgrep)")
    return found


class Tantivy:
    """An index of titles and texts, both kept, with its default tokenizer: no stems.

    Args:
        place: a directory.
        new: it is empty, and is to be filled.
    """

    def __init__(self, place: Path, *, new: bool = False) -> None:
        self._library: Any = import_module("tantivy")
        if not new:
            self._index = self._library.Index.open(str(place))
            return
        schema = self._library.SchemaBuilder()
        schema.add_text_field("title", stored=True)
        schema.add_text_field("text", stored=True)
        self._index = self._library.Index(schema.build(), path=str(place))
        self._writer = self._index.writer(heap_size=256_000_000, num_threads=1)

    def add(self, articles: Iterable[tuple[str, str]]) -> None:
        """Add titles with their texts."""
        for title, text in articles:
            self._writer.add_document(self._library.Document(title=[title], text=[text]))

    def finish(self) -> None:
        """Write what was added."""
        self._writer.commit()
        self._writer.wait_merging_threads()

    def searcher(self) -> Callable[[str], object]:
        """Return what finds the best twenty and makes their snippets."""
        self._index.reload()
        searcher = self._index.searcher()
        schema = self._index.schema

        def search(query: str) -> list[str]:
            parsed, _ = self._index.parse_query_lenient(
                query, ["title", "text"], field_boosts={"title": 10.0}, conjunction_by_default=True
            )
            snippets = self._library.SnippetGenerator.create(searcher, parsed, schema, "text")
            hits = searcher.search(parsed, 20).hits
            return [
                snippets.snippet_from_doc(searcher.doc(address)).to_html() for _, address in hits
            ]

        return search


def ripgrep(texts: Path, query: str) -> float:
    """Return how long ``rg`` takes to count the lines with a word (s).

    Args:
        texts: a file with one text on each line.
        query: a word, or a phrase in quotation marks.
    """
    begun = time.perf_counter()
    words = query.strip('"')
    subprocess.run(
        ["rg", "--ignore-case", "--fixed-strings", "--word-regexp", "--count", words, texts],
        check=False,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begun
