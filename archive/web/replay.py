"""Everything below ``/web/``: frame pages, mementos, TimeGates, TimeMaps, calendars."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.collection import Collection
from archive.index.cdxj import Span
from archive.model import Capture, Redaction
from archive.replay import address, memento, policy, response
from archive.replay.address import Address, View
from archive.replay.calendar import calendar
from archive.replay.listing import Listing, listing
from archive.replay.provenance import provenance
from archive.replay.sprites import MAX_SPRITE
from archive.replay.timemap import TYPES, timemap
from archive.timestamp import from_datetime, now, to_datetime
from archive.warc.record import Record
from archive.web.pages import page
from archive.web.stream import pieces

#: Statuses with which a redirect of our own goes out.
_FOUND = 302
_OK = 200
#: What is never a feed, and what is one only where it begins so.
_NO_LISTING = ("image/", "video/", "audio/", "font/", "text/css", "application/javascript")
_PAGES = ("text/html", "application/xhtml+xml")
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]")
#: Of what was redacted (RFC 7725).
_WITHHELD = 451
_INSIDE = (files("archive.web") / "static" / "inside.js").read_bytes()


def replay(request: Request) -> Response:
    """Answer a request for anything below `address.PREFIX`."""
    asked = address.parse(_target(request))
    collection: Collection = request.app.state.collection
    if (redaction := collection.redaction(asked.url)) and redaction.whole:
        return _withheld(request, asked, redaction)
    match asked.view:
        case View.FRAME:
            return _frame(request, asked)
        case View.MEMENTO | View.RAW:
            return _memento(request, asked)
        case View.TIMEGATE:
            return _timegate(request, asked)
        case View.TIMEMAP:
            return _timemap(request, asked)
        case View.CALENDAR:
            return _calendar(request, asked)


def inside(request: Request) -> Response:
    """Answer with the helper of archived scripts; see `archive.replay.scripted`."""
    return Response(_INSIDE, media_type="text/javascript")


def _frame(request: Request, asked: Address) -> Response:
    """Answer with our own page that shows a capture in a frame and says what it is."""
    collection: Collection = request.app.state.collection
    origin: str = request.state.origin
    capture = memento.find(collection, asked.url, asked.timestamp)
    if capture is None:
        return _missing(request, asked)
    if capture.timestamp != asked.timestamp:
        return _redirect(address.path(capture.url, capture.timestamp))
    onward = None if memento.is_loop(capture) else capture.redirect
    if onward and memento.find(collection, onward, capture.timestamp):
        return _redirect(address.path(onward, capture.timestamp))
    beside = memento.around(collection, capture.url, capture.timestamp)
    version = collection.article(capture.url, at=to_datetime(capture.timestamp))
    result = page(
        request,
        "frame.html",
        headers=policy.application(origin, frames=True),
        capture=capture,
        beside=beside,
        version=version,
        is_current=version == collection.article(capture.url),
        inside=address.path(capture.url, capture.timestamp, View.MEMENTO, key=request.state.key),
        onward=capture.redirect,
        provenance=provenance(collection, capture),
        raw=address.path(capture.url, capture.timestamp, View.RAW),
        timemap=address.timemap(capture.url),
        sandbox=policy.sandbox(scripts=request.state.scripts),
    )
    result.headers["Memento-Datetime"] = memento.http_date(capture.timestamp)
    result.headers["Link"] = memento.links(origin, asked.url, beside, capture)
    return result


def _memento(request: Request, asked: Address) -> Response:
    """Answer with a capture, rewritten or as stored."""
    destination = request.headers.get("sec-fetch-dest", "")
    if destination == "document" and asked.view is View.MEMENTO:
        return _redirect(address.path(asked.url, asked.timestamp))
    collection: Collection = request.app.state.collection
    capture = memento.find(collection, asked.url, asked.timestamp)
    as_page = destination in response.PAGE_DESTINATIONS
    if capture is None:
        return _missing(request, asked)
    if capture.timestamp != asked.timestamp and (as_page or not destination):
        key = request.state.key if asked.view is View.MEMENTO else ""
        return _redirect(address.path(capture.url, capture.timestamp, asked.view, key=key))
    if memento.is_loop(capture) and asked.view is View.MEMENTO:
        return _missing(request, asked, "This capture only redirects to itself.")
    record = collection.record(capture)
    if as_page and asked.view is View.MEMENTO and (found := _listing(record)):
        result = page(
            request,
            "listing-inside.html",
            headers=request.state.archived,
            capture=capture,
            listing=found,
            url=capture.url,
            key=request.state.key,
        )
        result.headers["Memento-Datetime"] = memento.http_date(capture.timestamp)
        return result
    if asked.view is View.RAW:
        reply = response.raw(capture, record, destination=destination)
    else:

        def is_archived(url: str) -> bool:
            return memento.find(collection, url, capture.timestamp) is not None

        def load(url: str) -> bytes | None:
            found = memento.find(collection, url, capture.timestamp)
            return collection.record(found).body(MAX_SPRITE) if found else None

        reply = response.memento(
            capture,
            record,
            destination=destination,
            is_archived=is_archived,
            key=request.state.key,
            scripts=request.state.scripts,
            load=load,
        )
        if wanted := request.headers.get("range"):
            reply = response.ranged(reply, wanted)
    result = Response(reply.body, reply.status)
    for name, value in reply.headers:
        result.headers.append(name, value)
    result.headers["Memento-Datetime"] = memento.http_date(capture.timestamp)
    beside = None
    if asked.view is View.RAW and not destination:  # a program, which may go on from here
        beside = memento.around(collection, capture.url, capture.timestamp)
    result.headers["Link"] = memento.links(request.state.origin, capture.url, beside, capture)
    result.headers["Accept-Ranges"] = "bytes"
    return result


def _listing(record: Record) -> Listing | None:
    """Return what a feed or sitemap lists; None for any other file."""
    if record.status != _OK or record.mime.startswith(_NO_LISTING):
        return None
    body = record.body()
    if record.mime in _PAGES and not _FEED.search(body, 0, 1000):
        return None
    return listing(body, record.url, charset=record.charset)


def _timegate(request: Request, asked: Address) -> Response:
    """Answer with a redirect to the memento nearest to Accept-Datetime (RFC 7089, pattern 2.1)."""
    collection: Collection = request.app.state.collection
    moment = memento.accepted(request.headers.get("accept-datetime"))
    capture = memento.find(collection, asked.url, moment)
    if capture is None:
        return _missing(request, asked)
    beside = memento.around(collection, capture.url, capture.timestamp)
    result = _redirect(address.path(capture.url, capture.timestamp))
    result.headers["Vary"] = "accept-datetime"
    result.headers["Link"] = memento.links(request.state.origin, asked.url, beside, capture)
    return result


def _timemap(request: Request, asked: Address) -> Response:
    collection: Collection = request.app.state.collection
    ends = memento.around(collection, asked.url, from_datetime(now()))
    kind = TYPES[asked.form]
    if ends is None:
        return Response("not in the archive\n", 404, media_type="text/plain")
    if request.method == "HEAD":
        return Response(headers={"Content-Type": kind})
    captures = collection.walk(Span.exact(asked.url))
    lines = timemap(request.state.origin, asked.url, captures, ends, asked.form)
    return StreamingResponse(pieces(lines), headers={"Content-Type": kind})


def _calendar(request: Request, asked: Address) -> Response:
    """Answer with the captures of a URL: a year of them in its months, and each by its time."""
    collection: Collection = request.app.state.collection
    found = calendar(collection, asked.url, asked.timestamp)
    if found is None:
        return _missing(request, asked)
    days = groupby(found.listed, lambda one: one.timestamp[:8])
    return page(
        request,
        "calendar.html",
        url=asked.url,
        calendar=found,
        days=[(day, list(of_day)) for day, of_day in days],
        version=collection.article(asked.url),
    )


def _missing(request: Request, asked: Address, message: str = "") -> Response:
    """Say that there is no capture of a URL, and what there is instead."""
    collection: Collection = request.app.state.collection
    if redaction := collection.redaction(asked.url):
        return _withheld(request, asked, redaction)
    inside = asked.view in (View.MEMENTO, View.RAW)
    destination = request.headers.get("sec-fetch-dest", "")
    if inside and destination and destination not in response.PAGE_DESTINATIONS:
        return Response("not in the archive\n", 404, {"Content-Type": "text/plain"})
    near: list[Capture] = memento.alternatives(collection, asked.url)
    similar = collection.similar_url(asked.url)
    if similar and (capture := collection.closest(similar, from_datetime(now()))):
        near.insert(0, capture)
    return page(
        request,
        "missing-inside.html" if inside else "missing.html",
        status=404,
        headers=request.state.archived if inside else None,
        url=asked.url,
        near=near,
        message=message,
        key=request.state.key,
    )


def _withheld(request: Request, asked: Address, redaction: Redaction) -> Response:
    """Say that what there was of a URL was taken out of the archive, and why (RFC 7725)."""
    inside = asked.view in (View.MEMENTO, View.RAW)
    destination = request.headers.get("sec-fetch-dest", "")
    as_text = inside and destination and destination not in response.PAGE_DESTINATIONS
    if as_text or asked.view is View.TIMEMAP:
        return Response("redacted\n", _WITHHELD, {"Content-Type": "text/plain"})
    return page(
        request,
        "withheld-inside.html" if inside else "withheld.html",
        status=_WITHHELD,
        headers=policy.archived(request.state.origin) if inside else None,
        url=asked.url,
        redaction=redaction,
    )


def _target(request: Request) -> str:
    """Return the path below `address.PREFIX` as it was sent, with the query string.

    The framework's own path is decoded, and a URL in it no longer the same.
    """
    scope = request.scope
    raw: bytes = scope["raw_path"].partition(b"?")[0][len(address.PREFIX) :]
    query: bytes = scope["query_string"]
    return address.escape((raw + (b"?" + query if query else b"")).decode("latin-1"))


def _redirect(path: str) -> Response:
    return Response(status_code=_FOUND, headers={"Location": path})
