"""A file with its signature beside it, ``X`` and ``X.minisig``: both are there, or neither counts.

Two files cannot be replaced in one step. So the new signature is made durable as ``X.minisig.new``
first, then the file is replaced, then the signature; whoever reads in between finds the one that
fits, and the next writer finishes what was begun.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from archive.complete import sync_directory
from archive.errors import DamagedArchive, storage_errors
from archive.manifest.minisign import BadSignature, PublicKey, SecretKey, key_name

SUFFIX = ".minisig"

_NEW = ".new"
#: A signature is four short lines; more is not read (bytes).
_MAX_SIGNATURE = 32 * 1024
#: No manifest and no act is larger (bytes).
_MAX_SIZE = 256 * 1024 * 1024


class UnknownKey(BadSignature):
    """A signature is of a key that is not known here."""


def signature_path(path: Path) -> Path:
    """Return where the signature of a file lies."""
    return path.with_name(path.name + SUFFIX)


def write(path: Path, data: bytes, key: SecretKey, comment: str) -> None:
    """Write a file and its signature, durably; there is only one writer at a time.

    Args:
        path: of the file; what is there is replaced.
        data: its content.
        key: that signs.
        comment: is signed, too; one line.

    Raises:
        StorageError: they cannot be written; what was there counts on.
    """
    signature = signature_path(path)
    new = signature.with_name(signature.name + _NEW)
    with storage_errors(path):
        _replace(new, key.sign(data, comment).encode())
        _replace(path, data)
        new.replace(signature)
        sync_directory(path.parent)


def read(path: Path, keys: Sequence[PublicKey]) -> bytes:
    """Return the content of a file, if it is what was signed with one of `keys`.

    Raises:
        BadSignature: it is not, or there is no signature.
        DamagedArchive: it cannot be read.
    """
    data = _bounded(path, _MAX_SIZE)
    if data is None:
        raise DamagedArchive("it is not there")
    signature = signature_path(path)
    problem = BadSignature("its signature is missing")
    for place in (signature, signature.with_name(signature.name + _NEW)):
        text = _bounded(place, _MAX_SIGNATURE)
        if text is None:
            continue
        try:
            _check(data, text.decode("utf-8", "surrogateescape"), keys)
        except BadSignature as error:
            problem = error
        else:
            return data
    raise problem


def signature_of(path: Path) -> bytes:
    """Return the signature of a file that `read` has returned.

    Raises:
        BadSignature: there is none.
    """
    found = _bounded(signature_path(path), _MAX_SIGNATURE)
    if found is None:
        raise BadSignature(f"the signature of {path.name} is missing")
    return found


def finish(path: Path, keys: Sequence[PublicKey]) -> None:
    """Finish what a killed writer has begun: give the file the signature that fits."""
    signature = signature_path(path)
    new = signature.with_name(signature.name + _NEW)
    data, text = _bounded(path, _MAX_SIZE), _bounded(new, _MAX_SIGNATURE)
    if text is None:
        return
    with storage_errors(path):
        try:
            _check(data or b"", text.decode("utf-8", "surrogateescape"), keys)
        except BadSignature:
            new.unlink()
        else:
            new.replace(signature)
        sync_directory(path.parent)


def _check(data: bytes, signature: str, keys: Sequence[PublicKey]) -> None:
    name = key_name(signature)
    fitting = [key for key in keys if key.name == name]
    if not fitting:
        if not name:
            raise BadSignature("its signature is no signature of minisign")
        raise UnknownKey(f"it is signed with a key that is not known here, {name}")
    fitting[0].check(data, signature)


def _replace(path: Path, data: bytes) -> None:
    """Put `data` into the place of a file, durably, whole or not at all."""
    scratch = path.with_name(path.name + ".tmp")
    with scratch.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    sync_directory(path.parent)


def _bounded(path: Path, limit: int) -> bytes | None:
    """Return what is in a file, None where there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedArchive(f"it cannot be read ({error.strerror})") from None
    if len(data) > limit:
        raise DamagedArchive(f"it is larger than {limit:,} bytes")
    return data
