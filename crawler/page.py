"""An answer as the spider reads it: decoded body, media type, charset, each when asked for."""

from __future__ import annotations

from functools import cached_property

from scrapy.http import Response

from archive.warc.content import decode


class Page:
    """What a server answered.

    Args:
        response: of Scrapy, the body still in its content-coding.

    Attributes:
        url: that was asked.
        status: HTTP status.
        size: of the body as received, in bytes.
    """

    def __init__(self, response: Response) -> None:
        self.url = response.url
        self.status = response.status
        self.size = len(response.body)
        self._response = response

    def header(self, name: str) -> str:
        """Return the value of a header field; empty when there is none."""
        return (self._response.headers.get(name) or b"").decode("utf-8", "replace")

    @property
    def loaded(self) -> frozenset[str]:
        """URLs that a browser fetched to show this page or those before it."""
        loaded: frozenset[str] = self._response.meta.get("loaded", frozenset())
        return loaded

    @cached_property
    def body(self) -> bytes:
        """The body, content-coding removed, within bounds."""
        codings = self.header("Content-Encoding").lower()
        if not codings:
            return self._response.body
        return decode(self._response.body, [coding.strip() for coding in codings.split(",")])

    @cached_property
    def content_type(self) -> str:
        """The media type with its parameters, lower case."""
        return self.header("Content-Type").strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset that the header names, None without one."""
        charset = self.content_type.partition("charset=")[2]
        return charset.partition(";")[0].strip(" \"'") or None

    @property
    def is_html(self) -> bool:
        """Whether it is, or may be, a page."""
        return "html" in self.content_type or (
            not self.content_type and self.body.lstrip()[:1] == b"<"
        )

    @property
    def is_css(self) -> bool:
        """Whether it is a style sheet."""
        return self.content_type.startswith("text/css")
