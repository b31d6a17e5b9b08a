"""A loss for which there is no copy: said once, signed, and not complained of any more."""

from __future__ import annotations

from archive.collection import Collection
from archive.errors import UsageError
from archive.manifest import acts, history, key
from archive.manifest.acts import Act
from archive.manifest.fixity import measure


def accept(collection: Collection, path: str, reason: str) -> Act:
    """Write down that a file that was listed is gone, or is what it is now.

    Args:
        collection: that listed it.
        path: as it is listed, ``archive/NAME.warc.gz``.
        reason: for a person.

    Raises:
        UsageError: the file is not listed, or is as it was listed.
        DamagedArchive: the newest manifest or an act is not what was signed.
        StorageError: the act cannot be written.
    """
    key.ensure(collection)
    keys = key.public_keys(collection)
    last = history.last(collection, keys)
    listed = dict(last[0].entries) if last else {}
    for act in acts.read(collection, keys):
        if act.path not in listed:
            acts.apply(act, listed)
    entry = listed.get(path)
    if entry is None or path.startswith("acts/"):
        raise UsageError(f"no manifest lists a WARC file {path}")
    there = collection.path / path
    made = [measure(collection, there)] if there.exists() else []
    if made and made[0].sha256 == entry.sha256:
        raise UsageError(f"{path} is as it was listed; nothing is lost")
    return acts.record(collection, "loss", reason, retired=[entry], made=made)
