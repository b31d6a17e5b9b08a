"""An archive, or the articles of it that were searched for, as a WACZ or as one WARC file."""

from __future__ import annotations

import hashlib
import re
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from archive import digest, timestamp
from archive.collection import Collection
from archive.complete import complete_file
from archive.errors import DamagedArchive, UsageError
from archive.export.selection import Selection
from archive.export.wanted import Wanted, articles_of
from archive.version import __version__
from archive.wacz import Page, WaczWriter
from archive.warc.writer import FORMAT

_GZIP: Final = 31
_NOT_IN_A_FIELD: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written.

    Attributes:
        articles: how many.
        captures: how many, those of requisites and originals included.
        size: of the file, in bytes.
        problems: what could not be written, a line each.
    """

    articles: int
    captures: int
    size: int
    problems: list[str]


def to_wacz(
    collection: Collection,
    wanted: Wanted,
    path: Path,
    *,
    title: str = "",
    requisites: bool = True,
) -> Packed:
    """Write a WACZ: the WARC files under their own names, with the records that are wanted.

    Its pages are the versions of the articles, with their text. Front pages and the like are in no
    list: ReplayWeb.page searches in ``extraPages.jsonl`` alone where there is one.

    Args:
        collection: to be exported.
        wanted: of which articles; for all, everything is in it that was captured.
        path: of the file, which appears when it is complete.
        title: for people.
        requisites: what pages need to be shown is in it.

    Raises:
        UsageError: nothing matches, or `path` cannot be.
        StorageError: the file cannot be written.
    """
    with Selection(collection, requisites=requisites) as selection:
        articles = _select(collection, wanted, selection)
        selection.settle()
        with complete_file(path) as file:
            with WaczWriter(
                file,
                title=title or _title(collection, wanted),
                created=wanted.made,
                description=_description(articles, wanted),
            ) as wacz:
                for name in selection.files():
                    wacz.add_warc(name, selection.pieces(name), size=selection.size(name))
                wacz.add_index(selection.lines())
                wacz.add_pages(_pages(collection, wanted))
            size = file.seek(0, 2)
        return Packed(articles, selection.count(), size, selection.problems)


def to_warc(
    collection: Collection, wanted: Wanted, path: Path, *, requisites: bool = False
) -> Packed:
    """Write one WARC file with the records that are wanted, each byte for byte.

    Its first record says where the rest come from; before those of each file stands the record
    that says who made that.

    Args:
        collection: see `to_wacz`.
        wanted: see `to_wacz`.
        path: see `to_wacz`.
        requisites: see `to_wacz`.

    Raises:
        UsageError: see `to_wacz`.
        StorageError: see `to_wacz`.
    """
    with Selection(collection, requisites=requisites) as selection:
        articles = _select(collection, wanted, selection)
        selection.settle()
        with complete_file(path) as file:
            file.write(_warcinfo(path.name, collection, wanted, articles))
            for name in selection.files():
                for piece in selection.pieces(name):
                    file.write(piece)
            size = file.tell()
        return Packed(articles, selection.count(), size, selection.problems)


def _select(collection: Collection, wanted: Wanted, selection: Selection) -> int:
    """Choose the records and return how many articles they are of.

    Raises:
        UsageError: there are none.
        DamagedArchive: there are, but none can be read.
    """
    articles = 0
    for article in articles_of(collection, wanted):
        articles += 1
        if not wanted.everything:
            selection.add_article(article)
    if wanted.everything:
        selection.add_everything(wanted.until)
    if not selection.files():
        if selection.problems:
            raise DamagedArchive(selection.problems[0])
        raise UsageError("nothing to export: no article matches")
    return articles


def _title(collection: Collection, wanted: Wanted) -> str:
    name = collection.path.resolve().name
    return f"{name}: {wanted}" if str(wanted) else name


def _description(articles: int, wanted: Wanted) -> str:
    when = timestamp.to_warc_date(wanted.made)[:19] + "Z"
    which = f"found by: {wanted}" if str(wanted) else "all there were"
    return f"{articles} articles, {which}. As known at {when}."


def _pages(collection: Collection, wanted: Wanted) -> Iterator[Page]:
    """Yield a page for each version, the first capture that shows it."""
    for article in articles_of(collection, wanted):
        for version in article.versions:
            shown = article.captures_of(version)
            whole = [capture for capture in shown if capture.record_type != "revisit"]
            for capture in (whole or shown)[:1]:
                said = version.article
                yield Page(capture.url, capture.timestamp, said.title, said.text)


def _warcinfo(name: str, collection: Collection, wanted: Wanted, articles: int) -> bytes:
    """Return the first record of an exported file, a gzip member.

    It has the id that its content gives it, so that the same export has the same bytes.
    """
    fields = {
        "software": f"newswarc/{__version__}",
        **FORMAT,
        "isPartOf": f"{_title(collection, wanted)} (export)",
        "description": _description(articles, wanted),
    }
    lines = [f"{key}: {' '.join(value.split())}\r\n" for key, value in fields.items()]
    block = "".join(lines).encode("utf-8", "backslashreplace")
    date = timestamp.to_warc_date(wanted.made)
    identity = uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(date.encode() + block).hexdigest())
    head = (
        "WARC/1.1\r\nWARC-Type: warcinfo\r\n"
        f"WARC-Record-ID: <{identity.urn}>\r\nWARC-Filename: {_NOT_IN_A_FIELD.sub('_', name)}\r\n"
        f"WARC-Date: {date}\r\nWARC-Block-Digest: {digest.sha1(block)}\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    member = zlib.compressobj(wbits=_GZIP)
    return member.compress(head.encode() + block + b"\r\n\r\n") + member.flush()
