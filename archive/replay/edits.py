"""Changes to a text, collected first and applied at once, that leave all else byte for byte."""

from __future__ import annotations


class Edits:
    """Replacements of spans of one text; where two overlap, the one that begins first holds."""

    def __init__(self) -> None:
        self._edits: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, new: str) -> None:
        """Put `new` for what stands from `start` to `end`; insert it where both are one."""
        self._edits.append((start, end, new))

    def apply(self, text: str) -> str:
        """Return `text` with the edits made."""
        parts: list[str] = []
        position = 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            if start >= position:
                parts += text[position:start], new
                position = end
        parts.append(text[position:])
        return "".join(parts)
