"""An answer as the spider reads it: decoded body, media type, charset, each when asked for."""

from __future__ import annotations

from functools import cached_property

from scrapy.http import Response

from archive.warc.content import decode

#: Of a page or style sheet no more than this is read, decoded (bytes): the largest that people
#: write are a tenth of it, and what is larger was made to keep us busy.
MAX_PAGE = 8 * 1024 * 1024
#: Nor of anything else, which is a sitemap (sitemaps.org allows 50 MB), or not read at all.
MAX_LISTING = 50 * 1024 * 1024


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
        """The body, content-coding removed, or the beginning of one that is very large."""
        is_page = not self.content_type or "html" in self.content_type or self.is_css
        codings = [
            coding.strip()
            for coding in self.header("Content-Encoding").lower().split(",")
            if coding.strip()
        ]
        return decode(self._response.body, codings, MAX_PAGE if is_page else MAX_LISTING)

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
