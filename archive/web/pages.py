"""HTML from templates, with the words that only templates need."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from archive import render
from archive.index.search import MARK, UNMARK
from archive.replay import address, policy
from archive.replay.address import View
from archive.terminal import UNPRINTABLE, written_out
from archive.timestamp import to_datetime

#: Marks of direction turn nothing but what is beside them; Arabic and Hebrew need them.
_MARKS = "\u061c\u200e\u200f"


def shown(value: object) -> object:
    """Return what a template puts into a page, with controls and turned writing written out.

    Whatever is `Markup` was escaped before and stays as it is.
    """
    return _plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plain(text: str) -> str:
    return UNPRINTABLE.sub(lambda at: at[0] if at[0] in _MARKS else written_out(at), text)


_templates = Environment(
    loader=PackageLoader("archive.web"),
    autoescape=True,
    finalize=shown,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: policy.Headers | None = None,
    **values: object,
) -> Response:
    """Return a page of our own.

    Args:
        request: that it answers.
        template: its file name.
        status: of the response.
        headers: in place of those that `archive.web.guard` would add.
        values: what the template shows; all of it is escaped there.
    """
    html = _templates.get_template(template).render(
        query=escape(request.query_params.get("q", "")), path=request.url.path, **values
    )
    response = HTMLResponse(html, status)
    chosen = policy.application(request.state.origin) if headers is None else headers
    for name, value in chosen:
        response.headers[name] = value
    return response


def failure(request: Request, status: int, message: str) -> Response:
    """Return a plain page that says what is wrong.

    Below the archive's path it may stand inside a memento: there it has the archive's policy.
    """
    title = HTTPStatus(status).phrase
    archived = request.url.path.startswith(address.PREFIX)
    return page(
        request,
        "failure-inside.html" if archived else "failure.html",
        status=status,
        headers=request.state.archived if archived else None,
        title=title,
        message=message,
    )


def day(text: str) -> str:
    """Return the day of an ISO date or of a timestamp, as newspapers print it."""
    moment = to_datetime(text) if text.isdigit() else datetime.fromisoformat(text)
    return render.day(moment)


def moment(timestamp: str) -> str:
    """Return a timestamp for people: ``October 23, 2024, 08:15 UTC``.

    >>> moment("20241023081500")
    'October 23, 2024, 08:15 UTC'
    """
    return f"{day(timestamp)}, {timestamp[8:10]}:{timestamp[10:12]} UTC"


def named(label: str) -> str:
    """Return a year, month or day of a chart, for people.

    >>> [named(one) for one in ("2024", "2024-10", "2024-10-23")]
    ['2024', 'October 2024', 'October 23, 2024']
    """
    return period(label.replace("-", ""))


def period(digits: str) -> str:
    """Return a year, month, day or hour, by its digits, for people.

    >>> [period(one) for one in ("2024", "202410", "20241023", "2024102308")]
    ['2024', 'October 2024', 'October 23, 2024', 'October 23, 2024, 08:00 to 08:59 UTC']
    """
    if len(digits) > 8:
        return f"{day(digits[:8])}, {digits[8:]}:00 to {digits[8:]}:59 UTC"
    if len(digits) > 6:
        return day(digits)
    if len(digits) > 4:
        return day(f"{digits}01").replace(" 1, ", " ")
    return digits


def sized(size: float) -> str:
    """Return a number of bytes as people read it.

    >>> sized(0), sized(1_234_567)
    ('0 B', '1.2 MB')
    """
    number = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 999.95:
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} TB"


def host(url: str) -> str:
    """Return the host of a URL, for people.

    >>> host("https://www.themoscowtimes.com/news")
    'themoscowtimes.com'
    """
    return url.partition("//")[2].partition("/")[0].rpartition("@")[2].removeprefix("www.")


def marked(snippet: str) -> Markup:
    """Return a snippet, escaped first, with its matches marked."""
    plain = str(escape(snippet)).replace(MARK, "<mark>").replace(UNMARK, "</mark>")
    return Markup(_plain(plain))  # noqa: S704


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "article"), counted(1200, "copy", "copies")
    ('1 article', '1,200 copies')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"


def memento_path(url: str, timestamp: str, key: str = "") -> str:
    """Return where the memento itself is, for an image in a page of ours.

    Args:
        url: the original's.
        timestamp: of the capture.
        key: where a memento leads there, and not a page of ours; see `archive.web.access`.
    """
    return address.path(url, timestamp, View.MEMENTO, key=key)


_templates.filters |= {
    "counted": counted,
    "day": day,
    "host": host,
    "marked": marked,
    "moment": moment,
    "named": named,
    "period": period,
    "sized": sized,
}
_templates.globals |= {
    "calendar_path": address.calendar,
    "memento_path": memento_path,
    "replay_path": address.path,
}
