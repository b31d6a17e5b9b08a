"""What a site answers to a request, before a server puts it on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response.

    Attributes:
        status: the status code.
        headers: fields as the site means them; the server adds the framing (length, coding).
        body: the entity, in no content-coding.
        delay: how long the server waits before it answers, in seconds.
        raw: if given, these bytes go out instead of a response and the connection is closed:
            for tests of what a site can do to a crawler.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    raw: bytes | None = None

    @classmethod
    def text(cls, text: str, media_type: str, **headers: str) -> Answer:
        """Answer 200 with `text` in UTF-8; an underscore in a header's name stands for a hyphen."""
        fields = {"Content-Type": f"{media_type}; charset=UTF-8"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(headers=fields, body=text.encode())

    @classmethod
    def redirect(cls, location: str, status: int = 301) -> Answer:
        """Send the client to `location`."""
        body = f'<html><body>Moved to <a href="{location}">{location}</a></body></html>\n'
        headers = {"Location": location, "Content-Type": "text/html; charset=UTF-8"}
        return cls(status, headers, body.encode())

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0]
