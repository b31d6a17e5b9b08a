"""Entries of ZIP files that are the same bytes each time: no clock and no machine is in them."""

from __future__ import annotations

import zipfile
from typing import Final

#: The first time that a ZIP file can bear.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE: Final = 0o100644 << 16
_UNIX: Final = 3


def entry(path: str, *, pack: bool) -> zipfile.ZipInfo:
    """Return an entry to be written.

    Args:
        path: in the ZIP file, with ``/``.
        pack: compress it (deflate), or store it.
    """
    made = zipfile.ZipInfo(path, _NO_TIME)
    made.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
    made.create_system = _UNIX
    made.external_attr = _ORDINARY_FILE
    return made
