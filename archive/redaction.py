"""Redaction: captures taken out of the archive, with all that is derived from them.

What goes is decided by the index (`archive.index.redactions.select`), and where it lay a tombstone
stays, so that an index that is made again still knows. Killed at any moment it is finished by
whoever writes the index next. See docs/redaction.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive import timestamp
from archive.collection import Collection
from archive.entities import unescape
from archive.errors import DamagedRecord, NewswarcError, StorageError, UsageError
from archive.index import redactions
from archive.index.captures import last_of_file
from archive.index.cdxj import Span
from archive.index.database import Reader
from archive.index.redactions import Selection
from archive.ingest import ingest
from archive.lock import only_writer
from archive.model import Capture
from archive.rewriting import Journal, Removal, Work, finish, whole_records
from archive.urlkey import check_url, is_url
from archive.warc.openfile import OPEN_SUFFIX
from archive.warc.recover import recover

#: A sentence of so many letters is looked for in other pages.
_TELLING = 40
#: Of each article so many are.
_SENTENCES = 200
_SENTENCE = re.compile(r"[^.!?…。！？\n]+")
_TAGS = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r"\s+")
#: What is no text.
_NO_TEXT = ("image/", "font/", "audio/", "video/")


@dataclass(frozen=True, slots=True)
class Redacted:
    """What a redaction takes, or has taken.

    Attributes:
        urls: of which nothing stays.
        captures: that go.
        others: of these, captures of other URLs.
        quoting: captures of other pages that have sentences of the text, and stay.
        files: the WARC files that are written anew.
    """

    urls: tuple[str, ...]
    captures: tuple[Capture, ...]
    others: tuple[Capture, ...]
    quoting: tuple[Capture, ...]
    files: tuple[str, ...]


def find(collection: Collection, what: Sequence[str], *, most: int) -> list[str]:
    """Return the URLs that are meant: those that are named, or of the articles that a query finds.

    Args:
        collection: where to look.
        what: URLs; or the words of a query.
        most: a query may find so many articles.

    Raises:
        UsageError: nothing is found, or more.
    """
    if all(is_url(one) for one in what):
        return [check_url(one) for one in what]
    query = " ".join(what)
    found = [hit.url for hit in collection.search(query, limit=most + 1)]
    if not found:
        raise UsageError(f"no article matches {query!r}")
    if len(found) > most:
        raise UsageError(
            f"more than {most:,} articles match {query!r}; narrow it, or allow more with --most"
        )
    return found


def plan(collection: Collection, urls: Iterable[str], *, quoting: bool = False) -> Redacted:
    """Return what a redaction of some URLs would take; nothing is changed.

    Args:
        collection: the collection.
        urls: whose captures go.
        quoting: captures of other pages that quote the text go as well.

    Raises:
        UsageError: there is no capture of any of them.
    """
    selection, quotes = _select(collection, urls, quoting=quoting)
    return _told(collection, selection, quotes)


def redact(
    collection: Collection,
    urls: Iterable[str],
    reason: str,
    *,
    by: str = "",
    quoting: bool = False,
    progress: Callable[[str], object] = lambda name: None,
) -> Redacted:
    """Take all captures of some URLs out of a collection, and all that holds the same.

    On return no file of the collection has any of it, search does not find it, replay answers 451
    and a crawl does not fetch it again.

    Args:
        collection: the collection.
        urls: whose captures go.
        reason: why; it is told to everybody who asks for one of them.
        by: who says so.
        quoting: captures of other pages that quote the text go as well.
        progress: is told the name of each file that was written anew.

    Raises:
        UsageError: there is no capture of any of them, or no reason is given.
        NewswarcError: a crawl or another writer is at work; or, behind the last step, another
            program keeps reading the index, and the next ``newswarc index`` has to finish it.
        StorageError: the disk takes no more; what was begun is finished with the next
            ``newswarc index``, as soon as it does.
    """
    if not reason.strip():
        raise UsageError("say why: the reason is told to whoever asks for the page")
    with only_writer(collection.lock_path, wait=False) as no_crawl:
        if not no_crawl:
            raise NewswarcError("a crawl is running; redact when it has ended")
        recover(collection.archive_dir)
        ingest(collection)
        with only_writer(collection.index_lock_path, wait=False) as no_writer:
            if not no_writer:
                raise NewswarcError("the index is being written; redact when that has ended")
            selection, quotes = _select(collection, urls, quoting=quoting)
            told = _told(collection, selection, quotes)
            removal = _removal(selection, reason, by)
            Journal(collection.path).write(Work([(name,) for name in told.files], removal))
            finish(collection, progress)
    return told


def _select(
    collection: Collection, urls: Iterable[str], *, quoting: bool
) -> tuple[Selection, list[Capture]]:
    wanted = list(urls)
    reader = Reader(collection.index_path)
    try:
        with reader.reading() as db:
            found = redactions.select(db, wanted)
            if not found.captures:
                raise UsageError(f"there is no capture of {', '.join(wanted)[:200]}")
            sentences = {
                sentence
                for text in redactions.texts(db, found.captures)
                for sentence in telling(text)
            }
        quotes = list(_quoting(collection, found, sentences)) if sentences else []
        if quotes and quoting:
            with reader.reading() as db:
                found = redactions.widen(db, found, quotes)
            quotes = []
        return found, quotes
    finally:
        reader.close()


def _removal(selection: Selection, reason: str, by: str) -> Removal:
    return Removal(
        urls=selection.urls,
        captures={(one.urlkey, one.timestamp): one.url for one in selection.captures.values()},
        reason=reason,
        by=by,
        moment=timestamp.from_datetime(timestamp.now()),
    )


def _told(collection: Collection, selection: Selection, quoting: Sequence[Capture]) -> Redacted:
    captures = sorted(
        selection.captures.values(), key=lambda one: (one.location.file, one.location.offset)
    )
    files = [path.name.removesuffix(OPEN_SUFFIX) for path in collection.warc_files()]
    # What a browser made of a page may have come into the next file.
    touched = {name for one in captures for name in files[files.index(one.location.file) :][:2]}
    touched.update(_beside(collection, selection, files))
    for name in touched:
        path = collection.warc_path(name)
        if path.is_symlink():
            raise StorageError(
                f"{path} is a link to a file outside of the collection, which is not changed;"
                " import a copy in its place, then redact"
            )
    return Redacted(
        urls=tuple(sorted(selection.urls.values())),
        captures=tuple(captures),
        others=tuple(selection.others),
        quoting=tuple(quoting),
        files=tuple(sorted(touched)),
    )


def _beside(collection: Collection, selection: Selection, files: Sequence[str]) -> Iterator[str]:
    """Yield the files in which nothing was captured, but more is said of what goes.

    Other crawlers write the texts and the pictures of pages into files of their own.
    """
    reader = Reader(collection.index_path)
    try:
        with reader.reading() as db:
            empty = [name for name in files if not last_of_file(db, name)]
    finally:
        reader.close()
    removal = _removal(selection, "", "")
    for name in empty:
        if any(removal.takes(record) for record in whole_records(collection.warc_path(name))):
            yield name


def telling(text: str) -> Iterator[str]:
    """Yield sentences of a text by which it is known elsewhere.

    >>> list(telling("Short. But this one is long enough to be known by, anywhere it stands. No."))
    ['But this one is long enough to be known by, anywhere it stands']
    """
    number = 0
    for found in _SENTENCE.finditer(text):
        sentence = _SPACES.sub(" ", found[0]).strip()
        if len(sentence) >= _TELLING and number < _SENTENCES:
            number += 1
            yield sentence


def _quoting(
    collection: Collection, selection: Selection, sentences: set[str]
) -> Iterator[Capture]:
    """Yield captures of other pages of the same hosts that have a sentence of what goes."""
    gone = {one.location for one in selection.captures.values()}
    for span in sorted(
        {Span.host(url) for url in selection.urls.values()}, key=lambda span: span.begin
    ):
        for capture in collection.walk(span):
            if capture.location in gone or capture.record_type == "revisit":
                continue
            if capture.mime.startswith(_NO_TEXT) or capture.refusal == redactions.REDACTED:
                continue
            if _has_any(collection, capture, sentences):
                yield capture


def _has_any(collection: Collection, capture: Capture, sentences: set[str]) -> bool:
    try:
        body = collection.record(capture).body()
    except DamagedRecord:
        return False
    # A feed escapes its pages once, its own text perhaps twice.
    text = unescape(unescape(body.decode("utf-8", "replace")))
    text = _SPACES.sub(" ", _TAGS.sub("", text))
    return any(sentence in text for sentence in sentences)
