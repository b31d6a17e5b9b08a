"""What a line of CDXJ says of a capture, word for word as cdxj-indexer and pywb say it."""

from __future__ import annotations

import json
from typing import Final

from archive.model import Capture

#: The fields of a line, in their order; urlkey and timestamp stand before the JSON.
FIELDS: Final = (
    *("urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename"),
)
#: The fields that tell where the payload of a revisit lies.
ORIGINAL_FIELDS: Final = ("orig.length", "orig.offset", "orig.filename")
#: The media type of a revisit, whatever it is a revisit of.
REVISIT: Final = "warc/revisit"


def fields(capture: Capture) -> dict[str, str]:
    """Return the fields of a capture; those that are not known are left out."""
    values = {
        "urlkey": capture.urlkey,
        "timestamp": capture.timestamp,
        "url": capture.url,
        "mime": REVISIT if capture.record_type == "revisit" else capture.mime,
        "status": str(capture.status) if capture.status else "",
        "digest": capture.digest,
        "length": str(capture.location.length),
        "offset": str(capture.location.offset),
        "filename": capture.location.file,
    }
    return {name: value for name, value in values.items() if value}


def cdxj(values: dict[str, str]) -> str:
    """Return fields as a line of CDXJ, with its end."""
    rest = {name: value for name, value in values.items() if name not in ("urlkey", "timestamp")}
    return f"{values['urlkey']} {values['timestamp']} {json.dumps(rest)}\n"


def line(capture: Capture) -> str:
    """Return the line of a capture in a CDXJ file.

    The letters of all alphabets are escaped, as others do it: a line is ASCII.
    """
    return cdxj(fields(capture))
