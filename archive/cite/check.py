"""Checking a bundle that may come from anybody: nothing in it is believed that is not proved."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from archive import wacz
from archive.cite import layout
from archive.errors import ConfigError, DamagedArchive
from archive.manifest import merkle
from archive.manifest.document import Entry, Manifest
from archive.manifest.fixity import Members
from archive.manifest.minisign import BadSignature, PublicKey
from archive.wacz import WaczReader, index
from archive.wacz import layout as wacz_layout

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HASH = re.compile(r"[0-9a-f]{64}")
#: No tree is deeper.
_MAX_PATH = 64


@dataclass(slots=True)
class Checked:
    """What a bundle proves.

    Attributes:
        url: of the page, as the citation says.
        timestamp: of its capture.
        cited: when the bundle was made; a WARC-Date.
        day: of the manifest.
        key: name of the key that has signed it all.
        records: how many are proved.
        problems: what is wrong, a line each; the rest is worth nothing when there are any.
    """

    url: str = ""
    timestamp: str = ""
    cited: str = ""
    day: str = ""
    key: str = ""
    records: int = 0
    problems: list[str] = field(default_factory=list)


def check(path: Path, key: PublicKey | None = None) -> Checked:
    """Check a bundle, offline, with nothing but itself.

    Args:
        path: of the bundle.
        key: the only one to be believed: one that was got elsewhere. None for the bundle's own.
    """
    checked = Checked()
    checked.problems += map(str, wacz.check(path))
    try:
        with WaczReader(path) as bundle:
            checked.problems += _check(bundle, key, checked)
    except (DamagedArchive, ConfigError, ValueError, RecursionError) as error:
        checked.problems.append(str(error))
    return checked


def _check(bundle: WaczReader, key: PublicKey | None, checked: Checked) -> Iterator[str]:
    key = key or PublicKey.parse(_needed(bundle, layout.KEY).decode("utf-8", "replace"))
    checked.key = key.name
    proofs = _object(bundle.read_json(layout.RECORDS))
    day = str(proofs.get("manifest"))
    if not _DAY.fullmatch(day):
        yield f"{layout.RECORDS} is missing, or no proof"
        return
    checked.day = day
    manifest = Manifest.parse(_signed(bundle, f"{layout.PROOF}{day}.txt", key))
    citation = _object(json.loads(_signed(bundle, layout.CITATION, key)))
    checked.url, checked.timestamp = str(citation.get("url")), str(citation.get("timestamp"))
    checked.cited = str(citation.get("cited"))
    yield from _hashes(bundle, _object(citation.get("sha256")))
    files = _object(proofs.get("files"))
    for entry in bundle.warcs():
        name = PurePosixPath(entry.filename).name
        listed = manifest.entries.get(f"archive/{name}")
        if listed is None or listed.tree is None:
            yield f"{name} is not in the manifest of {day}"
            continue
        proved, problem = _records(bundle, entry, listed, files.get(name))
        checked.records += proved
        if problem:
            yield f"{name}: {problem}"
    if not checked.records:
        yield "no record is in it"
    if not _is_in_index(bundle, checked.url, checked.timestamp):
        yield "the page that is cited is not in it"


def _is_in_index(bundle: WaczReader, url: str, moment: str) -> bool:
    """Tell whether a capture is in the index, which was compared with the records already."""
    entry = bundle.entry(wacz_layout.INDEX)
    if entry is None:
        return False
    for line in index.lines(bundle.pieces(entry), packed=True):
        try:
            said = index.parse(line)
        except (ValueError, RecursionError):
            continue
        if (said.url, said.timestamp) == (url, moment):
            return True
    return False


def _signed(bundle: WaczReader, path: str, key: PublicKey) -> bytes:
    """Return a file, if it is what was signed."""
    data = _needed(bundle, path)
    signature = _needed(bundle, path + layout.SIGNATURE).decode("utf-8", "surrogateescape")
    try:
        key.check(data, signature)
    except BadSignature as error:
        raise DamagedArchive(f"{path}: {error}") from None
    return data


def _hashes(bundle: WaczReader, hashes: Mapping[str, Any]) -> Iterator[str]:
    """Compare the files with the hashes that are signed; records and text have to have one."""
    for entry in bundle.entries():
        if entry.filename not in hashes:
            if entry.filename.startswith(("archive/", "text/")):
                yield f"{entry.filename} is not what is cited"
            continue
        digest = hashlib.sha256()
        for piece in bundle.pieces(entry):
            digest.update(piece)
        if digest.hexdigest() != hashes[entry.filename]:
            yield f"{entry.filename} is another than the one that is cited"
    for missing in sorted(hashes.keys() - {entry.filename for entry in bundle.entries()}):
        yield f"{missing} is cited, and is not there"


def _records(
    bundle: WaczReader, entry: zipfile.ZipInfo, listed: Entry, proofs: Any
) -> tuple[int, str | None]:
    """Return how many members of a file are proved, and what is wrong with the rest."""
    members = Members()
    for piece in bundle.pieces(entry):
        members.update(piece)
    if not members.whole or not isinstance(proofs, list) or len(proofs) != len(members.leaves):
        return 0, "there is not one proof for each record in it"
    before = -1
    for leaf, given in zip(members.leaves, proofs, strict=True):
        number, hashes = _object(given).get("number"), _path(_object(given).get("path"))
        if not isinstance(number, int) or hashes is None or number <= before:
            return 0, "a proof is none"
        root = merkle.root_by_path(leaf, number, listed.records or 0, hashes)
        if root is None or root.hex() != listed.tree:
            return 0, f"record {number} was not in the file that the manifest lists"
        before = number
    return len(proofs), None


def _path(value: Any) -> list[bytes] | None:
    if not isinstance(value, list) or len(value) > _MAX_PATH:
        return None
    if not all(isinstance(one, str) and _HASH.fullmatch(one) for one in value):
        return None
    return [bytes.fromhex(one) for one in value]


def _needed(bundle: WaczReader, path: str) -> bytes:
    data = bundle.small(path)
    if data is None:
        raise DamagedArchive(f"{path} is missing: this is no citation, or a part of one")
    return data


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
