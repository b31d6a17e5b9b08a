"""The proof that records are in a listed WARC file: the audit path of each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from archive.collection import Collection
from archive.errors import DamagedArchive, NewswarcError
from archive.manifest import fixity, merkle
from archive.manifest.document import Manifest
from archive.model import Location


def of_file(
    collection: Collection, manifest: Manifest, file: str, records: Sequence[Location]
) -> list[dict[str, Any]]:
    """Return for each record its number, place and audit path in the tree of its file.

    All of the file is read, and compared with the manifest.

    Args:
        collection: that the file is in.
        manifest: that lists it.
        file: its name.
        records: of the file, in their order.

    Raises:
        NewswarcError: the manifest does not list the file, or no tree of it.
        DamagedArchive: the file is not what was listed.
    """
    entry = manifest.entries.get(f"archive/{file}")
    if entry is None:
        raise NewswarcError(
            f"{file} is not in the manifest of {manifest.day}; `newswarc manifest` lists it once it"
            " is closed"
        )
    if entry.tree is None:
        raise NewswarcError(f"{file} is no row of whole records, so that none of it can be proved")
    try:
        with collection.warc_path(file).open("rb") as warc:
            digest, members = fixity.read(warc)
    except FileNotFoundError:
        raise DamagedArchive(f"{file} is missing; put it back") from None
    if digest != entry.sha256:
        raise DamagedArchive(f"{file} is not what the manifest says; see `newswarc verify`")
    proofs = []
    for record in records:
        end = record.offset + record.length
        number = bisect_left(members.ends, end)
        if members.ends[number : number + 1] != [end]:
            raise DamagedArchive(f"{file}: no record ends at {end}; see `newswarc verify`")
        path = [one.hex() for one in merkle.path(members.leaves, number)]
        proofs.append(
            {"number": number, "offset": record.offset, "length": record.length, "path": path}
        )
    return proofs
