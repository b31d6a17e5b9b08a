"""Pages to serve, and what was asked of who serves them."""

from __future__ import annotations

from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer

#: What is printed on every page, so that none is taken for an empty one.
PROSE = (
    "<p>The council met on Wednesday and heard from the harbour master, who said that the ferries"
    " would run again by the end of the week if the wind kept to the west as it had.</p>"
)


def html(*links: str, head: str = "") -> Answer:
    """Return a page that links there."""
    body = "".join(f'<p><a href="{link}">{link}</a>' for link in links)
    return Answer.text(f"<!doctype html><head>{head}</head><body>{PROSE}{body}", "text/html")


def asked(server: DemoServer, beginning: str = "") -> list[str]:
    """Return the paths that were asked for, robots.txt apart, in their order."""
    paths = ["/" + request.url.split("/", 3)[3] for request in server.requests]
    return [path for path in paths if path != "/robots.txt" and path.startswith(beginning)]
