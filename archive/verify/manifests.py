"""The chain of manifests and the row of acts: signed, without a gap, each in keeping with the last.

What a thief of the key can forge is not found here, but by whoever has kept an older manifest or
the public key elsewhere (docs/verify.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from archive.collection import Collection
from archive.errors import ConfigError, DamagedArchive
from archive.manifest import acts, history, key
from archive.manifest.acts import Act
from archive.manifest.document import Entry, Manifest
from archive.manifest.minisign import PublicKey
from archive.manifest.sealed import UnknownKey
from archive.verify.finding import MAKE, RESTORE_IT, Finding


@dataclass(slots=True)
class Chain:
    """What manifests and acts say, as far as they are to be believed.

    Attributes:
        findings: what is wrong with them.
        listed: what is to be there, by path.
        retired: SHA-256 of what acts have retired, by path.
    """

    findings: list[Finding] = field(default_factory=list)
    listed: dict[str, Entry] = field(default_factory=dict)
    retired: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read(collection: Collection, pinned: PublicKey | None = None) -> Chain:
    """Read and check all manifests and acts of a collection.

    Args:
        collection: theirs.
        pinned: the only key whose signatures count; None for all in ``keys/``.
    """
    chain = Chain()
    try:
        keys = [pinned] if pinned else key.public_keys(collection)
    except ConfigError as error:
        keys = []
        chain.findings.append(Finding("keys", str(error), RESTORE_IT, "manifest"))
    done = _acts(collection, keys, chain.findings)
    last: tuple[Manifest, str] | None = None
    named: date | None = None  # the newest manifest before, also where it cannot be believed
    found = history.paths(collection)
    for path in found:
        place = f"manifests/{path.name}"
        try:
            manifest, digest = history.read(path, keys)
        except DamagedArchive as error:
            # Nothing is bound to the newest: it can be made again, from the one before it.
            mended = path == found[-1] and (last is not None or named is None)
            mended = mended and bool(keys) and not isinstance(error, UnknownKey)
            remedy = MAKE if mended else RESTORE_IT
            chain.findings.append(Finding(place, str(error), remedy, "manifest", repairable=mended))
            named, last = date.fromisoformat(path.stem), None
            continue
        chain.findings += _link(place, manifest, last, named)
        if last is not None:
            chain.findings += _kept(place, last[0], manifest, done)
        last, named = (manifest, digest), manifest.day
        chain.listed = dict(manifest.entries)
    _account(collection, chain, done)
    return chain


def _acts(
    collection: Collection, keys: Sequence[PublicKey], findings: list[Finding]
) -> dict[str, Act]:
    """Return the acts that are what was signed, by path."""
    done: dict[str, Act] = {}
    number, previous = 0, None
    for path in acts.paths(collection):
        place = f"acts/{path.name}"
        number += 1
        try:
            act = acts.read_one(path, keys)
        except DamagedArchive as error:
            findings.append(Finding(place, str(error), RESTORE_IT, "act"))
            previous = ""
            continue
        if int(path.name[:6]) != number or (previous != "" and act.previous != previous):
            findings.append(Finding(place, "an act before it is missing", RESTORE_IT, "act"))
            number = int(path.name[:6])
        previous = act.sha256
        done[act.path] = act
    return done


def _link(
    place: str, manifest: Manifest, last: tuple[Manifest, str] | None, named: date | None
) -> Iterator[Finding]:
    """Compare what a manifest names as the one before it with that."""
    before = manifest.previous[0] if manifest.previous else None
    if before != named and before is not None and (named is None or before > named):
        yield _wrong(f"manifests/{before}.txt", f"it is missing, and {place} is bound to it")
    elif before != named:
        yield _wrong(place, f"it is not bound to the manifest before it, of {named}")
    elif last is not None and manifest.previous and manifest.previous[1] != last[1]:
        yield _wrong(f"manifests/{named}.txt", f"it is another than the one {place} is bound to")


def _kept(
    place: str, before: Manifest, manifest: Manifest, done: dict[str, Act]
) -> Iterator[Finding]:
    """Compare a manifest with the one before it: nothing goes or changes without an act."""
    listed = dict(before.entries)
    for path in sorted(manifest.entries.keys() - before.entries.keys()):
        if path in done:
            acts.apply(done[path], listed)
    for path, entry in listed.items():
        now = manifest.entries.get(path)
        if now is None or now.sha256 != entry.sha256:
            what = "is not listed any more" if now is None else "is listed with another SHA-256"
            yield _wrong(place, f"{path} {what}, and no act says why")


def _account(collection: Collection, chain: Chain, done: dict[str, Act]) -> None:
    """Compare the newest list with the acts, and bring it up to date with those behind it."""
    told = {path: entry for path, entry in chain.listed.items() if path.startswith("acts/")}
    for path, entry in sorted(told.items()):
        del chain.listed[path]
        if path in done and done[path].sha256 != entry.sha256:
            problem = "its SHA-256 is not the one in the manifest"
            chain.findings.append(Finding(path, problem, RESTORE_IT, "act"))
        elif not (collection.path / path).exists():
            problem = "it is listed in the manifest, and is not there"
            chain.findings.append(Finding(path, problem, RESTORE_IT, "act"))
    for path, act in sorted(done.items()):
        for entry in act.retired:
            before = chain.retired.get(entry.path, ())
            chain.retired[entry.path] = (*before, entry.sha256)
        if path not in told:
            acts.apply(act, chain.listed)


def _wrong(place: str, problem: str) -> Finding:
    return Finding(place, problem, RESTORE_IT, "manifest")
