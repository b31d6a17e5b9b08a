"""The URLs of the replay server below ``/web/``: taken apart and put together.

==============================  ==================================================
``/web/{timestamp}/{url}``      the frame page: banner and, inside it, the memento
``/web/{timestamp}mp_/{url}``   the memento, rewritten
``/web/{timestamp}id_/{url}``   the stored bytes, untouched
``/web/{url}``                  the TimeGate
``/web/timemap/{form}/{url}``   the TimeMap, form ``link``, ``json`` or ``cdxj``
``/web/*/{url}``                the calendar of its captures
``/web/{period}*/{url}``        those of a year, a month, a day or an hour
==============================  ==================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from archive.urlkey import check_url

#: Everything of the archive stands below this path, and nothing else does.
PREFIX = "/web/"
#: A path that begins so has a key behind it, and then goes on as behind `PREFIX`.
KEYED = PREFIX + "-"

_FORM = re.compile(
    r"(?:(timemap)/(link|json|cdxj)|(\d{4,10})?(\*)|(\d{4,14})(mp_|id_)?)/(.+)", re.DOTALL
)
_SCHEME = re.compile(r"(https?):/{0,2}(?=[^/])", re.IGNORECASE)
#: Left as they are: ``%``, as what is escaped stays so, and ``#``, as links may have fragments.
_SAFE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>\\^`{|}')
_PLAIN = re.compile(rf"[{re.escape(_SAFE)}]*")


class View(StrEnum):
    """What of a capture, or of all captures of a URL, is asked for."""

    FRAME = "frame"
    MEMENTO = "memento"
    RAW = "raw"
    TIMEGATE = "timegate"
    TIMEMAP = "timemap"
    CALENDAR = "calendar"


_MODIFIERS = {View.FRAME: "", View.MEMENTO: "mp_", View.RAW: "id_"}
_VIEWS = {modifier: view for view, modifier in _MODIFIERS.items()}


@dataclass(frozen=True, slots=True)
class Address:
    """A path below `PREFIX`, understood.

    Attributes:
        view: what is asked for.
        url: the original's URL, URI-R.
        timestamp: as written, 4 to 14 digits, of a calendar 4 to 10; empty where there is none.
        form: of a TimeMap: ``link``, ``json`` or ``cdxj``.
    """

    view: View
    url: str
    timestamp: str = ""
    form: str = ""


def parse(path: str) -> Address:
    """Return what a path asks for.

    Args:
        path: what follows `PREFIX`, still percent-encoded, with the query string.

    Raises:
        UsageError: it holds no http or https URL.
    """
    found = _FORM.fullmatch(path)
    if found is None:
        return Address(View.TIMEGATE, _url(path))
    timemap, form, period, calendar, timestamp, modifier, rest = found.groups()
    url = _url(rest)
    if timemap:
        return Address(View.TIMEMAP, url, form=form)
    if calendar:
        return Address(View.CALENDAR, url, period or "")
    return Address(_VIEWS[modifier or ""], url, timestamp)


def path(url: str, timestamp: str, view: View = View.FRAME, *, key: str = "") -> str:
    """Return the path of a capture in one of its three views.

    Args:
        url: the original's.
        timestamp: of the capture.
        view: which one.
        key: of a memento inside a frame, where the server wants one; see `archive.web.access`.

    >>> path("https://news.example/a?b=1", "20241023081500", View.MEMENTO)
    '/web/20241023081500mp_/https://news.example/a?b=1'
    """
    keyed = f"{KEYED}{key}/" if key else PREFIX
    return f"{keyed}{timestamp}{_MODIFIERS[view]}/{escape(url)}"


def timegate(url: str) -> str:
    """Return the path of a URL's TimeGate."""
    return PREFIX + escape(url)


def timemap(url: str, form: str = "link") -> str:
    """Return the path of a URL's TimeMap."""
    return f"{PREFIX}timemap/{form}/{escape(url)}"


def calendar(url: str, period: str = "") -> str:
    """Return the path of the calendar of a URL's captures, of a year, month or day or of all."""
    return f"{PREFIX}{period}*/{escape(url)}"


def escape(url: str) -> str:
    """Percent-encode what may not stand in a path or in a header field."""
    if _PLAIN.fullmatch(url):
        return url
    return quote(url, safe=_SAFE)


def _url(text: str) -> str:
    """Return the URL that `text` means: some clients fold ``//``, people leave out the scheme."""
    scheme = _SCHEME.match(text)
    if scheme:
        return check_url(f"{scheme[1].lower()}://{text[scheme.end() :]}")
    return check_url(f"http://{text}" if "." in text.partition("/")[0] else text)
