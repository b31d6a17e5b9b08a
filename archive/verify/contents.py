"""The index as a whole: whether it is whole, and its texts are those that were extracted."""

from __future__ import annotations

from collections.abc import Iterator

from archive.collection import Collection
from archive.errors import DamagedArchive, NewswarcError, StorageError
from archive.extract.fingerprint import digest_of
from archive.index import captures, counts, integrity
from archive.index.database import Reader
from archive.index.texts import Text
from archive.ingest.extractors import find_at
from archive.lock import only_writer
from archive.verify.finding import Finding, of_index

_BROKEN = "it is no index, or a broken one"


def indexed_until(index: Reader) -> tuple[dict[str, int], str | None]:
    """Return how far each file is indexed, and what is wrong with the pages of the index."""
    try:
        with index.reading() as db:
            problem = integrity.quick_problem(db)
            if problem is None:
                return counts.indexed_until(db), None
    except DamagedArchive:
        problem = _BROKEN
    return {}, problem


def check(collection: Collection, index: Reader) -> Iterator[Finding]:
    """Yield what is wrong with an index in itself."""
    name = collection.index_path.name
    try:
        with index.reading() as db:
            for problem in integrity.problems(db):
                yield of_index(name, problem)
        if damage := _full_text(collection):
            yield of_index(name, damage)
        yield from _texts(collection, index)
    except DamagedArchive as error:
        yield of_index(name, str(error))


def _full_text(collection: Collection) -> str | None:
    """Return what FTS5 finds wrong; while somebody writes the index, or nobody can, None."""
    if not collection.index_path.exists():
        return None
    try:  # FTS5 keeps writers out while it looks, so they have to be told
        with only_writer(collection.index_lock_path, wait=False) as free:
            return integrity.full_text_problem(collection.index_path) if free else None
    except StorageError:
        return None


def _texts(collection: Collection, index: Reader) -> Iterator[Finding]:
    """Yield the versions whose text is not the one that their digest is of.

    A text is stored without control characters, and its digest is of it as it was: where they
    differ, the page itself is asked.
    """
    with index.reading() as db:
        for number, url, digest, title, text in integrity.texts(db):
            if digest_of(title, text) == digest:
                continue
            location = captures.of_version(db, number).location
            try:
                found = find_at(
                    collection.warc_path(location.file), location.offset, collection.rules_dir
                )
            except (NewswarcError, FileNotFoundError):
                continue  # the record is damaged, or in no file; that is told of it
            if not isinstance(found, Text) or (
                (found.digest, found.version["title"], found.version["text"])
                != (digest, title, text)
            ):
                yield of_index(
                    collection.index_path.name,
                    f"the text of {url}, seen first in {location.file}:{location.offset}, is not"
                    " what was extracted",
                )
