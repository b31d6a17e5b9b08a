"""A body while it comes in: small ones in memory, large ones in a temporary file."""

from __future__ import annotations

import io
import os
import tempfile
from typing import BinaryIO, cast

#: Up to this many bytes a body stays in memory.
IN_MEMORY = 1024 * 1024


class Spool:
    """Takes bytes, gives them back whole or as a file.

    Attributes:
        size: of what was taken, in bytes.
    """

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Append `data`."""
        self.size += len(data)
        if self._file is None:
            self._parts.append(data)
            if self.size > IN_MEMORY:
                self._file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115
                self._file.writelines(self._parts)
                self._parts.clear()
        else:
            self._file.write(data)

    def read(self) -> bytes:
        """Return all that was taken."""
        if self._file is not None:
            self._file.seek(0)
            return self._file.read()
        if len(self._parts) > 1:
            self._parts = [b"".join(self._parts)]
        return self._parts[0] if self._parts else b""

    def beginning(self, size: int) -> bytes:
        """Return the first `size` bytes of what was taken, or all there is."""
        if self._file is not None:
            self._file.seek(0)
            data = self._file.read(size)
            self._file.seek(0, os.SEEK_END)
            return data
        parts, missing = [], size
        for part in self._parts:
            parts.append(part[:missing])
            missing -= len(parts[-1])
            if not missing:
                break
        return b"".join(parts)

    def open(self) -> BinaryIO:
        """Return a file of all that was taken, at its start; there is one such file at a time."""
        if self._file is None:
            return io.BytesIO(self.read())
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Let go of the bytes."""
        self._parts.clear()
        if self._file is not None:
            self._file.close()
