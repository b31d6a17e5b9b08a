"""What is where in a WACZ (clause "Directory Layout")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WACZ_VERSION: Final = "1.1.1"

ARCHIVE: Final = "archive/"
INDEX: Final = "indexes/index.cdx.gz"
INDEX_BLOCKS: Final = "indexes/index.idx"
PAGES: Final = "pages/pages.jsonl"
EXTRA_PAGES: Final = "pages/extraPages.jsonl"
DATAPACKAGE: Final = "datapackage.json"
DATAPACKAGE_DIGEST: Final = "datapackage-digest.json"


@dataclass(frozen=True, slots=True)
class Resource:
    """One file in a WACZ, as its ``datapackage.json`` lists it.

    Attributes:
        path: in the WACZ, with ``/``.
        hash: ``sha256:HEX`` of its content.
        bytes: how long it is.
    """

    path: str
    hash: str
    bytes: int
