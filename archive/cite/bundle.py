"""Making a bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from archive import timestamp
from archive.cite import layout, proof
from archive.collection import Collection
from archive.complete import complete_file
from archive.errors import DamagedArchive, NewswarcError, UsageError
from archive.export.requisites import requisites_of
from archive.export.selection import Selection
from archive.manifest import history, key, sealed
from archive.manifest.document import Manifest
from archive.manifest.minisign import SecretKey
from archive.model import Capture, Version
from archive.render import render
from archive.snapshot import RENDERED
from archive.urlkey import check_url, is_url
from archive.wacz import Page, WaczWriter


@dataclass(frozen=True, slots=True)
class Cited:
    """What was put into a bundle.

    Attributes:
        url: of the page.
        timestamp: of its capture.
        title: of the article; empty where the page is none.
        captures: how many, with what the page needs and robots.txt.
        size: of the bundle, in bytes.
        problems: what could not be put in, a line each.
    """

    url: str
    timestamp: str
    title: str
    captures: int
    size: int
    problems: tuple[str, ...]


def cite(
    collection: Collection,
    url: str,
    path: Path,
    *,
    at: datetime | None = None,
    requisites: bool = True,
) -> Cited:
    """Write a bundle of one capture of an article.

    In it are the records of the capture and of the one that it may be a revisit of, of the images
    and style sheets that the page needs, of robots.txt as it was known then, and of who made the
    files; the manifest that lists these, its signature, the public key and the audit path of each
    record; the text that was extracted.

    Args:
        collection: that the article is in.
        url: of the article, in any form with the same key.
        path: of the file, which appears when it is complete.
        at: the capture nearest to that time; None for the last one.
        requisites: take what the page needs to be shown.

    Raises:
        UsageError: there is no such article, it was redacted, or `path` cannot be.
        StorageError: the bundle cannot be written.
        DamagedArchive: a record, a file or the manifest is not what it was.
        NewswarcError: a file is not in a manifest yet.
    """
    if (redaction := collection.redaction(check_url(url))) and redaction.whole:
        raise UsageError(f"{url} was redacted: {redaction.reason}")
    capture = _capture(collection, check_url(url), at)
    signing = key.ensure(collection)
    last = history.last(collection, key.public_keys(collection))
    if last is None:
        raise NewswarcError("there is no manifest yet; `newswarc manifest` writes one")
    version = _version(collection, capture)
    with Selection(collection) as selection:
        _select(collection, selection, capture, version, requisites=requisites)
        if not selection.files():
            raise DamagedArchive(selection.problems[0])
        selection.settle()
        with complete_file(path) as file:
            made = timestamp.now()
            title = version.article.title if version else ""
            page = Page(
                capture.url, capture.timestamp, title, version.article.text if version else ""
            )
            with WaczWriter(file, title=title or capture.url, created=made, main_page=page) as wacz:
                _Bundle(collection, wacz, selection, last[0], signing).write(
                    capture, version, page, made
                )
            size = file.seek(0, 2)
        return Cited(
            capture.url,
            capture.timestamp,
            title,
            selection.count(),
            size,
            tuple(selection.problems),
        )


def _capture(collection: Collection, url: str, at: datetime | None) -> Capture:
    moment = timestamp.from_datetime(at or timestamp.now())
    found = collection.closest(url, moment, accept=lambda one: one.version is not None)
    found = found or collection.closest(url, moment)
    if found is None:
        raise UsageError(f"{url} is not in the collection")
    return found


def _version(collection: Collection, capture: Capture) -> Version | None:
    """Return the version that a capture shows."""
    if capture.version is None:
        return None
    moment = timestamp.to_datetime(capture.timestamp)
    version = collection.article(capture.url, at=moment)
    return version if version and version.number == capture.version else None


def _select(
    collection: Collection,
    selection: Selection,
    capture: Capture,
    version: Version | None,
    *,
    requisites: bool,
) -> None:
    """Choose the records; what cannot be had is told by the selection."""
    is_rendered = version is not None and version.article.extractor.endswith(RENDERED)
    selection.add(capture, rendered=is_rendered)
    for url in _beside(capture, version):
        if (found := collection.closest(url, capture.timestamp)) is not None:
            selection.add(found)
    if requisites:
        try:
            for needed in requisites_of(collection, capture):
                selection.add(needed)
        except DamagedArchive as error:
            selection.problems.append(str(error))


def _beside(capture: Capture, version: Version | None) -> Iterator[str]:
    """Yield the URLs of what belongs to an article in any case: robots.txt, its pictures."""
    yield urljoin(capture.url, "/robots.txt")
    if version is None:
        return
    for image in (version.article.image, *version.article.images):
        if image is not None and is_url(image.url):
            yield image.url


class _Bundle:
    """One bundle at work."""

    def __init__(
        self,
        collection: Collection,
        wacz: WaczWriter,
        selection: Selection,
        manifest: Manifest,
        signing: SecretKey,
    ) -> None:
        self._collection = collection
        self._wacz = wacz
        self._selection = selection
        self._manifest = manifest
        self._signing = signing
        self._hashes: dict[str, str] = {}

    def write(self, capture: Capture, version: Version | None, page: Page, made: datetime) -> None:
        """Write everything but what a WACZ ends with."""
        files: dict[str, Any] = {}
        for name in self._selection.files():
            records = self._selection.records(name)
            files[name] = proof.of_file(self._collection, self._manifest, name, records)
            resource = self._wacz.add_warc(name, self._selection.pieces(name))
            self._hashes[resource.path] = resource.hash.removeprefix("sha256:")
        self._wacz.add_index(self._selection.lines())
        self._wacz.add_pages([page])
        if version is not None:
            self._add(layout.MARKDOWN, render(version.article, "markdown").encode())
            self._add(layout.JSON, render(version.article, "json").encode())
        day = self._manifest.day
        listed = history.path_of(self._collection, day)
        self._add(f"{layout.PROOF}{listed.name}", bytes(self._manifest))
        signature = sealed.signature_of(listed)
        self._add(f"{layout.PROOF}{listed.name}{layout.SIGNATURE}", signature)
        self._add(layout.KEY, str(self._signing.public).encode())
        self._add(layout.RECORDS, _json({"manifest": str(day), "files": files}))
        self._sign(capture, version, made)
        when = timestamp.to_datetime(capture.timestamp).strftime("%Y-%m-%d %H:%M:%S")
        title = " ".join((page.title or capture.url).split())
        public = str(self._signing.public).splitlines()[1]
        told = layout.readme(
            title=title, url=capture.url, moment=when, manifest=str(day), key=public
        )
        self._add(layout.README, told.encode())

    def _sign(self, capture: Capture, version: Version | None, made: datetime) -> None:
        """Sign what is cited, with the hashes of what is in the bundle so far."""
        said = {
            "citation": 1,
            "url": capture.url,
            "timestamp": capture.timestamp,
            "digest": capture.digest,
            "cited": timestamp.to_warc_date(made),
            "version": version and {"number": version.number, "digest": version.digest},
            "sha256": dict(sorted(self._hashes.items())),
        }
        data = _json(said)
        self._add(layout.CITATION, data)
        comment = f"file:citation.json\ttime:{said['cited']}"
        signature = self._signing.sign(data, comment).encode()
        self._add(layout.CITATION + layout.SIGNATURE, signature)

    def _add(self, path: str, data: bytes) -> None:
        resource = self._wacz.add(path, [data])
        self._hashes[path] = resource.hash.removeprefix("sha256:")


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
