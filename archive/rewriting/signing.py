"""Tombstones are signed: one that somebody else wrote must not hide what is in this archive."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import replace

from archive.collection import Collection
from archive.manifest import key
from archive.manifest.minisign import BadSignature, PublicKey
from archive.model import Redaction

#: The comment of every signature of a tombstone.
_COMMENT = "redaction"

Signing = Callable[[Redaction], Redaction]


def signing(collection: Collection) -> Signing:
    """Return what signs redactions with the key of a collection.

    Raises:
        ConfigError: there is no key to sign with.
    """
    secret = key.ensure(collection)

    def sign(redaction: Redaction) -> Redaction:
        made = secret.sign(redaction.statement, _COMMENT).encode("ascii")
        return replace(redaction, signature=base64.b64encode(made).decode("ascii"))

    return sign


def believed(redaction: Redaction, keys: Sequence[PublicKey]) -> Redaction:
    """Return a redaction as far as it is believed.

    What nobody signed whom we know came in a file from elsewhere. It tells why there is nothing,
    where there is nothing; it does not hide what there is.

    Args:
        redaction: as a tombstone says.
        keys: of the collection.
    """
    if not redaction.whole or any(_is_signed(redaction, one) for one in keys):
        return redaction
    return replace(redaction, whole=False)


def _is_signed(redaction: Redaction, public: PublicKey) -> bool:
    try:
        signature = base64.b64decode(redaction.signature, validate=True).decode("ascii")
        return public.check(redaction.statement, signature) == _COMMENT
    except (BadSignature, binascii.Error, UnicodeError):
        return False
