"""Keys and signatures in the format of minisign, so that its users can check ours without us.

The format is that of https://jedisct1.github.io/minisign/: text files of base64 lines below comment
lines. A signature is made of the BLAKE2b-512 of the file (algorithm ``ED``); a second one covers
the first and the trusted comment. Only keys without a password are read: no one is there to type
it when cron runs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive.errors import ConfigError, DamagedArchive

_UNTRUSTED = "untrusted comment: "
_TRUSTED = "trusted comment: "
_KEY = b"Ed"
_PREHASHED = b"ED"
_NO_PASSWORD = b"\0\0"
_CHECKSUM = b"B2"
#: Salt, operations and memory of the password's derivation: none.
_DERIVATION = bytes(32 + 8 + 8)
_ID, _SEED, _PUBLIC, _SIGNATURE = 8, 32, 32, 64
#: minisign reads no longer trusted comment (bytes).
_MAX_COMMENT = 8000
#: A checksum of a secret key (bytes).
_CHECK = 32


class BadSignature(DamagedArchive):
    """A signature does not belong to what it stands beside."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Checks signatures.

    Attributes:
        number: eight bytes by which signatures name their key.
        raw: the Ed25519 key.
    """

    number: bytes
    raw: bytes

    @property
    def name(self) -> str:
        """The number as minisign prints it."""
        return self.number[::-1].hex().upper()

    def __str__(self) -> str:
        """Return the file that ``minisign -p`` takes."""
        line = base64.b64encode(_KEY + self.number + self.raw).decode("ascii")
        return f"{_UNTRUSTED}minisign public key {self.name}\n{line}\n"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Read what `__str__` or minisign has written.

        Raises:
            ConfigError: it is no public key.
        """
        data = _decoded(text.splitlines(), 1, _UNTRUSTED)
        if data is None or len(data) != len(_KEY) + _ID + _PUBLIC or not data.startswith(_KEY):
            raise ConfigError("it is no public key of minisign")
        return cls(data[2 : 2 + _ID], data[2 + _ID :])

    def check(self, data: bytes, signature: str) -> str:
        """Return the trusted comment of a signature of `data`.

        Raises:
            BadSignature: it is none, not of this key, or not of these bytes.
        """
        first, comment, second = _taken_apart(signature)
        if first[2 : 2 + _ID] != self.number:
            raise BadSignature("it is signed with another key")
        made = first[2 + _ID :]
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        try:
            key.verify(made, hashlib.blake2b(data).digest())
            key.verify(second, made + comment.encode("utf-8", "surrogateescape"))
        except InvalidSignature:
            raise BadSignature("it is not what was signed") from None
        return comment


@dataclass(frozen=True, slots=True)
class SecretKey:
    """Makes signatures. It is never printed.

    Attributes:
        public: its public key.
    """

    public: PublicKey
    _seed: bytes = field(repr=False)

    @classmethod
    def new(cls) -> SecretKey:
        """Make a key of random bytes."""
        return cls._of(secrets.token_bytes(_ID), secrets.token_bytes(_SEED))

    @classmethod
    def parse(cls, text: str) -> SecretKey:
        """Read a secret key file of ours, or of ``minisign -G -W``.

        Raises:
            ConfigError: it is no secret key, or has a password.
        """
        data = _decoded(text.splitlines(), 1, _UNTRUSTED)
        start = len(_KEY + _NO_PASSWORD + _CHECKSUM) + len(_DERIVATION)
        if (
            data is None
            or len(data) != start + _ID + _SEED + _PUBLIC + _CHECK
            or not data.startswith(_KEY)
        ):
            raise ConfigError("it is no secret key of minisign")
        if data[2:4] != _NO_PASSWORD:
            raise ConfigError("it has a password; `minisign -C -W -s FILE` takes it off")
        number, seed = data[start : start + _ID], data[start + _ID : start + _ID + _SEED]
        made = cls._of(number, seed)
        # minisign 0.11 leaves the checksum out where there is no password.
        checked = made._data() if any(data[-_CHECK:]) else made._data()[:-_CHECK] + bytes(_CHECK)
        if data[start:] != checked[start:]:
            raise ConfigError("it is a damaged secret key")
        return made

    def text(self) -> str:
        """Return the file that ``minisign -s`` takes."""
        line = base64.b64encode(self._data()).decode("ascii")
        return f"{_UNTRUSTED}minisign secret key {self.public.name}\n{line}\n"

    def sign(self, data: bytes, comment: str) -> str:
        """Return the signature of `data`, the text of a ``.minisig`` file.

        Args:
            data: what is signed.
            comment: is signed as well; one line.
        """
        if not comment.replace("\t", " ").isprintable() or len(comment.encode()) > _MAX_COMMENT:
            raise ValueError("a trusted comment is one line")
        key = Ed25519PrivateKey.from_private_bytes(self._seed)
        made = key.sign(hashlib.blake2b(data).digest())
        first = base64.b64encode(_PREHASHED + self.public.number + made).decode("ascii")
        second = base64.b64encode(key.sign(made + comment.encode())).decode("ascii")
        return (
            f"{_UNTRUSTED}signature of newswarc, key {self.public.name}\n{first}\n"
            f"{_TRUSTED}{comment}\n{second}\n"
        )

    @classmethod
    def _of(cls, number: bytes, seed: bytes) -> SecretKey:
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        return cls(PublicKey(number, public), seed)

    def _data(self) -> bytes:
        key = self.public.number + self._seed + self.public.raw
        check = hashlib.blake2b(_KEY + key, digest_size=_CHECK).digest()
        return _KEY + _NO_PASSWORD + _CHECKSUM + _DERIVATION + key + check


def key_name(signature: str) -> str:
    """Return the name of the key that a signature says it was made with; empty for none."""
    try:
        first, _, _ = _taken_apart(signature)
    except BadSignature:
        return ""
    return first[2 : 2 + _ID][::-1].hex().upper()


def _taken_apart(signature: str) -> tuple[bytes, str, bytes]:
    """Return algorithm, key number and signature; the trusted comment; the signature of both."""
    lines = signature.split("\n")
    first, second = _decoded(lines, 1, _UNTRUSTED), _decoded(lines, 3, _TRUSTED)
    if first is None or second is None or len(second) != _SIGNATURE:
        raise BadSignature("its signature is no signature of minisign")
    if len(first) != 2 + _ID + _SIGNATURE or not first.startswith(_PREHASHED):
        raise BadSignature("its signature is none of a hashed file")
    return first, lines[2].removeprefix(_TRUSTED), second


def _decoded(lines: list[str], number: int, above: str) -> bytes | None:
    """Return what line `number` holds, if the line above begins so.

    Base64 has several spellings of some bytes; only the one that is written passes.
    """
    if len(lines) <= number or not lines[number - 1].startswith(above):
        return None
    line = lines[number].strip()
    try:
        data = base64.b64decode(line, validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode("ascii") == line else None
