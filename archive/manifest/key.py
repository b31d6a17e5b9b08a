"""The keys of a collection: one that signs, and all that checked what was signed.

``keys/newswarc.key`` is secret and lies beside what it signs, readable for its owner alone: it
proves things to others, not against the owner, nor against who has become the owner. The
environment variable ``NEWSWARC_KEY`` names a key elsewhere. ``keys/newswarc.pub`` is for everybody;
other ``.pub`` files in ``keys/`` are of former keys.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive.collection import Collection
from archive.complete import sync_directory
from archive.errors import ConfigError, storage_errors
from archive.manifest.minisign import PublicKey, SecretKey

VARIABLE = "NEWSWARC_KEY"

#: A key file is two short lines; more is not read (bytes).
_MAX_SIZE = 4096


def public_path(collection: Collection) -> Path:
    """Return where the public key of the key that signs lies."""
    return collection.keys_dir / "newswarc.pub"


def secret_path(collection: Collection) -> Path:
    """Return where the secret key lies."""
    elsewhere = os.environ.get(VARIABLE)
    return Path(elsewhere) if elsewhere else collection.keys_dir / "newswarc.key"


def ensure(collection: Collection) -> SecretKey:
    """Return the key that signs; it is made where there never was one.

    Raises:
        ConfigError: the key is missing or another than the public one, or no key.
        StorageError: it cannot be read or written.
    """
    secret, public = secret_path(collection), public_path(collection)
    with storage_errors(collection.keys_dir):
        collection.keys_dir.mkdir(mode=0o755, exist_ok=True)
        if not secret.exists():
            if public.exists():
                raise ConfigError(
                    f"the secret key {secret} is missing; put it back, or, for a new one, rename"
                    f" {public} to another name that ends in .pub"
                )
            _make(secret, SecretKey.new().text(), 0o600)
    key = _read_secret(secret)
    if not public.exists():
        with storage_errors(public):
            _make(public, str(key.public), 0o644)
    if _read_public(public) != key.public:
        raise ConfigError(
            f"{public} is not the public key of {secret}; if the key was changed on purpose, give"
            " the file another name that ends in .pub"
        )
    return key


def public_keys(collection: Collection) -> list[PublicKey]:
    """Return the public keys of a collection, former ones too; none before anything was signed.

    Raises:
        ConfigError: one is none.
    """
    if not collection.keys_dir.is_dir():
        return []
    return [_read_public(path) for path in sorted(collection.keys_dir.glob("*.pub"))]


def read_public(path: Path) -> PublicKey:
    """Return the public key in a file.

    Raises:
        ConfigError: there is none.
    """
    return _read_public(path)


def _make(path: Path, text: str, mode: int) -> None:
    """Make a file, whole or not at all; one that somebody has made meanwhile stays."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(scratch, path)
        except FileExistsError:
            return
    finally:
        scratch.unlink()
    sync_directory(path.parent)


def _read_secret(path: Path) -> SecretKey:
    try:
        return SecretKey.parse(_read(path))
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _read_public(path: Path) -> PublicKey:
    try:
        return PublicKey.parse(_read(path))
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_SIZE).decode("utf-8", "replace")
    except OSError as error:
        raise ConfigError(f"it cannot be read ({error.strerror})") from None
