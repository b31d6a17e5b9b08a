"""The sites of a collection: ``/sources``, and a page for each: ``/source/{host}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from archive import timestamp
from archive.chart.axis import Bar
from archive.chart.heat import WEEKDAYS, Cell, cells, fullest
from archive.chart.histogram import MOST, WIDTH, Histogram, histogram
from archive.collection import Collection
from archive.desk import Gap, SourceState
from archive.glance import Coverage, Site
from archive.index.coverage import MOST_CAPTURES, MOST_SITES
from archive.web.desk import gaps, report
from archive.web.pages import failure, page

#: Days of the plots: of the list, and of a site, which may be younger.
_LATELY = 30
_LEAST, _YEAR = 28, 364
#: So many gaps are drawn and told.
_GAPS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A site in the list.

    Attributes:
        site: what is indexed of it.
        lately: articles by day.
        articles: of those days.
        state: what the crawl says of its source, or None.
    """

    site: Site
    lately: Histogram
    articles: int
    state: SourceState | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A gap on a plot: where it begins, and how wide it is."""

    x: float
    width: float
    gap: Gap


def sources(request: Request) -> Response:
    """Answer ``/sources``: the sites with articles, and sources without any yet."""
    collection: Collection = request.app.state.collection
    told, problem = report(request)
    since = timestamp.now() - timedelta(days=_LATELY - 1)
    recent = collection.recent(since.replace(hour=0, minute=0, second=0))
    sites = collection.sites()
    rows = []
    for site in sites:
        days = recent.get(site.host, {})
        state = told.source(site.host) if told else None
        rows.append(Row(site, _plot(days, since.date(), _LATELY), sum(days.values()), state))
    named = {row.state.name for row in rows if row.state}
    return page(
        request,
        "sources.html",
        rows=rows,
        empty=[one for one in (told.sources if told else ()) if one.name not in named],
        problem=problem,
        most=MOST_SITES if len(sites) >= MOST_SITES else None,
        days=_LATELY,
        has_desk=any(row.state for row in rows),
    )


def source(request: Request) -> Response:
    """Answer ``/source/{name}``: a host, or the name of a source."""
    collection: Collection = request.app.state.collection
    name: str = request.path_params["name"]
    told, problem = report(request)
    state = told.source(name) if told else None
    host = name.casefold().removeprefix("www.")
    found = collection.coverage(host, days=_YEAR)
    if found is None and state and state.hosts:
        host = state.hosts[0]
        found = collection.coverage(host, days=_YEAR)
    if found is None and state is None:
        return failure(request, 404, f"Nothing is known of {name[:100]}.")
    known = gaps(request, state.name) if state else []
    days = _days(found)
    first = (timestamp.now() - timedelta(days=days - 1)).date()
    outline = collection.outline("", site=host) if found else None
    return page(
        request,
        "source.html",
        name=state.name if state else host,
        host=host,
        state=state,
        problem=problem,
        coverage=found,
        weeks=days // 7,
        published=_plot(dict(found.published), first, days) if found else None,
        captured=_plot(dict(found.captured), first, days) if found else None,
        months=_months(found.months) if found else None,
        most_captures=MOST_CAPTURES,
        heat=_heat(found.hours) if found and found.timed else None,
        fullest=fullest(found.hours) if found and found.timed else "",
        weekdays=WEEKDAYS,
        gaps=known[:_GAPS],
        drawn=[stretch for gap in known[:_GAPS] if (stretch := _drawn(gap, first, days))],
        sections=[one for one in outline.facets["section"] if one.value] if outline else [],
        authors=[one for one in outline.facets["author"] if one.value] if outline else [],
    )


def _days(coverage: Coverage | None) -> int:
    """Return how many days are drawn: whole weeks, a year of them at most."""
    if coverage is None:
        return _LEAST
    known = [day for day, _ in (*coverage.published, *coverage.captured)]
    begin = date.fromisoformat(min(known)) if known else timestamp.now().date()
    age = (timestamp.now().date() - begin).days + 1
    return min(_YEAR, max(_LEAST, -(-age // 7) * 7))


def _plot(days: Mapping[str, int], first: date, number: int) -> Histogram:
    """Return days in a row, those without anything, too."""
    bars: list[Bar] = []
    for later in range(number):
        day = (first + timedelta(days=later)).isoformat()
        bars.append((day, days.get(day, 0)))
    return histogram(bars, "day")


def _months(months: Sequence[Bar]) -> Histogram:
    first = [(f"{month}-01", count) for month, count in months]
    return histogram(first, "month" if len(months) <= MOST else "year")


def _heat(hours: Sequence[Sequence[int]]) -> list[Cell]:
    return cells(hours)


def _drawn(gap: Gap, first: date, days: int) -> Stretch | None:
    """Return a gap on a plot of days, or None where it is older."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = timestamp.to_datetime(gap.until) if gap.until else timestamp.now()
    scale = WIDTH / days / timedelta(days=1).total_seconds()
    left = max(0.0, (timestamp.to_datetime(gap.since) - begin).total_seconds() * scale)
    right = min(float(WIDTH), (end - begin).total_seconds() * scale)
    return Stretch(round(left, 1), round(max(2.0, right - left), 1), gap) if right > 0 else None
